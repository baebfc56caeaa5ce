//! A reply's body: whole, or streamed with a capacity of one chunk.

use std::{
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use bytes::Buf;
use http_body_util::channel::{Channel, Sender};
use hyper::body::{Body, Frame, SizeHint};

use crate::{exchange::Busy, payload::Payload};

pub enum ReplyBody {
    Whole(Option<Payload>, #[allow(dead_code)] Rc<Busy>),
    Streamed(Channel<Payload, io::Error>, #[allow(dead_code)] Rc<Busy>),
}

impl ReplyBody {
    pub fn streamed(busy: Rc<Busy>) -> (Sender<Payload, io::Error>, Self) {
        let (sender, channel) = Channel::new(1);
        (sender, ReplyBody::Streamed(channel, busy))
    }
}

impl Body for ReplyBody {
    type Data = Payload;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Payload>, io::Error>>> {
        match self.get_mut() {
            ReplyBody::Whole(payload, _) => Poll::Ready(payload.take().map(|payload| Ok(Frame::data(payload)))),
            ReplyBody::Streamed(channel, _) => Pin::new(channel).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, ReplyBody::Whole(None, _))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            ReplyBody::Whole(payload, _) => {
                SizeHint::with_exact(payload.as_ref().map_or(0, |payload| payload.remaining() as u64))
            }
            ReplyBody::Streamed(..) => SizeHint::default(),
        }
    }
}
