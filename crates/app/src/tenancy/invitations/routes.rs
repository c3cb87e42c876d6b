//! Inviting through the API.

use analytics_model::{InvitationId, OrganizationId, ProjectId, UserId};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use http_kit::{Json, Page, Paging, Path, Problems, Query, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{service, store};
use crate::tenancy::{Error, OrganizationRole, Role, organizations::Member};

/// An invitation that waits to be accepted. Its token is in the mail alone.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Invitation {
    /// Its id.
    id: InvitationId,
    /// Whom it was sent to.
    email: String,
    /// What they will be in the organization.
    role: OrganizationRole,
    /// The projects they will be a member of.
    projects: Vec<InvitedProject>,
    /// Who has invited them; null where the account is gone.
    #[schema(required = true)]
    invited_by: Option<UserId>,
    /// When it was first sent.
    created_at: DateTime<Utc>,
    /// From when on it is refused.
    expires_at: DateTime<Utc>,
}

/// A project that somebody is invited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InvitedProject {
    pub(super) project_id: ProjectId,
    pub(super) role: Role,
}

impl From<store::Row> for Invitation {
    fn from(row: store::Row) -> Self {
        Self {
            projects: service::projects_of(&row),
            id: row.id,
            email: row.email,
            role: row.role,
            invited_by: row.invited_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

/// Whom to invite, and as what.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewInvitation {
    /// The address the invitation goes to; only who reads its mail can accept.
    #[schema(example = "grace@example.com")]
    pub(super) email: String,
    /// `member` or `admin`; owners are made of members.
    pub(super) role: OrganizationRole,
    /// Projects of the organization that they will be a member of.
    #[serde(default)]
    pub(super) projects: Vec<InvitedProject>,
}

/// Which invitation of the organization.
#[derive(Debug, Deserialize)]
pub(super) struct InvitationPath {
    invitation: InvitationId,
}

/// Lists the invitations that wait. For owners and admins of the organization.
#[utoipa::path(get, path = "/organizations/{organization}/invitations", tag = "tenancy",
    operation_id = "list_invitations",
    params(("organization" = OrganizationId, Path, description = "The organization's id."), Paging),
    responses((status = 200, body = Page<Invitation>, description = "A page of invitations."), Problems))]
pub(super) async fn list(member: Member, Query(paging): Query<Paging>) -> Result<Json<Page<Invitation>>> {
    member.require_admin()?;
    let limit = paging.limit()?;
    let rows = store::waiting(member.app().db(), member.id, paging.after()?, limit + 1).await.map_err(Error::from)?;
    let items = rows.into_iter().map(Invitation::from).collect();
    Ok(Json(Page::of(items, limit, |invitation: &Invitation| invitation.id)))
}

/// Invites somebody by mail, in place of an earlier invitation of the same address.
#[utoipa::path(post, path = "/organizations/{organization}/invitations", tag = "tenancy",
    operation_id = "create_invitation",
    params(("organization" = OrganizationId, Path, description = "The organization's id.")),
    responses((status = 201, body = Invitation, description = "Invited."), Problems))]
pub(super) async fn create(member: Member, Json(new): Json<NewInvitation>) -> Result<(StatusCode, Json<Invitation>)> {
    member.require_admin()?;
    let row = service::invite(&member, new).await?;
    Ok((StatusCode::CREATED, Json(row.into())))
}

/// Sends an invitation again, with a new link that is good for another 7 days; the old link is void.
#[utoipa::path(post, path = "/organizations/{organization}/invitations/{invitation}/resend", tag = "tenancy",
    operation_id = "resend_invitation",
    params(("organization" = OrganizationId, Path, description = "The organization's id."),
        ("invitation" = InvitationId, Path, description = "The invitation's id.")),
    responses((status = 200, body = Invitation, description = "Sent again."), Problems))]
pub(super) async fn resend(
    member: Member,
    Path(InvitationPath { invitation }): Path<InvitationPath>,
) -> Result<Json<Invitation>> {
    member.require_admin()?;
    Ok(Json(service::resend(&member, invitation).await?.into()))
}

/// Takes an invitation back. Its link is void at once.
#[utoipa::path(delete, path = "/organizations/{organization}/invitations/{invitation}", tag = "tenancy",
    operation_id = "revoke_invitation",
    params(("organization" = OrganizationId, Path, description = "The organization's id."),
        ("invitation" = InvitationId, Path, description = "The invitation's id.")),
    responses((status = 204, description = "Taken back."), Problems))]
pub(super) async fn revoke(
    member: Member,
    Path(InvitationPath { invitation }): Path<InvitationPath>,
) -> Result<StatusCode> {
    member.require_admin()?;
    service::revoke(&member, invitation).await?;
    Ok(StatusCode::NO_CONTENT)
}
