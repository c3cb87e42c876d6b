//! The catalogue through the API.

use std::collections::{BTreeMap, HashMap};

use analytics_model::ProjectId;
use http_kit::{IfMatch, Json, Problems, Query, Result, Tagged};
use serde::Deserialize;
use utoipa::IntoParams;

use super::definitions::{self, Definition, DefinitionChange, Of, ToldDefinition};
use super::list::{Catalogue, EventName, Kind, Property, PropertyValue, Said, Source};
use super::{ask, store};
use crate::collection::error::Error;
use crate::{
    Scope,
    tenancy::{Action, Resource},
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Events {
    /// Only events that were sent with this property.
    property: Option<String>,
    /// Whose property that is: `property`, the event's, unless told; or `person`.
    #[param(inline)]
    source: Option<Source>,
    /// Lists hidden ones too.
    #[serde(default)]
    hidden: bool,
}

/// Lists the names of all events, the most frequent first.
///
/// A new name is there as soon as its first event is stored.
#[utoipa::path(
    get,
    path = "/projects/{project}/catalogue/events",
    operation_id = "list_event_names",
    tag = "collection",
    params(("project" = ProjectId, Path, description = "The project's id"), Events),
    responses((status = 200, body = Catalogue<EventName>), Problems)
)]
pub(super) async fn events(scope: Scope, Query(wanted): Query<Events>) -> Result<Json<Catalogue<EventName>>> {
    scope.require(Action::View, Resource::Events)?;
    let source = wanted.source.unwrap_or(Source::Property);
    let with = wanted.property.as_deref().map(|property| (property, source));
    let mut items = ask::event_names(&scope, with).await?;
    let said = store::all(scope.db(), scope.project, Of::Events).await.map_err(Error::from)?;
    items.iter_mut().for_each(|item| item.said = said_of(&said, &item.name));
    items.retain(|item| wanted.hidden || !item.said.is_hidden);
    Ok(Json(Catalogue { items }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct OfEvent {
    /// Only properties of events of this name.
    event: Option<String>,
    /// `person` lists what was said about people by `$set` and `$set_once`, and no columns.
    #[param(inline)]
    source: Option<Source>,
    /// Lists hidden ones too.
    #[serde(default)]
    hidden: bool,
}

/// Lists properties: columns that every event has, then what events were sent with, most frequent first.
///
/// A new property is there as soon as the first event with it is stored. Counts follow within a minute or two, and are
/// about right.
#[utoipa::path(
    get,
    path = "/projects/{project}/catalogue/properties",
    operation_id = "list_properties",
    tag = "collection",
    params(("project" = ProjectId, Path, description = "The project's id"), OfEvent),
    responses((status = 200, body = Catalogue<Property>), Problems)
)]
pub(super) async fn properties(scope: Scope, Query(of): Query<OfEvent>) -> Result<Json<Catalogue<Property>>> {
    scope.require(Action::View, Resource::Events)?;
    let mut items = Vec::new();
    if !matches!(of.source, Some(Source::Person | Source::Property)) {
        items.extend(insight_sql::BUILT_IN.iter().map(column));
    }
    if of.source != Some(Source::Column) {
        let source = of.source.unwrap_or(Source::Property);
        items.extend(ask::properties(&scope, of.event.as_deref(), source).await?);
    }
    let said = store::all(scope.db(), scope.project, Of::Properties).await.map_err(Error::from)?;
    items.iter_mut().for_each(|item| item.said = said_of(&said, &item.name));
    items.retain(|item| of.hidden || !item.said.is_hidden);
    Ok(Json(Catalogue { items }))
}

fn column(column: &insight_sql::BuiltIn) -> Property {
    Property {
        name: column.name.into(),
        label: column.label.into(),
        source: Source::Column,
        kind: Kind::Text,
        types: BTreeMap::new(),
        count: None,
        first_seen_at: None,
        last_seen_at: None,
        said: Said::default(),
    }
}

fn said_of(said: &HashMap<String, Definition>, name: &str) -> Said {
    match said.get(name) {
        Some(definition) => definition.into(),
        // Also what nobody has said anything of yet has a version: two may begin at once.
        None => Said::from(&Definition { name: name.to_owned(), ..Definition::default() }),
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// The property's name.
    property: String,
    /// Whose property it is: `property`, the event's, unless told; or `person`.
    #[param(inline)]
    source: Option<Source>,
    /// Only values that contain this, whatever the letter case.
    search: Option<String>,
}

/// Lists the most frequent values of a property, 50 at most.
///
/// Values of properties that have a column are those of the newest events. Of others the frequent ones are kept.
#[utoipa::path(
    get,
    path = "/projects/{project}/catalogue/values",
    operation_id = "list_property_values",
    tag = "collection",
    params(("project" = ProjectId, Path, description = "The project's id"), Wanted),
    responses((status = 200, body = Catalogue<PropertyValue>), Problems)
)]
pub(super) async fn values(scope: Scope, Query(wanted): Query<Wanted>) -> Result<Json<Catalogue<PropertyValue>>> {
    scope.require(Action::View, Resource::Events)?;
    let search = wanted.search.unwrap_or_default();
    let source = wanted.source.unwrap_or(Source::Property);
    Ok(Json(Catalogue { items: ask::values(&scope, (&wanted.property, source), &search).await? }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    /// The name, exactly as it is sent.
    name: String,
}

/// Changes what is said of an event: description, tags, and whether lists to choose from leave it out.
///
/// The name is a parameter, as names may hold what paths can't. It need not have arrived yet.
#[utoipa::path(
    patch,
    path = "/projects/{project}/catalogue/events",
    operation_id = "describe_event",
    tag = "collection",
    params(("project" = ProjectId, Path, description = "The project's id"), Named, IfMatch),
    responses((status = 200, body = ToldDefinition), Problems)
)]
pub(super) async fn describe_event(
    scope: Scope,
    Query(named): Query<Named>,
    if_match: IfMatch,
    Json(change): Json<DefinitionChange>,
) -> Result<Tagged<ToldDefinition>> {
    scope.require(Action::Edit, Resource::Events)?;
    Ok(Tagged(definitions::describe(&scope, (Of::Events, &named.name), (change, &if_match)).await?))
}

/// Changes what is said of a property: description, tags, and whether lists to choose from leave it out.
///
/// A property of that name means the same wherever it is sent, with events or about people.
#[utoipa::path(
    patch,
    path = "/projects/{project}/catalogue/properties",
    operation_id = "describe_property",
    tag = "collection",
    params(("project" = ProjectId, Path, description = "The project's id"), Named, IfMatch),
    responses((status = 200, body = ToldDefinition), Problems)
)]
pub(super) async fn describe_property(
    scope: Scope,
    Query(named): Query<Named>,
    if_match: IfMatch,
    Json(change): Json<DefinitionChange>,
) -> Result<Tagged<ToldDefinition>> {
    scope.require(Action::Edit, Resource::Events)?;
    Ok(Tagged(definitions::describe(&scope, (Of::Properties, &named.name), (change, &if_match)).await?))
}
