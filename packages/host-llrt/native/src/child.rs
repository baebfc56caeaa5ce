//! A process with a session of its own, so that what it starts ends with it, and with the descriptors of a runtime.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    io::{self, pipe},
    os::{
        fd::{AsRawFd, OwnedFd, RawFd},
        unix::process::CommandExt,
    },
    process::{Command, Stdio},
    rc::Rc,
};

use rquickjs::{
    Ctx, Error, FromJs, Function, JsLifetime, Persistent, Promise, Result, TypedArray, Value, class::Trace,
};

use crate::{
    children,
    descriptors::{FRAMES_IN, FRAMES_OUT, TELEMETRY_LOG},
    failure,
    inlet::Inlet,
    memory_gauge::MemoryGauge,
    outlet::Outlet,
    strays::Marks,
};

/// As much as an unprivileged user may ask for; a frame of a megabyte then goes in one write.
const FRAME_PIPE_BYTES: i32 = 1024 * 1024;

#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub struct Child {
    #[qjs(skip_trace)]
    inner: Rc<Inner>,
}

struct Inner {
    pid: i32,
    has_exited: Cell<bool>,
    gauge: MemoryGauge,
    frames: Option<Rc<Inlet>>,
    outlets: RefCell<Vec<Rc<Outlet>>>,
}

/// LaunchOrder of core/src/launcher.ts.
pub struct Order {
    command: Vec<String>,
    directory: String,
    environment: HashMap<String, String>,
    frames: bool,
    telemetry_log: bool,
}

impl<'js> FromJs<'js> for Order {
    fn from_js(_: &Ctx<'js>, value: Value<'js>) -> Result<Self> {
        let order = value.into_object().ok_or(Error::Unknown)?;
        Ok(Order {
            command: order.get("command")?,
            directory: order.get("workingDirectory")?,
            environment: order.get("environment")?,
            frames: order.get("frames")?,
            telemetry_log: order.get("telemetryLog")?,
        })
    }
}

/// `on_bytes(channel, bytes)` with the number of the descriptor; `on_exit(code, signal)` comes last, once.
pub fn spawn<'js>(ctx: Ctx<'js>, order: Order, on_bytes: Function<'js>, on_exit: Function<'js>) -> Result<Child> {
    let on_bytes = Persistent::save(&ctx, on_bytes);
    let spawned = begin(&order, on_bytes).map_err(|error| failure::system_error(&ctx, &error, "spawn"))?;
    let inner = Rc::new(spawned);
    let exit = children::adopt(inner.pid, Marks::new(inner.pid, &order.environment));
    for outlet in inner.outlets.borrow().iter() {
        ctx.spawn(outlet.clone().pump(ctx.clone()));
    }
    let (child, ended) = (Child { inner: inner.clone() }, ctx.clone());
    ctx.spawn(async move {
        let status = exit.await.unwrap_or_default();
        inner.has_exited.set(true);
        inner.hand_over(&ended);
        failure::call(&ended, &on_exit, (code_of(status), signal_of(status)));
    });
    Ok(child)
}

fn begin(order: &Order, on_bytes: Persistent<Function<'static>>) -> io::Result<Inner> {
    let mut outlets = Vec::new();
    let mut outlet = |channel: RawFd| -> io::Result<OwnedFd> {
        let (reader, writer) = pipe()?;
        outlets.push(Outlet::new(channel, reader.into(), on_bytes.clone())?);
        Ok(writer.into())
    };
    let (stdout, stderr) = (outlet(1)?, outlet(2)?);
    let mut extra: Vec<(OwnedFd, RawFd)> = Vec::new();
    let mut frames = None;
    if order.frames {
        let (reader, writer) = pipe()?;
        unsafe { libc::fcntl(writer.as_raw_fd(), libc::F_SETPIPE_SZ, FRAME_PIPE_BYTES) };
        frames = Some(Inlet::new(writer.into())?);
        extra.push((reader.into(), FRAMES_IN));
        extra.push((outlet(FRAMES_OUT)?, FRAMES_OUT));
    }
    if order.telemetry_log {
        extra.push((outlet(TELEMETRY_LOG)?, TELEMETRY_LOG));
    }

    let (file, arguments) = order.command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(file);
    command
        .args(arguments)
        .current_dir(&order.directory)
        .env_clear()
        .envs(&order.environment)
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(stderr);
    let parent = unsafe { libc::getpid() };
    let moves: Vec<(RawFd, RawFd)> = extra.iter().map(|(fd, number)| (fd.as_raw_fd(), *number)).collect();
    // Between fork and exec: system calls only.
    unsafe { command.pre_exec(move || prepare(parent, &moves)) };
    let child = command.spawn()?;
    let pid = child.id() as i32;
    let gauge = MemoryGauge::new(pid);
    Ok(Inner { pid, has_exited: Cell::new(false), gauge, frames, outlets: RefCell::new(outlets) })
}

fn prepare(parent: i32, moves: &[(RawFd, RawFd)]) -> io::Result<()> {
    unsafe {
        libc::setsid();
        // However we end, were it by SIGKILL: a runtime without us is of no use.
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
        if libc::getppid() != parent {
            libc::_exit(127);
        }
        for (fd, number) in moves {
            if libc::dup2(*fd, *number) < 0 {
                return Err(io::Error::last_os_error());
            }
        }
    }
    Ok(())
}

impl Inner {
    fn hand_over(&self, ctx: &Ctx<'_>) {
        let outlets = self.outlets.borrow().clone();
        for outlet in outlets {
            outlet.hand_over(ctx);
        }
    }
}

#[rquickjs::methods(rename_all = "camelCase")]
impl Child {
    #[qjs(get)]
    fn pid(&self) -> i32 {
        self.inner.pid
    }

    fn send_frame(&self, ctx: Ctx<'_>, pieces: Vec<TypedArray<'_, u8>>) {
        if let Some(frames) = &self.inner.frames {
            frames.send(&ctx, &pieces);
        }
    }

    /// Hands over everything that the runtime has written so far, once the others have had their turn: answers are
    /// written before.
    fn drain<'js>(&self, ctx: Ctx<'js>) -> Result<Promise<'js>> {
        let inner = self.inner.clone();
        Promise::wrap_future(&ctx.clone(), async move {
            tokio::task::yield_now().await;
            inner.hand_over(&ctx);
            Ok::<_, Error>(())
        })
    }

    /// Of the process and its descendants, in bytes, now.
    fn memory(&self) -> Option<f64> {
        self.inner.gauge.bytes()
    }

    fn terminate(&self) {
        unsafe { libc::kill(-self.inner.pid, libc::SIGTERM) };
    }

    fn kill(&self) {
        children::kill(self.inner.pid);
        // Pipes that a stray still holds must not keep us.
        if self.inner.has_exited.get() {
            for outlet in self.inner.outlets.take() {
                outlet.close();
            }
        }
    }
}

fn code_of(status: i32) -> Option<i32> {
    libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status))
}

fn signal_of(status: i32) -> Option<i32> {
    libc::WIFSIGNALED(status).then(|| libc::WTERMSIG(status))
}
