//! Changes below folders, by inotify.

use std::{
    cell::RefCell,
    collections::HashMap,
    ffi::{CString, OsStr},
    fs, io,
    os::{
        fd::{AsRawFd, FromRawFd, OwnedFd},
        unix::ffi::OsStrExt,
    },
    path::{Path, PathBuf},
    rc::Rc,
};

use rquickjs::{Class, Ctx, Function, JsLifetime, Result, class::Trace};
use tokio::{io::unix::AsyncFd, sync::Notify};

use crate::failure;

const CHANGES: u32 = libc::IN_CREATE
    | libc::IN_DELETE
    | libc::IN_CLOSE_WRITE
    | libc::IN_MODIFY
    | libc::IN_MOVED_FROM
    | libc::IN_MOVED_TO
    | libc::IN_DELETE_SELF;

#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub struct Watcher {
    #[qjs(skip_trace)]
    closed: Rc<Notify>,
}

/// Folders that are not there are left out.
pub fn watch<'js>(ctx: Ctx<'js>, folders: Vec<String>, on_change: Function<'js>) -> Result<Class<'js, Watcher>> {
    let events = Events::new().map_err(|error| failure::system_error(&ctx, &error, "inotify_init"))?;
    for folder in folders {
        events.add_tree(Path::new(&folder));
    }
    let closed = Rc::<Notify>::default();
    let (context, until) = (ctx.clone(), closed.clone());
    ctx.spawn(async move {
        loop {
            tokio::select! {
                () = until.notified() => return,
                changed = events.next() => if changed.is_err() { return },
            }
            failure::call(&context, &on_change, ());
        }
    });
    Class::instance(ctx, Watcher { closed })
}

#[rquickjs::methods]
impl Watcher {
    fn close(&self) {
        self.closed.notify_one();
    }
}

struct Events {
    inotify: AsyncFd<OwnedFd>,
    folders: RefCell<HashMap<i32, PathBuf>>,
}

impl Events {
    fn new() -> io::Result<Self> {
        let fd = unsafe { libc::inotify_init1(libc::IN_NONBLOCK | libc::IN_CLOEXEC) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // Nobody else has or closes it.
        let inotify = unsafe { AsyncFd::register(OwnedFd::from_raw_fd(fd)) }?;
        Ok(Events { inotify, folders: RefCell::default() })
    }

    /// inotify watches one folder, not what is below. What cannot be watched is left out.
    fn add_tree(&self, folder: &Path) {
        let Ok(name) = CString::new(folder.as_os_str().as_bytes()) else { return };
        let flags = CHANGES | libc::IN_ONLYDIR;
        let watch = unsafe { libc::inotify_add_watch(self.inotify.as_raw_fd(), name.as_ptr(), flags) };
        // A folder that is watched already is one that links lead back to.
        if watch < 0 || self.folders.borrow_mut().insert(watch, folder.to_owned()).is_some() {
            return;
        }
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if fs::metadata(entry.path()).is_ok_and(|facts| facts.is_dir()) {
                self.add_tree(&entry.path());
            }
        }
    }

    /// The next changes, many at once perhaps.
    async fn next(&self) -> io::Result<()> {
        let mut buffer = [0u8; 4096];
        loop {
            let mut ready = self.inotify.readable().await?;
            let read = ready.try_io(|inotify| {
                let fd = inotify.as_raw_fd();
                let count = unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) };
                if count < 0 { Err(io::Error::last_os_error()) } else { Ok(count as usize) }
            });
            if let Ok(count) = read {
                self.follow_new_folders(&buffer[..count?]);
                return Ok(());
            }
        }
    }

    fn follow_new_folders(&self, mut events: &[u8]) {
        const HEAD: usize = size_of::<libc::inotify_event>();
        while events.len() >= HEAD {
            let event: libc::inotify_event = unsafe { std::ptr::read_unaligned(events.as_ptr().cast()) };
            let (name, rest) = events[HEAD..].split_at(event.len as usize);
            events = rest;
            let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
            let folder = self.folders.borrow().get(&event.wd).map(|folder| folder.join(OsStr::from_bytes(name)));
            match folder {
                Some(folder) if event.mask & (libc::IN_CREATE | libc::IN_MOVED_TO) != 0 => self.add_tree(&folder),
                _ if event.mask & libc::IN_IGNORED != 0 => drop(self.folders.borrow_mut().remove(&event.wd)),
                _ => {}
            }
        }
    }
}
