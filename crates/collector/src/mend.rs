//! Events that were refused, read again: as they came, or mended.
//!
//! Of a refused event only its text is kept, with what its request said of when it was sent, not the way it came in. So its form is told by the names in it: our own
//! form, PostHog's of either protocol, Segment's. What only one of them would take in silence stays refused: whoever
//! mends an event shall get what they see.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use crate::json::{self, Entry, Object};
use crate::properties::quoted;
use crate::wire::{clock, native, posthog, posthog_v1, segment};
use crate::{Incoming, Rejection, limits};

/// Reads an event's text; `received_at` is when it first arrived, for forms that reckon from there.
pub fn read(text: &str, received_at: DateTime<Utc>) -> Result<Incoming, Rejection> {
    let text = &*json::repaired(text);
    let object = Object::read(text).map_err(|error| no_object(text, &error))?;
    let names = Names(object.entries.iter().map(|(name, _)| name.as_ref()).collect());
    let read = match names.form() {
        Form::Native(call) => of_own_form(text, &object, call, received_at).or_else(|rejection| {
            let is_lenient = matches!(rejection.code, "distinct_id_missing" | "event_missing" | "field_invalid");
            if !(is_lenient && names.are_of(|name| POSTHOG.contains(&name))) {
                return Err(rejection);
            }
            posthog::parse_event(text, received_at, names.call()).map_err(|_| rejection)
        }),
        Form::PostHog(call) => posthog::parse_event(text, received_at, call),
        Form::PostHogV1 => posthog_v1::parse_event(text, received_at),
        Form::Segment => segment::parse_event(text, received_at),
    };
    let read = read.and_then(|incoming| match incoming.note {
        // Whoever mends an event shall not have it land on today.
        Some(note) => Err(Rejection::field("timestamp_invalid", note.field, note.details)),
        None => Ok(incoming),
    });
    read.map_err(|rejection| Rejection { raw: None, ..rejection })
}

/// Reads an event of our own form; beside it may stand when its request was sent.
fn of_own_form(
    text: &str,
    object: &Object<'_>,
    call: native::Call,
    received_at: DateTime<Utc>,
) -> Result<Incoming, Rejection> {
    if object.get(SENT_AT).is_none() {
        return native::parse_one(text, call);
    }
    let sent_at = object.value(SENT_AT).and_then(json::scalar);
    let sent_at = sent_at.map(|said| {
        clock::parse(&said).ok_or_else(|| Rejection::field("timestamp_invalid", SENT_AT, "can't be read as a time"))
    });
    let alone = merged(Some(text), &format!("{{{}:null}}", quoted(SENT_AT)))?;
    native::parse_sent(&alone, call, received_at, sent_at.transpose()?)
}

/// When a request was sent, by the sender's clock.
const SENT_AT: &str = "sent_at";

/// Applies a JSON merge patch (RFC 7396) to an event's text; what the patch does not name stays as it is written.
pub fn patched(text: &str, patch: &RawValue) -> Result<String, Rejection> {
    Object::read(text).map_err(|error| no_object(text, &error))?;
    let patched = merged(Some(text), patch.get())?;
    serde_json::from_str::<&RawValue>(&patched).map_err(|error| Rejection::new("json_invalid", error.to_string()))?;
    Ok(patched)
}

fn no_object(text: &str, error: &json::Error) -> Rejection {
    // Cutting takes care of whole characters.
    if text.len() + 4 > limits::REJECTED_BYTES {
        let reason = format!(
            "the event is too long to be kept whole: {} bytes of it are; it can be replaced",
            limits::REJECTED_BYTES
        );
        return Rejection::new("raw_cut", reason);
    }
    Rejection::new("json_invalid", format!("the text is no JSON object: {error}"))
}

