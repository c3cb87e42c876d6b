//! Which organizations and projects somebody may see.

use std::collections::HashMap;

use analytics_model::{OrganizationId, ProjectId, UserId};

use super::{
    Error, OrganizationRole, Role,
    store::{self, OrganizationRow, ProjectRow},
};
use crate::App;

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
