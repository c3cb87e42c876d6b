//! Who is signed in, and what they may see: the first thing the page asks.

use analytics_model::{OrganizationId, ProjectId, WeekStart};
use http_kit::{Json, Problems, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::{OrganizationRole, Role, access::Memberships, projects};
use crate::{
    Account,
    accounts::{self, User},
    problems,
};

/// Who is signed in, and what they may see.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Me {
    user: User,
    organizations: Vec<MyOrganization>,
    projects: Vec<MyProject>,
}

/// An organization that who asks belongs to.
#[derive(Debug, Serialize, ToSchema)]
struct MyOrganization {
    id: OrganizationId,
    name: String,
    slug: String,
    role: OrganizationRole,
}

/// A project that who asks may see.
#[derive(Debug, Serialize, ToSchema)]
struct MyProject {
    id: ProjectId,
    name: String,
    organization_id: OrganizationId,
    /// The greatest of the roles that every organization has; null where they have only others.
    #[schema(required = true)]
    role: Option<Role>,
    /// What they may do to some things at least, as `resource:action`: what a page offers them.
    #[schema(example = json!(["insights:run"]))]
    permissions: Vec<String>,
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    week_start: WeekStart,
}

/// Tells who is signed in, and what they may see.
#[utoipa::path(get, path = "/me", tag = "accounts",
    responses((status = 200, body = Me, description = "Who is signed in."), Problems))]
pub(super) async fn me(account: Account) -> Result<Json<Me>> {
    let app = account.app();
    let user = accounts::get_user(app.db(), account.user).await.map_err(problems::from_metadata)?;
    let memberships = Memberships::of(app, account.user).await?;
    let projects = memberships.projects(app, None, None).await?;
    let organizations = memberships.organizations.into_iter();
    Ok(Json(Me {
        user: user.into(),
        organizations: organizations
            .map(|(row, role)| MyOrganization { id: row.id, name: row.name, slug: row.slug, role })
            .collect(),
        projects: projects
            .into_iter()
            .map(|(row, access)| MyProject {
                week_start: projects::week_start_of(&row),
                id: row.id,
                name: row.name,
                organization_id: row.organization_id,
                role: access.role(),
                permissions: access.permissions(),
                time_zone: row.time_zone,
            })
            .collect(),
    }))
}
