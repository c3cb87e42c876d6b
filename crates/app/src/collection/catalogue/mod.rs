//! The catalogue: names of events, properties and their values, and what people say of them.
//!
//! Names and values come from tables that are filled as events arrive. Who is limited to some rows sees what the events
//! say that they may see.

mod arrived;
mod ask;
mod definitions;
mod limited;
mod list;
mod routes;
mod store;
#[cfg(test)]
mod tests;

use analytics_store::Error;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// Values of a property that are kept, the most frequent.
const KEPT_VALUES: u64 = 1_000;

/// Returns the routes under `/api/v1`.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(routes::events, routes::describe_event))
        .routes(routes!(routes::properties, routes::describe_property))
        .routes(routes!(routes::values))
}

/// Keeps the values of properties few.
pub(super) async fn sweep(app: &App) -> Result<(), Error> {
    let pruned = app.analytics().prune_property_values(KEPT_VALUES).await?;
    if pruned > 0 {
        tracing::debug!(properties = pruned, "rare values of properties were forgotten");
    }
    Ok(())
}
