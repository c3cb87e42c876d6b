//! Reading the whole trail, for admins of the instance. No route writes to it.

use axum::response::Response;
use http_kit::{Json, Page, Paging, Problems, Query, Result};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{AuditChoice, AuditEntry, ExportChoice, Whose, entry, export::export};
use crate::{Administrator, App};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(download)).routes(routes!(actions))
}

/// The names of actions that are in the trail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditActions {
    pub(crate) items: Vec<String>,
}

/// Lists what was done on the whole instance, newest first, for its admins.
#[utoipa::path(get, path = "/audit_logs", tag = "audit", operation_id = "list_audit_logs",
    params(Paging, AuditChoice),
    responses((status = 200, body = Page<AuditEntry>, description = "A page of the audit log."), Problems))]
async fn list(
    Administrator(account): Administrator,
    Query(paging): Query<Paging>,
    Query(choice): Query<AuditChoice>,
) -> Result<Json<Page<AuditEntry>>> {
    let page = entry::page(account.app(), Whose::Instance, &choice, paging.after()?, paging.limit()?);
    Ok(Json(page.await?))
}

/// Returns the audit log of the whole instance as a file, newest first, for its admins.
#[utoipa::path(get, path = "/audit_logs/export", tag = "audit", operation_id = "export_audit_logs",
    params(ExportChoice, AuditChoice),
    responses((status = 200, body = String, content_type = "text/csv", description = "The file."), Problems))]
async fn download(
    Administrator(account): Administrator,
    Query(file): Query<ExportChoice>,
    Query(choice): Query<AuditChoice>,
) -> Result<Response> {
    export(account.app(), Whose::Instance, choice, file.format).await
}

/// Lists the actions that are in the audit log, for the filter.
#[utoipa::path(get, path = "/audit_logs/actions", tag = "audit", operation_id = "list_audit_actions",
    responses((status = 200, body = AuditActions, description = "Their names."), Problems))]
async fn actions(Administrator(account): Administrator) -> Result<Json<AuditActions>> {
    let items = entry::actions(account.app(), Whose::Instance).await?;
    Ok(Json(AuditActions { items }))
}
