//! Grants through the API.

use analytics_model::{ProjectId, UserId};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use http_kit::{IfMatch, Json, Path, Problems, Query, Result, Tagged, Version, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{Level, service, store};
use crate::{App, Scope};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, put, delete))
}

/// To whom something is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum PrincipalType {
    /// A member of the organization.
    User,
    /// Everybody who has a role in the project.
    Role,
}

impl PrincipalType {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::User => store::USER,
            Self::Role => store::ROLE,
        }
    }

    pub(super) fn of(word: &str) -> Self {
        if word == store::ROLE { Self::Role } else { Self::User }
    }
}

/// Who was let in to a thing.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GrantList {
    /// Those on the thing itself first, then those on the folders above it.
    pub(super) items: Vec<GivenGrant>,
    /// The most that who asks may grant, for as long as they have it themselves; null for nothing.
    #[schema(required = true)]
    pub(super) own_level: Option<Level>,
}

/// A right to a single thing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Grant)]
pub(super) struct GivenGrant {
    pub(super) id: Uuid,
    pub(super) principal_type: PrincipalType,
    pub(super) principal_id: Uuid,
    /// The name of the person or role.
    pub(super) principal_name: String,
    /// The person's address; absent for roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) principal_email: Option<String>,
    pub(super) permission_type: Level,
    /// Who gave it; null where they are gone.
    #[schema(required = true)]
    pub(super) granted_by: Option<UserId>,
    pub(super) granted_at: DateTime<Utc>,
    /// From when on it counts for nothing; null for never.
    #[schema(required = true)]
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) is_expired: bool,
    /// The folder above that it was given on; absent where it was given on the thing itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) inherited_from: Option<Origin>,
    /// What to send as `If-Match` with a change that is for it as it is here.
    pub(super) version: Version,
}

impl Versioned for GivenGrant {
    fn version(&self) -> &Version {
        &self.version
    }
}

/// A folder that hands a grant down.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = GrantOrigin)]
pub(super) struct Origin {
    pub(super) id: Uuid,
    pub(super) name: String,
}

/// A right to be given; in place of the one that the person or role has on the thing, if any.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewGrant {
    pub(super) principal_type: PrincipalType,
    /// A member of the organization, or one of its roles.
    pub(super) principal_id: Uuid,
    pub(super) permission_type: Level,
    /// From when on it counts for nothing; never unless told.
    pub(super) expires_at: Option<DateTime<Utc>>,
}

/// From whom it is taken.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Principal {
    #[param(inline)]
    pub(super) principal_type: PrincipalType,
    /// The person's or role's id.
    pub(super) principal_id: Uuid,
}

/// Which thing of the project.
#[derive(Debug, Deserialize)]
struct ThingPath {
    resource_type: String,
    resource_id: Uuid,
}

/// Lists who was let in to a single thing, for those who may share it.
#[utoipa::path(get, path = "/projects/{project}/grants/{resource_type}/{resource_id}", tag = "rights",
    operation_id = "list_grants",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("resource_type" = String, Path, description = "What kind of thing it is: `folder`."),
        ("resource_id" = Uuid, Path, description = "The thing's id.")),
    responses((status = 200, body = GrantList, description = "All of them."), Problems))]
async fn list(scope: Scope, Path(thing): Path<ThingPath>) -> Result<Json<GrantList>> {
    Ok(Json(service::list(&scope, &thing.resource_type, thing.resource_id).await?))
}

/// Lets a person or a role in to a single thing, or changes what they may do to it. Nobody gives more than they may do
/// themselves, nor for longer.
#[utoipa::path(put, path = "/projects/{project}/grants/{resource_type}/{resource_id}", tag = "rights",
    operation_id = "put_grant",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("resource_type" = String, Path, description = "What kind of thing it is: `folder`."),
        ("resource_id" = Uuid, Path, description = "The thing's id."), IfMatch),
    responses((status = 200, body = GivenGrant, description = "The grant as it is now."), Problems))]
async fn put(
    scope: Scope,
    Path(thing): Path<ThingPath>,
    if_match: IfMatch,
    Json(new): Json<NewGrant>,
) -> Result<Tagged<GivenGrant>> {
    Ok(Tagged(service::put(&scope, &thing.resource_type, thing.resource_id, (&new, &if_match)).await?))
}

/// Takes a grant from a person or a role.
#[utoipa::path(delete, path = "/projects/{project}/grants/{resource_type}/{resource_id}", tag = "rights",
    operation_id = "delete_grant",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("resource_type" = String, Path, description = "What kind of thing it is: `folder`."),
        ("resource_id" = Uuid, Path, description = "The thing's id."), Principal),
    responses((status = 204, description = "Taken."), Problems))]
async fn delete(scope: Scope, Path(thing): Path<ThingPath>, Query(principal): Query<Principal>) -> Result<StatusCode> {
    service::delete(&scope, &thing.resource_type, thing.resource_id, &principal).await?;
    Ok(StatusCode::NO_CONTENT)
}
