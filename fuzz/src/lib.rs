//! What the fuzz targets share: how an input becomes a request, and what must hold of whatever is read of it.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use analytics_model::ProjectId;
use chrono::{DateTime, Utc};
use collector::wire::{Parsed, Request, native};
use collector::{Accepted, Arrival, Delivery, Incoming, Mode, Properties, Refused, Rejection, fuzzing, limits};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use uuid::Uuid;

/// Names that are added to the properties somebody sent: what the library says of itself, `$set` and their like.
const ADDED_NAMES: usize = 16;
/// Bytes that are added to what was sent of an event, beside its own.
const ADDED_BYTES: usize = 4096;
/// The longest a reason may be: it is answered and stored, and must not repeat a large event.
const REASON_BYTES: usize = 4096;

/// When everything arrives; the fixtures of `sdk/spec` arrive then too.
pub static NOW: LazyLock<DateTime<Utc>> =
    LazyLock::new(|| DateTime::from_timestamp(1_772_452_800, 0).expect("a time of this century"));

/// A request as an input says it. The first line holds, between tabs, the call, the headers `Content-Encoding` and
/// `Content-Type`, the query, and two headers of PostHog's second protocol; all behind it is the body.
pub struct Sent<'a> {
    /// Which call of the form it is; each target knows its own.
    pub call: &'a str,
    /// `PostHog-Sdk-Info`.
    pub sdk_info: Option<&'a str>,
    /// `PostHog-Request-Timestamp`.
    pub sent_at: Option<&'a str>,
    /// All else.
    pub request: Request<'a>,
}

impl<'a> Sent<'a> {
    /// Reads an input; none where the first line is missing or no text.
    pub fn of(input: &'a [u8]) -> Option<Self> {
        let end = input.iter().position(|byte| *byte == b'\n')?;
        let mut fields = std::str::from_utf8(&input[..end]).ok()?.split('\t');
        let call = fields.next().unwrap_or_default();
        let mut header = || fields.next().filter(|text| !text.is_empty());
        let (content_encoding, content_type, query) = (header(), header(), header().unwrap_or_default());
        let (sdk_info, sent_at) = (header(), header());
        let body = &input[end + 1..];
        let request = Request { body, content_type, content_encoding, query, received_at: *NOW };
        Some(Self { call, sdk_info, sent_at, request })
    }

    /// Whether the body is read as it stands: JSON, neither compressed nor wrapped.
    fn is_plain(&self) -> bool {
        let first = self.request.body.iter().find(|byte| !byte.is_ascii_whitespace());
        self.request.content_encoding.is_none() && matches!(first, Some(b'{' | b'['))
    }
}

/// Checks what a parser of a form has read; `most` is how many bytes it may have unpacked the body to.
pub fn check_parsed(parsed: &Parsed, sent: &Sent<'_>, most: usize) {
    assert!(parsed.events.len() <= limits::EVENTS_A_REQUEST);
    let body = sent.request.body;
    let mut bytes = 0;
    for event in &parsed.events {
        match event {
            Ok(incoming) => {
                check_incoming(incoming);
                bytes += size_of(incoming);
            }
            Err(rejection) => {
                check_rejection(rejection);
                let raw = rejection.raw.as_deref().expect("what is refused is kept");
                // Half surrogates are mended before anything is read, so that the text may differ there.
                // What only the request said stands in front of it.
                let is_completed = ["{\"sent_at\":", "{\"sentAt\":", "{\"context\":", "{\"sdk_info\":"]
                    .iter()
                    .any(|begin| raw.starts_with(begin));
                if sent.is_plain() && !is_completed && !contains(body, b"\\u") {
                    assert!(contains(body, raw.as_bytes()), "kept of a refused event is what was sent: {raw:?}");
                }
                bytes += raw.len();
            }
        }
    }
    let sent_bytes = if sent.is_plain() { body.len() } else { most };
    // A batch's context is in each of its events; names of its parts become longer.
    let contexts = limits::SEGMENT_CONTEXT_BYTES.min(sent_bytes.saturating_mul(parsed.events.len()));
    let most = 4 * (sent_bytes + contexts) + ADDED_BYTES * parsed.events.len();
    assert!(bytes <= most, "{bytes} bytes are kept of {sent_bytes}");
    deliver(parsed.events.clone());
}

/// Takes what was read as the server does: checks it, writes what is accepted and what is refused as a frame of the
/// spool, and reads that again.
pub fn deliver(events: Vec<Result<Incoming, Rejection>>) {
    let mut delivery = Delivery {
        arrival: Arrival {
            ip: Some([192, 0, 2, 1].into()),
            user_agent: Some("a browser".to_owned()),
            ..Arrival::of(ProjectId(Uuid::from_u128(7)), *NOW)
        },
        mode: Mode::Live,
        events: Vec::new(),
        refused: Vec::new(),
    };
    for event in events {
        match event.and_then(accepted) {
            Ok(accepted) => delivery.events.push(accepted),
            Err(mut rejection) => {
                let raw = rejection.raw.take().unwrap_or_default().into_string();
                delivery.refused.push(Refused { rejection, raw });
            }
        }
    }
    for properties in fuzzing::round_trip(&delivery) {
        check_kept(&properties);
    }
}

