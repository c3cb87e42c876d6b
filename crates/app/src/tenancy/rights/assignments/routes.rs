//! Assignments through the API.

use analytics_model::{OrganizationId, ProjectId, UserId};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use http_kit::{Json, Page, Paging, Path, Problems, Query, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{service, store::AssignmentRow};
use crate::{App, tenancy::organizations::Member};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(delete))
}

/// A role that somebody was given.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoleAssignment)]
pub(super) struct Assignment {
    pub(super) id: Uuid,
    user_id: UserId,
    user_name: String,
    user_email: String,
    role_id: Uuid,
    role_name: String,
    /// Where it counts; null where in all projects of the organization.
    #[schema(required = true)]
    project_id: Option<ProjectId>,
    /// Who gave it; null where they are gone.
    #[schema(required = true)]
    granted_by: Option<UserId>,
    created_at: DateTime<Utc>,
}

impl Assignment {
    pub(super) fn of(row: AssignmentRow, role_name: String, user_name: String, user_email: String) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            user_name,
            user_email,
            role_id: row.role_id,
            role_name,
            project_id: row.project_id,
            granted_by: row.granted_by,
            created_at: row.created_at,
        }
    }
}

/// A role to be given.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewRoleAssignment)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAssignment {
    /// A member of the organization.
    pub(super) user_id: UserId,
    /// A role of the organization, or one that all have.
    pub(super) role_id: Uuid,
    /// Where it is to count; in all projects of the organization where absent.
    pub(super) project_id: Option<ProjectId>,
}

/// Which assignments are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Choice {
    /// Only those that count in this project alone.
    pub(super) project: Option<ProjectId>,
    /// Only those of this person.
    pub(super) user: Option<UserId>,
    /// Only those of this role.
    pub(super) role: Option<Uuid>,
}

/// Which assignment.
#[derive(Debug, Deserialize)]
struct AssignmentPath {
    assignment: Uuid,
}

/// Lists who was given which role. Members of the organization who do not look after it ask with `user` about
/// themselves, or with `project` about one whose members they may see.
#[utoipa::path(get, path = "/organizations/{organization}/role_assignments", tag = "rights",
    operation_id = "list_role_assignments",
    params(("organization" = OrganizationId, Path, description = "The organization's id."), Paging, Choice),
    responses((status = 200, body = Page<Assignment>, description = "A page of assignments."), Problems))]
async fn list(
    member: Member,
    Query(paging): Query<Paging>,
    Query(choice): Query<Choice>,
) -> Result<Json<Page<Assignment>>> {
    let limit = paging.limit()?;
    let items = service::list(&member, &choice, paging.after()?, limit + 1).await?;
    Ok(Json(Page::of(items, limit, |assignment: &Assignment| assignment.id)))
}

/// Gives somebody a role. Owners and admins of the organization give any, everywhere; who may change the members of a
/// project gives roles there that let people do no more than they may do themselves.
#[utoipa::path(post, path = "/organizations/{organization}/role_assignments", tag = "rights",
    operation_id = "create_role_assignment",
    params(("organization" = OrganizationId, Path, description = "The organization's id.")),
    responses((status = 201, body = Assignment, description = "Given."), Problems))]
async fn create(member: Member, Json(new): Json<NewAssignment>) -> Result<(StatusCode, Json<Assignment>)> {
    Ok((StatusCode::CREATED, Json(service::create(&member, &new).await?)))
}

/// Takes a role from somebody; who may give it may take it.
#[utoipa::path(delete, path = "/organizations/{organization}/role_assignments/{assignment}", tag = "rights",
    operation_id = "delete_role_assignment",
    params(("organization" = OrganizationId, Path, description = "The organization's id."),
        ("assignment" = Uuid, Path, description = "The assignment's id.")),
    responses((status = 204, description = "Taken."), Problems))]
async fn delete(member: Member, Path(AssignmentPath { assignment }): Path<AssignmentPath>) -> Result<StatusCode> {
    service::delete(&member, assignment).await?;
    Ok(StatusCode::NO_CONTENT)
}
