//! What is written to a connection: bytes of our own, or JavaScript's, which are lent rather than copied.

use bytes::{Buf, Bytes};
use rquickjs::{Ctx, Persistent, Result, TypedArray, Value};

/// Up to here a copy costs less than keeping the array.
const COPIED_BYTES: usize = 16 * 1024;

pub enum Payload {
    Own(Bytes),
    Lent(Lent),
}

/// An array that nobody changes while it is written: the core's payloads are immutable.
pub struct Lent {
    start: *const u8,
    left: usize,
    /// Keeps the bytes where they are.
    _array: Persistent<Value<'static>>,
}

impl Payload {
    pub fn of<'js>(ctx: &Ctx<'js>, body: Value<'js>) -> Result<Self> {
        if let Some(text) = body.as_string() {
            return Ok(Payload::Own(Bytes::from(text.to_string()?)));
        }
        let array = TypedArray::<u8>::from_value(body)?;
        let bytes = array.as_bytes().unwrap_or_default();
        if bytes.len() <= COPIED_BYTES {
            return Ok(Payload::Own(Bytes::copy_from_slice(bytes)));
        }
        let (start, left) = (bytes.as_ptr(), bytes.len());
        Ok(Payload::Lent(Lent { start, left, _array: Persistent::save(ctx, array.into_value()) }))
    }
}

impl Buf for Payload {
    fn remaining(&self) -> usize {
        match self {
            Payload::Own(bytes) => bytes.len(),
            Payload::Lent(lent) => lent.left,
        }
    }

    fn chunk(&self) -> &[u8] {
        match self {
            Payload::Own(bytes) => bytes,
            Payload::Lent(lent) => unsafe { std::slice::from_raw_parts(lent.start, lent.left) },
        }
    }

    fn advance(&mut self, count: usize) {
        match self {
            Payload::Own(bytes) => bytes.advance(count),
            Payload::Lent(lent) => {
                assert!(count <= lent.left);
                lent.start = lent.start.wrapping_add(count);
                lent.left -= count;
            }
        }
    }
}
