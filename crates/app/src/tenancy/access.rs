//! Who may see which project, decided in one place.

use std::collections::HashMap;

use analytics_model::{OrganizationId, ProjectId, UserId, WeekStart};
use chrono_tz::Tz;

use super::{
    Error, OrganizationRole, Role, projects,
    store::{self, OrganizationRow, ProjectRow},
};
use crate::{Account, App};

/// What somebody may do in a project that they may see, and what every question about it needs.
pub(crate) struct Access {
    pub(crate) organization: OrganizationId,
    pub(crate) role: Role,
    pub(crate) zone: Tz,
    pub(crate) week_start: WeekStart,
}

/// Returns the access of a signed-in person to a project; none where it isn't there, or isn't theirs to see.
pub(crate) async fn find_access(account: &Account, project: ProjectId) -> Result<Option<Access>, Error> {
    let db = account.app().db();
    // Both cases take the same queries, so that time tells no more than the answer.
    let row = store::find_project(db, project).await?;
    let organization = row.as_ref().map_or(OrganizationId(project.0), |row| row.organization_id);
    let (membership, member) = store::roles_in(db, account.user, organization, project).await?;
    let (Some(row), Some(role)) = (row, role_of(membership, member)) else { return Ok(None) };
    let zone = projects::zone_of(&row);
    Ok(Some(Access { organization, role, zone, week_start: projects::week_start_of(&row) }))
}

/// The organizations and projects of somebody.
pub(super) struct Memberships {
    pub(super) organizations: Vec<(OrganizationRow, OrganizationRole)>,
    project_roles: HashMap<ProjectId, Role>,
}

impl Memberships {
    pub(super) async fn of(app: &App, user: UserId) -> Result<Self, Error> {
        let organizations = store::organizations_of(app.db(), user).await?;
        let project_roles = store::project_roles(app.db(), user).await?.into_iter().collect();
        Ok(Self { organizations, project_roles })
    }

    /// Returns what they are in an organization.
    pub(super) fn role_in(&self, organization: OrganizationId) -> Option<OrganizationRole> {
        self.organizations.iter().find(|(row, _)| row.id == organization).map(|(_, role)| *role)
    }

    /// Returns the projects they may see, in the order of their making, with their role there.
    pub(super) async fn projects(
        &self,
        app: &App,
        after: Option<ProjectId>,
        limit: Option<usize>,
    ) -> Result<Vec<(ProjectRow, Role)>, Error> {
        let administered: Vec<_> =
            self.organizations.iter().filter(|(_, role)| role.is_admin()).map(|(row, _)| row.id).collect();
        let member_of: Vec<_> = self.project_roles.keys().copied().collect();
        let rows = store::visible_projects(app.db(), &administered, &member_of, after, limit).await?;
        let with_role = |row: ProjectRow| {
            let role = role_of(self.role_in(row.organization_id), self.project_roles.get(&row.id).copied())?;
            Some((row, role))
        };
        Ok(rows.into_iter().filter_map(with_role).collect())
    }
}

/// Who belongs to no organization sees none of its projects, whatever roles are left over there.
fn role_of(membership: Option<OrganizationRole>, member: Option<Role>) -> Option<Role> {
    match membership {
        Some(role) if role.is_admin() => Some(Role::Admin),
        Some(_) => member,
        None => None,
    }
}
