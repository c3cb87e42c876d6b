//! The queries about roles.

use std::collections::{BTreeMap, BTreeSet};

use analytics_model::{OrganizationId, UserId};
use metadata_store::Result;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use crate::tenancy::{
    rights::tables::{permissions, roles, row_rules, user_roles},
    tables::{org_memberships, project_members, projects},
};

pub(super) type RoleRow = roles::Model;
pub(super) type PermissionRow = permissions::Model;
pub(super) type RuleRow = row_rules::Model;

/// Returns the roles of an organization: those that all have, then its own, by name.
pub(crate) async fn usable(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<Vec<RoleRow>> {
    let theirs = Condition::any()
        .add(roles::Column::OrganizationId.eq(organization))
        .add(roles::Column::OrganizationId.is_null());
    let mut rows = roles::Entity::find().filter(theirs).order_by_asc(roles::Column::NameKey).all(db).await?;
    rows.retain(|row| row.id != crate::tenancy::rights::system_roles::SUPER_ADMIN);
    rows.sort_by_key(|row| (!row.is_system_role, if row.is_system_role { row.id } else { Uuid::nil() }));
    Ok(rows)
}

/// Returns a role of an organization, or one that all have.
pub(crate) async fn find_usable(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: Uuid,
) -> Result<Option<RoleRow>> {
    let row = roles::Entity::find_by_id(id).one(db).await?;
    let theirs = |row: &RoleRow| row.organization_id.is_none_or(|theirs| theirs == organization);
    Ok(row.filter(theirs).filter(|row| row.id != crate::tenancy::rights::system_roles::SUPER_ADMIN))
}

pub(super) async fn system(db: &impl ConnectionTrait) -> Result<Vec<RoleRow>> {
    Ok(roles::Entity::find().filter(roles::Column::IsSystemRole.eq(true)).all(db).await?)
}

pub(super) async fn own_of(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<Vec<RoleRow>> {
    Ok(roles::Entity::find().filter(roles::Column::OrganizationId.eq(organization)).all(db).await?)
}

pub(super) async fn insert(db: &impl ConnectionTrait, row: RoleRow) -> Result<RoleRow> {
    Ok(row.into_active_model().reset_all().insert(db).await?)
}

pub(super) async fn update(db: &impl ConnectionTrait, row: RoleRow) -> Result<RoleRow> {
    Ok(row.into_active_model().reset_all().update(db).await?)
}

/// Removes a role with all that says what it may do, and takes it from everybody.
pub(super) async fn delete(db: &impl ConnectionTrait, id: Uuid) -> Result<()> {
    user_roles::Entity::delete_many().filter(user_roles::Column::RoleId.eq(id)).exec(db).await?;
    delete_permissions(db, id).await?;
    delete_rules(db, id).await?;
    roles::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Returns what roles may do, and the rows they are limited to.
pub(super) async fn parts_of(
    db: &impl ConnectionTrait,
    roles: &[RoleRow],
) -> Result<(Vec<PermissionRow>, Vec<RuleRow>)> {
    let ids: Vec<Uuid> = roles.iter().map(|row| row.id).collect();
    Ok((permissions_of(db, ids.clone()).await?, rules_of(db, ids).await?))
}

pub(super) async fn permissions_of(db: &impl ConnectionTrait, roles: Vec<Uuid>) -> Result<Vec<PermissionRow>> {
    let query = permissions::Entity::find().filter(permissions::Column::RoleId.is_in(roles));
    Ok(query.order_by_asc(permissions::Column::Id).all(db).await?)
}

pub(super) async fn rules_of(db: &impl ConnectionTrait, roles: Vec<Uuid>) -> Result<Vec<RuleRow>> {
    let query = row_rules::Entity::find().filter(row_rules::Column::RoleId.is_in(roles));
    Ok(query.order_by_asc(row_rules::Column::Id).all(db).await?)
}

pub(super) async fn delete_permissions(db: &impl ConnectionTrait, role: Uuid) -> Result<()> {
    permissions::Entity::delete_many().filter(permissions::Column::RoleId.eq(role)).exec(db).await?;
    Ok(())
}

pub(super) async fn delete_rules(db: &impl ConnectionTrait, role: Uuid) -> Result<()> {
    row_rules::Entity::delete_many().filter(row_rules::Column::RoleId.eq(role)).exec(db).await?;
    Ok(())
}

pub(super) async fn insert_permissions(db: &impl ConnectionTrait, rows: Vec<PermissionRow>) -> Result<()> {
    let rows: Vec<_> = rows.into_iter().map(|row| row.into_active_model().reset_all()).collect();
    if !rows.is_empty() {
        permissions::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

pub(super) async fn insert_rules(db: &impl ConnectionTrait, rows: Vec<RuleRow>) -> Result<()> {
    let rows: Vec<_> = rows.into_iter().map(|row| row.into_active_model().reset_all()).collect();
    if !rows.is_empty() {
        row_rules::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Returns who has which role anywhere in an organization: given, as a member of a project, or by looking after it.
pub(super) async fn holders(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<BTreeMap<Uuid, BTreeSet<UserId>>> {
    let mut holders: BTreeMap<Uuid, BTreeSet<UserId>> = BTreeMap::new();
    let given = user_roles::Entity::find().filter(user_roles::Column::OrganizationId.eq(organization)).all(db).await?;
    for row in given {
        holders.entry(row.role_id).or_default().insert(row.user_id);
    }
    let here = projects::Entity::find().filter(projects::Column::OrganizationId.eq(organization)).all(db).await?;
    let here = here.into_iter().map(|row| row.id);
    let members = project_members::Entity::find().filter(project_members::Column::ProjectId.is_in(here));
    for row in members.all(db).await? {
        holders.entry(row.role.id()).or_default().insert(row.user_id);
    }
    let theirs = org_memberships::Column::OrganizationId.eq(organization);
    for row in org_memberships::Entity::find().filter(theirs).all(db).await? {
        if row.role.is_admin() {
            holders.entry(crate::Role::Admin.id()).or_default().insert(row.user_id);
        }
    }
    Ok(holders)
}

/// Returns to how many people a role was given.
pub(super) async fn count_given(db: &impl ConnectionTrait, role: Uuid) -> Result<usize> {
    let given = user_roles::Entity::find().filter(user_roles::Column::RoleId.eq(role)).all(db).await?;
    Ok(given.into_iter().map(|row| row.user_id).collect::<BTreeSet<_>>().len())
}
