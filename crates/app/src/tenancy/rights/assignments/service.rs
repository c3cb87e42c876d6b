//! Who may give and take roles: owners and admins of the organization any, who looks after the members of a project
//! those that let people do no more than they may do there themselves.

use std::collections::BTreeMap;

use analytics_model::{ProjectId, UserId};
use http_kit::Problem;
use metadata_store::{Transaction, transact};
use serde_json::json;
use uuid::Uuid;

use super::{
    routes::{Assignment, Choice, NewAssignment},
    store::{self, AssignmentRow},
};
use crate::{
    App, accounts,
    audit::{self, Change},
    tenancy::{
        organizations::Member,
        rights::{Action, Error, Resource, find_access, roles, store as rights_store},
        store as tenancy_store,
    },
};

/// Returns a page of assignments. Who does not look after the organization sees their own, and those of a project
/// whose members they may see.
pub(super) async fn list(
    member: &Member,
    choice: &Choice,
    after: Option<Uuid>,
    limit: usize,
) -> Result<Vec<Assignment>, Problem> {
    if !member.role.is_admin() && choice.user != Some(member.user) {
        let project = choice.project.ok_or(Error::OrganizationRoleRequired)?;
        require(member, project, Action::View).await?;
    }
    let rows = store::list(member.app().db(), member.id, choice, after, limit).await.map_err(Error::from)?;
    Ok(whole(member, rows).await?)
}

/// Gives a role to a member of the organization.
pub(super) async fn create(member: &Member, new: &NewAssignment) -> Result<Assignment, Problem> {
    let app = member.app();
    let (db, organization) = (app.db(), member.id);
    may_change(member, new.project_id, new.role_id).await?;
    // Whoever loses a right must not have kept it in a drawer.
    if new.user_id == member.user && !member.role.is_admin() {
        return member.told(Err(crate::tenancy::Error::OwnRole));
    }
    let their = tenancy_store::organization_role(db, new.user_id, organization).await.map_err(Error::from)?;
    let role = roles::find_usable(db, organization, new.role_id).await.map_err(Error::from)?;
    let (Some(_), Some(role)) = (their, role) else { return Err(Problem::not_found()) };
    let row = AssignmentRow {
        id: app.clock().new_id(),
        organization_id: organization,
        project_id: new.project_id,
        user_id: new.user_id,
        role_id: role.id,
        granted_by: Some(member.user),
        created_at: app.now(),
    };
    let whom = accounts::get_user(db, new.user_id).await.map_err(Error::from)?.email;
    let made: Result<_, Error> = transact!(app.metadata(), |tx| {
        still_may(tx, member, new.project_id).await?;
        if store::is_assigned(tx, organization, (new.user_id, role.id, new.project_id)).await? {
            return Err(Error::RoleAssigned);
        }
        let row = store::insert(tx, row.clone()).await?;
        audit::record(app, tx, &member.actor, change("role.assign", &row, &role.name, &whom)).await?;
        Ok(row)
    });
    whole(member, vec![made?]).await?.pop().ok_or_else(Problem::not_found)
}

/// Takes a role from somebody.
pub(super) async fn delete(member: &Member, id: Uuid) -> Result<(), Problem> {
    let app = member.app();
    let row = store::find(app.db(), member.id, id).await.map_err(Error::from)?;
    let row = row.ok_or_else(Problem::not_found)?;
    may_change(member, row.project_id, row.role_id).await?;
    let role = roles::find_usable(app.db(), member.id, row.role_id).await.map_err(Error::from)?;
    let name = role.map(|role| role.name).unwrap_or_default();
    let whom = accounts::find_user(app.db(), row.user_id).await.map_err(Error::from)?;
    let whom = whom.map(|user| user.email).unwrap_or_default();
    let removed: Result<(), Error> = transact!(app.metadata(), |tx| {
        let row = store::find(tx, member.id, id).await?.ok_or(Error::NotFound)?;
        store::delete(tx, id).await?;
        Ok(audit::record(app, tx, &member.actor, change("role.unassign", &row, &name, &whom)).await?)
    });
    Ok(removed?)
}

