//! The members of a project: who may enter it without looking after its organization.

use analytics_model::{ProjectId, UserId};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use http_kit::{IfMatch, Json, Page, Paging, Path, Problems, Query, Result, Tagged, Version, Versioned};
use metadata_store::transact;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{
    Action, Error, Resource, Role, key_service, organizations,
    rights::{self, HeldRole},
    store::places as store,
};
use crate::{
    Scope,
    accounts::{self, UserRow, key_of},
    audit,
    versions::{self, Names},
};

/// A member of a project.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ProjectMember {
    /// Who.
    user_id: UserId,
    /// Their e-mail address.
    email: String,
    /// Their whole name; may be empty.
    name: String,
    /// What they are in the project.
    role: Role,
    /// Since when.
    created_at: DateTime<Utc>,
    /// What to send as `If-Match` with a change that is for it as it is here.
    version: Version,
}

impl Versioned for ProjectMember {
    fn version(&self) -> &Version {
        &self.version
    }
}

impl ProjectMember {
    fn of(row: store::Row, user: UserRow) -> Self {
        Self {
            user_id: user.id,
            email: user.email,
            name: user.name,
            role: row.role,
            created_at: row.created_at,
            version: version_of(row.role),
        }
    }
}

/// Whom to add, and as what: by id or by e-mail address.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewProjectMember {
    /// A member of the organization.
    user_id: Option<UserId>,
    /// The address of one, where the id isn't known.
    email: Option<String>,
    role: Role,
}

/// What somebody is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProjectRoleChange {
    role: Role,
}

/// Which member of the project.
#[derive(Debug, Deserialize)]
pub(super) struct MemberPath {
    user: UserId,
}

/// Lists the members of a project, by e-mail address. Owners and admins of the organization are not among them.
#[utoipa::path(get, path = "/projects/{project}/members", tag = "tenancy", operation_id = "list_project_members",
    params(("project" = ProjectId, Path, description = "The project's id."), Paging),
    responses((status = 200, body = Page<ProjectMember>, description = "A page of members."), Problems))]
pub(super) async fn list(scope: Scope, Query(paging): Query<Paging>) -> Result<Json<Page<ProjectMember>>> {
    scope.require(Action::View, Resource::ProjectMembers)?;
    let limit = paging.limit()?;
    let found = store::list(scope.db(), scope.project, paging.after()?, limit + 1).await.map_err(Error::from)?;
    let members = found.into_iter().map(|(row, user)| ProjectMember::of(row, user)).collect();
    Ok(Json(Page::of(members, limit, |member: &ProjectMember| key_of(&member.email))))
}

/// Adds a member of the organization to a project, or changes the role of who is one already.
#[utoipa::path(post, path = "/projects/{project}/members", tag = "tenancy", operation_id = "add_project_member",
    params(("project" = ProjectId, Path, description = "The project's id.")),
    responses((status = 201, body = ProjectMember, description = "Added."), Problems))]
pub(super) async fn add(scope: Scope, Json(new): Json<NewProjectMember>) -> Result<(StatusCode, Json<ProjectMember>)> {
    scope.require(Action::Create, Resource::ProjectMembers)?;
    let member = scope.told(insert(&scope, &new).await)?;
    Ok((StatusCode::CREATED, Json(member)))
}

/// Changes what a member is in a project. Nobody changes their own role, or gives more than they have.
#[utoipa::path(patch, path = "/projects/{project}/members/{user}", tag = "tenancy",
    operation_id = "update_project_member",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("user" = UserId, Path, description = "The member's id."), IfMatch),
    responses((status = 200, body = ProjectMember, description = "The member as they are now."), Problems))]
pub(super) async fn update(
    scope: Scope,
    Path(MemberPath { user }): Path<MemberPath>,
    if_match: IfMatch,
    Json(change): Json<ProjectRoleChange>,
) -> Result<Tagged<ProjectMember>> {
    scope.require(Action::Edit, Resource::ProjectMembers)?;
    let member = scope.told(change_role(&scope, user, (change.role, &if_match)).await)?;
    Ok(Tagged(member))
}

/// Removes a member from a project, with the roles they were given there and what was granted to them. Anybody may
/// remove themselves.
#[utoipa::path(delete, path = "/projects/{project}/members/{user}", tag = "tenancy",
    operation_id = "remove_project_member",
    params(("project" = ProjectId, Path, description = "The project's id."),
        ("user" = UserId, Path, description = "The member's id.")),
    responses((status = 204, description = "Removed."), Problems))]
