//! One stream that a runtime writes to: its standard output and error, its frames, its log.

use std::{
    cell::RefCell,
    os::fd::{AsRawFd, OwnedFd},
    rc::Rc,
};

use rquickjs::{Ctx, Function, Persistent, TypedArray};
use tokio::{net::unix::pipe::Receiver, sync::Notify};

use crate::failure;

const CHUNK_BYTES: usize = 64 * 1024;

thread_local! {
    static CHUNK: RefCell<Vec<u8>> = RefCell::new(vec![0; CHUNK_BYTES]);
}

pub struct Outlet {
    /// The descriptor's number in the runtime.
    channel: i32,
    pipe: Receiver,
    closed: Notify,
    on_bytes: Persistent<Function<'static>>,
}

impl Outlet {
    pub fn new(channel: i32, pipe: OwnedFd, on_bytes: Persistent<Function<'static>>) -> std::io::Result<Rc<Self>> {
        let pipe = Receiver::from_owned_fd(pipe)?;
        Ok(Rc::new(Outlet { channel, pipe, closed: Notify::new(), on_bytes }))
    }

    /// Hands over what comes, until the end or `close`.
    pub async fn pump(self: Rc<Self>, ctx: Ctx<'_>) {
        loop {
            tokio::select! {
                biased;
                () = self.closed.notified() => return,
                ready = self.pipe.readable() => if ready.is_err() { return },
            }
            let read = CHUNK.with_borrow_mut(|chunk| {
                let count = self.pipe.try_read(chunk)?;
                Ok((count, TypedArray::new_copy(ctx.clone(), &chunk[..count])))
            });
            match read {
                Ok((0, _)) => return,
                Ok((_, bytes)) => self.tell(&ctx, bytes),
                Err(error) if would_block(&error) => {}
                Err(_) => return,
            }
        }
    }

    /// Hands over what is in the pipe at this moment, and no more. tokio knows of new bytes only after a round of
    /// polling, so the pipe itself is asked.
    pub fn hand_over(&self, ctx: &Ctx<'_>) {
        let fd = self.pipe.as_raw_fd();
        let mut waiting: libc::c_int = 0;
        unsafe { libc::ioctl(fd, libc::FIONREAD, &mut waiting) };
        while waiting > 0 {
            let bytes = CHUNK.with_borrow_mut(|chunk| {
                let wanted = chunk.len().min(waiting as usize);
                let count = unsafe { libc::read(fd, chunk.as_mut_ptr().cast(), wanted) };
                waiting = if count > 0 { waiting - count as i32 } else { 0 };
                (count > 0).then(|| TypedArray::new_copy(ctx.clone(), &chunk[..count as usize]))
            });
            if let Some(bytes) = bytes {
                self.tell(ctx, bytes);
            }
        }
    }

    pub fn close(&self) {
        self.closed.notify_one();
    }

    fn tell<'js>(&self, ctx: &Ctx<'js>, bytes: rquickjs::Result<TypedArray<'js, u8>>) {
        if let (Ok(bytes), Ok(on_bytes)) = (bytes, self.on_bytes.clone().restore(ctx)) {
            failure::call(ctx, &on_bytes, (self.channel, bytes));
        }
    }
}

fn would_block(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::WouldBlock
}
