//! Segment's form, which RudderStack speaks too: `POST /v1/track`, `/v1/identify`, `/v1/batch` and their like.
//!
//! It becomes what PostHog's libraries would have sent: `page` is `$pageview`, traits are `$set`, the context fills the
//! properties that have columns. What an event says of itself wins over its context, and that over its batch's.

mod call;
mod context;
pub mod pixel;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use call::Call;

use self::call::Item;
use self::context::Context;
use super::clock::{self, Claim};
use super::{BadRequest, Items, Key, Parsed, Request, body, small_enough, unicode};
use crate::json::{self, Around, Json, Object};
use crate::properties::quoted;
use crate::{Incoming, Rejection, limits};

/// Ids that are no UUIDs become some below this one, the same in every project.
const NAMESPACE: Uuid = Uuid::from_u128(0x8f0c_5a52_6c2e_5d7b_9a41_0b6e_2f6d_97c3);

/// Reads a request's events: one, or a batch; `call` is what its path says they are.
pub fn parse(request: &Request<'_>, call: Option<Call>) -> Result<Parsed, BadRequest> {
    read(request, call, false)
}

/// Reads the old events of `/v1/import`: each needs a time.
pub fn parse_import(request: &Request<'_>) -> Result<Parsed, BadRequest> {
    read(request, None, true)
}

fn read(request: &Request<'_>, call: Option<Call>, is_historical: bool) -> Result<Parsed, BadRequest> {
    let body = body::decode_sniffing(request, limits::SEGMENT_BODY_BYTES)?;
    let text = unicode(body)?;
    let Around { list, others } = Around::read(&text, "batch").map_err(|error| malformed(&error))?;
    let mut reader = Reader { request, call, key: Key::default(), sent_at: None, context: None, is_historical };
    let events = match list {
        Some(list) => {
            reader.sent_at = others.value("sentAt").map(clock::said);
            if let Some(key) = others.get("writeKey").and_then(json::scalar) {
                reader.key.meet(key)?;
            }
            reader.context = others.value("context");
            // Every event gets it: a small body must not become a large heap.
            let repeated = reader.context.map_or(0, |context| context.get().len()).saturating_mul(list.length);
            if repeated > limits::SEGMENT_CONTEXT_BYTES {
                let limit = limits::SEGMENT_CONTEXT_BYTES;
                let text = format!("the batch's context has {repeated} bytes over all events; {limit} are allowed");
                return Err(BadRequest::TooLarge(text));
            }
            Items::of(list)?.read(|object| reader.item(&object))?
        }
        None => {
            let whole = text.trim();
            let event = match small_enough(whole) {
                Ok(()) => reader.item(&others)?,
                Err(too_large) => Err(too_large),
            };
            vec![event.map_err(|rejection| rejection.of_text(whole))]
        }
    };
    let (sent_at, context) = (reader.sent_at.as_deref(), reader.context);
    let events = events.into_iter().map(|event| {
        event.map_err(|mut rejection: Rejection| {
            for (name, value) in
                [("sentAt", sent_at.map(quoted)), ("context", context.map(|context| context.get().to_owned()))]
            {
                if let Some(value) = value {
                    rejection = rejection.with_member(name, &value);
                }
            }
            rejection
        })
    });
    let events = events.collect();
    let key = reader.key.0.or_else(|| request.query_value("writeKey"));
    Ok(Parsed { key, historical: is_historical, events })
}

/// Reads one event that came apart from its request.
pub(crate) fn parse_event(text: &str, received_at: DateTime<Utc>) -> Result<Incoming, Rejection> {
    let whole = Request { body: &[], content_type: None, content_encoding: None, query: "", received_at };
    let key = Key::default();
    let reader = Reader { request: &whole, call: None, key, sent_at: None, context: None, is_historical: false };
    small_enough(text)?;
    let object = Object::read(text).map_err(|error| Rejection::new("json_invalid", error.to_string()))?;
    reader.event(&object)
}

fn malformed(error: &json::Error) -> BadRequest {
    BadRequest::Malformed(format!("the body is no JSON object: {error}"))
}

struct Reader<'a> {
    request: &'a Request<'a>,
    call: Option<Call>,
    key: Key,
    sent_at: Option<Cow<'a, str>>,
    /// What the batch says of all its events.
    context: Option<Json<'a>>,
    is_historical: bool,
}

impl Reader<'_> {
    fn item(&mut self, object: &Object<'_>) -> Result<Result<Incoming, Rejection>, BadRequest> {
        if let Some(key) = object.get("writeKey").and_then(json::scalar) {
            self.key.meet(key)?;
        }
        Ok(self.event(object))
    }

    fn event(&self, object: &Object<'_>) -> Result<Incoming, Rejection> {
        let id = object.get("messageId").and_then(json::scalar).and_then(|text| event_id(&text));
        let mut incoming = self.incoming(Item(object)).map_err(|rejection| rejection.of_event(id))?;
        incoming.event_id = id;
        Ok(incoming)
    }

    fn incoming(&self, item: Item<'_, '_>) -> Result<Incoming, Rejection> {
        let call = match item.get("type").and_then(json::scalar) {
            Some(kind) => Call::named(&kind).ok_or_else(|| {
                let reason = "type is one of track, identify, page, screen, group, alias";
                Rejection::field("type_unknown", "type", reason)
            })?,
            None => self.call.ok_or_else(|| Rejection::field("type_missing", "type", "the event's type is missing"))?,
        };
        let mut context = Context::default();
        for said in [self.context, item.get("context")].into_iter().flatten() {
            context.read(said)?;
        }
        let mut incoming = item.incoming(call, context)?;
        let sent_at = item.get("sentAt").map(clock::said);
        let (sent_at, note) =
            match sent_at.as_deref().or(self.sent_at.as_deref()).map(|text| clock::sent_at("sentAt", text)) {
                Some(Ok(sent_at)) => (Some(sent_at), None),
                Some(Err(note)) => (None, Some(note)),
                None => (None, None),
            };
        let said = |name| item.get(name).map(clock::said);
        let (timestamp, original) = (said("timestamp"), said("originalTimestamp"));
        // What a library noted first is of use where the other can't be read.
        let is_readable = |text: &Cow<'_, str>| clock::parse(text).is_some();
        let timestamp = match (timestamp, original) {
            (Some(timestamp), Some(original)) if !is_readable(&timestamp) && is_readable(&original) => Some(original),
            (timestamp, original) => timestamp.or(original),
        };
        let claim = Claim { timestamp: timestamp.as_deref(), offset_ms: None, sent_at };
        let (time, of_time) = claim.read(self.request.received_at, self.is_historical)?;
        incoming.timestamp = Some(time);
        incoming.note = of_time.or(note);
        Ok(incoming)
    }
}

/// A UUID stays; another text always becomes the same one, so that an event sent twice is stored once.
fn event_id(text: &str) -> Option<Uuid> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    Some(Uuid::parse_str(text).unwrap_or_else(|_| Uuid::new_v5(&NAMESPACE, text.as_bytes())))
}
