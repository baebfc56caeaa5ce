//! Connections that we open.

use std::{cell::RefCell, io, os::fd::AsRawFd, rc::Rc};

use rquickjs::{Class, Ctx, Error, JsLifetime, Object, Promise, Result, TypedArray, class::Trace};
use tokio::{net::TcpStream, sync::Mutex};

use crate::failure::system_error;

const CHUNK_BYTES: usize = 16 * 1024;

#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub struct Connection {
    /// None once it is closed.
    #[qjs(skip_trace)]
    stream: RefCell<Option<Rc<TcpStream>>>,
    /// Who waits for it writes in the order of waiting.
    #[qjs(skip_trace)]
    turn: Rc<Mutex<()>>,
}

pub async fn connect<'js>(ctx: Ctx<'js>, address: String, port: u16) -> Result<Class<'js, Connection>> {
    let stream = TcpStream::connect((address.as_str(), port))
        .await
        .map_err(|error| system_error(&ctx, &error, &format!("connect {address}:{port}")))?;
    let _ = stream.set_nodelay(true);
    Class::instance(ctx, Connection { stream: RefCell::new(Some(Rc::new(stream))), turn: Rc::default() })
}

#[rquickjs::methods(rename_all = "camelCase")]
impl Connection {
    /// Resolves when the peer can take more; rejects when it is gone.
    fn write<'js>(&self, ctx: Ctx<'js>, bytes: TypedArray<'js, u8>) -> Result<Promise<'js>> {
        let (stream, turn) = (self.stream.borrow().clone(), self.turn.clone());
        let bytes = bytes.as_bytes().unwrap_or_default().to_vec();
        Promise::wrap_future(&ctx.clone(), async move {
            let _turn = turn.lock().await;
            write_all(stream, &bytes).await.map_err(|error| system_error(&ctx, &error, "write"))
        })
    }

    /// What comes next, as an iteration gives it.
    fn next<'js>(&self, ctx: Ctx<'js>) -> Result<Promise<'js>> {
        let stream = self.stream.borrow().clone();
        Promise::wrap_future(&ctx.clone(), async move {
            let bytes = read(stream).await.map_err(|error| system_error(&ctx, &error, "read"))?;
            let step = Object::new(ctx.clone())?;
            step.set("done", bytes.is_empty())?;
            step.set("value", TypedArray::new(ctx, bytes)?)?;
            Ok::<_, Error>(step)
        })
    }

    fn close(&self) {
        if let Some(stream) = self.stream.take() {
            // Whoever reads or writes has it still, and is to end.
            unsafe { libc::shutdown(stream.as_raw_fd(), libc::SHUT_RDWR) };
        }
    }
}

async fn write_all(stream: Option<Rc<TcpStream>>, mut bytes: &[u8]) -> io::Result<()> {
    let stream = stream.ok_or_else(|| io::Error::from_raw_os_error(libc::EPIPE))?;
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Nothing at the end.
async fn read(stream: Option<Rc<TcpStream>>) -> io::Result<Vec<u8>> {
    let Some(stream) = stream else { return Ok(Vec::new()) };
    loop {
        stream.readable().await?;
        let mut chunk = [0; CHUNK_BYTES];
        match stream.try_read(&mut chunk) {
            Ok(count) => return Ok(chunk[..count].to_vec()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}
