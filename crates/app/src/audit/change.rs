//! What a row of the trail tells.

use analytics_model::{OrganizationId, ProjectId};
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// What stands in place of a secret.
const MASK: &str = "********";
/// Parts of the names of fields whose values are secret.
const SECRET: &[&str] = &["password", "token", "secret", "key_hash", "recovery", "credential"];

/// Something that was done, to be written into the trail.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(super) action: &'static str,
    pub(super) resource_type: &'static str,
    pub(super) resource_id: Option<Uuid>,
    pub(super) organization: Option<OrganizationId>,
    pub(super) project: Option<ProjectId>,
    pub(super) old: Option<Value>,
    pub(super) new: Option<Value>,
    pub(super) details: Value,
}

impl Change {
    /// Begins a row: `action` is what was done to what, such as `project.update`; what stands before the dot is the
    /// type of the resource.
    pub(crate) fn new(action: &'static str) -> Self {
        let resource_type = action.split('.').next().unwrap_or(action);
        Self {
            action,
            resource_type,
            resource_id: None,
            organization: None,
            project: None,
            old: None,
            new: None,
            details: json!({}),
        }
    }

    /// Says to what it was done.
    pub(crate) fn on(mut self, resource: impl Into<Uuid>) -> Self {
        self.resource_id = Some(resource.into());
        self
    }

    /// Says in which organization; its admins may read the row.
    pub(crate) fn within(mut self, organization: OrganizationId) -> Self {
        self.organization = Some(organization);
        self
    }

    /// Says in which project.
    pub(crate) fn project(mut self, project: ProjectId) -> Self {
        self.project = Some(project);
        self
    }

    /// Tells what was there before; secrets are masked.
    pub(crate) fn old(mut self, old: &impl Serialize) -> Self {
        self.old = masked(old);
        self
    }

    /// Tells what is there now; secrets are masked.
    pub(crate) fn new_values(mut self, new: &impl Serialize) -> Self {
        self.new = masked(new);
        self
    }

    /// Tells before and after of the fields that differ.
    pub(crate) fn changed(mut self, old: &impl Serialize, new: &impl Serialize) -> Self {
        let differ = |one: &Value, other: &Value| -> Option<Value> {
            let (one, other) = (one.as_object()?, other.as_object()?);
            let fields = one.iter().filter(|(name, value)| other.get(*name) != Some(*value));
            Some(Value::Object(fields.map(|(name, value)| (name.clone(), value.clone())).collect()))
        };
        let (before, after) = (json_of(old), json_of(new));
        self.old = differ(&before, &after).as_ref().and_then(masked).or_else(|| masked(&before));
        self.new = differ(&after, &before).as_ref().and_then(masked).or_else(|| masked(&after));
        self
    }

    /// Adds what helps to understand it: a name, an address, a reason.
    pub(crate) fn details(mut self, details: Value) -> Self {
        self.details = mask(details);
        self
    }
}

fn json_of(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

fn masked(value: &impl Serialize) -> Option<Value> {
    Some(mask(json_of(value))).filter(|value| !value.is_null())
}

/// Hides the values of fields that hold secrets, however deep they lie.
pub(crate) fn mask(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(fields.into_iter().map(mask_field).collect::<Map<_, _>>()),
        Value::Array(items) => Value::Array(items.into_iter().map(mask).collect()),
        other => other,
    }
}

fn mask_field((name, value): (String, Value)) -> (String, Value) {
    let lower = name.to_lowercase();
    let is_secret = SECRET.iter().any(|part| lower.contains(part)) && matches!(value, Value::String(_));
    let value = if is_secret { Value::String(MASK.to_owned()) } else { mask(value) };
    (name, value)
}
