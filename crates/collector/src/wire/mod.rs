//! The forms in which events arrive over HTTP; each becomes the same [`Parsed`].
//!
//! A form is a module with a `parse` function. The caller reads the key of `Parsed` (and what headers say) before it
//! believes anything else.

mod body;
pub mod clock;
mod lz;
pub mod native;
pub mod posthog;
pub mod posthog_v1;
pub mod segment;

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::json::{Item, List, Object};
use crate::rejection::told;
use crate::{Incoming, Rejection, json, limits};

/// What of a request the forms need.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The body as it arrived.
    pub body: &'a [u8],
    /// The header `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The header `Content-Encoding`.
    pub content_encoding: Option<&'a str>,
    /// What follows `?` in the address, as it arrived; empty for none.
    pub query: &'a str,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
}

/// The events of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The project's key, if body or query hold it.
    pub key: Option<String>,
    /// Whether these are old events, to be compared with everything stored.
    pub historical: bool,
    /// The events in order, or why one is refused.
    pub events: Vec<Result<Incoming, Rejection>>,
}

/// Why a request as a whole is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRequest {
    /// To be answered with 400.
    #[error("{}", told(.0))]
    Malformed(String),
    /// To be answered with 401.
    #[error("{}", told(.0))]
    Unauthorized(String),
    /// To be answered with 413, so that the sender sends less at once.
    #[error("{}", told(.0))]
    TooLarge(String),
    /// To be answered with 415.
    #[error("{}", told(.0))]
    UnsupportedEncoding(String),
}

impl BadRequest {
    /// Returns the HTTP status to answer with.
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::Unauthorized(_) => 401,
            Self::TooLarge(_) => 413,
            Self::UnsupportedEncoding(_) => 415,
        }
    }

    /// Returns a stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "body_malformed",
            Self::Unauthorized(_) => "key_wrong",
            Self::TooLarge(_) => "body_too_large",
            Self::UnsupportedEncoding(_) => "encoding_unsupported",
        }
    }
}

impl Request<'_> {
    /// Returns the first value of a name in the address.
    pub fn query_value(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }
}

/// The one key of a request.
#[derive(Default)]
struct Key(Option<String>);

impl Key {
    fn meet(&mut self, key: Cow<'_, str>) -> Result<(), BadRequest> {
        match &self.0 {
            Some(known) if *known != key => {
                Err(BadRequest::Unauthorized("the events of one request belong to several keys".into()))
            }
            Some(_) => Ok(()),
            None => {
                self.0 = Some(key.into_owned());
                Ok(())
            }
        }
    }
}

/// The events of a body, as it was read.
struct Items<'a>(Vec<Item<'a>>);

impl<'a> Items<'a> {
    /// Reads a body that is a list.
    fn of_list(body: &'a str) -> Result<Self, BadRequest> {
        List::read(body)
            .map_err(|error| BadRequest::Malformed(format!("no list of events: {error}")))
            .and_then(Self::of)
    }

    /// Takes the list that stands in a body.
    fn of(list: List<'a>) -> Result<Self, BadRequest> {
        bounded(list.length)?;
        Ok(Self(list.items))
    }

    /// Reads each event with `read`, together with what is wrong with it; stops where the request is at fault.
    fn read<T>(
        self,
        mut read: impl FnMut(Object<'a>) -> Result<Result<T, Rejection>, BadRequest>,
    ) -> Result<Vec<Result<T, Rejection>>, BadRequest> {
        let events = self.0.into_iter().map(|Item { text, object }| {
            let text = text.get();
            let event = match (small_enough(text), object) {
                (Err(too_large), _) => Err(too_large),
                (Ok(()), Ok(object)) => read(object)?,
                (Ok(()), Err(error)) => Err(Rejection::new("json_invalid", error.to_string())),
            };
            Ok(event.map_err(|rejection| rejection.of_text(text)))
        });
        events.collect()
    }
}

fn bounded(events: usize) -> Result<(), BadRequest> {
    if events > limits::EVENTS_A_REQUEST {
        let text = format!("{events} events in one request; {} are allowed", limits::EVENTS_A_REQUEST);
        return Err(BadRequest::TooLarge(text));
    }
    Ok(())
}

fn small_enough(text: &str) -> Result<(), Rejection> {
    if text.len() > limits::EVENT_BYTES {
        let reason = format!("the event has {} bytes; {} are allowed", text.len(), limits::EVENT_BYTES);
        return Err(Rejection::new("event_too_large", reason));
    }
    Ok(())
}

/// Returns the text of a body: UTF-8, without half surrogates.
fn unicode(body: Cow<'_, [u8]>) -> Result<Cow<'_, str>, BadRequest> {
    let malformed = || BadRequest::Malformed("the body is not UTF-8".into());
    let repaired = match json::repair(&body) {
        Cow::Owned(repaired) => Some(repaired),
        Cow::Borrowed(_) => None,
    };
    match repaired.map_or(body, Cow::Owned) {
        Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).map_err(|_| malformed()),
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| malformed()),
    }
}

#[cfg(test)]
mod tests;
