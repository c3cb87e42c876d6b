//! Asks the analytics store, the one way or the other.

use std::time::Duration;

use analytics_model::Sql;
use serde::de::DeserializeOwned;

use super::list::{EventName, Property, PropertyValue, Source};
use super::{arrived, limited};
use crate::Scope;
use crate::collection::error::Error;

/// How many values are proposed.
pub(super) const PROPOSALS: u32 = 50;

/// Returns the names of events, the most frequent first: all, or of those that have a property.
pub(super) async fn event_names(scope: &Scope, with: Option<(&str, Source)>) -> Result<Vec<EventName>, Error> {
    match scope.rows_filter() {
        Some(_) => limited::event_names(scope, with).await,
        None => arrived::event_names(scope, with).await,
    }
}

/// Returns the properties that events were sent with, the most frequent first: all, or those of one event.
pub(super) async fn properties(scope: &Scope, event: Option<&str>, source: Source) -> Result<Vec<Property>, Error> {
    match scope.rows_filter() {
        Some(_) => limited::properties(scope, event, source).await,
        None => arrived::properties(scope, event, source).await,
    }
}

/// Returns the most frequent values of a property that hold a text.
pub(super) async fn values(
    scope: &Scope,
    (property, source): (&str, Source),
    search: &str,
) -> Result<Vec<PropertyValue>, Error> {
    // A column is as quick to read as any table of its values.
    let is_own = source == Source::Column || property_column(property, source).is_some();
    match scope.rows_filter() {
        None if property == "$event" && source != Source::Person => arrived::event_values(scope, search).await,
        None if !is_own => arrived::values(scope, (property, source), search).await,
        _ => limited::values(scope, (property, source), search).await,
    }
}

/// Returns the column of `events` that a property has for itself.
pub(super) fn property_column(property: &str, source: Source) -> Option<&'static str> {
    if source == Source::Person { None } else { insight_sql::column(property) }
}

/// Names that are listed as columns, or as what is said about people.
pub(super) fn listed_elsewhere(source: Source) -> Vec<&'static str> {
    match source {
        Source::Person => Vec::new(),
        Source::Column | Source::Property => {
            let said = ["$set", "$set_once", "$unset"];
            insight_sql::BUILT_IN.iter().map(|column| column.name).chain(said).collect()
        }
    }
}

pub(super) async fn rows<T: DeserializeOwned>(scope: &Scope, statement: &Sql) -> Result<Vec<T>, Error> {
    Ok(scope.ask(statement, Duration::from_secs(20)).await?)
}
