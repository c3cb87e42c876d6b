//! Collection settings through the API.

use analytics_model::ProjectId;
use http_kit::{Json, Problems, Result};
use metadata_store::transact;

use super::model::{CollectionSettings, CollectionSettingsChange};
use super::{cache, store};
use crate::{
    Scope, audit,
    collection::error::Error,
    tenancy::{Action, Resource},
};

/// Returns what the project wants done with its events.
#[utoipa::path(get, path = "/projects/{project}/collection_settings", tag = "collection",
    operation_id = "get_collection_settings",
    params(("project" = ProjectId, Path, description = "The project's id")),
    responses((status = 200, body = CollectionSettings), Problems))]
pub(super) async fn get(scope: Scope) -> Result<Json<CollectionSettings>> {
    scope.require(Action::View, Resource::Project)?;
    Ok(Json(cache::of(store::find(scope.db(), scope.project).await.map_err(Error::from)?)))
}

/// Changes what the project wants done with its events.
///
/// It counts for what arrives from then on, a few seconds later at most.
#[utoipa::path(patch, path = "/projects/{project}/collection_settings", tag = "collection",
    operation_id = "update_collection_settings",
    params(("project" = ProjectId, Path, description = "The project's id")),
    responses((status = 200, body = CollectionSettings), Problems))]
pub(super) async fn update(
    scope: Scope,
    Json(change): Json<CollectionSettingsChange>,
) -> Result<Json<CollectionSettings>> {
    scope.require(Action::Edit, Resource::Project)?;
    let changed: std::result::Result<CollectionSettings, Error> = transact!(scope.metadata(), |tx| {
        let old = cache::of(store::find(tx, scope.project).await?);
        let mut new = old.clone();
        new.apply(change.clone()).map_err(Error::Invalid)?;
        let stored = serde_json::to_value(&new)?;
        store::put(tx, scope.project, stored, scope.now()).await?;
        let line = scope.change("collection_settings.update").on(scope.project.0).changed(&old, &new);
        audit::record(scope.app(), tx, &scope.actor, line).await?;
        Ok(new)
    });
    scope.app().collection_settings().forget(scope.project);
    Ok(Json(changed?))
}
