//! PostHog's first protocol, as its libraries for servers and browsers speak it: `/batch/`, `/e/` and their like.
//!
//! Being lenient is its nature: what PostHog takes is taken, so that a changed host name is the only change.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::clock::{self, Claim};
use super::{BadRequest, Items, Key, Parsed, Request, body, small_enough, unicode};
use crate::json::{self, Around, Json, Object};
use crate::{Incoming, Note, Properties, Rejection, limits};

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
        is_historical: false,
        note: None,
    };
    let events = if text.starts_with('[') {
        reader.events(Items::of_list(text)?)?
    } else {
        let Around { list, others: envelope } = Around::read(text, BATCH).map_err(|error| malformed(&error))?;
        reader.is_historical = envelope.value("historical_migration").is_some_and(|value| value.get() == "true");
        if let Some(sent_at) = envelope.value("sent_at") {
            match clock::sent_at("sent_at", &clock::said(sent_at)) {
                Ok(sent_at) => reader.sent_at = Some(sent_at),
                Err(note) => reader.note = Some(note),
            }
        }
        let key = envelope.value("api_key").or(envelope.value("token"));
        if let Some(key) = key.and_then(json::scalar) {
            reader.key.meet(key)?;
        }
        let items = match (list, envelope.value("data"), envelope.value("event")) {
            (Some(list), _, _) => Some(Items::of(list)?),
            (None, Some(data), None) => Some(Items::of_list(data.get())?),
            _ => None,
        };
        match items {
            Some(items) => {
                reader.is_enveloped = reader.key.0.is_some();
                reader.events(items)?
            }
            None => {
                let event = match small_enough(text) {
                    Ok(()) => reader.item(&envelope)?,
                    Err(too_large) => Err(too_large),
                };
                vec![event.map_err(|rejection| rejection.of_text(text))]
            }
        }
    };
    if events.is_empty() {
        return Err(BadRequest::Malformed("there is no event".into()));
    }
    let sent_at = reader.sent_at;
    let events = events.into_iter().map(|event| event.map_err(|rejection| rejection.sent_at("sent_at", sent_at)));
    let events = events.collect();
    Ok(Parsed { key: public(reader.key.0, request)?, historical: reader.is_historical, events })
}

/// Reads one event that came apart from its request.
pub(crate) fn parse_event(text: &str, received_at: DateTime<Utc>, call: Call) -> Result<Incoming, Rejection> {
    small_enough(text)?;
    let object = Object::read(text).map_err(|error| Rejection::new("json_invalid", error.to_string()))?;
    let sent_at = object.value("sent_at").and_then(json::scalar).and_then(|text| clock::parse(&text));
    let reader = Reader {
        unnamed: call.unnamed(),
        now: received_at,
        sent_at,
        key: Key::default(),
        is_enveloped: true,
        is_historical: false,
        note: None,
    };
    let sent = Sent(&object);
    reader.read(sent, sent.own()?)
}

/// Returns the key of a request that asks for something, such as feature flags.
pub fn key(request: &Request<'_>) -> Result<Option<String>, BadRequest> {
    let mut key = Key::default();
    if !request.body.is_empty() || request.query_value("data").is_some() {
        let text = unicode(body::unwrap(request, limits::POSTHOG_EVENT_BYTES)?)?;
        let envelope = Object::read(&text).map_err(|error| malformed(&error))?;
        if let Some(found) = envelope.value("token").or(envelope.value("api_key")).and_then(json::scalar) {
            key.meet(found)?;
        }
    }
    public(key.0, request)
}

/// Returns the key, wherever it stands, unless it is one to keep secret.
fn public(of_body: Option<String>, request: &Request<'_>) -> Result<Option<String>, BadRequest> {
    let key = of_body.or_else(|| request.query_value("token")).or_else(|| request.query_value("api_key"));
    if key.as_deref().is_some_and(is_personal) {
        return Err(BadRequest::Unauthorized("this is a personal key; events are sent with the project's key".into()));
    }
    Ok(key)
}

/// Tells whether a key is one that people keep secret, with which no events are sent.
pub fn is_personal(key: &str) -> bool {
    key.starts_with(PERSONAL_KEY)
}

fn malformed(error: &json::Error) -> BadRequest {
    BadRequest::Malformed(format!("the body is no JSON: {error}"))
}

/// Under which name an object around events has them.
const BATCH: &str = "batch";

/// An event as it is sent. Every field may hold anything: what is of the wrong kind is told later, or passed over as
/// PostHog does.
#[derive(Clone, Copy)]
struct Sent<'o, 'a>(&'o Object<'a>);

