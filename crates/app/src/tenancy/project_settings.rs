//! The settings of a project that have no column of their own.

use http_kit::FieldError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::organizations::check_currency;

const MOST_RETENTION_DAYS: u32 = 3_650;

/// The settings of a project that have no column of their own.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ProjectSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) currency: Option<String>,
    /// After how many days events are erased; never where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) retention_days: Option<u32>,
}

impl ProjectSettings {
    /// Reads what is stored.
    pub(super) fn of(stored: &Value) -> Self {
        serde_json::from_value(stored.clone()).unwrap_or_default()
    }

    /// Writes them beside what other versions keep there.
    pub(super) fn store(&self, stored: &mut Value) {
        let mut fields = stored.as_object().cloned().unwrap_or_default();
        fields.retain(|name, _| !matches!(name.as_str(), "currency" | "retention_days"));
        if let Ok(Value::Object(own)) = serde_json::to_value(self) {
            fields.extend(own);
        }
        *stored = Value::Object(fields);
    }

    /// Changes what is told; null takes a setting away.
    pub(super) fn apply(
        &mut self,
        currency: Option<Option<String>>,
        retention_days: Option<Option<u32>>,
        errors: &mut Vec<FieldError>,
    ) {
        if let Some(currency) = currency {
            errors.extend(currency.as_deref().and_then(|currency| check_currency("currency", currency)));
            self.currency = currency;
        }
        if let Some(days) = retention_days {
            if days.is_some_and(|days| !(1..=MOST_RETENTION_DAYS).contains(&days)) {
                let detail = "must be 1 to 3650 days, or null for forever";
                errors.push(FieldError::new("retention_days", "out_of_range", detail));
            }
            self.retention_days = days;
        }
    }
}
