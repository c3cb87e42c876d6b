//! What lists of the catalogue hold.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use http_kit::Version;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::definitions::Definition;

/// A whole list: it is short by nature.
#[derive(Serialize, ToSchema)]
pub(crate) struct Catalogue<T> {
    pub(super) items: Vec<T>,
}

/// An event name that has arrived.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventName {
    #[schema(example = "sign up")]
    pub(super) name: String,
    /// How many events of that name there are; of those with a property, about how many.
    pub(super) count: u64,
    /// When the first of them happened.
    pub(super) first_seen_at: DateTime<Utc>,
    /// When the last of them happened.
    pub(super) last_seen_at: DateTime<Utc>,
    #[serde(flatten)]
    pub(super) said: Said,
}

/// A property that can be filtered, broken down and measured.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Property {
    #[schema(example = "plan")]
    pub(super) name: String,
    /// What people call it.
    pub(super) label: String,
    pub(super) source: Source,
    #[serde(rename = "type")]
    pub(super) kind: Kind,
    /// How many values are of which type, about.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) types: BTreeMap<Kind, u64>,
    /// In about how many events it is set; absent for columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) count: Option<u64>,
    /// When the first event that has it happened; absent where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_seen_at: Option<DateTime<Utc>>,
    /// When the last event that has it happened; absent where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_seen_at: Option<DateTime<Utc>>,
    #[serde(flatten)]
    pub(super) said: Said,
}

/// What people say of an event or a property.
#[derive(Debug, Default, Clone, Serialize, ToSchema)]
pub(crate) struct Said {
    pub(super) description: String,
    pub(super) tags: Vec<String>,
    /// Whether lists to choose from leave it out.
    pub(super) is_hidden: bool,
    /// What to send as `If-Match` with a change of what is said that is for it as it is here.
    pub(super) version: Option<Version>,
}

impl From<&Definition> for Said {
    fn from(definition: &Definition) -> Self {
        let version = Some(definition.version());
        let Definition { description, tags, is_hidden, .. } = definition.clone();
        Self { description, tags, is_hidden, version }
    }
}

/// Where a property is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PropertySource)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    /// In a column that every event has.
    Column,
    /// In the properties an event was sent with.
    Property,
    /// It was said about the person, by `$set`.
    Person,
}

/// What a property's values are.
#[derive(Serialize, ToSchema, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[schema(as = PropertyKind)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Text.
    Text,
    /// Numbers.
    Number,
    /// True and false.
    Boolean,
    /// Text in the form of ISO 8601.
    Time,
    /// Lists.
    List,
    /// Objects.
    Object,
    /// Some of this and some of that.
    Mixed,
}

/// A value that a property has.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct PropertyValue {
    pub(super) value: String,
    /// How many events have it, about.
    pub(super) count: u64,
}

/// An event's name with its counts, as the analytics store answers.
#[derive(Deserialize)]
pub(super) struct NameRow {
    name: String,
    count: u64,
    first_seen_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
}

impl From<NameRow> for EventName {
    fn from(row: NameRow) -> Self {
        let NameRow { name, count, first_seen_at, last_seen_at } = row;
        Self { name, count, first_seen_at, last_seen_at, said: Said::default() }
    }
}

/// A property with its counts, as the analytics store answers.
#[derive(Deserialize)]
pub(super) struct PropertyRow {
    name: String,
    texts: u64,
    numbers: u64,
    booleans: u64,
    times: u64,
    lists: u64,
    objects: u64,
    first_seen_at: Option<DateTime<Utc>>,
    last_seen_at: Option<DateTime<Utc>>,
}

impl PropertyRow {
    pub(super) fn property(self, source: Source) -> Property {
        let kinds = [
            (Kind::Text, self.texts),
            (Kind::Number, self.numbers),
            (Kind::Boolean, self.booleans),
            (Kind::Time, self.times),
            (Kind::List, self.lists),
            (Kind::Object, self.objects),
        ];
        let types: BTreeMap<Kind, u64> = kinds.into_iter().filter(|(_, count)| *count > 0).collect();
        let only = if types.len() == 1 { types.keys().next().copied() } else { None };
        Property {
            label: self.name.clone(),
            name: self.name,
            source,
            kind: only.unwrap_or(Kind::Mixed),
            count: Some(types.values().sum()),
            types,
            first_seen_at: self.first_seen_at,
            last_seen_at: self.last_seen_at,
            said: Said::default(),
        }
    }
}
