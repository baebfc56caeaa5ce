//! Processes that we started, and those that became ours because their parents ended (we are process 1 in a container):
//! all are waited for, so that none stays a zombie.

use std::{cell::RefCell, collections::HashMap};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot::{Receiver, Sender, channel},
};

use crate::{process_tree, strays::Marks};

thread_local! {
    static AWAITED: RefCell<HashMap<i32, Sender<i32>>> = RefCell::new(HashMap::new());
    /// Leaders of groups that may not outlive us.
    static ALIVE: RefCell<HashMap<i32, Marks>> = RefCell::new(HashMap::new());
}

/// Gives the wait status. Call it before the event loop goes on, lest `reap` comes first.
pub fn adopt(pid: i32, marks: Marks) -> Receiver<i32> {
    let (sender, receiver) = channel();
    AWAITED.with_borrow_mut(|awaited| awaited.insert(pid, sender));
    ALIVE.with_borrow_mut(|alive| alive.insert(pid, marks));
    receiver
}

/// Call it before anything is started, lest the first news get lost.
pub fn reaper() -> impl Future<Output = ()> {
    let signals = signal(SignalKind::child());
    async move {
        let Ok(mut signals) = signals else { return };
        while signals.recv().await.is_some() {
            reap();
        }
    }
}

fn reap() {
    let mut status = 0;
    loop {
        let pid = unsafe { libc::waitpid(-1, &mut status, libc::WNOHANG) };
        if pid <= 0 {
            return;
        }
        if let Some(sender) = AWAITED.with_borrow_mut(|awaited| awaited.remove(&pid)) {
            let _ = sender.send(status);
        }
    }
}

/// Ends a group and all of its environment that has left it: descendants of its leader, which are found before their
/// parents are gone, and what was detached.
pub fn kill(pid: i32) {
    let has_exited = AWAITED.with_borrow(|awaited| !awaited.contains_key(&pid));
    let mut strays = if has_exited { Vec::new() } else { process_tree::tree(pid) };
    ALIVE.with_borrow(|alive| strays.extend(alive.get(&pid).map(Marks::strays).unwrap_or_default()));
    unsafe {
        libc::kill(-pid, libc::SIGKILL);
        for stray in strays {
            libc::kill(stray, libc::SIGKILL);
        }
    }
    // One that has not exited yet is killed once more when it has, for the sake of what it started meanwhile.
    if has_exited {
        ALIVE.with_borrow_mut(|alive| alive.remove(&pid));
    }
}

pub fn kill_all() {
    let alive: Vec<i32> = ALIVE.with_borrow(|alive| alive.keys().copied().collect());
    for pid in alive {
        kill(pid);
    }
}
