//! Refused events as the API shows them, and which of them are meant.

use analytics_model::EventId;
use chrono::{DateTime, Utc};
use http_kit::FieldError;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::collection::error::Error;

/// How many ids one call may name.
pub(super) const IDS: usize = 1_000;

/// An event that was refused.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct RejectedEvent {
    /// Its own id where it could be read, else one that was given to it.
    pub(super) event_id: EventId,
    /// When it arrived.
    pub(super) received_at: DateTime<Utc>,
    /// Why it was refused: a stable code.
    #[schema(example = "distinct_id_missing")]
    pub(super) code: String,
    /// The field that is wrong; empty where it is none.
    #[schema(example = "distinct_id")]
    pub(super) field: String,
    /// What is wrong, in words.
    pub(super) reason: String,
    /// The event's name, as far as it could be read.
    pub(super) event_name: String,
    /// Who did it, as far as it could be read.
    pub(super) user_id: String,
    /// The SDK it came from, as far as it could be read.
    pub(super) library: String,
}

/// An event that was refused, with all that is kept of it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct RejectedEventText {
    #[serde(flatten)]
    pub(super) event: RejectedEvent,
    /// The event as it came: JSON where it was. Very long ones are cut.
    pub(super) raw: String,
    /// The address it came from, as the project keeps addresses.
    pub(super) ip_address: String,
    pub(super) user_agent: String,
    /// What else it was judged by, for when it is read again.
    #[serde(skip_serializing)]
    #[schema(ignore)]
    pub(super) country: String,
    #[serde(skip_serializing)]
    #[schema(ignore)]
    pub(super) city: String,
    #[serde(skip_serializing)]
    #[schema(ignore)]
    pub(super) traffic: String,
}

/// Refused events that are alike.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct RejectedGroup {
    /// Why they were refused: a stable code.
    pub(super) code: String,
    /// The event's name, as far as it could be read.
    pub(super) event_name: String,
    /// The field that is wrong; empty where it is none.
    pub(super) field: String,
    /// What is wrong with one of them, in words.
    pub(super) reason: String,
    /// How many there are.
    pub(super) count: u64,
    /// When the first of them arrived.
    pub(super) first_received_at: DateTime<Utc>,
    /// When the last of them arrived.
    pub(super) last_received_at: DateTime<Utc>,
}

/// Refused events by what is wrong with them, the most frequent first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct RejectedSummary {
    /// How many there are.
    pub(super) total: u64,
    /// The most frequent groups, 200 at most.
    pub(super) items: Vec<RejectedGroup>,
}

/// Which refused events are meant; what is left out allows all.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RejectedChoice {
    /// Only those refused for this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(example = "distinct_id_missing")]
    pub(super) code: Option<String>,
    /// Only those whose wrong field is this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) field: Option<String>,
    /// Only events of this name; empty for those without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) event: Option<String>,
    /// Only those that arrived at this time or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<DateTime<Utc>>,
    /// Only those that arrived before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) to: Option<DateTime<Utc>>,
    /// Only those whose text or reason contains this, whatever the letter case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) search: Option<String>,
}

/// Which refused events are discarded.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Discarding {
    /// Must be `true` where nothing else says which: then all are discarded.
    pub(super) all: Option<bool>,
    /// Only those refused for this.
    pub(super) code: Option<String>,
    /// Only those whose wrong field is this one.
    pub(super) field: Option<String>,
    /// Only events of this name; empty for those without one.
    pub(super) event: Option<String>,
    /// Only those that arrived at this time or later.
    pub(super) from: Option<DateTime<Utc>>,
    /// Only those that arrived before this time.
    pub(super) to: Option<DateTime<Utc>>,
    /// Only those whose text or reason contains this, whatever the letter case.
    pub(super) search: Option<String>,
}

impl RejectedChoice {
    /// Tells whether nothing is left out.
    fn is_everything(&self) -> bool {
        let Self { code, field, event, from, to, search } = self;
        let texts = [code, field, event, search];
        texts.iter().all(|text| text.is_none()) && from.is_none() && to.is_none()
    }
}

impl Discarding {
    /// Returns which are meant. To forget a filter must not discard all there are.
    pub(super) fn choice(self) -> Result<RejectedChoice, Error> {
        let Self { all, code, field, event, from, to, search } = self;
        let choice = RejectedChoice { code, field, event, from, to, search };
        let says_which = !choice.is_everything();
        if !says_which && all != Some(true) {
            let detail = "say which: code, field, event, from, to or search; or all=true";
            return Err(Error::Invalid(vec![FieldError::new("all", "choice_missing", detail)]));
        }
        Ok(choice)
    }
}

