//! Events as they arrive.

use analytics_model::{EventId, PersonId, ProjectId, Traffic};
use chrono::{DateTime, Utc};
use http_kit::{Json, Page, Paging, Problems, Query, Result};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::store;
use crate::{
    Scope,
    tenancy::{Action, Resource},
};

/// An event as it was stored.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct StoredEvent {
    event_id: EventId,
    /// `page`, `track`, `identify`, `screen`, `group` or `alias`.
    event_type: String,
    #[schema(example = "sign up")]
    event_name: String,
    /// When it happened.
    timestamp: DateTime<Utc>,
    /// When it arrived.
    received_at: DateTime<Utc>,
    /// The distinct id it was sent with.
    user_id: String,
    /// The person the id stands for.
    person_id: PersonId,
    session_id: String,
    ip_address: String,
    user_agent: String,
    device_type: String,
    os: String,
    os_version: String,
    browser: String,
    browser_version: String,
    /// ISO 3166 code of two letters.
    country: String,
    city: String,
    url: String,
    host: String,
    path: String,
    referrer: String,
    referrer_domain: String,
    /// What brought the visit: direct, search, social, email, paid, campaign, referral or internal.
    channel: String,
    utm_source: String,
    utm_medium: String,
    utm_campaign: String,
    utm_term: String,
    utm_content: String,
    /// Whose it is: `bot`, `internal`, or nothing for people.
    traffic: String,
    /// The SDK it came from.
    library: String,
    /// What else it was sent with.
    #[serde(deserialize_with = "as_it_came")]
    #[schema(value_type = serde_json::Map<String, serde_json::Value>)]
    properties: Box<RawValue>,
}

/// The column holds JSON text; what can't be read is shown as no properties rather than hiding the event.
fn as_it_came<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Box<RawValue>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_object = text.trim_start().starts_with('{');
    let none = || RawValue::from_string("{}".to_owned()).map_err(D::Error::custom);
    match RawValue::from_string(text) {
        Ok(properties) if is_object => Ok(properties),
        _ => none(),
    }
}

impl StoredEvent {
    fn place(&self) -> Place {
        Place { received_at: self.received_at, event_id: self.event_id.0 }
    }
}

/// Where a page of events ended.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) received_at: DateTime<Utc>,
    pub(super) event_id: Uuid,
}

/// Which events are listed.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Choice {
    /// Only events of this name.
    pub(super) event: Option<String>,
    /// Only events of this distinct id, or of the person with this id.
    pub(super) person: Option<String>,
    /// Only these; all unless told.
    pub(super) traffic: Option<Traffic>,
    /// Only events with this text in their name, distinct id, address, user agent or properties, whatever the letter
    /// case; of those that arrived in the last 30 days.
    pub(super) search: Option<String>,
}

/// Lists events, the last to arrive first.
#[utoipa::path(
    get,
    path = "/projects/{project}/events",
    operation_id = "list_events",
    tag = "collection",
    params(("project" = ProjectId, Path, description = "The project's id"), Paging, Choice),
    responses((status = 200, body = Page<StoredEvent>), Problems)
)]
pub(crate) async fn list(
    scope: Scope,
    Query(paging): Query<Paging>,
    Query(choice): Query<Choice>,
) -> Result<Json<Page<StoredEvent>>> {
    scope.require(Action::View, Resource::Events)?;
    let limit = paging.limit()?;
    let rows = store::arrivals(&scope, &choice, paging.after()?, limit + 1).await?;
    Ok(Json(Page::of(rows, limit, StoredEvent::place)))
}