pub(super) async fn remove(scope: Scope, Path(MemberPath { user }): Path<MemberPath>) -> Result<StatusCode> {
    if scope.user != Some(user) {
        scope.require(Action::Delete, Resource::ProjectMembers)?;
    }
    scope.told(delete(&scope, user).await)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn insert(scope: &Scope, new: &NewProjectMember) -> std::result::Result<ProjectMember, Error> {
    let field = if new.user_id.is_some() { "user_id" } else { "email" };
    // Who has an account and who has none must look the same to who may not see accounts.
    let unknown = || Error::field(field, "unknown", "must be a member of the organization: invite them first");
    transact!(scope.metadata(), |tx| {
        let user = match (new.user_id, &new.email) {
            (Some(id), None) => accounts::people_of(tx, vec![id]).await?.pop(),
            (None, Some(email)) => accounts::find_by_email(tx, &key_of(email)).await?,
            _ => return Err(Error::field("user_id", "missing", "must be there, or email, and not both")),
        };
        let user = user.ok_or_else(unknown)?;
        let membership = organizations::store::find_membership(tx, scope.organization, user.id).await?;
        membership.ok_or_else(unknown)?;
        let old = store::find(tx, scope.project, user.id).await?;
        check(scope, user.id, old.as_ref().map(|old| old.role), Some(new.role))?;
        let action = if old.is_some() { "project_member.update" } else { "project_member.create" };
        let row = store::put(tx, scope.project, user.id, new.role, scope.now()).await?;
        let old = old.map(|old| old.role);
        let change = scope.change(action).on(user.id.0);
        let change = change.changed(&json!({ "role": old }), &json!({ "role": row.role }));
        audit::record(scope.app(), tx, &scope.actor, change.details(json!({ "name": user.email }))).await?;
        Ok(ProjectMember::of(row, user))
    })
}

/// Returns the version of somebody's place.
fn version_of(role: Role) -> Version {
    Version::of(&json!({ "role": role }))
}

async fn change_role(
    scope: &Scope,
    user: UserId,
    (role, if_match): (Role, &IfMatch),
) -> std::result::Result<ProjectMember, Error> {
    transact!(scope.metadata(), |tx| {
        let old = store::find(tx, scope.project, user).await?.ok_or(Error::NotFound)?;
        let about = scope.change("project_member.update").on(user.0);
        versions::require::<Error>(tx, if_match, Some(&version_of(old.role)), (&about, Names::All)).await?;
        check(scope, user, Some(old.role), Some(role))?;
        let row = store::put(tx, scope.project, user, role, scope.now()).await?;
        let user = accounts::get_user(tx, user).await?;
        let change = about.changed(&json!({ "role": old.role }), &json!({ "role": row.role }));
        audit::record(scope.app(), tx, &scope.actor, change.details(json!({ "name": user.email }))).await?;
        Ok(ProjectMember::of(row, user))
    })
}

async fn delete(scope: &Scope, user: UserId) -> std::result::Result<(), Error> {
    transact!(scope.metadata(), |tx| {
        let old = store::find(tx, scope.project, user).await?.map(|old| old.role);
        let given = rights::given_here(tx, scope.project, user).await?;
        if old.is_none() && given.is_empty() && !rights::is_granted_here(tx, scope.project, user).await? {
            return Err(Error::NotFound);
        }
        if scope.user != Some(user) {
            check(scope, user, old, None)?;
            let covers = |role: &HeldRole| scope.access().covers(&role.permissions, &role.row_rules);
            if !given.iter().all(covers) {
                return Err(Error::BeyondOwnRights);
            }
        }
        store::delete(tx, scope.project, user).await?;
        rights::take_all_here(tx, scope.project, user).await?;
        if !rights::has_role(tx, user, scope.organization, scope.project).await? {
            let projects = [scope.project];
            let place = (scope.organization, projects.as_slice());
            key_service::switch_off(scope.app(), tx, &scope.actor, user, place).await?;
        }
        let user = accounts::get_user(tx, user).await?;
        let roles: Vec<&str> = given.iter().map(|role| role.name.as_str()).collect();
        let old = json!({ "role": old, "roles": roles });
        let change = scope.change("project_member.remove").on(user.id.0).old(&old);
        Ok(audit::record(scope.app(), tx, &scope.actor, change.details(json!({ "name": user.email }))).await?)
    })
}

/// Nobody changes their own place, and nobody gives or takes a role that may do more than they.
fn check(scope: &Scope, user: UserId, old: Option<Role>, new: Option<Role>) -> std::result::Result<(), Error> {
    if scope.user == Some(user) {
        return Err(Error::OwnRole);
    }
    let covers = |role: Option<Role>| role.is_none_or(|role| scope.access().covers(&role.permissions(), &[]));
    if covers(old) && covers(new) { Ok(()) } else { Err(Error::BeyondOwnRights) }
}
