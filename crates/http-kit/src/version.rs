//! Versions of what can be edited: `ETag` with what is read, `If-Match` with what is changed (RFC 9110).
//!
//! A version is made of what a change can change, and of nothing else: who reads it, and when, makes no difference.

use std::fmt::Write;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::{
    IntoParams, ToSchema,
    openapi::{
        ObjectBuilder, Required, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::{Json, Problem};

/// The code of the refusal of a change to something that is not as its author has seen it.
pub(crate) const CHANGED: &str = "changed_meanwhile";
const CHARACTERS: usize = 22;
const MOST_TAGS: usize = 50;

/// What tells one state of a thing from all others; it means nothing beside that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(value_type = String, example = "q83vEjRWeJCrze8SNFZ4kA")]
#[serde(transparent)]
pub struct Version(String);

impl Version {
    /// Returns the version of something with this state.
    pub fn of(state: &impl Serialize) -> Self {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let mut text = String::new();
        // Stores give the fields of an object back in an order of their own.
        write_sorted(&serde_json::to_value(state).unwrap_or_default(), &mut text);
        let mut version = URL_SAFE_NO_PAD.encode(Sha256::digest(text));
        version.truncate(CHARACTERS);
        Self(version)
    }

    fn tag(&self) -> String {
        format!("\"{}\"", self.0)
    }
}

fn write_sorted(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_sorted(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (name, item) in fields {
                // Writing into a text never fails.
                let _ = write!(text, "{}:", Value::from(name.as_str()));
                write_sorted(item, text);
                text.push(',');
            }
            text.push('}');
        }
        plain => {
            let _ = write!(text, "{plain}");
        }
    }
}

/// What has become of something since somebody read it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ChangedMeanwhile)]
pub struct Changed {
    /// The version it has now; absent where it is not there any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// The last changes that were made to it, the newest first, as far as who asks may see them.
    pub changes: Vec<MadeChange>,
}

/// A change that was made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MadeChange {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// By whom; absent where it was a program, or somebody who asks may not know of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What was done, as the audit log calls it.
    #[schema(example = "role.update")]
    pub action: String,
    /// The fields that have other values since.
    pub fields: Vec<String>,
}

/// Something with a version.
pub trait Versioned {
    /// Returns the version that a change to it is for.
    fn version(&self) -> &Version;
}

/// A JSON body with the version of what is in it as `ETag`.
#[derive(Debug)]
pub struct Tagged<T>(pub T);

impl<T: Versioned + Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let tag = HeaderValue::try_from(self.0.version().tag());
        let mut response = Json(self.0).into_response();
        if let Ok(tag) = tag {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

/// What a request wants to change: the states it is for, by `If-Match`. Without that header it is for any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IfMatch(Option<Vec<String>>);

impl IfMatch {
    fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut tags = Vec::new();
        let mut lines = headers.get_all(header::IF_MATCH).iter().peekable();
        if lines.peek().is_none() {
            return Ok(Self(None));
        }
        for line in lines {
            let text = line.to_str().map_err(|_| malformed())?;
            for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
                if tag == "*" {
                    tags.push(tag.to_owned());
                    continue;
                }
                // A weak tag is never the same as a strong one; what it holds does not matter.
                let quoted = tag.strip_prefix("W/").unwrap_or(tag);
                let inner = quoted.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).ok_or_else(malformed)?;
                if !tag.starts_with("W/") {
                    tags.push(inner.to_owned());
                }
            }
        }
        if tags.len() > MOST_TAGS {
            return Err(malformed());
        }
        Ok(Self(Some(tags)))
    }

    /// Returns whether a change may be made to something of this version; where there is none, nothing is there yet.
    pub fn allows(&self, current: Option<&Version>) -> bool {
        let Some(tags) = &self.0 else { return true };
        current.is_some_and(|current| tags.iter().any(|tag| tag == "*" || *tag == current.0))
    }
}

fn malformed() -> Problem {
    let detail = "If-Match must hold versions in quotes, such as \"q83vEjRWeJCrze8SNFZ4kA\", or be *";
    Problem::new(StatusCode::BAD_REQUEST, "if_match_invalid", detail)
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(&parts.headers)
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "The version that the change is for, in quotes, as `ETag` and the field `version` tell it. \
                           Where it is another by now, the change is refused with 412; without this header it is made.";
        let schema = ObjectBuilder::new().schema_type(Type::String).build();
        let parameter = ParameterBuilder::new()
            .name("If-Match")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(description))
            .schema(Some(schema));
        vec![parameter.build()]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sent(lines: &[&str]) -> Result<IfMatch, Problem> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::IF_MATCH, line.parse().unwrap());
        }
        IfMatch::of(&headers)
    }

    #[test]
    fn a_version_is_of_the_state_alone() {
        let one = Version::of(&json!({ "a": 1, "b": { "c": [1, 2], "d": "x" } }));
        assert_eq!(one, Version::of(&json!({ "b": { "d": "x", "c": [1, 2] }, "a": 1 })));
        for other in
            [json!({ "a": 1 }), json!({ "a": 1, "b": { "c": [2, 1], "d": "x" } }), json!([]), json!({}), json!(null)]
        {
            assert_ne!(one, Version::of(&other), "{other}");
        }
        // What separates parts can't be put into one of them.
        assert_ne!(Version::of(&json!(["a", "b"])), Version::of(&json!(["a\",\"b"])));
        assert_eq!(one.0.len(), CHARACTERS);
    }

    #[test]
    fn a_change_is_for_the_versions_it_names() {
        let (current, other) = (Version::of(&1), Version::of(&2));
        let (tag, others) = (current.tag(), other.tag());
        for right in [vec![tag.as_str()], vec!["*"], vec![&format!("{others}, {tag}")], vec![&others, &tag]] {
            assert!(sent(&right).unwrap().allows(Some(&current)), "{right:?}");
        }
        assert!(sent(&[]).unwrap().allows(Some(&current)) && sent(&[]).unwrap().allows(None));
        for wrong in [others.clone(), format!("W/{tag}"), "\"\"".to_owned(), String::new()] {
            assert!(!sent(&[&wrong]).unwrap().allows(Some(&current)), "{wrong}");
        }
        assert!(!sent(&["*"]).unwrap().allows(None) && !sent(&[&tag]).unwrap().allows(None));
        for malformed in ["abc", "\"abc", "abc\"", "W/abc"] {
            assert_eq!(sent(&[malformed]).unwrap_err().code(), "if_match_invalid", "{malformed}");
        }
    }
}
