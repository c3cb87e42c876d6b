//! An event as a wire form or a file says it, before anything is derived.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::{EventType, Note, Properties};

/// What a wire form or a file's row says of an event.
///
/// Its JSON is an event of `POST /api/v1/events`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Incoming {
    /// What happened.
    pub event: String,
    /// What kind of call it was; absent to go by the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_type: Option<EventType>,
    /// Who did it.
    pub distinct_id: String,
    /// The event's id; absent for one made on arrival.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<Uuid>,
    /// When it happened, by our clock; absent for "on arrival".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<DateTime<Utc>>,
    /// The client's session; absent to have one found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// The event's own properties.
    pub properties: Properties,
    /// What to set on the person.
    #[serde(rename = "$set", skip_serializing_if = "Option::is_none")]
    pub set: Option<Properties>,
    /// What to set on the person unless set before.
    #[serde(rename = "$set_once", skip_serializing_if = "Option::is_none")]
    pub set_once: Option<Properties>,
    /// The address it came from, if not the request's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// The browser it came from, if not the request's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// What is doubtful about its time.
    #[serde(skip)]
    pub note: Option<Note>,
}

impl Incoming {
    /// Returns an event without anything else.
    pub fn new(event: impl Into<String>, distinct_id: impl Into<String>) -> Self {
        Self {
            event: event.into(),
            event_type: None,
            distinct_id: distinct_id.into(),
            event_id: None,
            timestamp: None,
            session_id: None,
            properties: Properties::default(),
            set: None,
            set_once: None,
            ip: None,
            user_agent: None,
            note: None,
        }
    }
}
