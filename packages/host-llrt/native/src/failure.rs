//! Errors, on their way to JavaScript and out of the program.

use std::io;

use rquickjs::{CatchResultExt, Ctx, Error, Exception, Function, function::IntoArgs};

/// A defect: told on stderr, with the exit code of one (EX_SOFTWARE).
pub fn die(message: &str) -> ! {
    let line = format!("lambda-bootstraps: this is a defect of lambda-bootstraps, please report it: {message}\n");
    crate::output::write(2, line.as_bytes());
    crate::natives::end(70)
}

/// Calls into JavaScript from the event loop, where nobody could catch what it throws.
pub fn call<'js, A: IntoArgs<'js>>(ctx: &Ctx<'js>, function: &Function<'js>, arguments: A) {
    if let Err(error) = function.call::<A, ()>(arguments).catch(ctx) {
        die(&error.to_string());
    }
}

/// An Error with a `code`, worded like Node's.
pub fn system_error<'js>(ctx: &Ctx<'js>, error: &io::Error, doing: &str) -> Error {
    let made = Exception::from_message(ctx.clone(), &words_like_node(error, doing)).and_then(|exception| {
        exception.as_object().set("code", code_of(error))?;
        exception.as_object().set("words", words_of(error))?;
        Ok(exception)
    });
    match made {
        Ok(exception) => exception.throw(),
        Err(error) => error,
    }
}

/// `ENOENT: no such file or directory, open '/x'`.
pub fn words_like_node(error: &io::Error, doing: &str) -> String {
    format!("{}: {}, {doing}", code_of(error), words_of(error))
}

/// The system's words as Go and Node write them: lower case, without the number.
fn words_of(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

pub fn code_of(error: &io::Error) -> &'static str {
    match error.raw_os_error() {
        Some(libc::E2BIG) => "E2BIG",
        Some(libc::EACCES) => "EACCES",
        Some(libc::EADDRINUSE) => "EADDRINUSE",
        Some(libc::EADDRNOTAVAIL) => "EADDRNOTAVAIL",
        Some(libc::EAFNOSUPPORT) => "EAFNOSUPPORT",
        Some(libc::EAGAIN) => "EAGAIN",
        Some(libc::ECONNREFUSED) => "ECONNREFUSED",
        Some(libc::ECONNRESET) => "ECONNRESET",
        Some(libc::EHOSTUNREACH) => "EHOSTUNREACH",
        Some(libc::EINVAL) => "EINVAL",
        Some(libc::EIO) => "EIO",
        Some(libc::EISDIR) => "EISDIR",
        Some(libc::ELOOP) => "ELOOP",
        Some(libc::EMFILE) => "EMFILE",
        Some(libc::ENAMETOOLONG) => "ENAMETOOLONG",
        Some(libc::ENFILE) => "ENFILE",
        Some(libc::ENETUNREACH) => "ENETUNREACH",
        Some(libc::ENOENT) => "ENOENT",
        Some(libc::ENOEXEC) => "ENOEXEC",
        Some(libc::ENOMEM) => "ENOMEM",
        Some(libc::ENOSPC) => "ENOSPC",
        Some(libc::ENOTDIR) => "ENOTDIR",
        Some(libc::EPERM) => "EPERM",
        Some(libc::EPIPE) => "EPIPE",
        Some(libc::ETIMEDOUT) => "ETIMEDOUT",
        Some(libc::ETXTBSY) => "ETXTBSY",
        // Names are looked up by the C library, which has codes of its own.
        None => "ENOTFOUND",
        _ => "UNKNOWN",
    }
}
