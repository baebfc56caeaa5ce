//! An answer that is written chunk by chunk, as JavaScript sees it.

use std::{io, rc::Rc};

use bytes::Bytes;
use http_body_util::channel::Sender;
use hyper::body::Frame;
use rquickjs::{Ctx, Exception, JsLifetime, Promise, Result, TypedArray, class::Trace};
use tokio::sync::{Mutex, Notify};

use crate::payload::Payload;

#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub struct ReplyStream {
    #[qjs(skip_trace)]
    pub chunks: Rc<Chunks>,
}

/// The chunks of an answer on their way.
pub struct Chunks {
    /// Whoever waits for it writes in the order of waiting. None at the end.
    sender: Mutex<Option<Sender<Payload, io::Error>>>,
    broken: Notify,
}

#[rquickjs::methods(rename_all = "camelCase")]
impl ReplyStream {
    /// Resolves when the peer can take more; rejects when it is gone.
    fn write<'js>(&self, ctx: Ctx<'js>, chunk: TypedArray<'js, u8>) -> Result<Promise<'js>> {
        let chunks = self.chunks.clone();
        let bytes = Bytes::copy_from_slice(chunk.as_bytes().unwrap_or_default());
        Promise::wrap_future(&ctx.clone(), async move {
            if chunks.send(bytes).await.is_some() {
                return Ok(());
            }
            Err(Exception::throw_message(&ctx, "The client has closed the connection"))
        })
    }

    fn end(&self, ctx: Ctx<'_>) {
        let chunks = self.chunks.clone();
        ctx.spawn(async move { drop(chunks.sender.lock().await.take()) });
    }

    /// Breaks the connection, so that the peer sees an incomplete answer.
    fn abort(&self) {
        self.chunks.abort();
    }
}

impl Chunks {
    /// Of an answer that was sent already, there is no sender.
    pub fn new(sender: Option<Sender<Payload, io::Error>>) -> Rc<Self> {
        Rc::new(Chunks { sender: Mutex::new(sender), broken: Notify::new() })
    }

    async fn send(&self, bytes: Bytes) -> Option<()> {
        let mut place = self.sender.lock().await;
        let mut sender = place.take()?;
        tokio::select! {
            biased;
            () = self.broken.notified() => {
                sender.abort(io::ErrorKind::ConnectionAborted.into());
                return None;
            }
            sent = sender.send(Frame::data(Payload::Own(bytes))) => sent.ok()?,
        }
        *place = Some(sender);
        Some(())
    }

    pub fn abort(&self) {
        match self.sender.try_lock() {
            Ok(mut place) => {
                if let Some(sender) = place.take() {
                    sender.abort(io::ErrorKind::ConnectionAborted.into());
                }
            }
            // A chunk is on its way, and has the sender.
            Err(_) => self.broken.notify_one(),
        }
    }
}
