//! Headers between hyper and JavaScript. As in Node, each byte of a value is a character.

use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use rquickjs::{Ctx, Exception, Object, Result};

/// Repeated ones are joined.
pub fn joined(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let mut text = latin1(values.next()?);
    for value in values {
        text.push_str(", ");
        text.push_str(&latin1(value));
    }
    Some(text)
}

fn latin1(value: &HeaderValue) -> String {
    value.as_bytes().iter().map(|byte| char::from(*byte)).collect()
}

pub fn header_map<'js>(ctx: &Ctx<'js>, headers: Object<'js>) -> Result<HeaderMap> {
    let mut map = HeaderMap::new();
    for entry in headers.props::<String, String>() {
        let (name, value) = entry?;
        let bytes: Option<Vec<u8>> = value.chars().map(|letter| u8::try_from(letter).ok()).collect();
        let parsed = bytes.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok()).zip(name.parse::<HeaderName>().ok());
        let Some((value, key)) = parsed else {
            return Err(Exception::throw_type(ctx, &format!("Invalid character in header content [\"{name}\"]")));
        };
        map.append(key, value);
    }
    Ok(map)
}