/// The recursion ends: the parser takes no deeper nesting than its own limit.
fn merged(target: Option<&str>, patch: &str) -> Result<String, Rejection> {
    let Some(changes) = members(patch)? else { return Ok(patch.to_owned()) };
    let old = target.map(members).transpose()?.flatten().unwrap_or_default();
    let mut members: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::with_capacity(old.len() + changes.len());
    for (name, value) in &old {
        match changes.iter().rev().find(|(changed, _)| changed == name) {
            Some((_, change)) if json::is_null(*change) => {}
            Some((_, change)) => members.push((Cow::Borrowed(name), merged(Some(value.get()), change.get())?.into())),
            None => members.push((Cow::Borrowed(name), value.get().into())),
        }
    }
    for (index, (name, change)) in changes.iter().enumerate() {
        let is_known = old.iter().any(|(known, _)| known == name);
        // Of a name given twice the last value counts.
        let is_last = changes[index + 1..].iter().all(|(later, _)| later != name);
        if !is_known && is_last && !json::is_null(*change) {
            members.push((Cow::Borrowed(name), merged(None, change.get())?.into()));
        }
    }
    let members: Vec<String> = members.iter().map(|(name, value)| format!("{}:{value}", quoted(name))).collect();
    Ok(format!("{{{}}}", members.join(",")))
}

/// Returns the names and values of an object; none for anything else. One with too many names is refused: passing over
/// them would lose what the patch does not name.
fn members(text: &str) -> Result<Option<Vec<Entry<'_>>>, Rejection> {
    if json::first_byte(text.as_bytes()) != Some(b'{') {
        return Ok(None);
    }
    let object = Object::read(text).map_err(|error| Rejection::new("json_invalid", error.to_string()))?;
    Ok(Some(object.entries))
}

enum Form {
    Native(native::Call),
    PostHog(posthog::Call),
    PostHogV1,
    Segment,
}

/// The names of an event's fields.
struct Names<'a>(Vec<&'a str>);

/// What only Segment's form has.
const SEGMENT: [&str; 8] =
    ["userId", "anonymousId", "messageId", "originalTimestamp", "writeKey", "groupId", "previousId", "integrations"];

/// What PostHog's libraries send; what else there is they would pass over.
const POSTHOG: [&str; 22] = [
    "event",
    "distinct_id",
    "$distinct_id",
    "uuid",
    "timestamp",
    "properties",
    "$set",
    "$set_once",
    "$unset",
    "offset",
    "token",
    "$token",
    "api_key",
    "sent_at",
    "type",
    "library",
    "library_version",
    "messageId",
    "context",
    "send_feature_flags",
    "groups",
    "ip",
];

const POSTHOG_V1: [&str; 10] = [
    "uuid",
    "event",
    "distinct_id",
    "timestamp",
    "session_id",
    "window_id",
    "options",
    "properties",
    SENT_AT,
    "sdk_info",
];

impl Names<'_> {
    fn form(&self) -> Form {
        let is_native = self.are_of(|name| name == SENT_AT || native::Call::Event.knows(name));
        if !self.has("event") && !is_native {
            for call in [native::Call::Identify, native::Call::Alias] {
                if self.are_of(|name| name == SENT_AT || call.knows(name)) {
                    return Form::Native(call);
                }
            }
        }
        if is_native {
            return Form::Native(native::Call::Event);
        }
        if self.has("uuid") && self.are_of(|name| POSTHOG_V1.contains(&name)) {
            return Form::PostHogV1;
        }
        let says_who = self.has("distinct_id") || self.has("$distinct_id");
        if !says_who && (SEGMENT.iter().any(|name| self.has(name)) || self.has("type")) {
            return Form::Segment;
        }
        if self.are_of(|name| POSTHOG.contains(&name)) {
            return Form::PostHog(self.call());
        }
        // Says which name no event has.
        Form::Native(native::Call::Event)
    }

    /// What has no name says something about a person.
    fn call(&self) -> posthog::Call {
        let speaks_of_a_person = self.has("$distinct_id") && !self.has("event");
        if speaks_of_a_person { posthog::Call::Engage } else { posthog::Call::Batch }
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }

    fn are_of(&self, known: impl Fn(&str) -> bool) -> bool {
        self.0.iter().all(|name| known(name))
    }
}

#[cfg(test)]
mod tests;
