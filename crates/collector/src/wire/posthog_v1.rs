//! PostHog's second protocol, with a verdict for each event: `POST /i/v1/analytics/events`.
//!
//! The key and the sender's clock stand in headers; what events say of themselves stands beside their properties.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::clock::{self, Claim};
use super::{BadRequest, Parsed, Request, body, list, small_enough, unicode};
use crate::properties::quoted;
use crate::{Incoming, Properties, Rejection, json, limits};

/// What the headers of a request say.
#[derive(Debug, Clone, Copy, Default)]
pub struct Headers<'a> {
    /// `PostHog-Sdk-Info`: the library and its version, with a slash between.
    pub sdk_info: Option<&'a str>,
    /// `PostHog-Request-Timestamp`: when it was sent, by the sender's clock.
    pub sent_at: Option<&'a str>,
}

/// A request's events, and by which texts to tell what became of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The ids as they were sent, one for each event.
    pub ids: Vec<String>,
    /// The events; the key stands in a header.
    pub parsed: Parsed,
}

/// Reads a request's events.
pub fn parse(request: &Request<'_>, headers: Headers<'_>) -> Result<Batch, BadRequest> {
    let body = body::decode_sniffing(request, limits::POSTHOG_BATCH_BYTES)?;
    let text = unicode(body)?;
    let envelope: Envelope<'_> = serde_json::from_str(&text).map_err(|error| malformed(&error))?;
    let items = list(envelope.batch.get())?;
    if items.is_empty() {
        return Err(BadRequest::Malformed("there is no event".into()));
    }
    let reader = Reader {
        now: request.received_at,
        sent_at: headers.sent_at.and_then(clock::parse),
        library: headers.sdk_info.map(library).unwrap_or_default(),
    };
    let mut ids = Vec::with_capacity(items.len());
    let mut events = Vec::with_capacity(items.len());
    for item in items {
        let sent: Sent<'_> = serde_json::from_str(item.get()).map_err(|error| malformed(&error))?;
        let Some(id) = json::string(sent.uuid.get()).filter(|id| !id.trim().is_empty()) else {
            return Err(BadRequest::Malformed("an event has no uuid to tell its verdict by".into()));
        };
        let known = Uuid::parse_str(id.trim()).ok();
        let event = reader.event(item.get(), &sent, known);
        events.push(event.map_err(|rejection| rejection.of_event(known).of_text(item.get())));
        ids.push(id.into_owned());
    }
    let historical = envelope.historical_migration.is_some_and(|value| value.get() == "true");
    Ok(Batch { ids, parsed: Parsed { key: None, historical, events } })
}

/// Reads one event that came apart from its request.
pub(crate) fn parse_event(text: &str, received_at: DateTime<Utc>) -> Result<Incoming, Rejection> {
    let repaired = json::repair(text.as_bytes());
    let text = std::str::from_utf8(&repaired).map_err(|_| Rejection::new("json_invalid", "no UTF-8"))?;
    let sent: Sent<'_> =
        serde_json::from_str(text).map_err(|error| Rejection::new("json_invalid", error.to_string()))?;
    let id = json::string(sent.uuid.get()).and_then(|id| Uuid::parse_str(id.trim()).ok());
    let reader = Reader { now: received_at, sent_at: None, library: Vec::new() };
    reader.event(text, &sent, id).map_err(|rejection| rejection.of_event(id))
}

fn malformed(error: &serde_json::Error) -> BadRequest {
    BadRequest::Malformed(format!("the body is no batch of events: {error}"))
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    batch: &'a RawValue,
    #[serde(borrow)]
    historical_migration: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Sent<'a> {
    #[serde(borrow)]
    uuid: &'a RawValue,
    #[serde(borrow)]
    event: Option<&'a RawValue>,
    #[serde(borrow)]
    distinct_id: Option<&'a RawValue>,
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow)]
    session_id: Option<&'a RawValue>,
    #[serde(borrow)]
    window_id: Option<&'a RawValue>,
    #[serde(borrow)]
    options: Option<&'a RawValue>,
    #[serde(borrow)]
    properties: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
