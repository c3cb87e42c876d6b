//! API keys: what programs send events with, and ask with. Shown once, kept hashed.

use analytics_model::{ApiKeyId, ProjectId, UserId};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use http_kit::{IfMatch, Json, Page, Paging, Path, Problems, Query, Result, Tagged, Version, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Action, Error, Resource, key_access, key_service,
    organizations::present,
    scopes::{self, KeyKind},
    store::{self, KeyRow},
};
use crate::{App, Scope, accounts};

/// An API key, without its secret.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is used for.
    pub name: String,
    /// What it is for: sending events, or asking.
    pub kind: KeyKind,
    /// What a secret key may do, such as `insights:run`; empty for a write key.
    pub scopes: Vec<String>,
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
    /// Until when the secret before the last rotation is accepted too; null where there is none.
    #[schema(required = true)]
    pub previous_expires_at: Option<DateTime<Utc>>,
    /// Whether it is accepted.
    pub is_active: bool,
    /// Who answers for a secret key: its holder, whose rights it has, or the organization.
    pub owner: KeyOwner,
    /// Who made it, or gave it its secret; null for the command line.
    #[schema(required = true)]
    pub holder_id: Option<UserId>,
    /// The holder's name, or their e-mail address; null where they are gone.
    #[schema(required = true)]
    pub holder_name: Option<String>,
    /// The scopes that count now: those that its holder has too. A secret key without any is refused.
    pub working_scopes: Vec<String>,
    /// What to send as `If-Match` with a change that is for it as it is here.
    pub version: Version,
}

impl Versioned for ApiKey {
    fn version(&self) -> &Version {
        &self.version
    }
}

/// Who answers for a secret key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyOwner {
    /// Its holder: it may do no more than they may now.
    Person,
    /// The organization: it may do what its scopes say, whatever becomes of its holder.
    Organization,
}

impl KeyOwner {
    pub(super) fn of(row: &KeyRow) -> Self {
        if row.of_organization { Self::Organization } else { Self::Person }
    }
}

impl ApiKey {
    /// Describes a key as it counts now.
    pub(super) async fn of(app: &App, row: KeyRow) -> std::result::Result<Self, Error> {
        let held = key_access::rights_of(app, &row, &row.key_hash).await?;
        let works = |scope: &String| held.iter().flat_map(|role| &role.permissions).any(|held| held.word() == *scope);
        let holder = match row.holder_id {
            Some(holder) => accounts::find_user(app.db(), holder).await?,
            None => None,
        };
        let words = scopes::words(&row.scopes);
        Ok(Self {
            version: Version::of(&key_service::seen(&row)),
            owner: KeyOwner::of(&row),
            holder_id: row.holder_id,
            holder_name: holder.map(|user| if user.name.is_empty() { user.email } else { user.name }),
            working_scopes: words.iter().filter(|scope| works(scope)).cloned().collect(),
            kind: KeyKind::of(&row.kind).unwrap_or(KeyKind::Write),
            scopes: words,
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            previous_expires_at: row.previous_expires_at,
            is_active: row.is_active,
        })
    }
}

/// A new API key, or one with a new secret: this is the only time it is shown.
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
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyRequest {
    /// 1 to 100 characters: what it will be used for.
    pub(super) name: String,
    /// `write` unless told.
    pub(super) kind: Option<KeyKind>,
    /// What a secret key may do: permissions that you have yourself, such as `insights:run`.
    #[serde(default)]
    pub(super) scopes: Vec<String>,
    /// From when on it is refused; never unless told.
    pub(super) expires_at: Option<DateTime<Utc>>,
}

/// What changes in a key; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyChange {
    /// 1 to 100 characters.
    pub(super) name: Option<String>,
    /// Whether it is accepted from now on.
    pub(super) is_active: Option<bool>,
    /// What a secret key may do from now on.
    pub(super) scopes: Option<Vec<String>>,
    /// Who answers for it from now on; owners and admins of the organization hand a secret key over to it.
    pub(super) owner: Option<KeyOwner>,
    /// From when on it is refused; null for never.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub(super) expires_at: Option<Option<DateTime<Utc>>>,
}

