//! Our own form: `POST /api/v1/events` with one event, a list, `{"batch": […]}`, or an event a line; and the same of
//! `/identify` and `/alias`, which say who somebody is.
//!
//! It is strict, so that a slip of the pen is told and not stored: a name that no event has is refused with the names
//! that are known.

use std::borrow::Cow;

use analytics_model::read_sender;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{BadRequest, Items, Key, Parsed, Request, body, bounded, clock, small_enough, unicode};
use crate::json::{self, Around, Json, Object};
use crate::properties::quoted;
use crate::{EventType, Incoming, Properties, Rejection, limits};

/// Some programs on Windows write it in front of UTF-8.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// What a request says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// That something happened.
    Event,
    /// Who somebody is, and what they are like.
    Identify,
    /// That two ids are one person.
    Alias,
}

/// Reads a request's events.
pub fn parse(request: &Request<'_>, call: Call) -> Result<Parsed, BadRequest> {
    let body = body::decode(request.body, request.content_encoding, limits::NATIVE_BODY_BYTES)?;
    let text = unicode(body)?;
    let historical = match request.query_value("historical").as_deref() {
        None | Some("false" | "0") => false,
        Some("true" | "1" | "") => true,
        Some(_) => return Err(BadRequest::Malformed("historical must be true or false".into())),
    };
    let mut reader = Reader { call, now: request.received_at, sent_at: None, key: Key::default(), historical };
    let text = text.trim_start_matches(BYTE_ORDER_MARK).trim();
    let events = reader.body(text, is_lines(request.content_type))?;
    let key = reader.key.0.or_else(|| request.query_value("api_key"));
    let sent_at = reader.sent_at;
    let events = events.into_iter().map(|event| event.map_err(|rejection| rejection.sent_at("sent_at", sent_at)));
    Ok(Parsed { key, historical: reader.historical, events: events.collect() })
}

/// Reads one event, as it stands in a line of a file.
pub fn parse_event(text: &str) -> Result<Incoming, Rejection> {
    parse_one(&json::repaired(text), Call::Event)
}

/// Reads one event, or what else a request of this kind says.
pub(crate) fn parse_one(text: &str, call: Call) -> Result<Incoming, Rejection> {
    parse_sent(text, call, DateTime::UNIX_EPOCH, None)
}

/// Does so for one that came in a request that arrived then, and was sent then by the sender's clock.
pub(crate) fn parse_sent(
    text: &str,
    call: Call,
    now: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
) -> Result<Incoming, Rejection> {
    let text = text.trim_start_matches(BYTE_ORDER_MARK);
    let mut reader = Reader { call, now, sent_at, key: Key::default(), historical: false };
    reader.event(text).map_err(|refusal| match refusal {
        Refusal::Event(rejection) => rejection,
        Refusal::Request(bad) => Rejection::new("key_wrong", bad.to_string()),
    })
}

fn is_lines(content_type: Option<&str>) -> bool {
    let kind = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let kinds = ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"];
    kinds.iter().any(|known| kind.eq_ignore_ascii_case(known))
}

struct Reader {
    call: Call,
    now: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    key: Key,
    historical: bool,
}

enum Refusal {
    Event(Rejection),
    Request(BadRequest),
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Self::Event(rejection)
    }
}

impl From<BadRequest> for Refusal {
    fn from(bad: BadRequest) -> Self {
        Self::Request(bad)
    }
}

type Events = Vec<Result<Incoming, Rejection>>;

/// Tells an event at fault from a request at fault.
fn told(event: Result<Incoming, Refusal>) -> Result<Result<Incoming, Rejection>, BadRequest> {
    match event {
        Ok(incoming) => Ok(Ok(incoming)),
        Err(Refusal::Event(rejection)) => Ok(Err(rejection)),
        Err(Refusal::Request(bad)) => Err(bad),
    }
}

/// The name under which an object around events has them.
const BATCH: &str = "batch";

impl Reader {
    fn body(&mut self, text: &str, is_lines: bool) -> Result<Events, BadRequest> {
        match text.as_bytes().first() {
            None => Err(BadRequest::Malformed("the body is empty".into())),
            Some(b'[') if !is_lines => self.items(Items::of_list(text)?),
            Some(b'{') if !is_lines => match Around::read(text, BATCH) {
                Ok(Around { list: Some(list), others }) => {
                    self.envelope(others)?;
                    self.items(Items::of(list)?)
                }
                Ok(Around { list: None, others }) => {
                    let read = small_enough(text).map_err(Refusal::Event).and_then(|()| self.object(others));
                    Ok(vec![told(read)?.map_err(|rejection| rejection.of_text(text))])
                }
                Err(error) if looks_like_lines(text) => {
                    tracing::trace!(%error, "reading the body line by line");
                    self.lines(text)
                }
                Err(error) => Err(BadRequest::Malformed(format!("the body is no JSON: {error}"))),
            },
            _ if is_lines => self.lines(text),
            _ => Err(BadRequest::Malformed("the body is neither an object nor a list".into())),
        }
    }

