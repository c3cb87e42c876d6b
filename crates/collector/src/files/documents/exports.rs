//! What the exports of other products have in common, and whose form an object has.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Form;
use crate::json::{self, Entry, Json, Object};
use crate::wire::{clock, native, segment};
use crate::{Incoming, Properties, Rejection};

/// Ids that are no UUIDs become some below this one: an event that was exported twice is stored once.
const NAMESPACE: Uuid = Uuid::from_u128(0x2f1c_9d0e_5b7a_5c11_8e46_3d92_7a60_b4e5);

/// Tells whose form an object has, by the names that only it has.
pub(super) fn form_of(object: &Object<'_>) -> Form {
    let has = |name: &str| object.get(name).is_some();
    let has_any = |names: &[&str]| names.iter().any(|name| has(name));
    let all_are = |known: fn(&str) -> bool| object.entries.iter().all(|(name, _)| known(name));
    if has("event") && has("distinct_id") && has_any(&POSTHOG) {
        return Form::PostHog;
    }
    if all_are(|name| native::Call::Event.knows(name)) && !is_mixpanel(object) {
        return Form::Native;
    }
    if is_mixpanel(object) {
        return Form::Mixpanel;
    }
    if has("event_type") && has_any(&["amplitude_id", "device_id", "event_properties", "client_event_time"]) {
        return Form::Amplitude;
    }
    if has("event_name") && has("event_params") && has_any(&["event_timestamp", "user_pseudo_id"]) {
        return Form::Google;
    }
    if has("type") && has_any(&["messageId", "anonymousId", "userId", "originalTimestamp"]) {
        return Form::Segment;
    }
    Form::Native
}

const POSTHOG: [&str; 8] = [
    "person_id",
    "person_properties",
    "person",
    "elements_chain",
    "elements",
    "team_id",
    "created_at",
    "bq_ingested_timestamp",
];

/// An event and its properties, with the time and the person among these.
fn is_mixpanel(object: &Object<'_>) -> bool {
    let Some(properties) = object.get("properties").filter(|_| object.get("event").is_some()) else { return false };
    if object.get("distinct_id").is_some() || object.get("user_id").is_some() {
        return false;
    }
    let entries = json::entries(properties.get());
    let has = |names: &[&str]| entries.iter().any(|(name, _)| names.contains(&name.as_ref()));
    has(&["time"]) && has(&["distinct_id", "$device_id", "$user_id", "$insert_id"])
}

/// Returns a text, number or boolean; none for nothing and for an empty text.
pub(super) fn text<'a>(object: &Object<'a>, name: &str) -> Option<Cow<'a, str>> {
    said(object.get(name))
}

pub(super) fn said(value: Option<Json<'_>>) -> Option<Cow<'_, str>> {
    value.and_then(json::scalar).filter(|text| !text.trim().is_empty())
}

/// Reads an object that stands there as such or, as tables have it, as its text.
pub(super) fn properties(object: &Object<'_>, name: &str) -> Result<Properties, Rejection> {
    let Some(value) = object.get(name).filter(|value| !json::is_null(*value)) else {
        return Ok(Properties::default());
    };
    match json::string(value.get()) {
        Some(text) if text.trim().is_empty() || text.trim() == "null" => Ok(Properties::default()),
        Some(text) => Properties::parse_field(name, &json::repaired(&text)),
        None => Properties::parse_field(name, value.get()),
    }
}

/// Returns the id that stands for an event's own, which may be any text.
pub(super) fn id(text: &str, rest: &[&str]) -> Uuid {
    if let Ok(id) = Uuid::parse_str(text) {
        return id;
    }
    let whole = std::iter::once(&text).chain(rest).copied().collect::<Vec<_>>().join("\u{1f}");
    Uuid::new_v5(&NAMESPACE, whole.as_bytes())
}

/// Returns the properties under their names here, without those that have a place of their own.
pub(super) fn renamed<'a>(
    entries: impl IntoIterator<Item = Entry<'a>>,
    name_of: impl Fn(&str) -> Option<&'static str>,
    is_left_out: impl Fn(&str) -> bool,
) -> Properties {
    let kept = entries.into_iter().filter(|(name, _)| !is_left_out(name));
    let renamed: Vec<Entry<'a>> =
        kept.map(|(name, value)| (name_of(&name).map_or(name, Cow::Borrowed), value)).collect();
    // What the event says under the name itself counts more.
    let taken = |at: usize, name: &str| renamed[..at].iter().any(|(known, _)| known == name);
    let once: Vec<Entry<'a>> = renamed
        .iter()
        .enumerate()
        .filter(|(at, (name, _))| !taken(*at, name))
        .map(|(_, entry)| entry.clone())
        .collect();
    Properties::of_entries(&once)
}

pub(super) fn missing(field: &'static str) -> Rejection {
    match field {
        "event" => Rejection::field("event_missing", "event", "the event's name is missing"),
        "timestamp" => Rejection::field("timestamp_missing", "timestamp", "the event does not say when it happened"),
        _ => Rejection::field("distinct_id_missing", field, format!("who did it is missing: {field}")),
    }
}

/// Reads an event as Segment's and RudderStack's archives have them.
///
/// When it was sent and received stands in it, so the clock is put right by these and not by the import's.
pub(super) fn segment(text: &str, object: &Object<'_>) -> Result<Incoming, Rejection> {
    let time = |names: &[&str]| -> Option<DateTime<Utc>> {
        names.iter().find_map(|name| said(object.get(name)).and_then(|text| clock::parse(&text)))
    };
    let claimed = time(&["timestamp", "originalTimestamp"]).ok_or_else(|| missing("timestamp"))?;
    let received_at = time(&["receivedAt", "received_at"]);
    let mut event = segment::parse_event(text, received_at.unwrap_or(claimed))?;
    // `timestamp` has been put right before it was archived.
    let is_right = object.get("timestamp").is_some() && object.get("originalTimestamp").is_some();
    if is_right || received_at.is_none() {
        event.timestamp = Some(claimed);
    }
    Ok(event)
}
