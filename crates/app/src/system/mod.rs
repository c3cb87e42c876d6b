//! The instance as a whole: its settings, its log of warnings and errors, and who uses what.

mod activity;
mod activity_routes;
mod activity_store;
mod error;
mod log_routes;
mod logs;
mod registry;
mod routes;
mod service;
mod settings;
mod store;
mod tables;
#[cfg(test)]
mod tests;

pub use logs::{Line, LogQueue};
pub use registry::SystemSettings;
pub use service::{Background, start};
pub use settings::settings;

pub(crate) use activity::{ActivityQueue, Trace, observe};
pub(crate) use settings::{SettingsCache, last_known};

use metadata_store::TableDescription;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(routes::list))
        .routes(routes!(routes::public))
        .routes(routes!(routes::get, routes::update, routes::reset))
        .routes(routes!(log_routes::list))
        .routes(routes!(log_routes::components))
        .routes(routes!(activity_routes::all))
        .routes(routes!(activity_routes::mine))
}

/// Returns the tables this feature owns.
pub(crate) fn schema() -> Vec<TableDescription> {
    vec![TableDescription::of(tables::system_settings::Entity), TableDescription::of(tables::system_logs::Entity)]
}