    /// Reads what stands beside a batch.
    fn envelope(&mut self, fields: Object<'_>) -> Result<(), BadRequest> {
        let malformed = |text: &str| BadRequest::Malformed(text.to_owned());
        for (name, value) in fields.entries {
            match name.as_ref() {
                "api_key" if json::is_null(value) => {}
                "api_key" => self.key.meet(key_text(value)?)?,
                "sent_at" if json::is_null(value) => {}
                "sent_at" => {
                    let sent_at = json::scalar(value).and_then(|text| clock::parse(&text));
                    self.sent_at = Some(sent_at.ok_or_else(|| malformed("sent_at can't be read as a time"))?);
                }
                "historical" => {
                    self.historical =
                        serde_json::from_str(value.get()).map_err(|_| malformed("historical must be true or false"))?;
                }
                other => {
                    let text = format!("{other:?} is not known beside batch; api_key, sent_at and historical are");
                    return Err(BadRequest::Malformed(text));
                }
            }
        }
        Ok(())
    }

    fn items(&mut self, items: Items<'_>) -> Result<Events, BadRequest> {
        items.read(|object| told(self.object(object)))
    }

    fn lines(&mut self, text: &str) -> Result<Events, BadRequest> {
        bounded(text.lines().count())?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(|line| Ok(told(self.event(line))?.map_err(|rejection| rejection.of_text(line)))).collect()
    }

    fn event(&mut self, text: &str) -> Result<Incoming, Refusal> {
        small_enough(text)?;
        let object = Object::read(text).map_err(|error| Rejection::new("json_invalid", error.to_string()))?;
        self.object(object)
    }

    fn object(&mut self, object: Object<'_>) -> Result<Incoming, Refusal> {
        // Read first, so that whatever else is wrong is told with it.
        let id = object.entries.iter().find(|(name, _)| matches!(name.as_ref(), "event_id" | "uuid"));
        let id = id.and_then(|(_, value)| json::scalar(*value)).and_then(|text| Uuid::parse_str(&text).ok());
        self.fields(object).map_err(|refusal| match refusal {
            Refusal::Event(rejection) => Refusal::Event(rejection.of_event(id)),
            request @ Refusal::Request(_) => request,
        })
    }

    fn fields(&mut self, object: Object<'_>) -> Result<Incoming, Refusal> {
        let mut event = Incoming::new(self.call.event(), "");
        let mut seen: Vec<&str> = Vec::new();
        for (place, (name, value)) in object.entries.iter().enumerate() {
            let field = self.call.canonical(name).ok_or_else(|| self.call.unknown(name))?;
            if seen.contains(&field) {
                return Err(Rejection::field("field_repeated", name.as_ref(), format!("{field} is given twice")).into());
            }
            seen.push(field);
            if field == "api_key" {
                self.key.meet(key_text(*value)?)?;
            } else if !json::is_null(*value) {
                self.field(&mut event, field, (&object, place))?;
            }
        }
        if event.event.is_empty() {
            return Err(Rejection::field("event_missing", "event", "the event's name is missing").into());
        }
        if event.distinct_id.trim().is_empty() {
            let reason = "who did it is missing: distinct_id or user_id";
            return Err(Rejection::field("distinct_id_missing", "distinct_id", reason).into());
        }
        if self.call == Call::Alias && event.properties.is_empty() {
            return Err(alias_missing().into());
        }
        Ok(event)
    }

