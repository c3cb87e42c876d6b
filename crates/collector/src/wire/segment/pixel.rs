//! Calls made by asking for a picture: each parameter of the address is a field, with dots between their names.

use serde_json::{Map, Value};

use crate::wire::Request;

/// No call nests deeper.
const DEEPEST: usize = 5;

/// Returns the body that a library would have sent.
pub fn body(request: &Request<'_>) -> Vec<u8> {
    let mut fields = Map::new();
    for (name, value) in url::form_urlencoded::parse(request.query.as_bytes()) {
        let parts: Vec<&str> = name.split('.').collect();
        if parts.len() <= DEEPEST && parts.iter().all(|part| !part.is_empty()) {
            put(&mut fields, &parts, Value::from(value.into_owned()));
        }
    }
    Value::Object(fields).to_string().into_bytes()
}

fn put(fields: &mut Map<String, Value>, name: &[&str], value: Value) {
    match name {
        [last] => {
            fields.insert((*last).to_owned(), value);
        }
        [first, rest @ ..] => {
            let inner = fields.entry((*first).to_owned()).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
        [] => {}
    }
}
