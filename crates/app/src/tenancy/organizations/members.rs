//! The members of an organization through the API.

use analytics_model::{OrganizationId, ProjectId, UserId};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use http_kit::{IfMatch, Json, Page, Paging, Path, Problems, Query, Result, Tagged, Version, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Member, membership};
use crate::{
    accounts,
    tenancy::{OrganizationRole, Role},
};

/// Somebody who belongs to an organization.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct OrganizationMember {
    /// Who.
    pub(super) user_id: UserId,
    /// Their e-mail address.
    pub(super) email: String,
    /// Their whole name; may be empty.
    pub(super) name: String,
    /// Whether they may sign in.
    pub(super) is_active: bool,
    /// What they are in the organization.
    pub(super) role: OrganizationRole,
    /// Since when.
    pub(super) joined_at: DateTime<Utc>,
    /// The projects they are a member of; owners and admins look after all, member or not.
    pub(super) projects: Vec<MemberProject>,
    /// The roles they were given besides.
    pub(super) roles: Vec<MemberRole>,
    /// What to send as `If-Match` with a change of their role that is for it as it is here.
    pub(super) version: Version,
}

impl Versioned for OrganizationMember {
    fn version(&self) -> &Version {
        &self.version
    }
}

/// A project that somebody is a member of.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct MemberProject {
    pub(super) project_id: ProjectId,
    pub(super) name: String,
    pub(super) role: Role,
}

/// A role that was given to somebody.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct MemberRole {
    pub(super) role_id: Uuid,
    pub(super) name: String,
    /// Where it counts; null for all projects of the organization.
    #[schema(required = true)]
    pub(super) project_id: Option<ProjectId>,
}

/// Whom a list is to hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// A part of the name or the e-mail address.
    search: Option<String>,
}

/// What somebody is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberChange {
    role: OrganizationRole,
}

/// Which member of the organization.
#[derive(Debug, Deserialize)]
pub(super) struct MemberPath {
    user: UserId,
}

/// Lists the members of an organization, by e-mail address. For its owners and admins.
#[utoipa::path(get, path = "/organizations/{organization}/members", tag = "tenancy", operation_id = "list_members",
    params(("organization" = OrganizationId, Path, description = "The organization's id."), Wanted, Paging),
    responses((status = 200, body = Page<OrganizationMember>, description = "A page of members."), Problems))]
pub(super) async fn list(
    member: Member,
    Query(wanted): Query<Wanted>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<OrganizationMember>>> {
    member.require_admin()?;
    let limit = paging.limit()?;
    let search = wanted.search.as_deref().map(str::trim).filter(|search| !search.is_empty());
    let members = membership::list(&member, search, paging.after()?, limit + 1).await?;
    Ok(Json(Page::of(members, limit, |member: &OrganizationMember| accounts::key_of(&member.email))))
}

/// Changes what somebody is in an organization. For its owners and admins; owners are made and changed by owners.
#[utoipa::path(patch, path = "/organizations/{organization}/members/{user}", tag = "tenancy",
    operation_id = "update_member",
    params(("organization" = OrganizationId, Path, description = "The organization's id."),
        ("user" = UserId, Path, description = "The member's id."), IfMatch),
    responses((status = 200, body = OrganizationMember, description = "The member as they are now."), Problems))]
pub(super) async fn update(
    member: Member,
    Path(MemberPath { user }): Path<MemberPath>,
    if_match: IfMatch,
    Json(change): Json<MemberChange>,
) -> Result<Tagged<OrganizationMember>> {
    member.require_admin()?;
    let changed = membership::change_role(&member, user, (change.role, &if_match)).await;
    member.told(changed)?;
    Ok(Tagged(membership::get(&member, user).await?))
}

/// Removes somebody from an organization, with all they have in its projects. Anybody may remove themselves.
#[utoipa::path(delete, path = "/organizations/{organization}/members/{user}", tag = "tenancy",
    operation_id = "remove_member",
    params(("organization" = OrganizationId, Path, description = "The organization's id."),
        ("user" = UserId, Path, description = "The member's id.")),
    responses((status = 204, description = "Removed."), Problems))]
pub(super) async fn remove(member: Member, Path(MemberPath { user }): Path<MemberPath>) -> Result<StatusCode> {
    if user != member.user {
        member.require_admin()?;
    }
    let removed = membership::remove(&member, user).await;
    member.told(removed)?;
    Ok(StatusCode::NO_CONTENT)
}
