//! What would cost 100 ns a byte in JavaScript.

use rquickjs::{Ctx, Result, String as JsString, TypedArray};
use serde::{Deserialize, de::IgnoredAny};

/// Why the bytes are not one JSON text, or undefined.
pub fn json_flaw(bytes: TypedArray<'_, u8>) -> Option<String> {
    let bytes = bytes.as_bytes().unwrap_or_default();
    // A byte order mark is no part of the text, as TextDecoder has it on Node.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if std::str::from_utf8(bytes).is_err() {
        return Some("it is not text in UTF-8".into());
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let result = IgnoredAny::deserialize(&mut reader).and_then(|_| reader.end());
    result.err().map(|error| error.to_string())
}

pub fn base64_encode(bytes: TypedArray<'_, u8>) -> String {
    base64_simd::STANDARD.encode_to_string(bytes.as_bytes().unwrap_or_default())
}

/// Padding is optional; anything but the standard alphabet is an error.
pub fn base64_decode<'js>(ctx: Ctx<'js>, text: String) -> Result<Option<TypedArray<'js, u8>>> {
    let trimmed = text.trim();
    let bare = trimmed.strip_suffix('=').unwrap_or(trimmed);
    let bare = bare.strip_suffix('=').unwrap_or(bare);
    let is_clean = bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/');
    if !is_clean {
        return Ok(None);
    }
    match base64_simd::forgiving_decode_to_vec(bare.as_bytes()) {
        Ok(bytes) => TypedArray::new(ctx, bytes).map(Some),
        Err(_) => Ok(None),
    }
}

/// The CRC-32 of gzip, continued from that of what came before (0 at first).
pub fn crc32(bytes: TypedArray<'_, u8>, before: f64) -> f64 {
    let mut hasher = crc32fast::Hasher::new_with_initial(before as u32);
    hasher.update(bytes.as_bytes().unwrap_or_default());
    hasher.finalize().into()
}

/// A version 4 UUID.
pub fn random_id<'js>(ctx: Ctx<'js>) -> Result<JsString<'js>> {
    let mut bytes = [0u8; 16];
    // Never short for so few bytes.
    unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) };
    bytes[6] = bytes[6] & 0x0F | 0x40;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    JsString::from_str(ctx, &text)
}
