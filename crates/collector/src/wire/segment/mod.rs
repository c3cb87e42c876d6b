//! Segment's form, which RudderStack speaks too: `POST /v1/track`, `/v1/identify`, `/v1/batch` and their like.
//!
//! It becomes what PostHog's libraries would have sent: `page` is `$pageview`, traits are `$set`, the context fills the
//! properties that have columns. What an event says of itself wins over its context, and that over its batch's.

mod call;
mod context;
pub mod pixel;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

pub use call::Call;

use self::call::Item;
use self::context::Context;
use super::clock::{self, Claim};
use super::{BadRequest, Key, Parsed, Request, body, list, small_enough, unicode};
use crate::{Incoming, Rejection, json, limits};

/// Ids that are no UUIDs become some below this one, the same in every project.
const NAMESPACE: Uuid = Uuid::from_u128(0x8f0c_5a52_6c2e_5d7b_9a41_0b6e_2f6d_97c3);

/// Reads a request's events: one, or a batch; `call` is what its path says they are.
pub fn parse(request: &Request<'_>, call: Option<Call>) -> Result<Parsed, BadRequest> {
    let body = body::decode_sniffing(request, limits::SEGMENT_BODY_BYTES)?;
    let text = unicode(body)?;
    let envelope: Envelope<'_> = serde_json::from_str(&text).map_err(|error| malformed(&error))?;
    let mut reader = Reader { request, call, key: Key::default(), sent_at: None, context: envelope.context };
    let events = match envelope.batch {
        Some(batch) => {
            reader.sent_at = envelope.sent_at.and_then(json::scalar);
            if let Some(key) = envelope.write_key.and_then(json::scalar) {
                reader.key.meet(key)?;
            }
            let items = list(batch.get())?;
            // Every event gets it: a small body must not become a large heap.
            let repeated = envelope.context.map_or(0, |context| context.get().len()).saturating_mul(items.len());
            if repeated > limits::SEGMENT_CONTEXT_BYTES {
                let limit = limits::SEGMENT_CONTEXT_BYTES;
                let text = format!("the batch's context has {repeated} bytes over all events; {limit} are allowed");
                return Err(BadRequest::TooLarge(text));
            }
            reader.events(&items)?
        }
        None => {
            reader.context = None;
            let whole: &RawValue = serde_json::from_str(&text).map_err(|error| malformed(&error))?;
            reader.events(&[whole])?
        }
    };
    let key = reader.key.0.or_else(|| request.query_value("writeKey"));
    Ok(Parsed { key, historical: false, events })
}

/// Reads one event that came apart from its request.
pub(crate) fn parse_event(text: &str, received_at: DateTime<Utc>) -> Result<Incoming, Rejection> {
    let whole = Request { body: &[], content_type: None, content_encoding: None, query: "", received_at };
    let reader = Reader { request: &whole, call: None, key: Key::default(), sent_at: None, context: None };
    let repaired = json::repair(text.as_bytes());
    let text = std::str::from_utf8(&repaired).map_err(|_| Rejection::new("json_invalid", "no UTF-8"))?;
    small_enough(text)?;
    let item: Item<'_> =
        serde_json::from_str(text).map_err(|error| Rejection::new("json_invalid", error.to_string()))?;
    let id = item.message_id.and_then(json::scalar).and_then(|text| event_id(&text));
    reader.event(&item, id).map_err(|rejection| rejection.of_event(id))
}

fn malformed(error: &serde_json::Error) -> BadRequest {
    BadRequest::Malformed(format!("the body is no JSON object: {error}"))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    #[serde(borrow)]
    batch: Option<&'a RawValue>,
    #[serde(borrow)]
    context: Option<&'a RawValue>,
    #[serde(borrow)]
    sent_at: Option<&'a RawValue>,
    #[serde(borrow)]
    write_key: Option<&'a RawValue>,
}

struct Reader<'a> {
    request: &'a Request<'a>,
    call: Option<Call>,
    key: Key,
    sent_at: Option<Cow<'a, str>>,
    /// What the batch says of all its events.
    context: Option<&'a RawValue>,
}

impl Reader<'_> {
    fn events(&mut self, items: &[&RawValue]) -> Result<Vec<Result<Incoming, Rejection>>, BadRequest> {
        let mut events = Vec::with_capacity(items.len());
        for item in items {
            let text = item.get();
            let read = small_enough(text).and_then(|()| {
                serde_json::from_str::<Item<'_>>(text)
                    .map_err(|error| Rejection::new("json_invalid", error.to_string()))
            });
            let event = match read {
                Ok(item) => {
                    if let Some(key) = item.write_key.and_then(json::scalar) {
                        self.key.meet(key)?;
                    }
                    let id = item.message_id.and_then(json::scalar).and_then(|text| event_id(&text));
                    self.event(&item, id).map_err(|rejection| rejection.of_event(id))
                }
                Err(rejection) => Err(rejection),
            };
            events.push(event.map_err(|rejection| rejection.of_text(text)));
        }
        Ok(events)
    }

    fn event(&self, item: &Item<'_>, id: Option<Uuid>) -> Result<Incoming, Rejection> {
        let call = match item.kind.and_then(json::scalar) {
            Some(kind) => Call::named(&kind).ok_or_else(|| {
                let reason = "type is one of track, identify, page, screen, group, alias";
                Rejection::field("type_unknown", "type", reason)
            })?,
            None => self.call.ok_or_else(|| Rejection::field("type_missing", "type", "the event's type is missing"))?,
        };
        let mut context = Context::default();
        for said in [self.context, item.context].into_iter().flatten() {
            context.read(said)?;
        }
        let mut incoming = item.incoming(call, context)?;
        incoming.event_id = id;
        let timestamp = item.timestamp.or(item.original_timestamp).and_then(json::scalar);
        let sent_at = item.sent_at.and_then(json::scalar);
        let claim = Claim {
            timestamp: timestamp.as_deref(),
            offset_ms: None,
            sent_at: sent_at.as_deref().or(self.sent_at.as_deref()).and_then(clock::parse),
        };
        incoming.timestamp = Some(claim.resolve(self.request.received_at));
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
