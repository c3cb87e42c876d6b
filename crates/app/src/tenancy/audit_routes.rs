//! Reading the trail of an organization, for those who look after it.

use analytics_model::OrganizationId;
use axum::response::Response;
use http_kit::{Json, Page, Paging, Path, Problem, Problems, Query, Result};
use serde_json::json;

use super::{Error, store};
use crate::{
    Account,
    audit::{self, AuditActions, AuditChoice, AuditEntry, Change, ExportChoice, Whose},
};

/// Lists what was done in an organization, newest first, for its owners and admins.
#[utoipa::path(get, path = "/organizations/{organization}/audit_logs", tag = "audit",
    operation_id = "list_organization_audit_logs",
    params(("organization" = OrganizationId, Path, description = "The organization's id."), Paging, AuditChoice),
    responses((status = 200, body = Page<AuditEntry>, description = "A page of the audit log."), Problems))]
pub(super) async fn list(
    account: Account,
    Path(organization): Path<OrganizationId>,
    Query(paging): Query<Paging>,
    Query(choice): Query<AuditChoice>,
) -> Result<Json<Page<AuditEntry>>> {
    let whose = readable(&account, organization).await?;
    Ok(Json(audit::page(account.app(), whose, &choice, paging.after()?, paging.limit()?).await?))
}

/// Returns the audit log of an organization as a file, newest first, for its owners and admins.
#[utoipa::path(get, path = "/organizations/{organization}/audit_logs/export", tag = "audit",
    operation_id = "export_organization_audit_logs",
    params(("organization" = OrganizationId, Path, description = "The organization's id."), ExportChoice, AuditChoice),
    responses((status = 200, body = String, content_type = "text/csv", description = "The file."), Problems))]
pub(super) async fn download(
    account: Account,
    Path(organization): Path<OrganizationId>,
    Query(file): Query<ExportChoice>,
    Query(choice): Query<AuditChoice>,
) -> Result<Response> {
    let whose = readable(&account, organization).await?;
    audit::export(account.app(), whose, choice, file.format).await
}

/// Lists the actions that are in the audit log of an organization, for the filter.
#[utoipa::path(get, path = "/organizations/{organization}/audit_logs/actions", tag = "audit",
    operation_id = "list_organization_audit_actions",
    params(("organization" = OrganizationId, Path, description = "The organization's id.")),
    responses((status = 200, body = AuditActions, description = "Their names."), Problems))]
pub(super) async fn actions(account: Account, Path(organization): Path<OrganizationId>) -> Result<Json<AuditActions>> {
    let whose = readable(&account, organization).await?;
    Ok(Json(AuditActions { items: audit::actions(account.app(), whose).await? }))
}

/// For who doesn't belong to an organization it isn't there; who does, but doesn't look after it, is refused.
async fn readable(account: &Account, organization: OrganizationId) -> Result<Whose> {
    let role =
        store::role_in_organization(account.app().db(), account.user, organization).await.map_err(Error::from)?;
    let role = role.ok_or_else(Problem::not_found)?;
    if role.is_admin() {
        return Ok(Whose::Organization(organization));
    }
    let details = json!({ "operation": "GET /api/v1/organizations/{organization}/audit_logs", "needs": "admin" });
    let refused = Change::new("access.refused").within(organization).details(details);
    audit::refused(account.app(), &account.actor, refused);
    Err(Problem::forbidden("organization_role_required", "this needs the role admin in the organization"))
}
