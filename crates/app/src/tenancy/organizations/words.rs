//! What an organization may be called, which industries there are, and which settings.

use chrono_tz::Tz;
use http_kit::FieldError;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use analytics_model::WeekStart;

/// What an organization does for a living.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Industry {
    /// Hospitals, practices, insurers.
    Healthcare,
    /// Banks, payments.
    Finance,
    /// Shops.
    Retail,
    /// Software and hardware.
    Technology,
    /// Factories.
    Manufacturing,
    /// Anything else.
    Other,
}

impl Industry {
    pub(super) fn word(self) -> String {
        serde_json::to_value(self).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
    }

    pub(super) fn of(word: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::from(word)).ok()
    }
}

/// What new projects of an organization begin with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::tenancy) struct OrganizationSettings {
    /// The IANA zone of new projects; UTC where null.
    #[schema(required = true, example = "Europe/Berlin")]
    pub default_time_zone: Option<String>,
    /// The ISO 4217 currency of new projects; null for none.
    #[schema(required = true, example = "EUR")]
    pub default_currency: Option<String>,
    /// The day on which weeks of new projects begin; Monday where null.
    #[schema(required = true)]
    pub default_week_start: Option<WeekStart>,
}

/// What changes in the settings; what is left out stays, null takes a setting away.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::tenancy) struct SettingsChange {
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    default_time_zone: Option<Option<String>>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    default_currency: Option<Option<String>>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<WeekStart>)]
    default_week_start: Option<Option<WeekStart>>,
}

impl OrganizationSettings {
    /// Reads what is stored; settings of a later version are left alone by who only reads.
    pub(in crate::tenancy) fn of(stored: &serde_json::Value) -> Self {
        serde_json::from_value(stored.clone()).unwrap_or_default()
    }

    pub(super) fn apply(&mut self, change: SettingsChange, errors: &mut Vec<FieldError>) {
        if let Some(zone) = change.default_time_zone {
            if zone.as_deref().is_some_and(|zone| zone.parse::<Tz>().is_err()) {
                let detail = "must be the name of a time zone in the IANA database, such as Europe/Berlin";
                errors.push(FieldError::new("settings.default_time_zone", "unknown", detail));
            }
            self.default_time_zone = zone;
        }
        if let Some(currency) = change.default_currency {
            errors
                .extend(currency.as_deref().and_then(|currency| check_currency("settings.default_currency", currency)));
            self.default_currency = currency;
        }
        if let Some(day) = change.default_week_start {
            self.default_week_start = day;
        }
    }
}

/// Says what is wrong with a currency.
pub(in crate::tenancy) fn check_currency(field: &str, currency: &str) -> Option<FieldError> {
    let known = iso_currency::Currency::from_code(currency).is_some();
    (!known).then(|| FieldError::new(field, "unknown", "must be the code of a currency in ISO 4217, such as EUR"))
}

/// Says what is wrong with a name in addresses.
pub(super) fn check_slug(slug: &str) -> Option<FieldError> {
    let letters = slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let fits = (2..=100).contains(&slug.len()) && letters;
    (!fits).then(|| FieldError::new("slug", "invalid", "must have 2 to 100 letters a to z, digits and hyphens"))
}

/// Writes a name as part of an address: `Ada & Söhne` becomes `ada-s-hne`.
pub(in crate::tenancy) fn slug_of(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> =
        lower.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(80).collect();
    if slug.len() < 2 { "organization".to_owned() } else { slug.trim_end_matches('-').to_owned() }
}

/// Tells a field that is null from one that was left out.
pub(in crate::tenancy) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
