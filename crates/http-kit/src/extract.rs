//! Extractors that refuse with problems which name what is wrong.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{FieldError, Problem};

/// No text of ours has the character NUL, and PostgreSQL keeps none: it gets in nowhere.
const ENCODED_NUL: &str = "%00";
/// Longer ones than anybody needs would be patterns that SQLite refuses to look for.
const LONGEST_QUERY: usize = 8_000;
const ESCAPED_NUL: &[u8] = br"\u0000";

/// A JSON body, of a request or of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

/// The query string.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

/// The parameters of the path; a value that can't be one is 404, like one that isn't there.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        // Forms of foreign pages can't have this content type without asking first.
        if !is_json(request.headers()) {
            let detail = "the body must be JSON: send the header content-type: application/json";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type_unsupported", detail));
        }
        let body = Bytes::from_request(request, state).await.map_err(refused_body)?;
        parse(&body).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        if query.contains(ENCODED_NUL) {
            return Err(Problem::bad_request("query_invalid", "the query must not contain the character NUL"));
        }
        if query.len() > LONGEST_QUERY {
            return Err(Problem::bad_request("query_invalid", "the query must have at most 8,000 characters"));
        }
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(query) => Ok(Self(query.0)),
            Err(rejection) => Err(Problem::bad_request("query_invalid", rejection.body_text())),
        }
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.path().contains(ENCODED_NUL) {
            return Err(Problem::not_found());
        }
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(path) => Ok(Self(path.0)),
            Err(_) => Err(Problem::not_found()),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()) else { return false };
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn refused_body(rejection: BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "the body is larger than this path takes",
        );
    }
    Problem::bad_request("body_incomplete", "the body could not be read to its end")
}

/// Reads a JSON value that was already parsed, and names the field that is wrong.
pub fn read<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| refused(&error))
}

/// Returns where in a value the character NUL is, in a text or in the name of a field.
pub(crate) fn find_nul(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| Some(format!("[{index}]{}", find_nul(item)?)))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let inside = if name.contains('\0') { String::new() } else { find_nul(value)? };
            Some(format!(".{}{inside}", name.replace('\0', "")))
        }),
        _ => None,
    }
}

fn refuse_nul(body: &[u8]) -> Result<(), Problem> {
    // Few bodies have an escaped NUL, so that few are read twice; in some it is an escaped backslash.
    if !body.windows(ESCAPED_NUL.len()).any(|part| part == ESCAPED_NUL) {
        return Ok(());
    }
    let Some(place) = serde_json::from_slice(body).ok().and_then(|value| find_nul(&value)) else { return Ok(()) };
    let field = field_path(place.trim_start_matches('.'), None);
    Err(Problem::invalid(vec![FieldError::new(field, "invalid", "must not contain the character NUL")]))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    refuse_nul(body)?;
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| refused(&error))?;
    json.end().map_err(|error| not_json(&error))?;
    Ok(value)
}

fn refused(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    if !inner.is_data() {
        return not_json(inner);
    }
    let text = inner.to_string();
    // The line and column that serde_json adds say less than the field's path.
    let detail = text.rsplit_once(" at line ").map_or(text.as_str(), |(detail, _)| detail);
    let (code, name) = match detail.split('`').nth(1) {
        Some(name) if detail.starts_with("missing field") => ("missing", Some(name)),
        Some(name) if detail.starts_with("unknown field") => ("unknown", Some(name)),
        _ => ("invalid", None),
    };
    Problem::invalid(vec![FieldError::new(field_path(&error.path().to_string(), name), code, detail)])
}

/// Joins the path of a value with the name of the field that is missing in it, or too much.
fn field_path(path: &str, name: Option<&str>) -> String {
    let root = if path == "." { "" } else { path };
    match name {
        Some(name) if root.is_empty() => name.to_owned(),
        // For an unknown field the path already ends with it.
        Some(name) if root == name || root.ends_with(&format!(".{name}")) => root.to_owned(),
        Some(name) => format!("{root}.{name}"),
        None if root.is_empty() => "body".to_owned(),
        None => root.to_owned(),
    }
}

fn not_json(error: &serde_json::Error) -> Problem {
    Problem::bad_request("json_invalid", format!("the body is not valid JSON: {error}"))
}
