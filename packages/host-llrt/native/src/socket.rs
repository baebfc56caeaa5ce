//! A connection's bytes. hyper reads through it; while a request is served, it can be asked whether the peer has closed
//! its side, which hyper does not look at when half-closed peers are allowed.

use std::{
    cell::{Cell, RefCell},
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

use hyper::rt::{Read, ReadBufCursor, Write};
use tokio::{net::TcpStream, time::Instant};

/// A peer that sends on while it is served (pipelining) is read ahead so far and no farther.
const AHEAD_BYTES: usize = 16 * 1024;

pub struct Socket {
    stream: TcpStream,
    ahead: RefCell<Vec<u8>>,
    has_ended: Cell<bool>,
    /// While a request is read or answered.
    pub is_busy: Cell<bool>,
    /// When the first byte of a request came whose head is not whole yet.
    pub head_begun: Cell<Option<Instant>>,
}

impl Socket {
    pub fn new(stream: TcpStream) -> Rc<Self> {
        Rc::new(Socket {
            stream,
            ahead: RefCell::default(),
            has_ended: Cell::new(false),
            is_busy: Cell::new(false),
            head_begun: Cell::new(None),
        })
    }

    /// Ready once the peer has closed its side, or the connection broke.
    pub fn poll_ended(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut ahead = self.ahead.borrow_mut();
        while !self.has_ended.get() && ahead.len() < AHEAD_BYTES {
            if ready!(self.stream.poll_read_ready(cx)).is_err() {
                self.has_ended.set(true);
                break;
            }
            let mut chunk = [0; 2048];
            match self.stream.try_read(&mut chunk) {
                Ok(0) => self.has_ended.set(true),
                Ok(count) => ahead.extend_from_slice(&chunk[..count]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => self.has_ended.set(true),
            }
        }
        if self.has_ended.get() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Says a last word to a peer that is about to be cut off.
    pub fn say(&self, words: &[u8]) {
        let _ = self.stream.try_write(words);
    }

    fn poll_bytes(&self, cx: &mut Context<'_>, mut buffer: ReadBufCursor<'_>) -> Poll<io::Result<usize>> {
        let mut ahead = self.ahead.borrow_mut();
        if !ahead.is_empty() {
            let count = ahead.len().min(buffer.remaining());
            buffer.put_slice(&ahead[..count]);
            ahead.drain(..count);
            return Poll::Ready(Ok(count));
        }
        while !self.has_ended.get() {
            ready!(self.stream.poll_read_ready(cx))?;
            // Never read from before `try_read` has written to it.
            let space = unsafe { &mut *(buffer.as_mut() as *mut [std::mem::MaybeUninit<u8>] as *mut [u8]) };
            match self.stream.try_read(space) {
                Ok(count) => {
                    unsafe { buffer.advance(count) };
                    return Poll::Ready(Ok(count));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Ready(Ok(0))
    }
}

/// What hyper holds of it.
pub struct SocketHandle(pub Rc<Socket>);

impl Read for SocketHandle {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let socket = &self.0;
        let count = ready!(socket.poll_bytes(cx, buffer))?;
        if count > 0 && !socket.is_busy.get() && socket.head_begun.get().is_none() {
            socket.head_begun.set(Some(Instant::now()));
        }
        Poll::Ready(Ok(()))
    }
}

impl Write for SocketHandle {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[io::IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.stream.poll_write_ready(cx))?;
            match self.0.stream.try_write_vectored(slices) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return Poll::Ready(result),
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        use std::os::fd::AsRawFd;
        unsafe { libc::shutdown(self.0.stream.as_raw_fd(), libc::SHUT_WR) };
        Poll::Ready(Ok(()))
    }
}
