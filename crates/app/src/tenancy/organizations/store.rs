//! Queries about organizations and who belongs to them.

use std::collections::HashMap;

use analytics_model::{OrganizationId, ProjectId, UserId};
use metadata_store::{Result, contains};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, sea_query::ExprTrait,
};
use uuid::Uuid;

use crate::{
    accounts::{self, UserRow},
    tenancy::{
        OrganizationRole, Role,
        rights::{
            USER,
            tables::{resource_permissions, roles, user_roles},
        },
        store::{MembershipRow, OrganizationRow},
        tables::{org_memberships, organizations, project_members, projects},
    },
};

/// Returns an organization with what somebody is there; none where they aren't, or it isn't.
pub(super) async fn find_member(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<(OrganizationRow, OrganizationRole)>> {
    let query = org_memberships::Entity::find()
        .filter(org_memberships::Column::OrganizationId.eq(organization))
        .filter(org_memberships::Column::UserId.eq(user))
        .find_also_related(organizations::Entity);
    Ok(query.one(db).await?.and_then(|(membership, row)| row.map(|row| (row, membership.role))))
}

pub(in crate::tenancy) async fn find(db: &impl ConnectionTrait, id: OrganizationId) -> Result<Option<OrganizationRow>> {
    Ok(organizations::Entity::find_by_id(id).one(db).await?)
}

pub(in crate::tenancy) async fn find_by_slug(db: &impl ConnectionTrait, slug: &str) -> Result<Option<OrganizationRow>> {
    Ok(organizations::Entity::find().filter(organizations::Column::Slug.eq(slug)).one(db).await?)
}

pub(super) async fn update(db: &impl ConnectionTrait, row: OrganizationRow) -> Result<OrganizationRow> {
    Ok(row.into_active_model().reset_all().update(db).await?)
}

pub(super) async fn delete(db: &impl ConnectionTrait, id: OrganizationId) -> Result<()> {
    organizations::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

pub(super) async fn count(db: &impl ConnectionTrait) -> Result<u64> {
    Ok(organizations::Entity::find().count(db).await?)
}

/// Returns the ids of an organization's projects.
pub(super) async fn projects_of(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Vec<(ProjectId, String)>> {
    let query = projects::Entity::find().filter(projects::Column::OrganizationId.eq(organization));
    let rows = query.order_by_asc(projects::Column::Id).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

pub(in crate::tenancy) async fn find_membership(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<MembershipRow>> {
    let query = org_memberships::Entity::find()
        .filter(org_memberships::Column::OrganizationId.eq(organization))
        .filter(org_memberships::Column::UserId.eq(user));
    Ok(query.one(db).await?)
}

pub(super) async fn memberships_of(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    users: &[UserId],
) -> Result<HashMap<UserId, MembershipRow>> {
    let query = org_memberships::Entity::find()
        .filter(org_memberships::Column::OrganizationId.eq(organization))
        .filter(org_memberships::Column::UserId.is_in(users.iter().copied()));
    Ok(query.all(db).await?.into_iter().map(|row| (row.user_id, row)).collect())
}

/// Returns the people of an organization, by e-mail address.
pub(super) async fn people(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    search: Option<&str>,
    after: Option<String>,
    limit: usize,
) -> Result<Vec<UserRow>> {
    let among = org_memberships::Entity::find()
        .select_only()
        .column(org_memberships::Column::UserId)
        .filter(org_memberships::Column::OrganizationId.eq(organization))
        .into_query();
    accounts::search_people(db, among, search, after, limit).await
}

pub(super) async fn count_owners(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<u64> {
    let query = org_memberships::Entity::find()
        .filter(org_memberships::Column::OrganizationId.eq(organization))
        .filter(org_memberships::Column::Role.eq(OrganizationRole::Owner));
    Ok(query.count(db).await?)
}

pub(super) async fn set_role(db: &impl ConnectionTrait, id: Uuid, role: OrganizationRole) -> Result<()> {
    let change = org_memberships::ActiveModel { id: sea_orm::Set(id), role: sea_orm::Set(role), ..Default::default() };
    change.update(db).await?;
    Ok(())
}

/// Takes away all that somebody has in an organization: their place in projects, given roles, grants, the membership.
pub(super) async fn remove(db: &impl ConnectionTrait, organization: OrganizationId, user: UserId) -> Result<()> {
    let of_organization = || {
        projects::Entity::find()
            .select_only()
            .column(projects::Column::Id)
            .filter(projects::Column::OrganizationId.eq(organization))
            .into_query()
    };
    project_members::Entity::delete_many()
        .filter(project_members::Column::UserId.eq(user))
        .filter(project_members::Column::ProjectId.in_subquery(of_organization()))
        .exec(db)
        .await?;
    resource_permissions::Entity::delete_many()
        .filter(resource_permissions::Column::PrincipalType.eq(USER))
        .filter(resource_permissions::Column::PrincipalId.eq(user.0))
        .filter(resource_permissions::Column::ProjectId.in_subquery(of_organization()))
        .exec(db)
        .await?;
    user_roles::Entity::delete_many()
        .filter(user_roles::Column::UserId.eq(user))
        .filter(user_roles::Column::OrganizationId.eq(organization))
        .exec(db)
        .await?;
    org_memberships::Entity::delete_many()
        .filter(org_memberships::Column::UserId.eq(user))
        .filter(org_memberships::Column::OrganizationId.eq(organization))
        .exec(db)
        .await?;
    Ok(())
}

/// Returns the places people have in an organization's projects.
pub(super) async fn project_places(
    db: &impl ConnectionTrait,
    projects: &[ProjectId],
    users: &[UserId],
) -> Result<Vec<(ProjectId, UserId, Role)>> {
    let query = project_members::Entity::find()
        .filter(project_members::Column::ProjectId.is_in(projects.iter().copied()))
        .filter(project_members::Column::UserId.is_in(users.iter().copied()));
    Ok(query.all(db).await?.into_iter().map(|row| (row.project_id, row.user_id, row.role)).collect())
}

/// A role that was given to somebody.
pub(super) struct Given {
    pub(super) user: UserId,
    pub(super) role: Uuid,
    pub(super) name: String,
    pub(super) project: Option<ProjectId>,
}

/// Returns the roles that people were given in an organization.
pub(super) async fn given_roles(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    users: &[UserId],
) -> Result<Vec<Given>> {
    let query = user_roles::Entity::find()
        .filter(user_roles::Column::OrganizationId.eq(organization))
        .filter(user_roles::Column::UserId.is_in(users.iter().copied()));
    let rows = query.order_by_asc(user_roles::Column::Id).all(db).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.role_id).collect();
    let names: HashMap<Uuid, String> = match ids.is_empty() {
        true => HashMap::new(),
        false => {
            let query = roles::Entity::find().filter(roles::Column::Id.is_in(ids));
            query.all(db).await?.into_iter().map(|row| (row.id, row.name)).collect()
        }
    };
    let given = |row: user_roles::Model| {
        let name = names.get(&row.role_id)?.clone();
        Some(Given { user: row.user_id, role: row.role_id, name, project: row.project_id })
    };
    Ok(rows.into_iter().filter_map(given).collect())
}

/// How large an organization is, and whose.
#[derive(Debug, Default)]
pub(super) struct Size {
    pub(super) members: u64,
    pub(super) projects: u64,
    /// The e-mail addresses of its owners.
    pub(super) owners: Vec<String>,
}

/// Returns organizations by short name, from after `after` on; all where `text` is empty.
pub(super) async fn search(
    db: &impl ConnectionTrait,
    text: &str,
    after: Option<String>,
    limit: usize,
) -> Result<Vec<OrganizationRow>> {
    use organizations::Column;
    let mut query = organizations::Entity::find().order_by_asc(Column::Slug).limit(limit as u64);
    if !text.is_empty() {
        query = query.filter(contains(Column::Name, text).or(contains(Column::Slug, text)));
    }
    if let Some(after) = after {
        query = query.filter(Column::Slug.gt(after));
    }
    Ok(query.all(db).await?)
}

/// Returns the sizes of organizations by their ids.
pub(super) async fn sizes(db: &impl ConnectionTrait, ids: &[OrganizationId]) -> Result<HashMap<OrganizationId, Size>> {
    let mut sizes: HashMap<OrganizationId, Size> = HashMap::new();
    let members = org_memberships::Entity::find()
        .select_only()
        .column(org_memberships::Column::OrganizationId)
        .column_as(org_memberships::Column::Id.count(), "members")
        .filter(org_memberships::Column::OrganizationId.is_in(ids.iter().copied()))
        .group_by(org_memberships::Column::OrganizationId);
    for (id, count) in members.into_tuple::<(OrganizationId, i64)>().all(db).await? {
        sizes.entry(id).or_default().members = count.unsigned_abs();
    }
    let projects = projects::Entity::find()
        .select_only()
        .column(projects::Column::OrganizationId)
        .column_as(projects::Column::Id.count(), "projects")
        .filter(projects::Column::OrganizationId.is_in(ids.iter().copied()))
        .group_by(projects::Column::OrganizationId);
    for (id, count) in projects.into_tuple::<(OrganizationId, i64)>().all(db).await? {
        sizes.entry(id).or_default().projects = count.unsigned_abs();
    }
    let owners = org_memberships::Entity::find()
        .filter(org_memberships::Column::OrganizationId.is_in(ids.iter().copied()))
        .filter(org_memberships::Column::Role.eq(OrganizationRole::Owner));
    let owners = owners.all(db).await?;
    let people = accounts::people_of(db, owners.iter().map(|owner| owner.user_id).collect()).await?;
    let addresses: HashMap<_, _> = people.into_iter().map(|person| (person.id, person.email)).collect();
    for owner in owners {
        let address = addresses.get(&owner.user_id).cloned();
        sizes.entry(owner.organization_id).or_default().owners.extend(address);
    }
    Ok(sizes)
}