impl<'a> Sent<'_, 'a> {
    /// Returns what stands under the first of these names that says something.
    fn said(self, names: &[&str]) -> Option<Json<'a>> {
        names.iter().find_map(|name| self.0.value(name))
    }

    /// Returns an object of properties.
    fn properties(self, name: &str) -> Result<Option<Properties>, Rejection> {
        self.0.place_of_value(name).map(|place| Properties::of(self.0, place, name)).transpose()
    }

    /// Returns the event's own properties.
    fn own(self) -> Result<Properties, Rejection> {
        self.properties("properties").map(Option::unwrap_or_default)
    }
}

struct Reader {
    /// What an event without a name is; empty to refuse it.
    unnamed: &'static str,
    now: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    key: Key,
    /// The key around the events counts for all of them.
    is_enveloped: bool,
    is_historical: bool,
    /// What is doubtful about when the request was sent.
    note: Option<Note>,
}

impl Reader {
    fn events(&mut self, items: Items<'_>) -> Result<Vec<Result<Incoming, Rejection>>, BadRequest> {
        items.read(|object| self.item(&object))
    }

    fn item(&mut self, object: &Object<'_>) -> Result<Result<Incoming, Rejection>, BadRequest> {
        let sent = Sent(object);
        match sent.own() {
            Ok(properties) => {
                self.meet_key(sent, &properties)?;
                Ok(self.read(sent, properties))
            }
            Err(rejection) => Ok(Err(rejection)),
        }
    }

    fn read(&self, sent: Sent<'_, '_>, properties: Properties) -> Result<Incoming, Rejection> {
        let id = uuid(sent);
        let known = id.as_ref().ok().copied().flatten();
        self.event(sent, properties, id).map_err(|rejection| rejection.of_event(known))
    }

    fn meet_key(&mut self, sent: Sent<'_, '_>, properties: &Properties) -> Result<(), BadRequest> {
        if self.is_enveloped {
            return Ok(());
        }
        let root = sent.said(&["token", "$token", "api_key"]).and_then(json::scalar);
        match root.or_else(|| property(properties, "token").map(Cow::Owned)) {
            Some(key) => self.key.meet(key),
            None => Ok(()),
        }
    }

    fn event(
        &self,
        sent: Sent<'_, '_>,
        properties: Properties,
        id: Result<Option<Uuid>, Rejection>,
    ) -> Result<Incoming, Rejection> {
        let name = sent.said(&["event"]).and_then(json::scalar).unwrap_or(Cow::Borrowed(self.unnamed));
        let name = Some(name)
            .filter(|name| !name.is_empty())
            .ok_or_else(|| Rejection::field("event_missing", "event", "the event's name is missing"))?;
        let mut incoming = Incoming::new(name, distinct_id(sent, &properties)?);
        incoming.event_id = id?;
        incoming.set = sent.properties("$set")?;
        incoming.set_once = sent.properties("$set_once")?;
        let timestamp = sent.said(&["timestamp"]).map(clock::said);
        let ignores_sent_at = property(&properties, "$ignore_sent_at").is_some_and(|value| value == "true");
        let claim = Claim {
            timestamp: timestamp.as_deref(),
            offset_ms: sent.said(&["offset"]).and_then(whole_number),
            sent_at: self.sent_at.filter(|_| !ignores_sent_at),
        };
        let (time, note) = claim.read(self.now, self.is_historical)?;
        incoming.timestamp = Some(time);
        incoming.note = note.or_else(|| self.note.clone());
        incoming.properties = properties;
        if let Some(unset) = sent.said(&["$unset"]) {
            let huge = json::check("$unset", unset.get())?;
            incoming.properties.add_missing_values(&[("$unset", &json::quote(unset.get(), &huge))]);
        }
        Ok(incoming)
    }
}

/// What is no text is taken as the JSON it is.
fn distinct_id(sent: Sent<'_, '_>, properties: &Properties) -> Result<String, Rejection> {
    let entries;
    let mut value = sent.said(&["distinct_id", "$distinct_id"]);
    if value.is_none() && may_have(properties, "distinct_id") {
        entries = properties.entries();
        value = entries.iter().find(|(name, _)| name == "distinct_id").map(|(_, value)| *value);
    }
    let id = value
        .filter(|value| !json::is_null(*value))
        .map(|value| json::string(value.get()).map_or_else(|| value.get().to_owned(), Cow::into_owned));
    id.filter(|id| !id.trim().is_empty())
        .ok_or_else(|| Rejection::field("distinct_id_missing", "distinct_id", "who did it is missing: distinct_id"))
}

fn uuid(sent: Sent<'_, '_>) -> Result<Option<Uuid>, Rejection> {
    let Some(value) = sent.said(&["uuid"]) else { return Ok(None) };
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
    json::scalar(*value).map(Cow::into_owned)
}

/// Spares reading the properties once more for names that are rarely there.
fn may_have(properties: &Properties, name: &str) -> bool {
    properties.as_str().contains(name) || properties.as_str().contains("\\u")
}

fn whole_number(value: Json<'_>) -> Option<i64> {
    let text = json::scalar(value)?;
    text.parse()
        .ok()
        .or_else(|| text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| number as i64))
}
