//! Everything that JavaScript sees of us: the global `lambdaBootstrapsNative`. `src/native.ts` has its types.

use std::{env, time::Instant};

use rquickjs::{
    Class, Ctx, Object, Result, TypedArray, Value,
    prelude::{Async, Func},
};

use crate::{child, children, codecs, exchange, files, http, output, reply_stream, signals, tcp, watch};

pub fn install(ctx: &Ctx<'_>) -> Result<()> {
    llrt_exceptions::init(ctx)?;
    llrt_events::init(ctx)?;
    llrt_abort::init(ctx)?;
    llrt_timers::init(ctx)?;
    llrt_util::init(ctx)?;
    let globals = ctx.globals();
    Class::<child::Child>::define(&globals)?;
    Class::<exchange::Exchange>::define(&globals)?;
    Class::<reply_stream::ReplyStream>::define(&globals)?;
    Class::<http::Listener>::define(&globals)?;
    Class::<tcp::Connection>::define(&globals)?;
    Class::<watch::Watcher>::define(&globals)?;

    let native = Object::new(ctx.clone())?;
    native.set("arguments", env::args_os().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>())?;
    native.set("environment", environment(ctx)?)?;
    native.set("workingDirectory", path_text(env::current_dir().ok()))?;
    native.set("executable", path_text(env::current_exe().ok()))?;
    native.set("architecture", if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" })?;
    native.set("processId", std::process::id())?;
    native.set("processors", std::thread::available_parallelism().map_or(1, usize::from))?;
    let start = Instant::now();
    native.set("monotonic", Func::from(move || start.elapsed().as_secs_f64() * 1000.0))?;
    native.set("randomId", Func::from(codecs::random_id))?;
    native.set("jsonFlaw", Func::from(codecs::json_flaw))?;
    native.set("crc32", Func::from(codecs::crc32))?;
    native.set("base64Encode", Func::from(codecs::base64_encode))?;
    native.set("base64Decode", Func::from(codecs::base64_decode))?;
    native.set("read", Func::from(files::read))?;
    native.set("readStart", Func::from(files::read_start))?;
    native.set("stat", Func::from(files::stat))?;
    native.set("list", Func::from(files::list))?;
    native.set("append", Func::from(files::append))?;
    native.set("watch", Func::from(watch::watch))?;
    native.set("readStdin", Func::from(Async(files::read_stdin)))?;
    native.set("write", Func::from(write))?;
    native.set("loss", Func::from(Async(output::loss)))?;
    native.set("onSignal", Func::from(signals::on_signal))?;
    native.set("exit", Func::from(|code| -> () { end(code) }))?;
    native.set("listen", Func::from(Async(http::listen)))?;
    native.set("connect", Func::from(Async(tcp::connect)))?;
    native.set("spawn", Func::from(child::spawn))?;
    globals.set("lambdaBootstrapsNative", native)
}

/// Ends the program, once all it wrote is out. Runtimes do not outlive it.
pub fn end(code: i32) -> ! {
    children::kill_all();
    output::flush();
    std::process::exit(code)
}

fn write(fd: i32, content: Value<'_>) -> Result<()> {
    match content.as_string() {
        Some(text) => output::write(fd, text.to_string()?.as_bytes()),
        None => output::write(fd, TypedArray::<u8>::from_value(content)?.as_bytes().unwrap_or_default()),
    }
    Ok(())
}

fn environment<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let variables = Object::new(ctx.clone())?;
    for (name, value) in env::vars_os() {
        variables.set(name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())?;
    }
    Ok(variables)
}

fn path_text(path: Option<std::path::PathBuf>) -> String {
    path.map_or_else(|| "/".into(), |path| path.to_string_lossy().into_owned())
}
