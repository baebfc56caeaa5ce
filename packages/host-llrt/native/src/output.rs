//! Our own standard output and error: every byte, in order, and a reader that does not read stalls nobody but itself.

use std::{
    cell::RefCell,
    sync::mpsc::{Sender, channel},
    thread::JoinHandle,
};

/// A pipe that can be written to takes this much without blocking (PIPE_BUF).
const SURE_BYTES: usize = 4096;

/// Begun when the stream did not take something at once; from then on all goes this way, for the sake of the order.
struct Queue {
    sender: Sender<Vec<u8>>,
    writer: JoinHandle<()>,
}

thread_local! {
    static QUEUES: RefCell<[Option<Queue>; 2]> = const { RefCell::new([None, None]) };
}

pub fn write(fd: i32, bytes: &[u8]) {
    QUEUES.with_borrow_mut(|queues| {
        let queue = &mut queues[fd as usize - 1];
        let rest = if queue.is_none() { write_what_fits(fd, bytes) } else { bytes };
        if rest.is_empty() {
            return;
        }
        let queue = queue.get_or_insert_with(|| begin(fd));
        // The writer has ended when the reader is gone for good: there is nobody left to tell.
        let _ = queue.sender.send(rest.to_vec());
    });
}

/// Waits until all is written.
pub fn flush() {
    let queues = QUEUES.with_borrow_mut(std::mem::take);
    for Queue { sender, writer } in queues.into_iter().flatten() {
        drop(sender);
        let _ = writer.join();
    }
}

fn begin(fd: i32) -> Queue {
    let (sender, receiver) = channel::<Vec<u8>>();
    let writer = std::thread::spawn(move || {
        for bytes in receiver {
            if !write_all(fd, &bytes) {
                break;
            }
        }
    });
    Queue { sender, writer }
}

/// Gives what is left.
fn write_what_fits(fd: i32, mut bytes: &[u8]) -> &[u8] {
    while !bytes.is_empty() && takes_more(fd, 0) {
        let piece = &bytes[..bytes.len().min(SURE_BYTES)];
        match write_some(fd, piece) {
            Some(count) => bytes = &bytes[count..],
            None => return &[],
        }
    }
    bytes
}

fn write_all(fd: i32, mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        match write_some(fd, bytes) {
            // Another program may have made the stream non-blocking.
            Some(0) => drop(takes_more(fd, -1)),
            Some(count) => bytes = &bytes[count..],
            None => return false,
        }
    }
    true
}

fn takes_more(fd: i32, timeout_ms: i32) -> bool {
    let mut poll = libc::pollfd { fd, events: libc::POLLOUT, revents: 0 };
    unsafe { libc::poll(&mut poll, 1, timeout_ms) == 1 && poll.revents & libc::POLLOUT != 0 }
}

/// How many bytes were taken; None when none will ever be.
fn write_some(fd: i32, bytes: &[u8]) -> Option<usize> {
    let count = unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
    if count >= 0 {
        return Some(count as usize);
    }
    match std::io::Error::last_os_error().kind() {
        std::io::ErrorKind::Interrupted | std::io::ErrorKind::WouldBlock => Some(0),
        _ => None,
    }
}
