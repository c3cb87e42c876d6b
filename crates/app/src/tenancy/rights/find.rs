//! Putting together what somebody may do in a project.

use analytics_model::{OrganizationId, ProjectId, UserId};

use super::{Access, HeldRole, RoleSource, store};
use crate::{
    App, Role,
    tenancy::{Error, projects, store as tenancy_store},
};

/// Returns the access of a person to a project; none where it isn't there, or isn't theirs to see.
pub(crate) async fn find_access(app: &App, user: UserId, project: ProjectId) -> Result<Option<Access>, Error> {
    let db = app.db();
    // Both cases take the same queries, so that time tells no more than the answer.
    let row = tenancy_store::find_project(db, project).await?;
    let organization = row.as_ref().map_or(OrganizationId(project.0), |row| row.organization_id);
    let (membership, member) = tenancy_store::roles_in(db, user, organization, project).await?;
    let mut roles = store::given_roles(db, user, organization, project).await?;
    // Who belongs to no organization sees none of its projects, whatever roles are left over there.
    let (Some(row), Some(membership)) = (row, membership) else { return Ok(None) };
    if membership.is_admin() {
        roles.insert(0, system_role(Role::Admin, RoleSource::Organization));
    }
    roles.extend(member.map(|role| system_role(role, RoleSource::ProjectMember)));
    if roles.is_empty() {
        return Ok(None);
    }
    Ok(Some(Access {
        organization,
        project,
        user: Some(user),
        zone: projects::zone_of(&row),
        week_start: projects::week_start_of(&row),
        roles,
    }))
}

/// Returns one of the roles that every organization has.
fn system_role(role: Role, from: RoleSource) -> HeldRole {
    HeldRole { id: role.id(), name: role.to_string(), from, permissions: role.permissions(), row_rules: Vec::new() }
}
