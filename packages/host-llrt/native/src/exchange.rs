//! One request and its reply, as JavaScript sees them.

use std::{cell::RefCell, rc::Rc};

use hyper::{Request, Response, body::Incoming, header::HeaderMap, http::request::Parts};
use rquickjs::{
    Class, Ctx, Error, Exception, Function, IntoJs, JsLifetime, Object, Persistent, Promise, Result, TypedArray, Value,
    class::Trace,
};
use tokio::sync::oneshot;

use crate::{
    allocator,
    connection::{HangUp, Push},
    headers::{header_map, joined, lines},
    payload::Payload,
    reply_body::ReplyBody,
    reply_stream::{Chunks, ReplyStream},
    request_body::{Gathered, RequestBody},
    socket::Socket,
};

/// While one exists, the connection's bytes belong to a request that is read or answered.
pub struct Busy(Rc<Socket>);

impl Busy {
    pub fn new(socket: Rc<Socket>) -> Rc<Self> {
        socket.is_busy.set(true);
        socket.head_begun.set(None);
        Rc::new(Busy(socket))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.is_busy.set(false);
    }
}

#[derive(Clone, Trace, JsLifetime)]
#[rquickjs::class]
pub struct Exchange {
    #[qjs(skip_trace)]
    inner: Rc<Inner>,
}

struct Inner {
    peer: String,
    head: Parts,
    body: RequestBody,
    reply: RefCell<Option<(oneshot::Sender<Response<ReplyBody>>, Rc<Busy>)>>,
    stream: RefCell<Option<Rc<Chunks>>>,
    hang_up: Rc<HangUp>,
    push: Rc<Push>,
}

impl Exchange {
    pub fn new(
        request: Request<Incoming>,
        peer: String,
        busy: Rc<Busy>,
        hang_up: Rc<HangUp>,
        push: Rc<Push>,
    ) -> (Self, oneshot::Receiver<Response<ReplyBody>>) {
        let (sender, receiver) = oneshot::channel();
        let (head, body) = request.into_parts();
        let inner = Inner {
            peer,
            head,
            body: RequestBody::new(body, &busy),
            reply: RefCell::new(Some((sender, busy))),
            stream: RefCell::default(),
            hang_up,
            push,
        };
        (Exchange { inner: Rc::new(inner) }, receiver)
    }

    fn answer(&self, mut head: Response<()>, headers: HeaderMap, make: impl FnOnce(Rc<Busy>) -> ReplyBody) {
        let Some((reply, busy)) = self.inner.reply.take() else { return };
        self.inner.hang_up.answered();
        *head.headers_mut() = headers;
        let _ = reply.send(head.map(|()| make(busy)));
        self.inner.push.now();
    }
}

#[rquickjs::methods(rename_all = "camelCase")]
impl Exchange {
    #[qjs(get)]
    fn method(&self) -> &str {
        self.inner.head.method.as_str()
    }

    /// Path and query as sent.
    #[qjs(get)]
    fn target(&self) -> String {
        self.inner.head.uri.path_and_query().map_or_else(|| self.inner.head.uri.to_string(), ToString::to_string)
    }

    #[qjs(get)]
    fn peer(&self) -> &str {
        &self.inner.peer
    }

    fn header(&self, name: String) -> Option<String> {
        joined(&self.inner.head.headers, &name)
    }

    fn headers(&self) -> Vec<Vec<String>> {
        lines(&self.inner.head.headers)
    }

    fn trailer(&self, name: String) -> Option<String> {
        self.inner.body.trailer(&name)
    }

    /// The body's next bytes, as an iteration gives them. Rejects when the peer is gone before the end.
    fn next<'js>(&self, ctx: Ctx<'js>) -> Result<Promise<'js>> {
        let inner = self.inner.clone();
        Promise::wrap_future(&ctx.clone(), async move {
            let chunk = inner.body.next().await.map_err(|_| broken_off(&ctx))?;
            let step = Object::new(ctx.clone())?;
            step.set("done", chunk.is_none())?;
            step.set("value", chunk.map(|bytes| TypedArray::new(ctx, Vec::from(bytes))).transpose()?)?;
            Ok::<_, Error>(step)
        })
    }

    /// The whole body, or how many bytes it had when they were more than the limit.
    fn gather<'js>(&self, ctx: Ctx<'js>, limit: usize) -> Result<Promise<'js>> {
        let inner = self.inner.clone();
        Promise::wrap_future(&ctx.clone(), async move {
            match inner.body.gather(limit).await.map_err(|_| broken_off(&ctx))? {
                Gathered::TooLarge(count) => count.into_js(&ctx),
                Gathered::Whole(bytes) => {
                    allocator::make_room(&ctx, bytes.len());
                    TypedArray::new(ctx, bytes).map(TypedArray::into_value)
                }
            }
        })
    }

    fn drain(&self, ctx: Ctx<'_>) {
        let inner = self.inner.clone();
        if !inner.body.is_read() {
            ctx.spawn(async move { inner.body.drain().await });
        }
    }

    /// A whole answer. Does nothing when one was sent before.
    fn send<'js>(&self, ctx: Ctx<'js>, status: u16, headers: Object<'js>, body: Value<'js>) -> Result<()> {
        let headers = header_map(&ctx, headers)?;
        let payload = Payload::of(&ctx, body)?;
        let head = head_of(&ctx, status)?;
        let has_body = status != 204 && status != 304;
        self.answer(head, headers, |busy| ReplyBody::Whole(has_body.then_some(payload), busy));
        Ok(())
    }

    /// The beginning of an answer.
    fn stream<'js>(&self, ctx: Ctx<'js>, status: u16, headers: Object<'js>) -> Result<Value<'js>> {
        let headers = header_map(&ctx, headers)?;
        let head = head_of(&ctx, status)?;
        let mut sender = None;
        self.answer(head, headers, |busy| {
            let (channel, body) = ReplyBody::streamed(busy);
            sender = Some(channel);
            body
        });
        let chunks = Chunks::new(sender);
        self.inner.stream.replace(Some(chunks.clone()));
        Class::instance(ctx.clone(), ReplyStream { chunks })?.into_js(&ctx)
    }

    /// Breaks the connection when an answer has begun and is not whole; tells whether one had begun.
    fn break_off(&self) -> bool {
        let stream = self.inner.stream.borrow();
        stream.as_ref().inspect(|chunks| chunks.abort()).is_some()
    }

    /// Calls back when the peer closes its side before an answer was sent.
    fn on_hang_up<'js>(&self, ctx: Ctx<'js>, callback: Function<'js>) {
        if self.inner.reply.borrow().is_some() {
            self.inner.hang_up.listen(Persistent::save(&ctx, callback));
        }
    }
}

fn head_of(ctx: &Ctx<'_>, status: u16) -> Result<Response<()>> {
    let head = Response::builder().status(status).body(());
    head.map_err(|_| Exception::throw_range(ctx, &format!("Invalid status code: {status}")))
}

fn broken_off(ctx: &Ctx<'_>) -> Error {
    Exception::throw_message(ctx, "The connection closed before the body was complete")
}
