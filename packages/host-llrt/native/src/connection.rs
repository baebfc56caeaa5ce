//! One connection: hyper's, watched for peers that hang up or never finish a head.

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    pin::pin,
    rc::Rc,
    task::{Context, Poll, Waker, ready},
};

use hyper::{server::conn::http1, service::service_fn};
use rquickjs::{Class, Ctx, Function, Persistent};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep_until},
};

use crate::{
    exchange::{Busy, Exchange},
    failure,
    http::Server,
    socket::{Socket, SocketHandle},
};

/// That of Go's servers, as the service's are: Java's client tells of a deep stack in a header, which may have a megabyte.
const HEAD_BYTES: usize = 1024 * 1024 + 4096;
/// Node's limit.
const HEAD_FIELDS: usize = 2000;
const TOO_SLOW: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n";

/// Who wants to know when the peer closes its side before it is answered.
#[derive(Default)]
pub struct HangUp {
    callback: RefCell<Option<Persistent<Function<'static>>>>,
    is_answered: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl HangUp {
    pub fn listen(&self, callback: Persistent<Function<'static>>) {
        self.callback.replace(Some(callback));
        self.is_answered.set(false);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    pub fn answered(&self) {
        self.callback.take();
        self.is_answered.set(true);
    }

    /// Ready when the peer hung up, and whoever wanted to know did not answer it even so: nobody will any more.
    fn poll(&self, ctx: &Ctx<'_>, socket: &Socket, cx: &mut Context<'_>) -> Poll<()> {
        if self.callback.borrow().is_none() {
            self.waker.replace(Some(cx.waker().clone()));
            return Poll::Pending;
        }
        ready!(socket.poll_ended(cx));
        if let Some(Ok(callback)) = self.callback.take().map(|callback| callback.restore(ctx)) {
            failure::call(ctx, &callback, ());
        }
        if self.is_answered.get() { Poll::Pending } else { Poll::Ready(()) }
    }
}

/// Writes an answer within the call that sends it, so that its reader goes on while JavaScript does; else it would be
/// written when JavaScript has nothing left to do.
#[derive(Default)]
pub struct Push(RefCell<Option<Rc<dyn Fn()>>>);

impl Push {
    /// What is borrowed lives longer than the guard, which takes the closure away; the connection is never dropped while the
    /// closure runs, for that happens within JavaScript's calls only.
    fn begin<'a>(self: &Rc<Self>, push: Rc<dyn Fn() + 'a>) -> PushGuard {
        self.0.replace(Some(unsafe { std::mem::transmute::<Rc<dyn Fn() + 'a>, Rc<dyn Fn()>>(push) }));
        PushGuard(self.clone())
    }

    pub fn now(&self) {
        let push = self.0.borrow().clone();
        if let Some(push) = push {
            push();
        }
    }
}

struct PushGuard(Rc<Push>);

impl Drop for PushGuard {
    fn drop(&mut self) {
        self.0.0.take();
    }
}

/// Serves until the peer or the server closes.
pub async fn serve<'js>(ctx: Ctx<'js>, server: Rc<Server>, stream: TcpStream, peer: String, handler: Function<'js>) {
    let socket = Socket::new(stream);
    let hang_up = Rc::new(HangUp::default());
    let push = Rc::new(Push::default());
    let service = service_fn(|request| {
        let busy = Busy::new(socket.clone());
        let (exchange, reply) = Exchange::new(request, peer.clone(), busy, hang_up.clone(), push.clone());
        // Were JavaScript to forget it, the peer would still wait.
        let held = exchange.clone();
        if let Ok(exchange) = Class::instance(ctx.clone(), exchange) {
            failure::call(&ctx, &handler, (exchange,));
        }
        async move {
            let answer = reply.await;
            drop(held);
            answer
        }
    });
    let connection = RefCell::new(Box::pin(
        http1::Builder::new()
            // A client that has sent all it will send (nc -N, some proxies) still wants its answer.
            .half_close(true)
            .title_case_headers(true)
            .max_headers(HEAD_FIELDS)
            .max_header_size(HEAD_BYTES)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(SocketHandle(socket.clone()), service),
    ));
    let own_waker = RefCell::new(Waker::noop().clone());
    let is_over = Cell::new(false);
    let _pushing = push.begin(Rc::new(|| {
        // Nothing is to be done while hyper is at work on the connection.
        let Ok(mut connection) = connection.try_borrow_mut() else { return };
        let waker = own_waker.borrow().clone();
        if connection.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            is_over.set(true);
            waker.wake();
        }
    }));
    let mut too_slow = pin!(sleep_until(Instant::now()));
    let mut stopping = pin!(server.stopping.notified());
    let mut cut = pin!(server.cut.notified());

    poll_fn(|cx| {
        own_waker.borrow_mut().clone_from(cx.waker());
        if is_over.get() {
            return Poll::Ready(());
        }
        if hang_up.poll(&ctx, &socket, cx).is_ready() {
            return Poll::Ready(());
        }
        if cut.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        if stopping.as_mut().poll(cx).is_ready() {
            connection.borrow_mut().as_mut().graceful_shutdown();
            stopping.set(server.stopping.notified());
        }
        if connection.borrow_mut().as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        let Some(begun) = socket.head_begun.get() else { return Poll::Pending };
        if too_slow.deadline() != begun + server.head_time {
            too_slow.as_mut().reset(begun + server.head_time);
        }
        too_slow.as_mut().poll(cx).map(|()| socket.say(TOO_SLOW))
    })
    .await;
}
