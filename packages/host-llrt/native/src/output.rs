//! Our own standard output and error: every byte, in order, and a reader that does not read stalls nobody but itself.

use std::{
    cell::RefCell,
    io,
    sync::{
        atomic::{AtomicI32, Ordering::Relaxed},
        mpsc::{Sender, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use tokio::{sync::oneshot, time::timeout};

use crate::failure;

/// A pipe that can be written to takes this much without blocking (PIPE_BUF).
const SURE_BYTES: usize = 4096;
/// More than this is left to the thread that may block: in sure pieces it would cost many system calls.
const LARGE_BYTES: usize = 64 * 1024;

/// Begun when the stream did not take something at once; from then on all goes this way, for the sake of the order.
struct Queue {
    sender: Sender<Words>,
    writer: JoinHandle<()>,
}

enum Words {
    Bytes(Vec<u8>),
    /// Whoever waits until all before it is written.
    Mark(oneshot::Sender<()>),
}

/// Why a stream takes nothing more, as an errno; 0 while it does.
static FLAWS: [AtomicI32; 2] = [AtomicI32::new(0), AtomicI32::new(0)];

/// How long a slow reader may take for what is left before a loss is told.
const LAST_WORDS: Duration = Duration::from_secs(1);

thread_local! {
    static QUEUES: RefCell<[Option<Queue>; 2]> = const { RefCell::new([None, None]) };
}

pub fn write(fd: i32, bytes: &[u8]) {
    if flaw(fd).is_some() {
        return;
    }
    QUEUES.with_borrow_mut(|queues| {
        let queue = &mut queues[fd as usize - 1];
        let goes_at_once = queue.is_none() && bytes.len() <= LARGE_BYTES;
        let rest = if goes_at_once { write_what_fits(fd, bytes) } else { bytes };
        if rest.is_empty() {
            return;
        }
        let queue = queue.get_or_insert_with(|| begin(fd));
        // The writer has ended when the reader is gone for good: there is nobody left to tell.
        let _ = queue.sender.send(Words::Bytes(rest.to_vec()));
    });
}

/// The code of the error that kept something from getting out. Waits a moment for what is left.
pub async fn loss(fd: i32) -> Option<&'static str> {
    let written = QUEUES.with_borrow(|queues| {
        let (sender, receiver) = oneshot::channel();
        let queue = queues[fd as usize - 1].as_ref()?;
        queue.sender.send(Words::Mark(sender)).ok().map(|()| receiver)
    });
    if let Some(written) = written {
        let _ = timeout(LAST_WORDS, written).await;
    }
    flaw(fd).map(|errno| failure::code_of(&io::Error::from_raw_os_error(errno)))
}

fn flaw(fd: i32) -> Option<i32> {
    Some(FLAWS[fd as usize - 1].load(Relaxed)).filter(|errno| *errno != 0)
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
    let (sender, receiver) = channel();
    let writer = std::thread::spawn(move || {
        for words in receiver {
            match words {
                Words::Bytes(bytes) if !write_all(fd, &bytes) => break,
                Words::Bytes(_) => {}
                Words::Mark(waiting) => drop(waiting.send(())),
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
    let error = io::Error::last_os_error();
    match error.kind() {
        io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock => Some(0),
        _ => {
            FLAWS[fd as usize - 1].store(error.raw_os_error().unwrap_or(libc::EIO), Relaxed);
            tell(fd, &error);
            None
        }
    }
}

/// A reader that goes away knows it; nobody else does.
fn tell(fd: i32, error: &io::Error) {
    if fd == libc::STDOUT_FILENO && error.kind() != io::ErrorKind::BrokenPipe {
        let words = failure::words_like_node(error, "write");
        write_some(libc::STDERR_FILENO, format!("lambda-bootstraps: cannot write to stdout: {words}\n").as_bytes());
    }
}
