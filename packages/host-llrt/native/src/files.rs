//! Files. They are small and near, so they are read in one go.

use std::{
    ffi::CString,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
};

use rquickjs::{Ctx, Object, Result, TypedArray};

use crate::failure::system_error;

pub fn read<'js>(ctx: Ctx<'js>, path: String) -> Result<TypedArray<'js, u8>> {
    let bytes = fs::read(&path).map_err(|error| system_error(&ctx, &error, &format!("open '{path}'")))?;
    TypedArray::new(ctx, bytes)
}

pub fn read_start<'js>(ctx: Ctx<'js>, path: String, count: u64) -> Result<TypedArray<'js, u8>> {
    let bytes = start_of(&path, count).map_err(|error| system_error(&ctx, &error, &format!("open '{path}'")))?;
    TypedArray::new(ctx, bytes)
}

fn start_of(path: &str, count: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Undefined when nothing is there.
pub fn stat<'js>(ctx: Ctx<'js>, path: String) -> Result<Option<Object<'js>>> {
    let Ok(facts) = fs::metadata(&path) else { return Ok(None) };
    let kind = match facts.file_type() {
        kind if kind.is_file() => "file",
        kind if kind.is_dir() => "directory",
        _ => "other",
    };
    let object = Object::new(ctx)?;
    object.set("kind", kind)?;
    object.set("executable", kind == "file" && may_execute(&path))?;
    Ok(Some(object))
}

fn may_execute(path: &str) -> bool {
    CString::new(path).is_ok_and(|path| unsafe { libc::access(path.as_ptr(), libc::X_OK) == 0 })
}

pub fn list(path: String) -> Vec<String> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

pub fn append<'js>(ctx: Ctx<'js>, path: String, bytes: TypedArray<'js, u8>) -> Result<()> {
    let write = |file: &mut File| file.write_all(bytes.as_bytes().unwrap_or_default());
    let result = OpenOptions::new().append(true).open(&path).and_then(|mut file| write(&mut file));
    result.map_err(|error| system_error(&ctx, &error, &format!("open '{path}'")))
}

pub async fn read_stdin<'js>(ctx: Ctx<'js>) -> Result<TypedArray<'js, u8>> {
    let reading = tokio::task::spawn_blocking(|| {
        let mut bytes = Vec::new();
        // What came before an error is what there is.
        let _ = io::stdin().read_to_end(&mut bytes);
        bytes
    });
    TypedArray::new(ctx, reading.await.unwrap_or_default())
}
