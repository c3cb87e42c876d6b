//! This feature's queries; those about members of projects and about erasing are in the modules below.

pub(super) mod erasures;
pub(super) mod places;

use analytics_model::{ApiKeyId, OrganizationId, ProjectId, UserId};
use chrono::{DateTime, Utc};
use metadata_store::Result;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Set,
};

use super::{
    OrganizationRole, Role,
    scopes::KeyKind,
    tables::{api_keys, org_memberships, organizations, project_members, projects},
};

pub(super) type OrganizationRow = organizations::Model;
pub(super) type MembershipRow = org_memberships::Model;
pub(super) type ProjectRow = projects::Model;
pub(super) type KeyRow = api_keys::Model;

pub(super) async fn first_organization(db: &impl ConnectionTrait) -> Result<Option<OrganizationRow>> {
    Ok(organizations::Entity::find().order_by_asc(organizations::Column::Id).one(db).await?)
}

pub(super) async fn insert_organization(
    db: &impl ConnectionTrait,
    organization: OrganizationRow,
) -> Result<OrganizationRow> {
    Ok(organization.into_active_model().reset_all().insert(db).await?)
}

pub(super) async fn rename_organization(
    db: &impl ConnectionTrait,
    id: OrganizationId,
    name: &str,
    slug: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let change = organizations::ActiveModel {
        id: Set(id),
        name: Set(name.to_owned()),
        slug: Set(slug.to_owned()),
        updated_at: Set(now),
        ..Default::default()
    };
    change.update(db).await?;
    Ok(())
}

