//! A reply's body: whole, or streamed with a capacity of one chunk.

use std::{
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};
use hyper::body::{Body, Frame, SizeHint};

use crate::exchange::Busy;

pub enum ReplyBody {
    Whole(Option<Bytes>, #[allow(dead_code)] Rc<Busy>),
    Streamed(Channel<Bytes, io::Error>, #[allow(dead_code)] Rc<Busy>),
}

impl ReplyBody {
    pub fn streamed(busy: Rc<Busy>) -> (Sender<Bytes, io::Error>, Self) {
        let (sender, channel) = Channel::new(1);
        (sender, ReplyBody::Streamed(channel, busy))
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.get_mut() {
            ReplyBody::Whole(bytes, _) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            ReplyBody::Streamed(channel, _) => Pin::new(channel).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, ReplyBody::Whole(None, _))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            ReplyBody::Whole(bytes, _) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            ReplyBody::Streamed(..) => SizeHint::default(),
        }
    }
}
