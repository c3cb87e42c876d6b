//! Collection: events come in from SDKs and programs, are looked at as they arrive, and make up the catalogue.

mod catalogue;
mod error;
mod health;
mod hot_properties;
mod ingest;
mod ingestion_warnings;
mod instants;
mod intake;
mod live;
mod merges;
mod months;
mod quota;
mod recompute;
mod rejected_events;
mod settings;
mod store;
mod tables;
#[cfg(test)]
mod tests;

use metadata_store::TableDescription;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// Returns the routes under `/api/v1`.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(settings::routes())
        .merge(merges::routes())
        .merge(rejected_events::routes())
        .merge(health::routes())
        .routes(routes!(live::list))
        .merge(catalogue::routes())
        .routes(routes!(ingestion_warnings::list))
}

/// Returns the tables this feature owns.
pub(crate) fn schema() -> Vec<TableDescription> {
    vec![
        TableDescription::of(tables::collection_settings::Entity),
        TableDescription::of(tables::event_definitions::Entity),
        TableDescription::of(tables::property_definitions::Entity),
    ]
}

pub(crate) use hot_properties::HotProperties;
pub use hot_properties::look_after_hot_properties;
pub(crate) use months::MonthsSent;
pub(crate) use quota::Quotas;
pub use recompute::sweep;
pub(crate) use settings::SettingsCache;
pub use settings::StoredRules;

pub use ingest::{Way, way};
pub(crate) use ingest::{foreign_routes, routes as ingest_routes};
