//! PostHog's second protocol, with a verdict for each event: `POST /i/v1/analytics/events`.
//!
//! The key and the sender's clock stand in headers; what events say of themselves stands beside their properties.

use std::borrow::Cow;
use std::fmt::Display;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::clock::{self, Claim};
use super::{BadRequest, Items, Parsed, Request, body, small_enough, unicode};
use crate::json::{self, Around, Entry, Item, Json, Object};
use crate::properties::quoted;
use crate::{Incoming, Note, Properties, Rejection, limits};

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
    let Around { list, others } = Around::read(&text, "batch").map_err(|error| malformed(&error))?;
    let items = Items::of(list.ok_or_else(|| malformed(&"batch is missing"))?)?;
    if items.0.is_empty() {
        return Err(BadRequest::Malformed("there is no event".into()));
    }
    let (sent_at, note) = match headers.sent_at.map(|text| clock::sent_at("PostHog-Request-Timestamp", text)) {
        Some(Ok(sent_at)) => (Some(sent_at), None),
        Some(Err(note)) => (None, Some(note)),
        None => (None, None),
    };
    let is_historical = others.get("historical_migration").is_some_and(|value| value.get() == "true");
    let reader = Reader {
        now: request.received_at,
        sent_at,
        note,
        is_historical,
        library: headers.sdk_info.map(library).unwrap_or_default(),
    };
    let mut ids = Vec::with_capacity(items.0.len());
    let mut events = Vec::with_capacity(items.0.len());
    for Item { text, object } in items.0 {
        let object = object.map_err(|error| malformed(&error))?;
        let id = object.get("uuid").and_then(|id| json::string(id.get())).filter(|id| !id.trim().is_empty());
        let Some(id) = id else {
            return Err(BadRequest::Malformed("an event has no uuid to tell its verdict by".into()));
        };
        let known = Uuid::parse_str(id.trim()).ok();
        let event = small_enough(text.get()).and_then(|()| reader.event(&object, known));
        events.push(event.map_err(|rejection| {
            let rejection = rejection.of_event(known).of_text(text.get()).sent_at("sent_at", reader.sent_at);
            match headers.sdk_info {
                Some(sdk_info) => rejection.with_member("sdk_info", &quoted(sdk_info)),
                None => rejection,
            }
        }));
        ids.push(id.into_owned());
    }
    Ok(Batch { ids, parsed: Parsed { key: None, historical: is_historical, events } })
}

/// Reads one event that came apart from its request.
pub(crate) fn parse_event(text: &str, received_at: DateTime<Utc>) -> Result<Incoming, Rejection> {
    let object = Object::read(text).map_err(|error| Rejection::new("json_invalid", error.to_string()))?;
    let id = object.get("uuid").and_then(|id| json::string(id.get())).and_then(|id| Uuid::parse_str(id.trim()).ok());
    // What stood in headers stands in the event once it is refused.
    let said = |name| object.get(name).and_then(json::scalar);
    let reader = Reader {
        now: received_at,
        sent_at: said("sent_at").and_then(|text| clock::parse(&text)),
        note: None,
        is_historical: false,
        library: said("sdk_info").map(|info| library(&info)).unwrap_or_default(),
    };
    small_enough(text).and_then(|()| reader.event(&object, id)).map_err(|rejection| rejection.of_event(id))
}

fn malformed(error: &dyn Display) -> BadRequest {
    BadRequest::Malformed(format!("the body is no batch of events: {error}"))
}

/// What an event says about how it is to be read.
struct Options<'o, 'a>(&'o [Entry<'a>]);

struct Reader {
    now: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    /// What is doubtful about when the request was sent.
    note: Option<Note>,
    is_historical: bool,
    /// What the library says of itself, as properties of each event.
    library: Vec<(&'static str, String)>,
}

impl Reader {
    fn event(&self, sent: &Object<'_>, id: Option<Uuid>) -> Result<Incoming, Rejection> {
        let id = id.ok_or_else(|| Rejection::field("event_id_invalid", "uuid", "uuid must be a UUID"))?;
        let named = |value: Option<Json<'_>>| {
            value.and_then(json::scalar).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        let event = named(sent.value("event"))
            .ok_or_else(|| Rejection::field("event_missing", "event", "the event's name is missing"))?;
        let distinct_id = named(sent.value("distinct_id")).ok_or_else(|| {
            Rejection::field("distinct_id_missing", "distinct_id", "who did it is missing: distinct_id")
        })?;
        let options = Options::of(sent)?;
        let keeps_clock = options.flag("disable_skew_correction")? == Some(true);
        let timestamp = sent.value("timestamp").map(clock::said);
        let claim =
            Claim { timestamp: timestamp.as_deref(), offset_ms: None, sent_at: self.sent_at.filter(|_| !keeps_clock) };
        let mut incoming = Incoming::new(event, distinct_id);
        incoming.event_id = Some(id);
        let (time, note) = claim.read(self.now, self.is_historical)?;
        incoming.timestamp = Some(time);
        incoming.note = note.or_else(|| self.note.clone());
        incoming.session_id = named(sent.value("session_id"));
        if let Some(place) = sent.place_of_value("properties") {
            incoming.properties = Properties::of(sent, place, "properties")?;
        }
        let mut more: Vec<(&str, Cow<'_, str>)> =
            self.library.iter().map(|(name, value)| (*name, Cow::Borrowed(value.as_str()))).collect();
        if let Some(session) = &incoming.session_id {
            more.push(("$session_id", Cow::Owned(quoted(session))));
        }
        if let Some(window) = named(sent.value("window_id")) {
            more.push(("$window_id", Cow::Owned(quoted(&window))));
        }
        if let Some(cookieless) = options.flag("cookieless_mode")? {
            more.push(("$cookieless_mode", Cow::Borrowed(if cookieless { "true" } else { "false" })));
        }
        if let Some(profile) = options.flag("process_person_profile")? {
            more.push(("$process_person_profile", Cow::Borrowed(if profile { "true" } else { "false" })));
        }
        if let Some(tour) = named(options.get("product_tour_id")) {
            more.push(("$product_tour_id", Cow::Owned(quoted(&tour))));
        }
        let more: Vec<(&str, &str)> = more.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        incoming.properties.add_missing_values(&more);
        Ok(incoming)
    }
}

impl<'o, 'a> Options<'o, 'a> {
    fn of(sent: &'o Object<'a>) -> Result<Self, Rejection> {
        let Some(place) = sent.place_of_value("options") else { return Ok(Self(&[])) };
        let invalid = || Rejection::field("options_invalid", "options", "options must be an object");
        sent.inner(place).map(Self).ok_or_else(invalid)
    }

    fn get(&self, name: &str) -> Option<Json<'a>> {
        json::last(self.0, name)
    }

    /// Some libraries write booleans as text or number.
    fn flag(&self, name: &'static str) -> Result<Option<bool>, Rejection> {
        let Some(value) = self.get(name).filter(|value| !json::is_null(*value)) else { return Ok(None) };
        match json::scalar(value).map(|text| text.trim().to_ascii_lowercase()).as_deref() {
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            _ => {
                let reason = format!("{name} must be true or false");
                Err(Rejection::field("options_invalid", format!("options.{name}"), reason))
            }
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