/// How a key gets a new secret.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rotation {
    /// How many hours the old secret is still accepted: 0 to 168.
    #[schema(minimum = 0, maximum = 168, default = 0)]
    #[serde(default)]
    grace_hours: u32,
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
    let mut keys = Vec::new();
    for row in rows {
        keys.push(ApiKey::of(scope.app(), row).await?);
    }
    Ok(Json(Page::of(keys, limit, |key: &ApiKey| key.id)))
}

/// Makes a key for a project.
///
/// A write key (`rdx_…`) sends events and may be public. A secret key (`rdxs_…`) does what its scopes say, sent as
/// `Authorization: Bearer rdxs_…` to the operations of its project. Making one needs a proof given lately by
/// `POST /me/proof`.
#[utoipa::path(post, path = "/projects/{project}/api_keys", tag = "tenancy", operation_id = "create_api_key",
    params(("project" = ProjectId, Path, description = "The project's id.")),
    responses((status = 201, body = NewKey, description = "The key, shown this once."), Problems))]
pub(super) async fn create(scope: Scope, Json(new): Json<KeyRequest>) -> Result<(StatusCode, Json<NewKey>)> {
    scope.require(Action::Create, Resource::ApiKeys)?;
    let key = scope.told(key_service::create(&scope, new).await)?;
    Ok((StatusCode::CREATED, Json(key)))
}

/// Changes a key: its name, scopes, end, who answers for it, or whether it is accepted. Takes effect at once.
///
/// Who switches a secret key on again, or lets it last longer, must have all that it may do. That, and other scopes,
/// need a proof given lately by `POST /me/proof`.
#[utoipa::path(patch, path = "/projects/{project}/api_keys/{key}", tag = "tenancy", operation_id = "update_api_key",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("key" = ApiKeyId, Path, description = "The key's id."), IfMatch),
    responses((status = 200, body = ApiKey, description = "The key as it is now."), Problems))]
pub(super) async fn update(
    scope: Scope,
    Path(KeyPath { key: id }): Path<KeyPath>,
    if_match: IfMatch,
    Json(change): Json<KeyChange>,
) -> Result<Tagged<ApiKey>> {
    scope.require(Action::Edit, Resource::ApiKeys)?;
    let row = scope.told(key_service::update(&scope, id, (change, &if_match)).await)?;
    Ok(Tagged(ApiKey::of(scope.app(), row).await?))
}

/// Gives a key a new secret. The old one is accepted until its grace ends.
///
/// Who sees the secret is its holder from now on: a secret key may do no more than they. For a secret key this needs a
/// proof given lately by `POST /me/proof`.
#[utoipa::path(post, path = "/projects/{project}/api_keys/{key}/rotate", tag = "tenancy",
    operation_id = "rotate_api_key",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("key" = ApiKeyId, Path, description = "The key's id.")),
    responses((status = 200, body = NewKey, description = "The key, its secret shown this once."), Problems))]
pub(super) async fn rotate(
    scope: Scope,
    Path(KeyPath { key: id }): Path<KeyPath>,
    Json(rotation): Json<Rotation>,
) -> Result<Json<NewKey>> {
    scope.require(Action::Edit, Resource::ApiKeys)?;
    let key = scope.told(key_service::rotate(&scope, id, rotation.grace_hours).await)?;
    Ok(Json(key))
}

/// Deletes a key. Takes effect at once.
#[utoipa::path(delete, path = "/projects/{project}/api_keys/{key}", tag = "tenancy", operation_id = "delete_api_key",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("key" = ApiKeyId, Path, description = "The key's id.")),
    responses((status = 204, description = "Deleted."), Problems))]
pub(super) async fn delete(scope: Scope, Path(KeyPath { key: id }): Path<KeyPath>) -> Result<StatusCode> {
    scope.require(Action::Delete, Resource::ApiKeys)?;
    key_service::delete(&scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