/// Returns the organizations somebody belongs to, with what they are there.
pub(super) async fn organizations_of(
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<(OrganizationRow, OrganizationRole)>> {
    let query = org_memberships::Entity::find().filter(org_memberships::Column::UserId.eq(user));
    let rows = query.find_also_related(organizations::Entity).all(db).await?;
    let mut found: Vec<_> =
        rows.into_iter().filter_map(|(membership, row)| row.map(|row| (row, membership.role))).collect();
    found.sort_by_key(|(row, _)| row.id);
    Ok(found)
}

/// Returns whether somebody is the only owner of an organization.
pub(crate) async fn is_only_owner(db: &impl ConnectionTrait, user: UserId) -> Result<bool> {
    let owners = || {
        org_memberships::Entity::find()
            .filter(org_memberships::Column::Role.eq(OrganizationRole::Owner))
            .select_only()
            .column(org_memberships::Column::OrganizationId)
            .distinct()
    };
    let own: Vec<OrganizationId> =
        owners().filter(org_memberships::Column::UserId.eq(user)).into_tuple().all(db).await?;
    let shared: Vec<OrganizationId> = owners()
        .filter(org_memberships::Column::OrganizationId.is_in(own.iter().copied()))
        .filter(org_memberships::Column::UserId.ne(user))
        .into_tuple()
        .all(db)
        .await?;
    Ok(own.iter().any(|organization| !shared.contains(organization)))
}

pub(super) async fn insert_membership(db: &impl ConnectionTrait, membership: MembershipRow) -> Result<()> {
    membership.into_active_model().reset_all().insert(db).await?;
    Ok(())
}

pub(super) async fn first_project(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Option<ProjectRow>> {
    let query = projects::Entity::find().filter(projects::Column::OrganizationId.eq(organization));
    Ok(query.order_by_asc(projects::Column::Id).one(db).await?)
}

pub(super) async fn all_projects(db: &impl ConnectionTrait) -> Result<Vec<ProjectRow>> {
    Ok(projects::Entity::find().order_by_asc(projects::Column::Id).all(db).await?)
}

pub(super) async fn find_project(db: &impl ConnectionTrait, id: ProjectId) -> Result<Option<ProjectRow>> {
    Ok(projects::Entity::find_by_id(id).one(db).await?)
}

/// Returns the projects somebody may see: all of `administered` organizations, and those they are a member of.
pub(super) async fn visible_projects(
    db: &impl ConnectionTrait,
    administered: &[OrganizationId],
    member_of: &[ProjectId],
    after: Option<ProjectId>,
    limit: Option<usize>,
) -> Result<Vec<ProjectRow>> {
    let visible = Condition::any()
        .add(projects::Column::OrganizationId.is_in(administered.iter().copied()))
        .add(projects::Column::Id.is_in(member_of.iter().copied()));
    let mut query = projects::Entity::find().filter(visible).order_by_asc(projects::Column::Id);
    if let Some(after) = after {
        query = query.filter(projects::Column::Id.gt(after));
    }
    Ok(query.limit(limit.map(|limit| limit as u64)).all(db).await?)
}

pub(super) async fn insert_project(db: &impl ConnectionTrait, project: ProjectRow) -> Result<ProjectRow> {
    Ok(project.into_active_model().reset_all().insert(db).await?)
}

pub(super) async fn update_project(db: &impl ConnectionTrait, project: ProjectRow) -> Result<ProjectRow> {
    Ok(project.into_active_model().reset_all().update(db).await?)
}

/// Deletes a project; what refers to it goes with it.
pub(super) async fn delete_project(db: &impl ConnectionTrait, id: ProjectId) -> Result<()> {
    projects::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Returns the roles somebody was given in single projects.
pub(super) async fn project_roles(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<(ProjectId, Role)>> {
    let query = project_members::Entity::find().filter(project_members::Column::UserId.eq(user));
    Ok(query.all(db).await?.into_iter().map(|row| (row.project_id, row.role)).collect())
}

/// Returns what somebody is in an organization, and which role they were given in one of its projects.
pub(super) async fn roles_in(
    db: &impl ConnectionTrait,
    user: UserId,
    organization: OrganizationId,
    project: ProjectId,
) -> Result<(Option<OrganizationRole>, Option<Role>)> {
    let membership = org_memberships::Entity::find()
        .filter(org_memberships::Column::OrganizationId.eq(organization))
        .filter(org_memberships::Column::UserId.eq(user))
        .one(db)
        .await?;
    let member = project_members::Entity::find_by_id((project, user)).one(db).await?;
    Ok((membership.map(|row| row.role), member.map(|row| row.role)))
}

/// Returns what somebody is in an organization.
pub(super) async fn organization_role(
    db: &impl ConnectionTrait,
    user: UserId,
    organization: OrganizationId,
) -> Result<Option<OrganizationRole>> {
    let membership = org_memberships::Entity::find()
        .filter(org_memberships::Column::OrganizationId.eq(organization))
        .filter(org_memberships::Column::UserId.eq(user));
    Ok(membership.one(db).await?.map(|row| row.role))
}

/// Returns who belongs to an organization.
pub(super) async fn members_of(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<Vec<UserId>> {
    let query = org_memberships::Entity::find().filter(org_memberships::Column::OrganizationId.eq(organization));
    Ok(query.all(db).await?.into_iter().map(|row| row.user_id).collect())
}

#[cfg(test)]
pub(super) async fn insert_project_member(
    db: &impl ConnectionTrait,
    project: ProjectId,
    user: UserId,
    role: Role,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = project_members::Model { project_id: project, user_id: user, role, created_at: now };
    row.into_active_model().reset_all().insert(db).await?;
    Ok(())
}

pub(super) async fn keys_of(
    db: &impl ConnectionTrait,
    project: ProjectId,
    after: Option<ApiKeyId>,
    limit: usize,
) -> Result<Vec<KeyRow>> {
    let mut query = api_keys::Entity::find().filter(api_keys::Column::ProjectId.eq(project));
    if let Some(after) = after {
        query = query.filter(api_keys::Column::Id.gt(after));
    }
    Ok(query.order_by_asc(api_keys::Column::Id).limit(limit as u64).all(db).await?)
}

pub(super) async fn find_key(db: &impl ConnectionTrait, project: ProjectId, id: ApiKeyId) -> Result<Option<KeyRow>> {
    Ok(api_keys::Entity::find_by_id(id).filter(api_keys::Column::ProjectId.eq(project)).one(db).await?)
}

pub(super) async fn find_key_by_hash(db: &impl ConnectionTrait, hash: &str) -> Result<Option<KeyRow>> {
    let either = Condition::any().add(api_keys::Column::KeyHash.eq(hash)).add(api_keys::Column::PreviousHash.eq(hash));
    Ok(api_keys::Entity::find().filter(either).one(db).await?)
}

pub(super) async fn insert_key(db: &impl ConnectionTrait, key: KeyRow) -> Result<KeyRow> {
    Ok(key.into_active_model().reset_all().insert(db).await?)
}

pub(super) async fn update_key(db: &impl ConnectionTrait, key: KeyRow) -> Result<KeyRow> {
    // Written beside requests, and maybe later than what was read for this change.
    let mut change = key.into_active_model().reset_all();
    change.last_used_at = sea_orm::NotSet;
    Ok(change.update(db).await?)
}

/// Returns the secret keys of some projects of which somebody knows a secret that has their rights.
pub(super) async fn keys_held_by(
    db: &impl ConnectionTrait,
    holder: UserId,
    projects: &[ProjectId],
) -> Result<Vec<KeyRow>> {
    let held =
        Condition::any().add(api_keys::Column::HolderId.eq(holder)).add(api_keys::Column::PreviousHolderId.eq(holder));
    let query = api_keys::Entity::find()
        .filter(held)
        .filter(api_keys::Column::Kind.eq(KeyKind::Secret.word()))
        .filter(api_keys::Column::ProjectId.is_in(projects.iter().copied()));
    Ok(query.order_by_asc(api_keys::Column::Id).all(db).await?)
}

pub(super) async fn set_key_used(db: &impl ConnectionTrait, id: ApiKeyId, at: DateTime<Utc>) -> Result<()> {
    api_keys::Entity::update_many()
        .col_expr(api_keys::Column::LastUsedAt, at.into())
        .filter(api_keys::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

pub(super) async fn delete_key(db: &impl ConnectionTrait, id: ApiKeyId) -> Result<()> {
    api_keys::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}
