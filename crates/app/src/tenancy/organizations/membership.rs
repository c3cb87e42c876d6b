//! The rules of belonging to an organization: nobody raises themselves, and it always has an owner.

use std::collections::HashMap;

use analytics_model::{ProjectId, UserId};
use http_kit::{IfMatch, Version};
use metadata_store::{Transaction, transact};
use serde_json::json;

use super::{
    Member,
    members::{MemberProject, MemberRole, OrganizationMember},
    store,
};
use crate::{
    accounts::{self, UserRow},
    audit,
    tenancy::{Error, OrganizationRole, invitations, key_service, store::MembershipRow},
    versions::{self, Names},
};

/// Returns members with their projects and roles.
pub(super) async fn list(
    member: &Member,
    search: Option<&str>,
    after: Option<String>,
    limit: usize,
) -> Result<Vec<OrganizationMember>, Error> {
    let people = store::people(member.app().db(), member.id, search, after, limit).await?;
    described(member, people).await
}

/// Returns one member.
pub(super) async fn get(member: &Member, user: UserId) -> Result<OrganizationMember, Error> {
    let people = accounts::people_of(member.app().db(), vec![user]).await?;
    described(member, people).await?.pop().ok_or(Error::NotFound)
}

/// Makes a member something else.
pub(super) async fn change_role(
    member: &Member,
    user: UserId,
    (role, if_match): (OrganizationRole, &IfMatch),
) -> Result<(), Error> {
    let app = member.app();
    transact!(member.metadata(), |tx| {
        let (mine, theirs) = both(tx, member, user).await?;
        let about = member.change("member.update").on(user.0);
        versions::require::<Error>(tx, if_match, Some(&version_of(theirs.role)), (&about, Names::All)).await?;
        if theirs.role == role {
            return Ok(());
        }
        let about_owners = theirs.role == OrganizationRole::Owner || role == OrganizationRole::Owner;
        if about_owners && mine.role != OrganizationRole::Owner {
            return Err(Error::OwnerRequired);
        }
        if user == member.user && role > mine.role {
            return Err(Error::OwnRole);
        }
        if theirs.role == OrganizationRole::Owner {
            keep_an_owner(tx, member).await?;
        }
        store::set_role(tx, theirs.id, role).await?;
        if !role.is_admin() {
            invitations::revoke_of(app, tx, member.id, user).await?;
        }
        let person = accounts::get_user(tx, user).await?;
        let change = about.changed(&json!({ "role": theirs.role }), &json!({ "role": role }));
        Ok(audit::record(app, tx, &member.actor, change.details(json!({ "name": person.email }))).await?)
    })
}

/// Returns the version of somebody's place.
fn version_of(role: OrganizationRole) -> Version {
    Version::of(&json!({ "role": role }))
}

/// Removes a member with all they have in the organization, and with the invitations they have sent.
pub(super) async fn remove(member: &Member, user: UserId) -> Result<(), Error> {
    let app = member.app();
    transact!(member.metadata(), |tx| {
        let (mine, theirs) = both(tx, member, user).await?;
        if theirs.role == OrganizationRole::Owner {
            if mine.role != OrganizationRole::Owner {
                return Err(Error::OwnerRequired);
            }
            keep_an_owner(tx, member).await?;
        }
        store::remove(tx, member.id, user).await?;
        invitations::revoke_of(app, tx, member.id, user).await?;
        let person = accounts::get_user(tx, user).await?;
        // A link from before would lead them back to what they had.
        invitations::revoke_to(app, tx, member.id, &person.email_key).await?;
        let projects = store::projects_of(tx, member.id).await?;
        let projects: Vec<ProjectId> = projects.into_iter().map(|(id, _)| id).collect();
        key_service::switch_off(app, tx, &member.actor, user, (member.id, &projects)).await?;
        let action = if user == member.user { "member.leave" } else { "member.remove" };
        let change = member.change(action).on(user.0).old(&json!({ "role": theirs.role }));
        Ok(audit::record(app, tx, &member.actor, change.details(json!({ "name": person.email }))).await?)
    })
}

/// Returns what who asks and the other one are now; the request's own answer may be older.
async fn both(tx: &Transaction, member: &Member, user: UserId) -> Result<(MembershipRow, MembershipRow), Error> {
    let mine = store::find_membership(tx, member.id, member.user).await?.ok_or(Error::NotFound)?;
    let theirs = store::find_membership(tx, member.id, user).await?.ok_or(Error::NotFound)?;
    if user != member.user && !mine.role.is_admin() {
        return Err(Error::OrganizationRoleRequired);
    }
    Ok((mine, theirs))
}

async fn keep_an_owner(tx: &Transaction, member: &Member) -> Result<(), Error> {
    if store::count_owners(tx, member.id).await? < 2 {
        return Err(Error::LastOwner);
    }
    Ok(())
}

async fn described(member: &Member, people: Vec<UserRow>) -> Result<Vec<OrganizationMember>, Error> {
    let db = member.app().db();
    let ids: Vec<UserId> = people.iter().map(|person| person.id).collect();
    let memberships = store::memberships_of(db, member.id, &ids).await?;
    let names: HashMap<ProjectId, String> = store::projects_of(db, member.id).await?.into_iter().collect();
    let all: Vec<ProjectId> = names.keys().copied().collect();
    let mut projects: HashMap<UserId, Vec<MemberProject>> = HashMap::new();
    for (project_id, user, role) in store::project_places(db, &all, &ids).await? {
        let name = names.get(&project_id).cloned().unwrap_or_default();
        projects.entry(user).or_default().push(MemberProject { project_id, name, role });
    }
    let mut roles: HashMap<UserId, Vec<MemberRole>> = HashMap::new();
    for given in store::given_roles(db, member.id, &ids).await? {
        let role = MemberRole { role_id: given.role, name: given.name, project_id: given.project };
        roles.entry(given.user).or_default().push(role);
    }
    let described = people.into_iter().filter_map(|person| {
        let membership = memberships.get(&person.id)?;
        let mut projects = projects.remove(&person.id).unwrap_or_default();
        projects.sort_by(|one, other| one.name.cmp(&other.name));
        Some(OrganizationMember {
            user_id: person.id,
            email: person.email,
            name: person.name,
            is_active: person.is_active,
            role: membership.role,
            joined_at: membership.created_at,
            projects,
            roles: roles.remove(&person.id).unwrap_or_default(),
            version: version_of(membership.role),
        })
    });
    Ok(described.collect())
}
