//! PostHog's first protocol, as its libraries for servers and browsers speak it: `/batch/`, `/e/` and their like.
//!
//! Being lenient is its nature: what PostHog takes is taken, so that a changed host name is the only change.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::clock::{self, Claim};
use super::{BadRequest, Key, Parsed, Request, body, list, small_enough, unicode};
use crate::{Incoming, Properties, Rejection, json, limits};

/// Keys that begin so are personal: they may read and change things, and never belong in a client.
const PERSONAL_KEY: &str = "phx_";

/// Which path a request came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `/e/` and others that browsers use.
    Capture,
    /// `/engage/`: what has no name says something about a person.
    Engage,
    /// `/batch/`.
    Batch,
}

impl Call {
    /// Returns what an event without a name is; nothing where it is refused.
    fn unnamed(self) -> &'static str {
        if self == Self::Engage { "$identify" } else { "" }
    }
}

/// Reads a request's events: a list, an object around a list, or one event.
pub fn parse(request: &Request<'_>, call: Call) -> Result<Parsed, BadRequest> {
    let limit = if call == Call::Batch { limits::POSTHOG_BATCH_BYTES } else { limits::POSTHOG_EVENT_BYTES };
    let body = body::unwrap(request, limit)?;
    let text = unicode(body)?;
    let text = text.trim();
    let query_sent_at = request.query_value("sent_at").or_else(|| request.query_value("_"));
    let mut reader = Reader {
        unnamed: call.unnamed(),
        now: request.received_at,
        sent_at: query_sent_at.and_then(|text| clock::parse(&text)),
        key: Key::default(),
        is_enveloped: false,
    };
    let mut historical = false;
    let events = if text.starts_with('[') {
        reader.events(&list(text)?)?
    } else {
        let envelope: Envelope<'_> = serde_json::from_str(text).map_err(|error| malformed(&error))?;
        historical = envelope.historical_migration.is_some_and(|value| value.get() == "true");
        if let Some(sent_at) = envelope.sent_at.and_then(json::scalar).and_then(|text| clock::parse(&text)) {
            reader.sent_at = Some(sent_at);
        }
        if let Some(key) = envelope.api_key.or(envelope.token).and_then(json::scalar) {
            reader.key.meet(key)?;
        }
        match (envelope.batch, envelope.data, envelope.event) {
            (Some(items), _, _) | (None, Some(items), None) => {
                reader.is_enveloped = reader.key.0.is_some();
                reader.events(&list(items.get())?)?
            }
            _ => {
                let whole: &RawValue = serde_json::from_str(text).map_err(|error| malformed(&error))?;
                reader.events(&[whole])?
            }
        }
    };
    if events.is_empty() {
        return Err(BadRequest::Malformed("there is no event".into()));
    }
    Ok(Parsed { key: public(reader.key.0, request)?, historical, events })
}

/// Reads one event that came apart from its request.
pub(crate) fn parse_event(text: &str, received_at: DateTime<Utc>, call: Call) -> Result<Incoming, Rejection> {
    let repaired = json::repair(text.as_bytes());
    let text = std::str::from_utf8(&repaired).map_err(|_| Rejection::new("json_invalid", "no UTF-8"))?;
    let reader =
        Reader { unnamed: call.unnamed(), now: received_at, sent_at: None, key: Key::default(), is_enveloped: true };
    let (sent, properties) = reader.sent(text)?;
    let id = uuid(&sent);
    let known = id.as_ref().ok().copied().flatten();
    reader.event(&sent, properties, id).map_err(|rejection| rejection.of_event(known))
}

/// Returns the key of a request that asks for something, such as feature flags.
pub fn key(request: &Request<'_>) -> Result<Option<String>, BadRequest> {
    let mut key = Key::default();
    if !request.body.is_empty() || request.query_value("data").is_some() {
        let text = unicode(body::unwrap(request, limits::POSTHOG_EVENT_BYTES)?)?;
        let envelope: Envelope<'_> = serde_json::from_str(&text).map_err(|error| malformed(&error))?;
        if let Some(said) = envelope.token.or(envelope.api_key).and_then(json::scalar) {
            key.meet(said)?;
        }
    }
    public(key.0, request)
}

/// Returns the key, wherever it stands, unless it is one to keep secret.
fn public(of_body: Option<String>, request: &Request<'_>) -> Result<Option<String>, BadRequest> {
    let key = of_body.or_else(|| request.query_value("token")).or_else(|| request.query_value("api_key"));
    if key.as_deref().is_some_and(|key| key.starts_with(PERSONAL_KEY)) {
        return Err(BadRequest::Unauthorized("this is a personal key; events are sent with the project's key".into()));
    }
    Ok(key)
}

fn malformed(error: &serde_json::Error) -> BadRequest {
    BadRequest::Malformed(format!("the body is no JSON: {error}"))
}

/// Every field may hold anything: what is of the wrong kind is told later, or passed over as PostHog does.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    api_key: Option<&'a RawValue>,
    #[serde(borrow)]
    token: Option<&'a RawValue>,
    #[serde(borrow)]
    batch: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    event: Option<&'a RawValue>,
    #[serde(borrow)]
    sent_at: Option<&'a RawValue>,
    #[serde(borrow)]
    historical_migration: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Sent<'a> {
    #[serde(borrow)]
    event: Option<&'a RawValue>,
    #[serde(borrow)]
    token: Option<&'a RawValue>,
    #[serde(borrow, rename = "$token")]
    dollar_token: Option<&'a RawValue>,
    #[serde(borrow)]
    api_key: Option<&'a RawValue>,
    #[serde(borrow)]
    distinct_id: Option<&'a RawValue>,
    #[serde(borrow, rename = "$distinct_id")]
    dollar_distinct_id: Option<&'a RawValue>,
    #[serde(borrow)]
    uuid: Option<&'a RawValue>,
    #[serde(borrow)]
    properties: Option<&'a RawValue>,
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow)]
    offset: Option<&'a RawValue>,
    #[serde(borrow, rename = "$set")]
    set: Option<&'a RawValue>,
    #[serde(borrow, rename = "$set_once")]
    set_once: Option<&'a RawValue>,
    #[serde(borrow, rename = "$unset")]
    unset: Option<&'a RawValue>,
}

