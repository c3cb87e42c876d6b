//! What there is to ask about: event names, properties and their values, as they arrived.

use analytics_model::ProjectId;
use chrono::{DateTime, Utc};
use http_kit::{Json, Problems, Query, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store;
use crate::{
    Scope,
    tenancy::{Action, Resource},
};

/// A whole list: it is short by nature.
#[derive(Serialize, ToSchema)]
pub(crate) struct Catalogue<T> {
    items: Vec<T>,
}

/// An event name that has arrived.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct EventName {
    #[schema(example = "sign up")]
    name: String,
    /// How many events of that name there are.
    count: u64,
    /// When the last of them happened.
    last_seen_at: DateTime<Utc>,
}

/// A property that can be filtered, broken down and measured.
#[derive(Serialize, ToSchema)]
pub(crate) struct Property {
    #[schema(example = "plan")]
    pub(super) name: String,
    /// What people call it.
    pub(super) label: String,
    pub(super) source: Source,
    #[serde(rename = "type")]
    pub(super) kind: Kind,
    /// In how many of the events looked at it is set; absent for columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) count: Option<u64>,
}

/// Where a property is kept.
#[derive(Serialize, ToSchema)]
#[schema(as = PropertySource)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    /// In a column that every event has.
    Column,
    /// In the properties an event was sent with.
    Property,
}

/// What a property's values are.
#[derive(Serialize, ToSchema, Clone, Copy, PartialEq, Eq, Debug)]
#[schema(as = PropertyKind)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Text.
    Text,
    /// Numbers.
    Number,
    /// True and false.
    Boolean,
    /// Lists, objects, or some of this and some of that.
    Mixed,
}

/// A value that a property has.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct PropertyValue {
    pub(super) value: String,
    /// How many of the events looked at have it.
    pub(super) count: u64,
}

/// Lists the names of all events, the most frequent first.
#[utoipa::path(
    get,
    path = "/projects/{project}/catalogue/events",
    operation_id = "list_event_names",
    tag = "collection",
    params(("project" = ProjectId, Path, description = "The project's id")),
    responses((status = 200, body = Catalogue<EventName>), Problems)
)]
pub(crate) async fn events(scope: Scope) -> Result<Json<Catalogue<EventName>>> {
    scope.require(Action::View, Resource::Events)?;
    Ok(Json(Catalogue { items: store::event_names(&scope).await? }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfEvent {
    /// Only properties of events of this name.
    event: Option<String>,
}

/// Lists properties: columns that every event has, then what recent events were sent with, most frequent first.
#[utoipa::path(
    get,
    path = "/projects/{project}/catalogue/properties",
    operation_id = "list_properties",
    tag = "collection",
    params(("project" = ProjectId, Path, description = "The project's id"), OfEvent),
    responses((status = 200, body = Catalogue<Property>), Problems)
)]
pub(crate) async fn properties(scope: Scope, Query(of): Query<OfEvent>) -> Result<Json<Catalogue<Property>>> {
    scope.require(Action::View, Resource::Events)?;
    let mut items: Vec<Property> = insight_sql::BUILT_IN
        .iter()
        .map(|column| Property {
            name: column.name.into(),
            label: column.label.into(),
            source: Source::Column,
            kind: Kind::Text,
            count: None,
        })
        .collect();
    items.extend(store::property_names(&scope, of.event.as_deref()).await?);
    Ok(Json(Catalogue { items }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The property's name.
    property: String,
    /// Only values that contain this, whatever the letter case.
    search: Option<String>,
}

/// Lists the most frequent values of a property in recent events.
#[utoipa::path(
    get,
    path = "/projects/{project}/catalogue/values",
    operation_id = "list_property_values",
    tag = "collection",
    params(("project" = ProjectId, Path, description = "The project's id"), Wanted),
    responses((status = 200, body = Catalogue<PropertyValue>), Problems)
)]
pub(crate) async fn values(scope: Scope, Query(wanted): Query<Wanted>) -> Result<Json<Catalogue<PropertyValue>>> {
    scope.require(Action::View, Resource::Events)?;
    let search = wanted.search.unwrap_or_default();
    Ok(Json(Catalogue { items: store::property_values(&scope, &wanted.property, &search).await? }))
}
