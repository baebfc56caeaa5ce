//! Processes that we started, and those that became ours because their parents ended (we are process 1 in a container):
//! all are waited for, so that none stays a zombie.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot::{Receiver, Sender, channel},
};

use crate::process_tree;

thread_local! {
    static AWAITED: RefCell<HashMap<i32, Sender<i32>>> = RefCell::new(HashMap::new());
    /// Leaders of groups that may not outlive us.
    static ALIVE: RefCell<HashSet<i32>> = RefCell::new(HashSet::new());
}

/// Gives the wait status. Call it before the event loop goes on, lest `reap` comes first.
pub fn adopt(pid: i32) -> Receiver<i32> {
    let (sender, receiver) = channel();
    AWAITED.with_borrow_mut(|awaited| awaited.insert(pid, sender));
    ALIVE.with_borrow_mut(|alive| alive.insert(pid));
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

/// Ends a group and all that its leader's descendants are, were they in other groups; those are found before their
/// parents are gone.
pub fn kill(pid: i32, has_exited: bool) {
    let strays = if has_exited { Vec::new() } else { process_tree::tree(pid) };
    unsafe {
        libc::kill(-pid, libc::SIGKILL);
        for stray in strays {
            libc::kill(stray, libc::SIGKILL);
        }
    }
    ALIVE.with_borrow_mut(|alive| alive.remove(&pid));
}

pub fn kill_all() {
    let alive = ALIVE.with_borrow_mut(std::mem::take);
    for pid in alive {
        let has_exited = AWAITED.with_borrow(|awaited| !awaited.contains_key(&pid));
        kill(pid, has_exited);
    }
}
