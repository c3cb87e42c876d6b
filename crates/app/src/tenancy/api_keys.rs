//! API keys: what programs send events with. Shown once, kept hashed.

use analytics_model::{ApiKeyId, ProjectId, UserId};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use http_kit::{FieldError, Json, Page, Paging, Path, Problems, Query, Result};
use metadata_store::transact;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Action, Error, Resource, projects,
    store::{self, KeyRow},
};
use crate::{App, Scope, secret};

/// What every key begins with, so that one left in public is recognised.
pub(super) const MARK: &str = "rdx_";
const PREFIX_CHARACTERS: usize = 12;

/// An API key, without its secret.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is used for.
    pub name: String,
    /// How it begins, to recognise it by.
    #[schema(example = "rdx_5fGh2kLm")]
    pub prefix: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it is refused; null for never.
    #[schema(required = true)]
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute; null for never.
    #[schema(required = true)]
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whether it is accepted.
    pub is_active: bool,
}

impl From<KeyRow> for ApiKey {
    fn from(row: KeyRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            is_active: row.is_active,
        }
    }
}

/// A new API key, with its secret: this is the only time it is shown.
// Not Debug: the key must not reach a log.
#[derive(Serialize, ToSchema)]
pub struct NewKey {
    /// The key as programs send it.
    pub key: String,
    /// All else about it.
    #[serde(flatten)]
    pub api_key: ApiKey,
}

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyRequest {
    /// 1 to 100 characters: what it will be used for.
    name: String,
    /// From when on it is refused; never unless told.
    expires_at: Option<DateTime<Utc>>,
}

/// What changes in a key; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyChange {
    /// 1 to 100 characters.
    name: Option<String>,
    /// Whether it is accepted from now on.
    is_active: Option<bool>,
}

/// Which key of the project.
#[derive(Debug, Deserialize)]
pub(super) struct KeyPath {
    key: ApiKeyId,
}

/// Lists the keys of a project.
#[utoipa::path(get, path = "/projects/{project}/api_keys", tag = "tenancy", operation_id = "list_api_keys",
    params(("project" = ProjectId, Path, description = "The project's id."), Paging),
    responses((status = 200, body = Page<ApiKey>, description = "A page of keys."), Problems))]
pub(super) async fn list(scope: Scope, Query(paging): Query<Paging>) -> Result<Json<Page<ApiKey>>> {
    scope.require(Action::View, Resource::ApiKeys)?;
    let limit = paging.limit()?;
    let rows = store::keys_of(scope.db(), scope.project, paging.after()?, limit + 1).await.map_err(Error::from)?;
    let keys = rows.into_iter().map(ApiKey::from).collect();
    Ok(Json(Page::of(keys, limit, |key: &ApiKey| key.id)))
}

/// Makes a key for a project.
#[utoipa::path(post, path = "/projects/{project}/api_keys", tag = "tenancy", operation_id = "create_api_key",
    params(("project" = ProjectId, Path, description = "The project's id.")),
    responses((status = 201, body = NewKey, description = "The key, shown this once."), Problems))]
pub(super) async fn create(scope: Scope, Json(new): Json<KeyRequest>) -> Result<(StatusCode, Json<NewKey>)> {
    scope.require(Action::Create, Resource::ApiKeys)?;
    let key = make(scope.app(), scope.project, new, scope.user).await?;
    Ok((StatusCode::CREATED, Json(key)))
}

/// Renames, deactivates or activates a key. Takes effect at once.
#[utoipa::path(patch, path = "/projects/{project}/api_keys/{key}", tag = "tenancy", operation_id = "update_api_key",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("key" = ApiKeyId, Path, description = "The key's id.")),
    responses((status = 200, body = ApiKey, description = "The key as it is now."), Problems))]
pub(super) async fn update(
    scope: Scope,
    Path(KeyPath { key: id }): Path<KeyPath>,
    Json(change): Json<KeyChange>,
) -> Result<Json<ApiKey>> {
    scope.require(Action::Edit, Resource::ApiKeys)?;
    if let Some(error) = change.name.as_deref().and_then(|name| projects::check_name("name", name)) {
        return Err(Error::Invalid(vec![error]).into());
    }
    let name = change.name.map(|name| name.trim().to_owned());
    let updated: std::result::Result<KeyRow, Error> = transact!(scope.metadata(), |tx| {
        let row = store::find_key(tx, scope.project, id).await?.ok_or(Error::NotFound)?;
        if name.is_none() && change.is_active.is_none() {
            return Ok(row);
        }
        Ok(store::update_key(tx, id, name.clone(), change.is_active).await?)
    });
    let row = updated?;
    scope.app().keys().forget(&row.key_hash);
    scope.app().tell_others_to_forget();
    Ok(Json(row.into()))
}

/// Deletes a key. Takes effect at once.
#[utoipa::path(delete, path = "/projects/{project}/api_keys/{key}", tag = "tenancy", operation_id = "delete_api_key",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("key" = ApiKeyId, Path, description = "The key's id.")),
    responses((status = 204, description = "Deleted."), Problems))]
pub(super) async fn delete(scope: Scope, Path(KeyPath { key: id }): Path<KeyPath>) -> Result<StatusCode> {
    scope.require(Action::Delete, Resource::ApiKeys)?;
    let deleted: std::result::Result<KeyRow, Error> = transact!(scope.metadata(), |tx| {
        let row = store::find_key(tx, scope.project, id).await?.ok_or(Error::NotFound)?;
        store::delete_key(tx, id).await?;
        Ok(row)
    });
    scope.app().keys().forget(&deleted?.key_hash);
    scope.app().tell_others_to_forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a key for a project: for the command line, which nobody signs in to.
pub async fn create_key(app: &App, project: ProjectId, name: &str) -> std::result::Result<NewKey, Error> {
    make(app, project, KeyRequest { name: name.to_owned(), expires_at: None }, None).await
}

async fn make(
    app: &App,
    project: ProjectId,
    new: KeyRequest,
    created_by: Option<UserId>,
) -> std::result::Result<NewKey, Error> {
    let now = app.now();
    let mut errors: Vec<FieldError> = projects::check_name("name", &new.name).into_iter().collect();
    if new.expires_at.is_some_and(|at| at <= now) {
        errors.push(FieldError::new("expires_at", "past", "must lie in the future"));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let key = format!("{MARK}{}", secret::generate());
    let row = KeyRow {
        id: ApiKeyId(app.clock().new_id()),
        project_id: project,
        name: new.name.trim().to_owned(),
        prefix: key.chars().take(PREFIX_CHARACTERS).collect(),
        key_hash: secret::hash(&key),
        is_active: true,
        created_by,
        created_at: now,
        expires_at: new.expires_at,
        last_used_at: None,
    };
    let row = transact!(app.metadata(), |tx| store::insert_key(tx, row.clone()).await)?;
    Ok(NewKey { key, api_key: row.into() })
}
