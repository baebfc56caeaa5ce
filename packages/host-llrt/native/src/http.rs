//! HTTP servers.

use std::{cell::Cell, io, net::SocketAddr, rc::Rc, time::Duration};

use rquickjs::{Class, Ctx, Error, Function, JsLifetime, Promise, Result, class::Trace};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
};

use crate::{connection, failure};

/// What its connections know of a server.
pub struct Server {
    /// How long a head may take, from its first byte.
    pub head_time: Duration,
    /// Finish what is being answered and close.
    pub stopping: Notify,
    /// Close now.
    pub cut: Notify,
    connections: Cell<usize>,
    none_left: Notify,
}

#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub struct Listener {
    #[qjs(skip_trace)]
    server: Rc<Server>,
    #[qjs(skip_trace)]
    address: SocketAddr,
    #[qjs(skip_trace)]
    closed: Rc<Notify>,
}

impl Server {
    fn new(head_time: Duration) -> Rc<Self> {
        let (stopping, cut, none_left) = (Notify::new(), Notify::new(), Notify::new());
        Rc::new(Server { head_time, stopping, cut, connections: Cell::new(0), none_left })
    }
}

/// `on_request(exchange)` is called for each request.
pub async fn listen<'js>(
    ctx: Ctx<'js>,
    address: String,
    port: u16,
    head_ms: u64,
    on_request: Function<'js>,
) -> Result<Class<'js, Listener>> {
    let (listener, address) = bind(&address, port)
        .await
        .map_err(|error| failure::system_error(&ctx, &error, &format!("listen {address}:{port}")))?;
    let (server, closed) = (Server::new(Duration::from_millis(head_ms)), Rc::<Notify>::default());
    let accepting = accept(ctx.clone(), listener, server.clone(), on_request);
    let until = closed.clone();
    ctx.spawn(async move {
        tokio::select! {
            () = until.notified() => {}
            () = accepting => {}
        }
    });
    Class::instance(ctx, Listener { server, address, closed })
}

async fn bind(address: &str, port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((address, port)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

async fn accept<'js>(ctx: Ctx<'js>, listener: TcpListener, server: Rc<Server>, on_request: Function<'js>) {
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
            // Out of descriptors, say: others will close.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        ctx.spawn(connect(ctx.clone(), server.clone(), stream, peer, on_request.clone()));
    }
}

async fn connect<'js>(
    ctx: Ctx<'js>,
    server: Rc<Server>,
    stream: TcpStream,
    peer: SocketAddr,
    on_request: Function<'js>,
) {
    let _ = stream.set_nodelay(true);
    server.connections.set(server.connections.get() + 1);
    connection::serve(ctx, server.clone(), stream, peer.ip().to_string(), on_request).await;
    server.connections.set(server.connections.get() - 1);
    if server.connections.get() == 0 {
        server.none_left.notify_waiters();
    }
}

#[rquickjs::methods(rename_all = "camelCase")]
impl Listener {
    #[qjs(get)]
    fn address(&self) -> String {
        self.address.ip().to_string()
    }

    #[qjs(get)]
    fn port(&self) -> u16 {
        self.address.port()
    }

    /// Stops listening; answers that are being written have so long to reach their clients.
    fn stop<'js>(&self, ctx: Ctx<'js>, within_ms: u64) -> Result<Promise<'js>> {
        self.closed.notify_one();
        let server = self.server.clone();
        Promise::wrap_future(&ctx, async move {
            server.stopping.notify_waiters();
            if server.connections.get() > 0 {
                let _ = tokio::time::timeout(Duration::from_millis(within_ms), server.none_left.notified()).await;
            }
            server.cut.notify_waiters();
            Ok::<_, Error>(())
        })
    }
}
