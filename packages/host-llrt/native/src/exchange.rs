//! One request and its reply, as JavaScript sees them.

use std::{cell::RefCell, io, rc::Rc};

use bytes::Bytes;
use http_body_util::{BodyExt, channel::Sender};
use hyper::{
    Request, Response,
    body::{Body, Frame, Incoming},
    header::{HeaderMap, HeaderName, HeaderValue},
    http::request::Parts,
};
use rquickjs::{
    Class, Ctx, Exception, Function, IntoJs, JsLifetime, Object, Persistent, Promise, Result, TypedArray, Value,
    class::Trace,
};
use tokio::sync::{Mutex, Notify, oneshot};

use crate::{connection::HangUp, reply_body::ReplyBody, socket::Socket};

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
    body: RefCell<Option<(Incoming, Rc<Busy>)>>,
    trailers: RefCell<Option<HeaderMap>>,
    reply: RefCell<Option<(oneshot::Sender<Response<ReplyBody>>, Rc<Busy>)>>,
    stream: RefCell<Option<Rc<Chunks>>>,
    hang_up: Rc<HangUp>,
}

impl Exchange {
    pub fn new(
        request: Request<Incoming>,
        peer: String,
        busy: Rc<Busy>,
        hang_up: Rc<HangUp>,
    ) -> (Self, oneshot::Receiver<Response<ReplyBody>>) {
        let (sender, receiver) = oneshot::channel();
        let (head, body) = request.into_parts();
        let inner = Inner {
            peer,
            head,
            body: RefCell::new((!body.is_end_stream()).then(|| (body, busy.clone()))),
            trailers: RefCell::default(),
            reply: RefCell::new(Some((sender, busy))),
            stream: RefCell::default(),
            hang_up,
        };
        (Exchange { inner: Rc::new(inner) }, receiver)
    }

    fn answer(&self, mut head: Response<()>, headers: HeaderMap, make: impl FnOnce(Rc<Busy>) -> ReplyBody) {
        let Some((reply, busy)) = self.inner.reply.take() else { return };
        self.inner.hang_up.answered();
        *head.headers_mut() = headers;
        let _ = reply.send(head.map(|()| make(busy)));
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

    fn trailer(&self, name: String) -> Option<String> {
        joined(self.inner.trailers.borrow().as_ref()?, &name)
    }

    /// The body's next bytes; undefined at its end. Rejects when the peer is gone before.
    fn chunk<'js>(&self, ctx: Ctx<'js>) -> Result<Promise<'js>> {
        let inner = self.inner.clone();
        Promise::wrap_future(&ctx.clone(), async move {
            match next_data(&inner).await {
                Ok(None) => Ok(None),
                Ok(Some(bytes)) => TypedArray::new(ctx, Vec::from(bytes)).map(Some),
                Err(_) => Err(Exception::throw_message(&ctx, "The connection closed before the body was complete")),
            }
        })
    }

    /// Reads what is left of the body: unread, it would block the connection's next request.
    fn drain(&self, ctx: Ctx<'_>) {
        let inner = self.inner.clone();
        if inner.body.borrow().is_some() {
            ctx.spawn(async move { while let Ok(Some(_)) = next_data(&inner).await {} });
        }
    }

    /// A whole answer. Does nothing when one was sent before.
    fn send<'js>(&self, ctx: Ctx<'js>, status: u16, headers: Object<'js>, body: Value<'js>) -> Result<()> {
        let headers = header_map(&ctx, headers)?;
        let bytes = bytes_of(body)?;
        let head = head_of(&ctx, status)?;
        let has_body = status != 204 && status != 304;
        self.answer(head, headers, |busy| ReplyBody::Whole(has_body.then_some(bytes), busy));
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
        let chunks = Rc::new(Chunks { sender: Mutex::new(sender), broken: Notify::new() });
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

/// Data frames are passed on, trailers kept.
async fn next_data(inner: &Inner) -> std::result::Result<Option<Bytes>, hyper::Error> {
    loop {
        let Some((mut body, busy)) = inner.body.take() else { return Ok(None) };
        match body.frame().await {
            None => return Ok(None),
            Some(Err(error)) => return Err(error),
            Some(Ok(frame)) => {
                if !body.is_end_stream() {
                    inner.body.replace(Some((body, busy)));
                }
                match frame.into_data() {
                    Ok(bytes) => return Ok(Some(bytes)),
                    Err(frame) => {
                        inner.trailers.replace(frame.into_trailers().ok());
                    }
                }
            }
        }
    }
}

#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub struct ReplyStream {
    #[qjs(skip_trace)]
    chunks: Rc<Chunks>,
}

struct Chunks {
    /// Whoever waits for it writes in the order of waiting. None at the end.
    sender: Mutex<Option<Sender<Bytes, io::Error>>>,
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
    async fn send(&self, bytes: Bytes) -> Option<()> {
        let mut place = self.sender.lock().await;
        let mut sender = place.take()?;
        tokio::select! {
            biased;
            () = self.broken.notified() => {
                sender.abort(io::ErrorKind::ConnectionAborted.into());
                return None;
            }
            sent = sender.send(Frame::data(bytes)) => sent.ok()?,
        }
        *place = Some(sender);
        Some(())
    }

    fn abort(&self) {
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

fn joined(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let mut text = latin1(values.next()?);
    for value in values {
        text.push_str(", ");
        text.push_str(&latin1(value));
    }
    Some(text)
}

/// Each byte is a character, as in Node.
fn latin1(value: &HeaderValue) -> String {
    value.as_bytes().iter().map(|byte| char::from(*byte)).collect()
}

fn header_map<'js>(ctx: &Ctx<'js>, headers: Object<'js>) -> Result<HeaderMap> {
    let mut map = HeaderMap::new();
    for entry in headers.props::<String, String>() {
        let (name, value) = entry?;
        let bytes: Option<Vec<u8>> = value.chars().map(|letter| u8::try_from(letter).ok()).collect();
        let parsed = bytes.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok()).zip(name.parse::<HeaderName>().ok());
        let Some((value, key)) = parsed else {
            return Err(Exception::throw_type(ctx, &format!("Invalid character in header content [\"{name}\"]")));
        };
        map.append(key, value);
    }
    Ok(map)
}

fn head_of(ctx: &Ctx<'_>, status: u16) -> Result<Response<()>> {
    let head = Response::builder().status(status).body(());
    head.map_err(|_| Exception::throw_range(ctx, &format!("Invalid status code: {status}")))
}

fn bytes_of(body: Value<'_>) -> Result<Bytes> {
    if let Some(text) = body.as_string() {
        return Ok(Bytes::from(text.to_string()?));
    }
    let bytes = TypedArray::<u8>::from_value(body)?;
    Ok(Bytes::copy_from_slice(bytes.as_bytes().unwrap_or_default()))
}
