//! Reading the trail of an organization, for those who look after it.

use analytics_model::OrganizationId;
use axum::response::Response;
use http_kit::{Json, Page, Paging, Problems, Query, Result};

use super::organizations::Member;
use crate::audit::{self, AuditActions, AuditChoice, AuditEntry, ExportChoice, Whose};

/// Lists what was done in an organization, newest first, for its owners and admins.
#[utoipa::path(get, path = "/organizations/{organization}/audit_logs", tag = "audit",
    operation_id = "list_organization_audit_logs",
    params(("organization" = OrganizationId, Path, description = "The organization's id."), Paging, AuditChoice),
    responses((status = 200, body = Page<AuditEntry>, description = "A page of the audit log."), Problems))]
pub(super) async fn list(
    member: Member,
    Query(paging): Query<Paging>,
    Query(choice): Query<AuditChoice>,
) -> Result<Json<Page<AuditEntry>>> {
    member.require_admin()?;
    Ok(Json(
        audit::page(member.app(), Whose::Organization(member.id), &choice, paging.after()?, paging.limit()?).await?,
    ))
}

/// Returns the audit log of an organization as a file, newest first, for its owners and admins.
#[utoipa::path(get, path = "/organizations/{organization}/audit_logs/export", tag = "audit",
    operation_id = "export_organization_audit_logs",
    params(("organization" = OrganizationId, Path, description = "The organization's id."), ExportChoice, AuditChoice),
    responses((status = 200, body = String, content_type = "text/csv", description = "The file."), Problems))]
pub(super) async fn download(
    member: Member,
    Query(file): Query<ExportChoice>,
    Query(choice): Query<AuditChoice>,
) -> Result<Response> {
    member.require_admin()?;
    audit::export(member.app(), Whose::Organization(member.id), choice, file.format).await
}

/// Lists the actions that are in the audit log of an organization, for the filter.
#[utoipa::path(get, path = "/organizations/{organization}/audit_logs/actions", tag = "audit",
    operation_id = "list_organization_audit_actions",
    params(("organization" = OrganizationId, Path, description = "The organization's id.")),
    responses((status = 200, body = AuditActions, description = "Their names."), Problems))]
pub(super) async fn actions(member: Member) -> Result<Json<AuditActions>> {
    member.require_admin()?;
    Ok(Json(AuditActions { items: audit::actions(member.app(), Whose::Organization(member.id)).await? }))
}