fn accepted(incoming: Incoming) -> Result<Accepted, Rejection> {
    let accepted = Accepted::new(incoming.clone(), *NOW);
    match &accepted {
        // An import sends it to another server so: it must be the same event there.
        Ok(_) => check_same_in_our_form(&incoming),
        Err(rejection) => {
            check_rejection(rejection);
            let raw = rejection.raw.as_deref().expect("what is refused is kept");
            let is_cut = raw.len() + 4 > limits::REJECTED_BYTES;
            assert!(is_cut || serde_json::from_str::<Value>(raw).is_ok(), "what is kept can be sent again: {raw:?}");
        }
    }
    accepted
}

fn check_same_in_our_form(incoming: &Incoming) {
    let text = serde_json::to_string(incoming).expect("an event can be written");
    match native::parse_event(&text) {
        // A note is for the warnings about the request that brought it, and no part of the event.
        Ok(read) => assert_eq!(read, Incoming { note: None, ..incoming.clone() }, "{text}"),
        // What was added, or a column of a file, may pass a limit that our own form has.
        Err(rejection) => assert!(is_limit(&rejection) || rejection.code == "ip_invalid", "{rejection:?} of {text}"),
    }
}

/// Checks one event that was read.
pub fn check_incoming(incoming: &Incoming) {
    for properties in [Some(&incoming.properties), incoming.set.as_ref(), incoming.set_once.as_ref()] {
        let Some(properties) = properties else { continue };
        check_kept(properties.as_str());
        match Properties::parse(properties.as_str()) {
            Ok(again) => assert_eq!(again.as_str(), properties.as_str(), "kept properties are kept as they are"),
            Err(rejection) => assert!(is_limit(&rejection), "{rejection:?} of {:?}", properties.as_str()),
        }
    }
}

/// Checks properties that are kept: a JSON object whose names are unique, within the limits.
fn check_kept(text: &str) {
    let Names(names) = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text:?}"));
    let unique: HashSet<&String> = names.iter().collect();
    assert_eq!(unique.len(), names.len(), "names are unique: {text:?}");
    assert!(names.len() <= limits::PROPERTIES + ADDED_NAMES, "{} names", names.len());
    let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    assert!(longest <= limits::PROPERTY_NAME_CHARS, "a name of {longest} characters");
    // Text around an integer that no machine holds makes it longer, by one half at most.
    assert!(text.len() <= 2 * limits::EVENT_BYTES + ADDED_BYTES, "{} bytes", text.len());
    let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text:?}"));
    // `$set` and its like are one more.
    assert!(depth(&value) <= limits::NESTING + 1, "{} deep", depth(&value));
}

/// Checks what is told about an event that is refused.
pub fn check_rejection(rejection: &Rejection) {
    assert!(!rejection.code.is_empty() && !rejection.reason.is_empty());
    assert!(rejection.reason.len() <= REASON_BYTES, "a reason of {} bytes", rejection.reason.len());
    assert!(rejection.field.as_deref().unwrap_or_default().len() <= REASON_BYTES);
    assert!(rejection.raw.as_deref().unwrap_or_default().len() <= limits::REJECTED_BYTES);
}

/// Checks what is told about a request that is refused.
pub fn check_told(told: &dyn fmt::Display) {
    let told = told.to_string();
    assert!(!told.is_empty() && told.len() <= REASON_BYTES, "an answer of {} bytes", told.len());
}

fn is_limit(rejection: &Rejection) -> bool {
    let too_many = rejection.code == "properties_invalid" && rejection.reason.starts_with("more than");
    let too_many_in_all = rejection.reason.starts_with("there are more than");
    matches!(rejection.code, "nested_too_deep" | "event_too_large") || too_many || too_many_in_all
}

fn size_of(incoming: &Incoming) -> usize {
    let properties = [Some(&incoming.properties), incoming.set.as_ref(), incoming.set_once.as_ref()];
    let texts = [&incoming.session_id, &incoming.ip, &incoming.user_agent];
    incoming.event.len()
        + incoming.distinct_id.len()
        + properties.into_iter().flatten().map(|properties| properties.as_str().len()).sum::<usize>()
        + texts.into_iter().flatten().map(String::len).sum::<usize>()
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    part.is_empty() || text.windows(part.len()).any(|window| window == part)
}

/// An object's names, as often as they stand there.
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;

        impl<'de> Visitor<'de> for Each {
            type Value = Names;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some((name, IgnoredAny)) = map.next_entry()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }

        deserializer.deserialize_map(Each)
    }
}