struct Options<'a> {
    #[serde(borrow)]
    cookieless_mode: Option<&'a RawValue>,
    #[serde(borrow)]
    disable_skew_correction: Option<&'a RawValue>,
    #[serde(borrow)]
    process_person_profile: Option<&'a RawValue>,
    #[serde(borrow)]
    product_tour_id: Option<&'a RawValue>,
}

struct Reader {
    now: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    /// What the library says of itself, as properties of each event.
    library: Vec<(&'static str, String)>,
}

impl Reader {
    fn event(&self, text: &str, sent: &Sent<'_>, id: Option<Uuid>) -> Result<Incoming, Rejection> {
        small_enough(text)?;
        let id = id.ok_or_else(|| Rejection::field("event_id_invalid", "uuid", "uuid must be a UUID"))?;
        let named = |value: Option<&'_ RawValue>| {
            value.and_then(json::scalar).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        let event = named(sent.event)
            .ok_or_else(|| Rejection::field("event_missing", "event", "the event's name is missing"))?;
        let distinct_id = named(sent.distinct_id).ok_or_else(|| {
            Rejection::field("distinct_id_missing", "distinct_id", "who did it is missing: distinct_id")
        })?;
        let options: Options<'_> = match sent.options {
            Some(options) => serde_json::from_str(options.get())
                .map_err(|_| Rejection::field("options_invalid", "options", "options must be an object"))?,
            None => Options::default(),
        };
        let keeps_clock = flag("disable_skew_correction", options.disable_skew_correction)? == Some(true);
        let timestamp = sent.timestamp.and_then(json::scalar);
        let claim =
            Claim { timestamp: timestamp.as_deref(), offset_ms: None, sent_at: self.sent_at.filter(|_| !keeps_clock) };
        let mut incoming = Incoming::new(event, distinct_id);
        incoming.event_id = Some(id);
        incoming.timestamp = Some(claim.resolve(self.now));
        incoming.session_id = named(sent.session_id);
        incoming.properties = match sent.properties {
            Some(raw) => Properties::parse(raw.get())?,
            None => Properties::default(),
        };
        let mut more: Vec<(&str, Cow<'_, str>)> =
            self.library.iter().map(|(name, value)| (*name, Cow::Borrowed(value.as_str()))).collect();
        if let Some(session) = &incoming.session_id {
            more.push(("$session_id", Cow::Owned(quoted(session))));
        }
        if let Some(window) = named(sent.window_id) {
            more.push(("$window_id", Cow::Owned(quoted(&window))));
        }
        if let Some(cookieless) = flag("cookieless_mode", options.cookieless_mode)? {
            more.push(("$cookieless_mode", Cow::Borrowed(if cookieless { "true" } else { "false" })));
        }
        if let Some(profile) = flag("process_person_profile", options.process_person_profile)? {
            more.push(("$process_person_profile", Cow::Borrowed(if profile { "true" } else { "false" })));
        }
        if let Some(tour) = named(options.product_tour_id) {
            more.push(("$product_tour_id", Cow::Owned(quoted(&tour))));
        }
        let more: Vec<(&str, &str)> = more.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        incoming.properties.add_missing_values(&more);
        Ok(incoming)
    }
}

/// Some libraries write booleans as text or number.
fn flag(name: &'static str, value: Option<&RawValue>) -> Result<Option<bool>, Rejection> {
    let Some(value) = value else { return Ok(None) };
    match json::scalar(value).map(|text| text.trim().to_ascii_lowercase()).as_deref() {
        Some("true" | "1") => Ok(Some(true)),
        Some("false" | "0") => Ok(Some(false)),
        _ => {
            Err(Rejection::field("options_invalid", format!("options.{name}"), format!("{name} must be true or false")))
        }
    }
}

fn library(info: &str) -> Vec<(&'static str, String)> {
    // Every event gets it: a long one must not fill the memory.
    let info: String = info.chars().take(limits::ID_CHARS).collect();
    let (name, version) = info.split_once('/').unwrap_or((&info, ""));
    let said = [("$lib", name.trim()), ("$lib_version", version.trim())];
    said.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name, quoted(text))).collect()
}
