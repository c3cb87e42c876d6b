//! Putting together what somebody may do in a project.

use std::{collections::BTreeSet, sync::Arc};

use analytics_model::{OrganizationId, ProjectId, UserId};

use super::{Access, HeldRole, RoleSource, grants, store};
use crate::{
    App, Role,
    tenancy::{Error, projects, store as tenancy_store},
};

/// Returns the access of a person to a project; none where it isn't there, or isn't theirs to see.
///
/// It may be as old as 800 ms, except where this server made the change.
pub(crate) async fn find_access(app: &App, user: UserId, project: ProjectId) -> Result<Option<Arc<Access>>, Error> {
    let cache = app.accesses();
    let key = cache.key(user, project);
    let access = match cache.find(&key, app.now()).await {
        Some(known) => known,
        None => {
            let access = load_access(app, user, project).await?.map(Arc::new);
            cache.keep(key, access.clone(), app.now()).await;
            access
        }
    };
    // Grants end by themselves: what is kept says until when.
    Ok(access.filter(|access| access.opens(app.now())))
}

/// Returns the same from the store, also where nothing opens the project to a member of its organization.
pub(crate) async fn load_access(app: &App, user: UserId, project: ProjectId) -> Result<Option<Access>, Error> {
    let db = app.db();
    // Both cases take the same queries, so that time tells no more than the answer.
    let row = tenancy_store::find_project(db, project).await?;
    let organization = row.as_ref().map_or(OrganizationId(project.0), |row| row.organization_id);
    let (membership, member) = tenancy_store::roles_in(db, user, organization, project).await?;
    let mut roles = store::given_roles(db, user, organization, project).await?;
    if membership.is_some_and(|role| role.is_admin()) {
        roles.insert(0, system_role(Role::Admin, RoleSource::Organization));
    }
    roles.extend(member.map(|role| system_role(role, RoleSource::ProjectMember)));
    let role_ids: BTreeSet<_> = roles.iter().map(|role| role.id).collect();
    let grants = grants::load(db, project, user, &role_ids).await?;
    // Who belongs to no organization sees none of its projects, whatever roles are left over there.
    let (Some(row), Some(_)) = (row, membership) else { return Ok(None) };
    Ok(Some(Access {
        organization,
        project,
        user: Some(user),
        zone: projects::zone_of(&row),
        week_start: projects::week_start_of(&row),
        roles,
        grants,
    }))
}

/// Returns one of the roles that every organization has.
pub(super) fn system_role(role: Role, from: RoleSource) -> HeldRole {
    HeldRole { id: role.id(), name: role.to_string(), from, permissions: role.permissions(), row_rules: Vec::new() }
}
