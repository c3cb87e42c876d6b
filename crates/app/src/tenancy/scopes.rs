//! What keys are for, and what secret ones may do.

use http_kit::FieldError;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Action, Conditions, Error, Permission, Resource, rights::Access};

const MOST_SCOPES: usize = 100;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// Sends events, and may be public: it reads nothing.
    Write,
    /// Asks, as its scopes allow: for programs that can keep a secret.
    Secret,
}

impl KeyKind {
    /// Returns what every key of the kind begins with, so that one left in public is recognised.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::Write => "rdx_",
            Self::Secret => "rdxs_",
        }
    }

    /// Returns the word in the table.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Secret => "secret",
        }
    }

    pub(super) fn of(word: &str) -> Option<Self> {
        [Self::Write, Self::Secret].into_iter().find(|kind| kind.word() == word)
    }
}

/// Returns what a key may do; words of a later version give no right.
pub(super) fn permissions(kind: KeyKind, stored: &Value) -> Vec<Permission> {
    match kind {
        KeyKind::Write => vec![permission(Resource::Events, Action::Create)],
        KeyKind::Secret => words(stored).iter().filter_map(|scope| read(scope)).collect(),
    }
}

/// Returns the scopes as they are stored.
pub(super) fn words(stored: &Value) -> Vec<String> {
    serde_json::from_value(stored.clone()).unwrap_or_default()
}

/// Says what is wrong with the scopes of a key of this kind.
pub(super) fn check(kind: KeyKind, scopes: &[String], errors: &mut Vec<FieldError>) {
    if kind == KeyKind::Write && !scopes.is_empty() {
        errors.push(FieldError::new("scopes", "not_for_write", "must be empty: a write key sends events and no more"));
        return;
    }
    if kind == KeyKind::Secret && scopes.is_empty() {
        errors.push(FieldError::new("scopes", "missing", "must name what the key may do, such as insights:run"));
    }
    if scopes.len() > MOST_SCOPES {
        errors.push(FieldError::new("scopes", "too_many", "must be 100 at most"));
        return;
    }
    for (index, scope) in scopes.iter().enumerate() {
        let field = || format!("scopes[{index}]");
        match read(scope) {
            None => errors.push(FieldError::new(field(), "unknown", "must be a resource and an action: insights:run")),
            Some(permission) if !is_for_keys(permission.resource) => {
                errors.push(FieldError::new(field(), "not_for_keys", "is for people alone"));
            }
            Some(_) => {}
        }
    }
}

/// Refuses scopes that who gives them doesn't have whole: a key must not be a way to more.
pub(super) fn check_own(access: &Access, scopes: &[String]) -> Result<(), Error> {
    if scopes.is_empty() {
        return Ok(());
    }
    // A scope is for all rows, so who is limited to some can give away none that shows any.
    let scopes: Vec<Permission> = scopes.iter().filter_map(|scope| read(scope)).collect();
    if access.covers(&scopes, &[]) { Ok(()) } else { Err(Error::BeyondOwnRights) }
}

/// Who comes into a project and what they may do there stays with people.
fn is_for_keys(resource: Resource) -> bool {
    !matches!(resource, Resource::ProjectMembers | Resource::ApiKeys | Resource::Grants)
}

fn read(scope: &str) -> Option<Permission> {
    let (resource, action) = scope.split_once(':')?;
    let resource = serde_json::from_value(Value::from(resource)).ok()?;
    Some(permission(resource, serde_json::from_value(Value::from(action)).ok()?))
}

fn permission(resource: Resource, action: Action) -> Permission {
    Permission { resource, action, conditions: Conditions::default() }
}
