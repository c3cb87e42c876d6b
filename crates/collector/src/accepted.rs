//! An event that has been looked at and will be stored: whatever is wrong with one has been said by now.

use std::borrow::Cow;
use std::net::IpAddr;

use analytics_model::{EventId, read_sender};
use chrono::{DateTime, SubsecRound, Utc};
use uuid::{NoContext, Timestamp, Uuid};

use crate::clean::clean;
use crate::{EventType, Incoming, Note, Properties, Rejection, limits};

/// The last millisecond that is accepted: 2105-12-31T23:59:59.999Z.
const LAST_MS: i64 = 4_291_747_199_999;

/// An event that has a name, somebody who did it, an id, and a time that can be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    pub(crate) event_id: EventId,
    pub(crate) event_type: EventType,
    pub(crate) event: String,
    pub(crate) distinct_id: String,
    /// Whole milliseconds.
    pub(crate) timestamp: DateTime<Utc>,
    pub(crate) session_id: Option<String>,
    /// With `$set` and `$set_once` among them.
    pub(crate) properties: Properties,
    /// The address it came from, if not the request's.
    pub(crate) ip: Option<IpAddr>,
    /// The browser it came from, if not the request's.
    pub(crate) user_agent: Option<String>,
    /// What is doubtful about its time.
    pub(crate) note: Option<Note>,
}

impl Accepted {
    /// Looks at what arrived; an event without an id gets one.
    pub fn new(incoming: Incoming, received_at: DateTime<Utc>) -> Result<Self, Rejection> {
        let received_at = received_at.trunc_subsecs(3);
        match Checked::of(&incoming, received_at) {
            Ok(checked) => Ok(Self::of(checked.into_owned(), incoming, received_at)),
            Err(rejection) => {
                // In our own form, as it may be sent again.
                let text = serde_json::to_string(&incoming).unwrap_or_default();
                Err(rejection.of_event(incoming.event_id).of_text(&text))
            }
        }
    }

    fn of((event, distinct_id, timestamp): Owned, mut incoming: Incoming, received_at: DateTime<Utc>) -> Self {
        if let Some(set) = incoming.set_once.take() {
            incoming.properties.add_missing("$set_once", &set);
        }
        if let Some(set) = incoming.set.take() {
            incoming.properties.add_missing("$set", &set);
        }
        Self {
            event_id: EventId(incoming.event_id.unwrap_or_else(|| new_id(received_at))),
            event_type: incoming.event_type.unwrap_or_else(|| EventType::of(&event)),
            event,
            distinct_id,
            timestamp,
            session_id: incoming.session_id,
            properties: incoming.properties,
            ip: incoming.ip.and_then(|text| read_sender(&text)),
            user_agent: incoming.user_agent,
            note: incoming.note,
        }
    }

    /// Returns the event's id.
    pub fn event_id(&self) -> EventId {
        self.event_id
    }
}

type Owned = (String, String, DateTime<Utc>);

/// What every event needs.
struct Checked<'a> {
    event: Cow<'a, str>,
    distinct_id: Cow<'a, str>,
    timestamp: DateTime<Utc>,
}

impl<'a> Checked<'a> {
    fn of(incoming: &'a Incoming, received_at: DateTime<Utc>) -> Result<Self, Rejection> {
        let event = clean(&incoming.event, limits::EVENT_NAME_CHARS);
        if event.trim().is_empty() {
            return Err(Rejection::field("event_missing", "event", "the event's name is missing"));
        }
        let distinct_id = clean(&incoming.distinct_id, limits::ID_CHARS);
        if distinct_id.trim().is_empty() {
            return Err(Rejection::field("distinct_id_missing", "distinct_id", "who did it is missing: distinct_id"));
        }
        let timestamp = storable(incoming.timestamp.map_or(received_at, |time| time.trunc_subsecs(3)))?;
        Ok(Self { event, distinct_id, timestamp })
    }

    fn into_owned(self) -> Owned {
        (self.event.into_owned(), self.distinct_id.trim().to_owned(), self.timestamp)
    }
}

fn storable(timestamp: DateTime<Utc>) -> Result<DateTime<Utc>, Rejection> {
    if (0..=LAST_MS).contains(&timestamp.timestamp_millis()) {
        return Ok(timestamp);
    }
    let reason = format!("{timestamp} is outside of 1970-01-01 to 2105-12-31");
    Err(Rejection::field("timestamp_out_of_range", "timestamp", reason))
}

/// Ids made here sort by arrival.
fn new_id(received_at: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(received_at.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, received_at.timestamp_subsec_nanos()))
}
