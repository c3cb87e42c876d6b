//! Why one event of many is refused.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::json::Object;
use crate::limits;
use crate::properties::quoted;

/// Why an event is refused, in stable codes for programs and words for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{reason}")]
pub struct Rejection {
    /// A stable code, such as `distinct_id_missing`.
    pub code: &'static str,
    /// The field that is wrong, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong with it.
    pub reason: String,
    /// The event's own id, where it could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<Uuid>,
    /// The event as it came, where it can be told apart from others; cut where it is very long.
    #[serde(skip)]
    pub raw: Option<Box<str>>,
}

impl Rejection {
    /// Says that the event as a whole is wrong.
    pub fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Self { code, field: None, reason: told(&reason.into()).to_owned(), event_id: None, raw: None }
    }

    /// Says that a field is wrong.
    pub fn field(code: &'static str, field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { code, field: Some(field.into()), reason: told(&reason.into()).to_owned(), event_id: None, raw: None }
    }

    /// Adds the event as it came, so that it can be looked at and mended.
    #[must_use]
    pub fn of_text(mut self, text: &str) -> Self {
        if self.raw.is_none() {
            self.raw = Some(text[..text.floor_char_boundary(limits::REJECTED_BYTES)].into());
        }
        self
    }

    /// Adds to the event as it came what only its request said of it, so that it is read alike when it stands alone.
    /// What the event says itself stays.
    #[must_use]
    pub(crate) fn with_member(mut self, name: &str, value: &str) -> Self {
        let Some(raw) = self.raw.as_deref() else { return self };
        let Ok(object) = Object::read(raw) else { return self };
        let added = format!("{}:{value}", quoted(name));
        let is_known = object.get(name).is_some();
        if is_known || raw.len() + added.len() + 8 > limits::REJECTED_BYTES {
            return self;
        }
        let comma = if object.entries.is_empty() { "" } else { "," };
        let rest = raw.trim_start().strip_prefix('{').unwrap_or_default();
        self.raw = Some(format!("{{{added}{comma}{rest}").into());
        self
    }

    /// Adds when the request was sent, by the sender's clock.
    #[must_use]
    pub(crate) fn sent_at(self, name: &str, sent_at: Option<DateTime<Utc>>) -> Self {
        match sent_at {
            Some(sent_at) => self.with_member(name, &quoted(&sent_at.to_rfc3339())),
            None => self,
        }
    }

    /// Adds the event's id, so that the sender finds it again.
    #[must_use]
    pub fn of_event(mut self, event_id: Option<Uuid>) -> Self {
        self.event_id = self.event_id.or(event_id);
        self
    }
}

/// Cuts off what is too long to be answered and kept: an error may repeat what it met, however long that is.
pub(crate) fn told(reason: &str) -> &str {
    &reason[..reason.floor_char_boundary(limits::REASON_BYTES)]
}
