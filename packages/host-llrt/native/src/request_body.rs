//! A request's body: chunk by chunk, or gathered.

use std::{cell::RefCell, rc::Rc, result::Result};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{
    Error,
    body::{Body, Incoming},
    header::HeaderMap,
};

use crate::{exchange::Busy, headers::joined};

pub struct RequestBody {
    /// None once it was read to its end.
    incoming: RefCell<Option<(Incoming, Rc<Busy>)>>,
    trailers: RefCell<Option<HeaderMap>>,
}

pub enum Gathered {
    Whole(Vec<u8>),
    /// So many bytes came; none was kept.
    TooLarge(usize),
}

impl RequestBody {
    pub fn new(incoming: Incoming, busy: &Rc<Busy>) -> Self {
        let incoming = (!incoming.is_end_stream()).then(|| (incoming, busy.clone()));
        RequestBody { incoming: RefCell::new(incoming), trailers: RefCell::default() }
    }

    pub fn is_read(&self) -> bool {
        self.incoming.borrow().is_none()
    }

    pub fn trailer(&self, name: &str) -> Option<String> {
        joined(self.trailers.borrow().as_ref()?, name)
    }

    /// The next bytes. Trailers are kept on the way.
    pub async fn next(&self) -> Result<Option<Bytes>, Error> {
        loop {
            let Some((mut incoming, busy)) = self.incoming.take() else { return Ok(None) };
            match incoming.frame().await {
                None => return Ok(None),
                Some(Err(error)) => return Err(error),
                Some(Ok(frame)) => {
                    if !incoming.is_end_stream() {
                        self.incoming.replace(Some((incoming, busy)));
                    }
                    match frame.into_data() {
                        Ok(bytes) => return Ok(Some(bytes)),
                        Err(frame) => {
                            self.trailers.replace(frame.into_trailers().ok());
                        }
                    }
                }
            }
        }
    }

    /// Copied once, into the place where it stays.
    pub async fn gather(&self, limit: usize) -> Result<Gathered, Error> {
        let announced = self.incoming.borrow().as_ref().and_then(|(incoming, _)| incoming.size_hint().exact());
        let mut whole = Vec::with_capacity(announced.map_or(0, |bytes| bytes.min(limit as u64) as usize));
        let mut count = 0;
        while let Some(bytes) = self.next().await? {
            count += bytes.len();
            if count <= limit {
                whole.extend_from_slice(&bytes);
            } else {
                whole = Vec::new();
            }
        }
        Ok(if count <= limit { Gathered::Whole(whole) } else { Gathered::TooLarge(count) })
    }

    /// Unread, it would block the connection's next request.
    pub async fn drain(&self) {
        while let Ok(Some(_)) = self.next().await {}
    }
}
