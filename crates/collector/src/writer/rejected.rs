//! Events that are refused, as rows of a table of their own: the columns of an event as far as they can be read, the
//! reason, and the event as it came.

use analytics_store::{Column, Texts};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::batch::{self, Batch};
use crate::Event;
use crate::delivery::{Record, RefusedRecord};
use crate::enrich::Sender;
use crate::spool::Position;
use crate::{EventType, Properties, json, limits};

/// The code of what the analytics store did not take.
pub(super) const REFUSED_BY_STORE: &str = "refused_by_store";

/// The code of what made the server stumble as it filled the event's columns.
pub(super) const NOT_UNDERSTOOD: &str = "enrichment_failed";

/// Why an event is refused.
pub(super) struct Reason<'a> {
    pub(super) code: &'a str,
    pub(super) field: &'a str,
    pub(super) reason: &'a str,
}

impl<'a> Reason<'a> {
    pub(super) fn of(refused: &RefusedRecord<'a>) -> Self {
        Self { code: refused.code, field: refused.field.unwrap_or_default(), reason: refused.reason }
    }
}

/// Rows of a batch, as they come.
#[derive(Default)]
pub(super) struct Rows {
    events: batch::Rows,
    codes: Texts,
    fields: Texts,
    reasons: Texts,
    raws: Texts,
}

impl Rows {
    pub(super) fn push(&mut self, event: &Event<'_>, reason: &Reason<'_>, raw: &str) {
        self.events.push(event);
        self.codes.push(reason.code);
        self.fields.push(reason.field);
        self.reasons.push(reason.reason);
        self.raws.push(raw);
    }

    pub(super) fn finish(self) -> Batch {
        let batch = self.events.finish();
        let block = batch
            .block
            .column("code", Column::Text(self.codes))
            .column("field", Column::Text(self.fields))
            .column("reason", Column::Text(self.reasons))
            .column("raw", Column::Text(self.raws));
        Batch { block, ..batch }
    }
}

/// Writes an event in our own form, as it may be sent again.
pub(super) fn written(record: &Record<'_>) -> String {
    let mut event = Map::new();
    let mut put = |name: &str, value: Value| event.insert(name.to_owned(), value);
    put("event", record.event.into());
    put("event_type", record.event_type.as_str().into());
    put("distinct_id", record.distinct_id.into());
    put("event_id", record.id().to_string().into());
    put("timestamp", record.time().to_rfc3339().into());
    if let Some(session) = record.session_id {
        put("session_id", session.into());
    }
    if let Some(ip) = record.ip {
        put("ip", ip.to_string().into());
    }
    if let Some(user_agent) = record.user_agent {
        put("user_agent", user_agent.into());
    }
    put("properties", serde_json::from_str(record.properties).unwrap_or_default());
    Value::Object(event).to_string()
}

/// Reads what can be read of an event that was refused, by the names that SDKs give things.
///
/// `place` tells it apart from others that came in the same words; it is the same when the spool is read again.
pub(super) fn guess(
    refused: &RefusedRecord<'_>,
    sender: &Sender<'_>,
    place: (Position, usize),
    then: impl FnOnce(&Record<'_>),
) {
    let entries = json::entries(refused.raw);
    let text = |names: &[&str], chars: usize| {
        let found = names.iter().find_map(|name| {
            let (_, value) = entries.iter().find(|(known, _)| known == name)?;
            json::scalar(*value)
        });
        found.map(|text| crate::clean::clean(&text, chars).into_owned()).unwrap_or_default()
    };
    let event = text(&["event", "name", "type"], limits::EVENT_NAME_CHARS);
    let distinct_id = text(&["distinct_id", "$distinct_id", "user_id", "userId", "anonymousId"], limits::ID_CHARS);
    let session_id = text(&["session_id"], limits::ID_CHARS);
    let properties = entries.iter().find(|(name, _)| name == "properties");
    let properties = properties.and_then(|(_, value)| Properties::parse(value.get()).ok()).unwrap_or_default();
    // Every row has an id, so that it can be named when it is mended.
    let event_id = refused.event_id.unwrap_or_else(|| named(refused, sender, place).into_bytes());
    then(&Record {
        event_id,
        event_type: EventType::of(&event),
        event: &event,
        distinct_id: &distinct_id,
        timestamp: sender.received_at.timestamp_millis(),
        session_id: Some(session_id.as_str()).filter(|id| !id.is_empty()),
        properties: properties.as_str(),
        ip: None,
        user_agent: None,
        note: None,
    });
}

fn named(refused: &RefusedRecord<'_>, sender: &Sender<'_>, (position, index): (Position, usize)) -> Uuid {
    let arrival = sender.received_at.timestamp_millis();
    let Position { segment, offset } = position;
    Uuid::new_v5(&NAMESPACE, format!("{arrival} {segment} {offset} {index} {}", refused.raw).as_bytes())
}

const NAMESPACE: Uuid = Uuid::from_u128(0x7261_6469_7852_6566_7573_6564_0000_0001);
