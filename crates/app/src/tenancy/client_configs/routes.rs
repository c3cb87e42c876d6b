//! Client configurations through the API.

use analytics_model::{ClientConfigId, ProjectId};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use http_kit::{FieldError, IfMatch, Json, Page, Paging, Path, Problems, Query, Result, Tagged, Version, Versioned};
use metadata_store::{OnUnique, transact};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::store::{self, Row};
use crate::{
    Scope, audit,
    tenancy::{Action, Error, Resource},
    versions::{self, Names},
};

const NAME_INDEX: &str = "client_configs_project_id_name";
const MOST_BYTES: usize = 64 * 1024;

/// What SDKs are told.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ClientConfig {
    /// Its id.
    id: ClientConfigId,
    /// What SDKs ask for it by; `default` where they name none.
    #[schema(example = "default")]
    name: String,
    /// The configuration, as SDKs get it.
    #[schema(value_type = Object)]
    config: Value,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
    /// What to send as `If-Match` with a change that is for it as it is here.
    version: Version,
}

impl Versioned for ClientConfig {
    fn version(&self) -> &Version {
        &self.version
    }
}

impl From<Row> for ClientConfig {
    fn from(row: Row) -> Self {
        Self {
            version: Version::of(&seen(&row)),
            id: row.id,
            name: row.name,
            config: row.config,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A configuration to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewClientConfig {
    /// 1 to 100 letters a to z, digits, hyphens, underscores and dots.
    name: String,
    /// An object of 64 KiB at most.
    #[schema(value_type = Object)]
    config: Map<String, Value>,
}

/// What changes in a configuration; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientConfigChange {
    name: Option<String>,
    /// Replaces the configuration as a whole.
    #[schema(value_type = Option<Object>)]
    config: Option<Map<String, Value>>,
}

/// Which configuration of the project.
#[derive(Debug, Deserialize)]
pub(super) struct ConfigPath {
    config: ClientConfigId,
}

/// Lists the client configurations of a project, by name.
#[utoipa::path(get, path = "/projects/{project}/client_configs", tag = "tenancy", operation_id = "list_client_configs",
    params(("project" = ProjectId, Path, description = "The project's id."), Paging),
    responses((status = 200, body = Page<ClientConfig>, description = "A page of configurations."), Problems))]
pub(super) async fn list(scope: Scope, Query(paging): Query<Paging>) -> Result<Json<Page<ClientConfig>>> {
    scope.require(Action::View, Resource::ClientConfigs)?;
    let limit = paging.limit()?;
    let rows = store::list(scope.db(), scope.project, paging.after()?, limit + 1).await.map_err(Error::from)?;
    let items = rows.into_iter().map(ClientConfig::from).collect();
    Ok(Json(Page::of(items, limit, |config: &ClientConfig| config.name.clone())))
}

/// Makes a client configuration.
#[utoipa::path(post, path = "/projects/{project}/client_configs", tag = "tenancy",
    operation_id = "create_client_config",
    params(("project" = ProjectId, Path, description = "The project's id.")),
    responses((status = 201, body = ClientConfig, description = "Made."), Problems))]
pub(super) async fn create(scope: Scope, Json(new): Json<NewClientConfig>) -> Result<(StatusCode, Json<ClientConfig>)> {
    scope.require(Action::Create, Resource::ClientConfigs)?;
    let now = scope.now();
    let row = Row {
        id: ClientConfigId(scope.app().clock().new_id()),
        project_id: scope.project,
        name: new.name,
        config: Value::Object(new.config),
        created_at: now,
        updated_at: now,
    };
    check(&row)?;
    let row: std::result::Result<Row, Error> = transact!(scope.metadata(), |tx| {
        let name = row.name.clone();
        let row = store::insert(tx, row.clone()).await.on_unique(NAME_INDEX, || Error::ConfigNameTaken(name))?;
        let change = scope.change("client_config.create").on(row.id.0).new_values(&seen(&row));
        audit::record(scope.app(), tx, &scope.actor, change.details(json!({ "name": row.name }))).await?;
        Ok(row)
    });
    Ok((StatusCode::CREATED, Json(row?.into())))
}