fn change(action: &'static str, row: &AssignmentRow, role: &str, whom: &str) -> Change {
    let change = Change::new(action).on(row.role_id).within(row.organization_id);
    let change = match row.project_id {
        Some(project) => change.project(project),
        None => change,
    };
    change.details(json!({ "name": role, "whom": whom, "user_id": row.user_id, "assignment_id": row.id }))
}

/// Refuses who has lost, since the request came in, what let them give a role: looking after the organization, or
/// belonging to it.
async fn still_may(tx: &Transaction, member: &Member, project: Option<ProjectId>) -> Result<(), Error> {
    let now = tenancy_store::organization_role(tx, member.user, member.id).await?;
    let is_less = now.is_none_or(|now| now < member.role);
    if is_less && (project.is_none() || member.role.is_admin()) {
        return Err(Error::OrganizationRoleRequired);
    }
    Ok(())
}

/// Refuses who may not give or take this role there.
async fn may_change(member: &Member, project: Option<ProjectId>, role: Uuid) -> Result<(), Problem> {
    let app = member.app();
    let Some(project) = project else { return member.require_admin() };
    if member.role.is_admin() {
        let row = tenancy_store::find_project(app.db(), project).await.map_err(Error::from)?;
        return row.filter(|row| row.organization_id == member.id).map(|_| ()).ok_or_else(Problem::not_found);
    }
    let access = require(member, project, Action::Edit).await?;
    let usable = roles::find_usable(app.db(), member.id, role).await.map_err(Error::from)?;
    usable.ok_or_else(Problem::not_found)?;
    // A role that is not active now may be so tomorrow: what counts is all that it says.
    let held = rights_store::roles_by_id(app.db(), vec![role], false).await.map_err(Error::from)?;
    let covered = held.iter().all(|role| access.covers(&role.permissions, &role.row_rules));
    if covered { Ok(()) } else { Err(Error::MoreThanOwn.into()) }
}

/// Refuses who may not do this to the members of a project of the organization.
async fn require(
    member: &Member,
    project: ProjectId,
    action: Action,
) -> Result<std::sync::Arc<crate::tenancy::Access>, Problem> {
    let access = find_access(member.app(), member.user, project).await?;
    let access = access.filter(|access| access.organization == member.id);
    let access = access.ok_or_else(Problem::not_found)?;
    if access.may(action, Resource::ProjectMembers) {
        return Ok(access);
    }
    let needed = format!("{}:{}", Resource::ProjectMembers.word(), action.word());
    Err(Problem::forbidden("permission_required", format!("this needs the permission {needed} in the project")))
}

async fn whole(member: &Member, rows: Vec<AssignmentRow>) -> Result<Vec<Assignment>, Error> {
    let app = member.app();
    let names = roles::usable(app.db(), member.id).await?;
    let people = people(app, rows.iter().map(|row| row.user_id)).await?;
    let whole = |row: AssignmentRow| {
        let role = names.iter().find(|role| role.id == row.role_id).map(|role| role.name.clone()).unwrap_or_default();
        let (name, email) = people.get(&row.user_id).cloned().unwrap_or_default();
        Assignment::of(row, role, name, email)
    };
    Ok(rows.into_iter().map(whole).collect())
}

/// Returns the names and addresses of people.
async fn people(
    app: &App,
    ids: impl Iterator<Item = UserId>,
) -> metadata_store::Result<BTreeMap<UserId, (String, String)>> {
    let mut people = BTreeMap::new();
    for id in ids {
        if let std::collections::btree_map::Entry::Vacant(place) = people.entry(id) {
            let user = accounts::get_user(app.db(), id).await?;
            place.insert((user.name, user.email));
        }
    }
    Ok(people)
}