    fn field(&self, event: &mut Incoming, field: &str, (object, place): (&Object<'_>, usize)) -> Result<(), Rejection> {
        let (name, value) = (object.entries[place].0.as_ref(), object.entries[place].1);
        match field {
            "event" => event.event = text(name, value)?,
            "distinct_id" => event.distinct_id = scalar(name, value)?,
            "session_id" => event.session_id = Some(scalar(name, value)?),
            "user_agent" => event.user_agent = Some(text(name, value)?),
            "$anon_distinct_id" | "alias" => {
                let id = scalar(name, value)?;
                if field == "alias" && id.trim().is_empty() {
                    return Err(alias_missing());
                }
                event.properties.add_missing_values(&[(field, &quoted(&id))]);
            }
            "event_id" => {
                let id = Uuid::parse_str(&text(name, value)?);
                event.event_id =
                    Some(id.map_err(|_| Rejection::field("event_id_invalid", name, format!("{name} must be a UUID")))?);
            }
            "timestamp" => event.timestamp = Some(self.timestamp(name, value)?),
            "properties" => event.properties = Properties::of(object, place, name)?,
            "$set" => event.set = Some(Properties::of(object, place, name)?),
            "$set_once" => event.set_once = Some(Properties::of(object, place, name)?),
            "ip" => {
                let ip = text(name, value)?;
                if read_sender(&ip).is_none() {
                    return Err(Rejection::field("ip_invalid", name, "ip must be an IPv4 or IPv6 address"));
                }
                event.ip = Some(ip);
            }
            _ => {
                let kind: Result<EventType, _> = serde_json::from_str(value.get());
                let reason = "event_type is one of page, track, identify, screen, group, alias";
                event.event_type = Some(kind.map_err(|_| Rejection::field("event_type_invalid", name, reason))?);
            }
        }
        Ok(())
    }

    fn timestamp(&self, name: &str, value: Json<'_>) -> Result<DateTime<Utc>, Rejection> {
        let text = clock::said(value);
        let Some(claimed) = clock::parse(&text) else {
            let reason = "can't be read as a time; write it like 2026-05-01T12:30:00Z, or as seconds since 1970";
            return Err(Rejection::field("timestamp_invalid", name, reason));
        };
        clock::corrected(claimed, self.sent_at, self.now)
            .ok_or_else(|| Rejection::field("timestamp_out_of_range", name, "is too far from now"))
    }
}

impl Call {
    /// Returns the name of the events that such a request makes; none where the request names them.
    fn event(self) -> &'static str {
        match self {
            Self::Event => "",
            Self::Identify => "$identify",
            Self::Alias => "$create_alias",
        }
    }

    /// Tells whether it has a field of this name.
    pub(crate) fn knows(self, name: &str) -> bool {
        self.canonical(name).is_some()
    }

    fn canonical(self, name: &str) -> Option<&'static str> {
        Some(match (self, name) {
            (_, "distinct_id" | "user_id") => "distinct_id",
            (_, "event_id" | "uuid") => "event_id",
            (_, "timestamp") => "timestamp",
            (_, "api_key") => "api_key",
            (Self::Identify, "anonymous_id") => "$anon_distinct_id",
            (Self::Identify, "traits" | "$set") | (Self::Event, "$set") => "$set",
            (Self::Identify, "set_once" | "$set_once") | (Self::Event, "$set_once") => "$set_once",
            (Self::Alias, "alias") => "alias",
            (Self::Event, "event") => "event",
            (Self::Event, "session_id") => "session_id",
            (Self::Event, "properties") => "properties",
            (Self::Event, "ip") => "ip",
            (Self::Event, "user_agent") => "user_agent",
            (Self::Event, "event_type") => "event_type",
            _ => return None,
        })
    }

    fn unknown(self, name: &str) -> Rejection {
        let (what, fields) = match self {
            Self::Event => (
                "an event",
                "event, distinct_id (or user_id), event_id (or uuid), timestamp, session_id, properties, $set, \
                 $set_once, ip, user_agent, event_type; anything else belongs in properties",
            ),
            Self::Identify => (
                "identify",
                "distinct_id (or user_id), anonymous_id, traits (or $set), set_once, event_id (or uuid), timestamp; \
                 anything else belongs in traits",
            ),
            Self::Alias => ("alias", "distinct_id (or user_id), alias, event_id (or uuid), timestamp"),
        };
        let short: String = name.chars().take(50).collect();
        let reason = format!("{short:?} is no field of {what}; known are {fields}");
        Rejection::field("unknown_field", short, reason)
    }
}

fn alias_missing() -> Rejection {
    Rejection::field("alias_missing", "alias", "the other id of the same person is missing: alias")
}

fn text(name: &str, value: Json<'_>) -> Result<String, Rejection> {
    let text = json::string(value.get());
    text.map(Cow::into_owned).ok_or_else(|| Rejection::field("field_invalid", name, format!("{name} must be text")))
}

fn scalar(name: &str, value: Json<'_>) -> Result<String, Rejection> {
    let text = json::scalar(value);
    text.map(Cow::into_owned)
        .ok_or_else(|| Rejection::field("field_invalid", name, format!("{name} must be text or a number")))
}

fn key_text(value: Json<'_>) -> Result<Cow<'_, str>, BadRequest> {
    json::string(value.get()).ok_or_else(|| BadRequest::Unauthorized("api_key must be text".into()))
}

fn looks_like_lines(text: &str) -> bool {
    let Some((first, _)) = text.split_once('\n') else { return false };
    serde_json::from_str::<Json<'_>>(first.trim()).is_ok()
}