/// How many refused events were discarded.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Discarded {
    /// How many there were.
    pub(super) discarded: u64,
}

/// Which refused events are read again; what is left out allows all.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayFilter {
    /// Only those refused for this.
    #[schema(example = "distinct_id_missing")]
    #[serde(default)]
    code: Option<String>,
    /// Only those whose wrong field is this one.
    #[serde(default)]
    field: Option<String>,
    /// Only events of this name; empty for those without one.
    #[serde(default)]
    event: Option<String>,
    /// Only those that arrived at this time or later.
    #[serde(default)]
    from: Option<DateTime<Utc>>,
    /// Only those that arrived before this time.
    #[serde(default)]
    to: Option<DateTime<Utc>>,
    /// Only those whose text or reason contains this, whatever the letter case.
    #[serde(default)]
    search: Option<String>,
}

/// The longest text of a filter, in characters: names and codes are shorter.
const LONGEST: usize = 1_000;

impl ReplayFilter {
    /// Returns which are meant, or says what no refused event can have.
    pub(super) fn choice(self) -> Result<RejectedChoice, Error> {
        let Self { code, field, event, from, to, search } = self;
        let texts = [("code", &code), ("field", &field), ("event", &event), ("search", &search)];
        let too_long =
            texts.into_iter().filter(|(_, text)| text.as_ref().is_some_and(|text| text.chars().count() > LONGEST));
        let errors: Vec<FieldError> = too_long
            .map(|(name, _)| {
                FieldError::new(format!("filter.{name}"), "too_long", format!("must have {LONGEST} characters at most"))
            })
            .collect();
        if errors.is_empty() {
            Ok(RejectedChoice { code, field, event, from, to, search })
        } else {
            Err(Error::Invalid(errors))
        }
    }
}

/// Which refused events are read again, and how they are mended before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Replay {
    /// The events by their ids, 1,000 at most; or `filter`.
    #[serde(default)]
    pub(super) ids: Option<Vec<Uuid>>,
    /// All that the filter lets through, newest first, 10,000 at once; or `ids`.
    #[serde(default)]
    pub(super) filter: Option<ReplayFilter>,
    /// With a filter: the `next_cursor` of the call before, to go on behind what it has tried.
    #[serde(default)]
    pub(super) cursor: Option<String>,
    /// A JSON merge patch (RFC 7396) for each event's text.
    #[serde(default)]
    #[schema(value_type = Option<Object>, example = json!({ "distinct_id": "user-17" }))]
    pub(super) patch: Option<Box<RawValue>>,
    /// For one event: what to read in its place, as an object or its JSON text.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub(super) event: Option<Box<RawValue>>,
}

/// What became of refused events that were read again.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct Replayed {
    /// How many are stored now.
    pub(super) stored: u64,
    /// How many were stored before, by another replay or under the same id.
    pub(super) duplicates: u64,
    /// How many stay refused.
    pub(super) rejected: u64,
    /// How many of the ids are none of refused events, or no longer.
    pub(super) unknown: u64,
    /// How many more the filter lets through that were not tried.
    pub(super) left: u64,
    /// Where the next call goes on; absent where nothing is left.
    pub(super) next_cursor: Option<String>,
    /// With ids one for each; with a filter those that stay refused, 1,000 at most.
    pub(super) results: Vec<ReplayVerdict>,
}

/// What became of one of them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReplayVerdict {
    pub(super) event_id: EventId,
    pub(super) status: ReplayStatus,
    /// For those that stay refused: a stable code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<&'static str>,
    /// For those that stay refused: the field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) field: Option<String>,
    /// For those that stay refused: what is wrong, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReplayStatus {
    /// It is stored, or will be in a moment.
    Stored,
    /// One of the same id was stored before; it is no longer listed.
    Duplicate,
    /// It stays refused, for the reason given.
    Rejected,
    /// There is no refused event of this id, or no longer.
    Unknown,
}

/// Where a page of refused events ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) received_at: DateTime<Utc>,
    pub(super) event_id: Uuid,
}

impl RejectedEvent {
    pub(super) fn place(&self) -> Place {
        Place { received_at: self.received_at, event_id: self.event_id.0 }
    }
}
