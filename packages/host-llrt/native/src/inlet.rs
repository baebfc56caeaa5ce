//! The stream that a runtime reads frames from.

use std::{
    cell::{Cell, RefCell},
    io,
    os::fd::{AsRawFd, OwnedFd},
    rc::Rc,
};

use rquickjs::{Ctx, TypedArray};
use tokio::net::unix::pipe::Sender;

pub struct Inlet {
    pipe: Sender,
    /// What the runtime has not taken yet.
    waiting: RefCell<Vec<u8>>,
    is_pumping: Cell<bool>,
}

impl Inlet {
    pub fn new(pipe: OwnedFd) -> io::Result<Rc<Self>> {
        let pipe = Sender::from_owned_fd(pipe)?;
        Ok(Rc::new(Inlet { pipe, waiting: RefCell::default(), is_pumping: Cell::new(false) }))
    }

    /// Writes one frame, in one system call where it fits. A runtime that is gone loses it: its exit tells that better.
    pub fn send(self: &Rc<Self>, ctx: &Ctx<'_>, pieces: &[TypedArray<'_, u8>]) {
        let slices: Vec<&[u8]> = pieces.iter().filter_map(|piece| piece.as_bytes()).collect();
        if self.is_pumping.get() {
            return self.waiting.borrow_mut().extend(slices.concat());
        }
        let vectors: Vec<libc::iovec> = slices
            .iter()
            .map(|slice| libc::iovec { iov_base: slice.as_ptr() as *mut _, iov_len: slice.len() })
            .collect();
        // tokio would wait for a round of polling before a first write.
        let count = unsafe { libc::writev(self.pipe.as_raw_fd(), vectors.as_ptr(), vectors.len() as i32) };
        if count < 0 && io::Error::last_os_error().kind() != io::ErrorKind::WouldBlock {
            return;
        }
        let mut written = count.max(0) as usize;
        let mut waiting = self.waiting.borrow_mut();
        for slice in slices {
            let skipped = written.min(slice.len());
            waiting.extend_from_slice(&slice[skipped..]);
            written -= skipped;
        }
        if !waiting.is_empty() {
            self.is_pumping.set(true);
            ctx.spawn(self.clone().pump());
        }
    }

    async fn pump(self: Rc<Self>) {
        let mut written = 0;
        while self.pipe.writable().await.is_ok() {
            let mut waiting = self.waiting.borrow_mut();
            match self.pipe.try_write(&waiting[written..]) {
                Ok(count) => written += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => break,
            }
            if written == waiting.len() {
                *waiting = Vec::new();
                break;
            }
        }
        self.is_pumping.set(false);
    }
}
