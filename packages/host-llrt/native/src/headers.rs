//! Headers between hyper and JavaScript. As in Node, each byte of a value is a character.

use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use rquickjs::{Ctx, Exception, Object, Result, Value};

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

/// Each line as a name and a value; repeated ones stay apart.
pub fn lines(headers: &HeaderMap) -> Vec<Vec<String>> {
    headers.iter().map(|(name, value)| vec![name.to_string(), latin1(value)]).collect()
}

fn latin1(value: &HeaderValue) -> String {
    value.as_bytes().iter().map(|byte| char::from(*byte)).collect()
}

/// A list of values makes a line of each.
pub fn header_map<'js>(ctx: &Ctx<'js>, headers: Object<'js>) -> Result<HeaderMap> {
    let mut map = HeaderMap::new();
    for entry in headers.props::<String, Value>() {
        let (name, value) = entry?;
        match value.as_array() {
            Some(values) => values.iter::<String>().try_for_each(|value| append(ctx, &mut map, &name, &value?))?,
            None => append(ctx, &mut map, &name, &value.get::<String>()?)?,
        }
    }
    Ok(map)
}

fn append(ctx: &Ctx<'_>, map: &mut HeaderMap, name: &str, value: &str) -> Result<()> {
    let bytes: Option<Vec<u8>> = value.chars().map(|letter| u8::try_from(letter).ok()).collect();
    let parsed = bytes.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok()).zip(name.parse::<HeaderName>().ok());
    let Some((value, key)) = parsed else {
        return Err(Exception::throw_type(ctx, &format!("Invalid character in header content [\"{name}\"]")));
    };
    map.append(key, value);
    Ok(())
}