/// Returns a client configuration.
#[utoipa::path(get, path = "/projects/{project}/client_configs/{config}", tag = "tenancy",
    operation_id = "get_client_config",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("config" = ClientConfigId, Path, description = "The configuration's id.")),
    responses((status = 200, body = ClientConfig, description = "The configuration."), Problems))]
pub(super) async fn get(scope: Scope, Path(ConfigPath { config }): Path<ConfigPath>) -> Result<Tagged<ClientConfig>> {
    scope.require(Action::View, Resource::ClientConfigs)?;
    let row = store::find(scope.db(), scope.project, config).await.map_err(Error::from)?;
    Ok(Tagged(row.ok_or(Error::NotFound)?.into()))
}

/// Changes a client configuration. SDKs get the new one within a minute.
#[utoipa::path(patch, path = "/projects/{project}/client_configs/{config}", tag = "tenancy",
    operation_id = "update_client_config",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("config" = ClientConfigId, Path, description = "The configuration's id."), IfMatch),
    responses((status = 200, body = ClientConfig, description = "The configuration as it is now."), Problems))]
pub(super) async fn update(
    scope: Scope,
    Path(ConfigPath { config: id }): Path<ConfigPath>,
    if_match: IfMatch,
    Json(change): Json<ClientConfigChange>,
) -> Result<Tagged<ClientConfig>> {
    scope.require(Action::Edit, Resource::ClientConfigs)?;
    let row: std::result::Result<Row, Error> = transact!(scope.metadata(), |tx| {
        let old = store::find(tx, scope.project, id).await?.ok_or(Error::NotFound)?;
        let about = scope.change("client_config.update").on(id.0);
        versions::require::<Error>(tx, &if_match, Some(&Version::of(&seen(&old))), (&about, Names::All)).await?;
        let mut row = old.clone();
        row.name = change.name.clone().unwrap_or(row.name);
        row.config = change.config.clone().map_or(row.config, Value::Object);
        row.updated_at = scope.now();
        check(&row)?;
        let name = row.name.clone();
        let row = store::update(tx, row).await.on_unique(NAME_INDEX, || Error::ConfigNameTaken(name))?;
        let change = about.changed(&seen(&old), &seen(&row));
        audit::record(scope.app(), tx, &scope.actor, change.details(json!({ "name": row.name }))).await?;
        Ok(row)
    });
    Ok(Tagged(row?.into()))
}

/// Deletes a client configuration. SDKs that ask for it get an empty one.
#[utoipa::path(delete, path = "/projects/{project}/client_configs/{config}", tag = "tenancy",
    operation_id = "delete_client_config",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("config" = ClientConfigId, Path, description = "The configuration's id.")),
    responses((status = 204, description = "Deleted."), Problems))]
pub(super) async fn delete(scope: Scope, Path(ConfigPath { config: id }): Path<ConfigPath>) -> Result<StatusCode> {
    scope.require(Action::Delete, Resource::ClientConfigs)?;
    let deleted: std::result::Result<(), Error> = transact!(scope.metadata(), |tx| {
        let row = store::find(tx, scope.project, id).await?.ok_or(Error::NotFound)?;
        store::delete(tx, id).await?;
        let change = scope.change("client_config.delete").on(id.0).old(&seen(&row));
        audit::record(scope.app(), tx, &scope.actor, change.details(json!({ "name": row.name }))).await?;
        Ok(())
    });
    deleted?;
    Ok(StatusCode::NO_CONTENT)
}

fn check(row: &Row) -> std::result::Result<(), Error> {
    let mut errors = Vec::new();
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.');
    if !(1..=100).contains(&row.name.len()) || !row.name.bytes().all(letter) {
        let detail = "must have 1 to 100 letters a to z, digits, hyphens, underscores and dots";
        errors.push(FieldError::new("name", "invalid", detail));
    }
    if row.config.to_string().len() > MOST_BYTES {
        errors.push(FieldError::new("config", "too_long", "must have at most 64 KiB as JSON"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// What the trail tells of a configuration.
fn seen(row: &Row) -> Value {
    json!({ "name": row.name, "config": row.config })
}
