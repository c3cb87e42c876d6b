//! Folders through the API.

use analytics_model::{ProjectId, UserId};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use http_kit::{IfMatch, Json, Page, Path, Problems, Result, Tagged, Version, Versioned};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    service::{self, item},
    store::FolderRow,
};
use crate::{
    App, Scope,
    tenancy::rights::{Action, Resource},
};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

/// A folder.
#[derive(Debug, Serialize, ToSchema)]
struct Folder {
    id: Uuid,
    name: String,
    /// The folder it lies in; null at the top.
    #[schema(required = true)]
    parent_id: Option<Uuid>,
    /// Who made it; null where they are gone.
    #[schema(required = true)]
    created_by: Option<UserId>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// What who asks may do to it.
    may: Vec<Action>,
    /// What to send as `If-Match` with a change that is for it as it is here.
    version: Version,
}

impl Versioned for Folder {
    fn version(&self) -> &Version {
        &self.version
    }
}

/// A folder to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewFolder)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFolder {
    /// 1 to 100 characters, unlike any other in the same place whatever the letter case.
    pub(super) name: String,
    /// The folder to put it in; at the top where absent.
    pub(super) parent_id: Option<Uuid>,
}

/// What changes in a folder; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FolderChange {
    /// 1 to 100 characters.
    pub(super) name: Option<String>,
    /// The folder to move it to; null to move it to the top.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Uuid>)]
    pub(super) parent_id: Option<Option<Uuid>>,
}

/// Tells null from what was left out.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<Option<Uuid>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Which folder of the project.
#[derive(Debug, Deserialize)]
struct FolderPath {
    folder: Uuid,
}

fn shown(scope: &Scope, row: FolderRow) -> Folder {
    let about = item(&row);
    let may = |action: &Action| scope.may_to(*action, Resource::Folders, &about);
    Folder {
        version: service::version_of(&row),
        may: Resource::Folders.actions().iter().copied().filter(may).collect(),
        id: row.id,
        name: row.name,
        parent_id: row.parent_id,
        created_by: row.created_by,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// Lists the folders of a project that you may see, all at once and by name: a tree by `parent_id`.
#[utoipa::path(get, path = "/projects/{project}/folders", tag = "rights", operation_id = "list_folders",
    params(("project" = ProjectId, Path, description = "The project's id.")),
    responses((status = 200, body = Page<Folder>, description = "All of them, on one page."), Problems))]
async fn list(scope: Scope) -> Result<Json<Page<Folder>>> {
    let rows = service::list(&scope).await?;
    Ok(Json(Page { items: rows.into_iter().map(|row| shown(&scope, row)).collect(), next_cursor: None }))
}

/// Makes a folder.
#[utoipa::path(post, path = "/projects/{project}/folders", tag = "rights", operation_id = "create_folder",
    params(("project" = ProjectId, Path, description = "The project's id.")),
    responses((status = 201, body = Folder, description = "Made."), Problems))]
async fn create(scope: Scope, Json(new): Json<NewFolder>) -> Result<(StatusCode, Json<Folder>)> {
    let row = service::create(&scope, new).await?;
    Ok((StatusCode::CREATED, Json(shown(&scope, row))))
}

/// Returns a folder.
#[utoipa::path(get, path = "/projects/{project}/folders/{folder}", tag = "rights", operation_id = "get_folder",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("folder" = Uuid, Path, description = "The folder's id.")),
    responses((status = 200, body = Folder, description = "The folder."), Problems))]
async fn get(scope: Scope, Path(FolderPath { folder }): Path<FolderPath>) -> Result<Tagged<Folder>> {
    let row = service::get(&scope, folder, Action::View).await?;
    Ok(Tagged(shown(&scope, row)))
}

/// Renames a folder, or moves it; who moves it must be allowed to share it, because what is granted on folders holds
/// for all in them.
#[utoipa::path(patch, path = "/projects/{project}/folders/{folder}", tag = "rights", operation_id = "update_folder",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("folder" = Uuid, Path, description = "The folder's id."), IfMatch),
    responses((status = 200, body = Folder, description = "The folder as it is now."), Problems))]
async fn update(
    scope: Scope,
    Path(FolderPath { folder }): Path<FolderPath>,
    if_match: IfMatch,
    Json(change): Json<FolderChange>,
) -> Result<Tagged<Folder>> {
    let row = service::update(&scope, folder, (change, &if_match)).await?;
    Ok(Tagged(shown(&scope, row)))
}

/// Removes a folder. What lies in it moves to where the folder was.
#[utoipa::path(delete, path = "/projects/{project}/folders/{folder}", tag = "rights", operation_id = "delete_folder",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("folder" = Uuid, Path, description = "The folder's id.")),
    responses((status = 204, description = "Removed."), Problems))]
async fn delete(scope: Scope, Path(FolderPath { folder }): Path<FolderPath>) -> Result<StatusCode> {
    service::delete(&scope, folder).await?;
    Ok(StatusCode::NO_CONTENT)
}
