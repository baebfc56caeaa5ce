//! The JavaScript of this executable is QuickJS bytecode at the end of its file, so that the Rust part is built once for
//! every bundle. Without any, the file is the compiler that makes it: `lambda-bootstraps IN.js OUT`.

use std::{
    env,
    ffi::{CStr, OsStr, OsString},
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
};

use rquickjs::{AsyncContext, AsyncRuntime, CatchResultExt, Module, WriteOptions, async_with};

/// The file's last bytes: the bytecode's length, little endian, and this.
const MARK: &[u8; 8] = b"LBbundle";
const TAIL_BYTES: u64 = 16;

pub fn attached() -> Option<Vec<u8>> {
    let mut file = File::open(own_path()).ok()?;
    let tail_at = file.seek(SeekFrom::End(-(TAIL_BYTES as i64))).ok()?;
    let mut tail = [0; TAIL_BYTES as usize];
    file.read_exact(&mut tail).ok()?;
    if &tail[8..] != MARK {
        return None;
    }
    let length = u64::from_le_bytes(tail[..8].try_into().ok()?);
    file.seek(SeekFrom::Start(tail_at.checked_sub(length)?)).ok()?;
    let mut code = vec![0; length as usize];
    file.read_exact(&mut code).ok()?;
    Some(code)
}

/// Where there is no `/proc`, the kernel still says what it executed.
fn own_path() -> OsString {
    let told = unsafe { libc::getauxval(libc::AT_EXECFN) } as *const libc::c_char;
    if fs::exists("/proc/self/exe").unwrap_or(false) || told.is_null() {
        return "/proc/self/exe".into();
    }
    let path = unsafe { CStr::from_ptr(told) };
    OsStr::from_bytes(path.to_bytes()).to_owned()
}

/// `[ENGINE] IN.js OUT`: ENGINE is an executable for another machine; this one unless told.
pub async fn compile() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (engine, source, out) = match &arguments[..] {
        [source, out] => (own_path(), source, out),
        [engine, source, out] => (engine.into(), source, out),
        _ => crate::failure::die("there is no bundle in this file; it makes one: [ENGINE] IN.js OUT"),
    };
    let text = fs::read(source).expect("the bundle");
    let runtime = AsyncRuntime::new().expect("a JavaScript runtime");
    let context = AsyncContext::full(&runtime).await.expect("a context");
    let code = async_with!(context => |ctx| {
        let module = Module::declare(ctx.clone(), "lambda-bootstraps", text)
            .and_then(|module| module.write(WriteOptions::default()));
        module.catch(&ctx).map_err(|error| error.to_string())
    })
    .await
    .unwrap_or_else(|error| crate::failure::die(&error));

    let mut file = fs::read(engine).expect("the engine");
    file.extend_from_slice(&code);
    file.extend_from_slice(&(code.len() as u64).to_le_bytes());
    file.extend_from_slice(MARK);
    fs::write(out, file).expect("the executable");
    fs::set_permissions(out, fs::Permissions::from_mode(0o755)).expect("the executable's mode");
}
