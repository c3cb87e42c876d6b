//! Organizations through the API.

use analytics_model::{OrganizationId, UserId};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use http_kit::{IfMatch, Json, Problems, Query, Result, Tagged, Version, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Member, service,
    words::{Industry, OrganizationSettings, SettingsChange},
};
use crate::{
    Account,
    tenancy::{Error, OrganizationRole, store, store::OrganizationRow},
};

/// An organization that who asks belongs to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Organization {
    /// Its id.
    id: OrganizationId,
    /// Its name.
    name: String,
    /// Its short name, unlike that of any other organization of the instance.
    #[schema(example = "analytical-engines")]
    slug: String,
    /// What it does for a living; null where nobody has said.
    #[schema(required = true)]
    industry: Option<Industry>,
    /// What new projects begin with.
    settings: OrganizationSettings,
    /// What who asks is there.
    role: OrganizationRole,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
    /// What to send as `If-Match` with a change that is for it as it is here.
    version: Version,
}

impl Versioned for Organization {
    fn version(&self) -> &Version {
        &self.version
    }
}

impl Organization {
    fn of(row: OrganizationRow, role: OrganizationRole) -> Self {
        Self {
            version: Version::of(&service::seen(&row)),
            industry: row.industry.as_deref().and_then(Industry::of),
            settings: OrganizationSettings::of(&row.settings),
            id: row.id,
            name: row.name,
            slug: row.slug,
            role,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The organizations of who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Organizations {
    items: Vec<Organization>,
}

/// An organization to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOrganization {
    /// 1 to 100 characters.
    pub(super) name: String,
    /// 2 to 100 letters a to z, digits and hyphens; made from the name unless told.
    pub(super) slug: Option<String>,
    pub(super) industry: Option<Industry>,
}

/// What changes in an organization; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrganizationChange {
    /// 1 to 100 characters.
    pub(super) name: Option<String>,
    /// 2 to 100 letters a to z, digits and hyphens.
    pub(super) slug: Option<String>,
    pub(super) industry: Option<Industry>,
    pub(super) settings: Option<SettingsChange>,
}

/// Proof that the right organization is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Confirmation {
    /// The organization's short name, once more.
    confirm: String,
    /// Whether its projects and their events are deleted with it.
    #[serde(default)]
    #[param(default = false)]
    force: bool,
}

/// To whom an organization goes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Transfer {
    /// A member of the organization.
    user_id: UserId,
    /// The password of who asks; not needed where a proof was given lately by `POST /me/proof`.
    #[schema(format = Password)]
    password: Option<String>,
    /// What the second factor's app shows, or a recovery code; for accounts that have a second factor.
    #[schema(example = "123456")]
    code: Option<String>,
}

/// Lists the organizations you belong to.
#[utoipa::path(get, path = "/organizations", tag = "tenancy", operation_id = "list_organizations",
    responses((status = 200, body = Organizations, description = "All of them."), Problems))]
pub(super) async fn list(account: Account) -> Result<Json<Organizations>> {
    let found = store::organizations_of(account.app().db(), account.user).await.map_err(Error::from)?;
    Ok(Json(Organizations { items: found.into_iter().map(|(row, role)| Organization::of(row, role)).collect() }))
}

/// Makes an organization. Who makes it owns it.
#[utoipa::path(post, path = "/organizations", tag = "tenancy", operation_id = "create_organization",
    responses((status = 201, body = Organization, description = "Made."), Problems))]
pub(super) async fn create(
    account: Account,
    Json(new): Json<NewOrganization>,
) -> Result<(StatusCode, Json<Organization>)> {
    let row = service::create(&account, new).await?;
    Ok((StatusCode::CREATED, Json(Organization::of(row, OrganizationRole::Owner))))
}

/// Returns an organization.
#[utoipa::path(get, path = "/organizations/{organization}", tag = "tenancy", operation_id = "get_organization",
    params(("organization" = OrganizationId, Path, description = "The organization's id.")),
    responses((status = 200, body = Organization, description = "The organization."), Problems))]
pub(super) async fn get(member: Member) -> Result<Tagged<Organization>> {
    Ok(Tagged(Organization::of(member.organization, member.role)))
}

/// Changes an organization. For its owners and admins.
#[utoipa::path(patch, path = "/organizations/{organization}", tag = "tenancy", operation_id = "update_organization",
    params(("organization" = OrganizationId, Path, description = "The organization's id."), IfMatch),
    responses((status = 200, body = Organization, description = "The organization as it is now."), Problems))]
pub(super) async fn update(
    member: Member,
    if_match: IfMatch,
    Json(change): Json<OrganizationChange>,
) -> Result<Tagged<Organization>> {
    member.require_admin()?;
    let row = service::update(&member, change, &if_match).await?;
    Ok(Tagged(Organization::of(row, member.role)))
}

/// Deletes an organization. For its owners; its projects go first, or with it by `force`.
#[utoipa::path(delete, path = "/organizations/{organization}", tag = "tenancy", operation_id = "delete_organization",
    params(("organization" = OrganizationId, Path, description = "The organization's id."), Confirmation),
    responses((status = 204, description = "Deleted."), Problems))]
pub(super) async fn delete(member: Member, Query(confirmation): Query<Confirmation>) -> Result<StatusCode> {
    member.require_owner()?;
    service::delete(&member, &confirmation.confirm, confirmation.force).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives an organization to another member. Who gave it stays as an admin.
#[utoipa::path(post, path = "/organizations/{organization}/transfer", tag = "tenancy",
    operation_id = "transfer_organization",
    params(("organization" = OrganizationId, Path, description = "The organization's id.")),
    responses((status = 200, body = Organization, description = "Transferred."), Problems))]
pub(super) async fn transfer(member: Member, Json(transfer): Json<Transfer>) -> Result<Json<Organization>> {
    member.require_owner()?;
    let transferred =
        service::transfer(&member, transfer.user_id, transfer.password.as_deref(), transfer.code.as_deref()).await;
    member.told(transferred)?;
    Ok(Json(Organization::of(member.organization, OrganizationRole::Admin)))
}
