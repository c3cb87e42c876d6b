//! Collection settings through the API.

use analytics_model::ProjectId;
use http_kit::{IfMatch, Json, Problems, Result, Tagged, Version, Versioned};
use metadata_store::transact;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{CollectionSettings, CollectionSettingsChange};
use super::{cache, store};
use crate::{
    Scope, audit,
    collection::error::Error,
    tenancy::{Action, Resource},
    versions::{self, Names},
};

/// What a project wants done with its events, as it is told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProjectCollectionSettings)]
pub(super) struct ToldSettings {
    #[serde(flatten)]
    settings: CollectionSettings,
    /// What to send as `If-Match` with a change that is for it as it is here.
    version: Version,
}

impl Versioned for ToldSettings {
    fn version(&self) -> &Version {
        &self.version
    }
}

impl From<CollectionSettings> for ToldSettings {
    fn from(settings: CollectionSettings) -> Self {
        Self { version: Version::of(&settings), settings }
    }
}

/// Returns what the project wants done with its events.
#[utoipa::path(get, path = "/projects/{project}/collection_settings", tag = "collection",
    operation_id = "get_collection_settings",
    params(("project" = ProjectId, Path, description = "The project's id")),
    responses((status = 200, body = ToldSettings), Problems))]
pub(super) async fn get(scope: Scope) -> Result<Tagged<ToldSettings>> {
    scope.require(Action::View, Resource::Project)?;
    Ok(Tagged(cache::of(store::find(scope.db(), scope.project).await.map_err(Error::from)?).into()))
}

/// Changes what the project wants done with its events.
///
/// It counts for what arrives from then on, a few seconds later at most.
#[utoipa::path(patch, path = "/projects/{project}/collection_settings", tag = "collection",
    operation_id = "update_collection_settings",
    params(("project" = ProjectId, Path, description = "The project's id"), IfMatch),
    responses((status = 200, body = ToldSettings), Problems))]
pub(super) async fn update(
    scope: Scope,
    if_match: IfMatch,
    Json(change): Json<CollectionSettingsChange>,
) -> Result<Tagged<ToldSettings>> {
    scope.require(Action::Edit, Resource::Project)?;
    let changed: std::result::Result<CollectionSettings, Error> = transact!(scope.metadata(), |tx| {
        let old = cache::of(store::find(tx, scope.project).await?);
        let about = scope.change("collection_settings.update").on(scope.project.0);
        versions::require::<Error>(tx, &if_match, Some(&Version::of(&old)), (&about, Names::All)).await?;
        let mut new = old.clone();
        new.apply(change.clone()).map_err(Error::Invalid)?;
        let stored = serde_json::to_value(&new)?;
        store::put(tx, scope.project, stored, scope.now()).await?;
        let line = about.changed(&old, &new);
        audit::record(scope.app(), tx, &scope.actor, line).await?;
        Ok(new)
    });
    scope.app().collection_settings().forget(scope.project);
    Ok(Tagged(changed?.into()))
}