struct Reader {
    /// What an event without a name is; empty to refuse it.
    unnamed: &'static str,
    now: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    key: Key,
    /// The key around the events counts for all of them.
    is_enveloped: bool,
}

impl Reader {
    fn events(&mut self, items: &[&RawValue]) -> Result<Vec<Result<Incoming, Rejection>>, BadRequest> {
        let mut events = Vec::with_capacity(items.len());
        for item in items {
            let event = match self.sent(item.get()) {
                Ok((sent, properties)) => {
                    self.meet_key(&sent, &properties)?;
                    let id = uuid(&sent);
                    let known = id.as_ref().ok().copied().flatten();
                    self.event(&sent, properties, id).map_err(|rejection| rejection.of_event(known))
                }
                Err(rejection) => Err(rejection),
            };
            events.push(event.map_err(|rejection| rejection.of_text(item.get())));
        }
        Ok(events)
    }

    fn sent<'a>(&self, text: &'a str) -> Result<(Sent<'a>, Properties), Rejection> {
        small_enough(text)?;
        let sent: Sent<'_> =
            serde_json::from_str(text).map_err(|error| Rejection::new("json_invalid", error.to_string()))?;
        let properties =
            sent.properties.map_or_else(|| Ok(Properties::default()), |raw| Properties::parse(raw.get()))?;
        Ok((sent, properties))
    }

    fn meet_key(&mut self, sent: &Sent<'_>, properties: &Properties) -> Result<(), BadRequest> {
        if self.is_enveloped {
            return Ok(());
        }
        let root = sent.token.or(sent.dollar_token).or(sent.api_key).and_then(json::scalar);
        match root.or_else(|| property(properties, "token").map(Cow::Owned)) {
            Some(key) => self.key.meet(key),
            None => Ok(()),
        }
    }

    fn event(
        &self,
        sent: &Sent<'_>,
        properties: Properties,
        id: Result<Option<Uuid>, Rejection>,
    ) -> Result<Incoming, Rejection> {
        let name = sent.event.and_then(json::scalar).unwrap_or(Cow::Borrowed(self.unnamed));
        let name = Some(name)
            .filter(|name| !name.is_empty())
            .ok_or_else(|| Rejection::field("event_missing", "event", "the event's name is missing"))?;
        let mut incoming = Incoming::new(name, distinct_id(sent, &properties)?);
        incoming.event_id = id?;
        incoming.set = sent.set.map(|raw| Properties::parse_field("$set", raw.get())).transpose()?;
        incoming.set_once = sent.set_once.map(|raw| Properties::parse_field("$set_once", raw.get())).transpose()?;
        let timestamp = sent.timestamp.and_then(json::scalar);
        let ignores_sent_at = property(&properties, "$ignore_sent_at").is_some_and(|value| value == "true");
        let claim = Claim {
            timestamp: timestamp.as_deref(),
            offset_ms: sent.offset.and_then(whole_number),
            sent_at: self.sent_at.filter(|_| !ignores_sent_at),
        };
        incoming.timestamp = Some(claim.resolve(self.now));
        incoming.properties = properties;
        if let Some(unset) = sent.unset {
            let huge = json::check("$unset", unset.get())?;
            incoming.properties.add_missing_values(&[("$unset", &json::quote(unset.get(), &huge))]);
        }
        Ok(incoming)
    }
}

/// What is no text is taken as the JSON it is.
fn distinct_id(sent: &Sent<'_>, properties: &Properties) -> Result<String, Rejection> {
    let entries;
    let mut value = sent.distinct_id.or(sent.dollar_distinct_id);
    if value.is_none() && may_have(properties, "distinct_id") {
        entries = properties.entries();
        value = entries.iter().find(|(name, _)| name == "distinct_id").map(|(_, value)| *value);
    }
    let id = value
        .filter(|value| !json::is_null(value))
        .map(|value| json::string(value.get()).map_or_else(|| value.get().to_owned(), Cow::into_owned));
    id.filter(|id| !id.trim().is_empty())
        .ok_or_else(|| Rejection::field("distinct_id_missing", "distinct_id", "who did it is missing: distinct_id"))
}

fn uuid(sent: &Sent<'_>) -> Result<Option<Uuid>, Rejection> {
    let Some(value) = sent.uuid else { return Ok(None) };
    let text = json::string(value.get());
    match text.as_deref() {
        Some("") => Ok(None),
        Some(text) if Uuid::parse_str(text).is_ok() => Ok(Uuid::parse_str(text).ok()),
        _ => Err(Rejection::field("event_id_invalid", "uuid", "uuid must be a UUID")),
    }
}

fn property(properties: &Properties, name: &str) -> Option<String> {
    if !may_have(properties, name) {
        return None;
    }
    let entries = properties.entries();
    let (_, value) = entries.iter().find(|(known, _)| known == name)?;
    json::scalar(value).map(Cow::into_owned)
}

/// Spares reading the properties once more for names that are rarely there.
fn may_have(properties: &Properties, name: &str) -> bool {
    properties.as_str().contains(name) || properties.as_str().contains("\\u")
}

fn whole_number(value: &RawValue) -> Option<i64> {
    let text = json::scalar(value)?;
    text.parse()
        .ok()
        .or_else(|| text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| number as i64))
}
