//! The queries behind a decision, and about who has which role.

use std::collections::{BTreeSet, HashMap};

use analytics_model::{OrganizationId, ProjectId, UserId};
use metadata_store::Result;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::tenancy::store as tenancy_store;

use super::{
    Conditions, HeldRole, Permission, RoleSource, RowRule, USER,
    tables::{permissions, resource_permissions, roles, row_rules, user_roles},
};

/// Returns the active roles that were given to somebody in an organization as a whole, or in one of its projects.
pub(super) async fn given_roles(
    db: &impl ConnectionTrait,
    user: UserId,
    organization: OrganizationId,
    project: ProjectId,
) -> Result<Vec<HeldRole>> {
    let here =
        Condition::any().add(user_roles::Column::ProjectId.is_null()).add(user_roles::Column::ProjectId.eq(project));
    let given = user_roles::Entity::find()
        .filter(user_roles::Column::UserId.eq(user))
        .filter(user_roles::Column::OrganizationId.eq(organization))
        .filter(here)
        .all(db)
        .await?;
    roles_by_id(db, given.into_iter().map(|row| row.role_id).collect(), true).await
}

/// Returns roles, or the active ones of them, with what they may do and the rows they are limited to.
pub(super) async fn roles_by_id(db: &impl ConnectionTrait, ids: Vec<Uuid>, active_only: bool) -> Result<Vec<HeldRole>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = roles::Entity::find().filter(roles::Column::Id.is_in(ids.iter().copied())).all(db).await?;
    found.retain(|role| role.is_active || !active_only);
    let mut allowed: HashMap<Uuid, Vec<Permission>> = HashMap::new();
    for row in
        permissions::Entity::find().filter(permissions::Column::RoleId.is_in(ids.iter().copied())).all(db).await?
    {
        // A permission of a later version gives no right here, rather than a wrong one.
        if let Some(permission) = read(&row) {
            allowed.entry(row.role_id).or_default().push(permission);
        }
    }
    let mut rules: HashMap<Uuid, Vec<RowRule>> = HashMap::new();
    for row in row_rules::Entity::find().filter(row_rules::Column::RoleId.is_in(ids)).all(db).await? {
        let mut values: Vec<String> = serde_json::from_value(row.allowed_values).unwrap_or_default();
        values.sort();
        rules.entry(row.role_id).or_default().push(RowRule { property: row.property, values });
    }
    let held = found.into_iter().map(|role| {
        let mut row_rules = rules.remove(&role.id).unwrap_or_default();
        row_rules.sort();
        let permissions = allowed.remove(&role.id).unwrap_or_default();
        HeldRole { id: role.id, name: role.name, from: RoleSource::Given, permissions, row_rules }
    });
    Ok(held.collect())
}

/// Reads a permission; none where its words or conditions are unknown.
pub(super) fn read(row: &permissions::Model) -> Option<Permission> {
    let word = |text: &str| serde_json::Value::String(text.to_owned());
    let conditions = match &row.conditions {
        Some(conditions) => serde_json::from_value(conditions.clone()).ok()?,
        None => Conditions::default(),
    };
    Some(Permission {
        resource: serde_json::from_value(word(&row.resource)).ok()?,
        action: serde_json::from_value(word(&row.action)).ok()?,
        conditions,
    })
}

/// Returns where somebody was given roles that are active: in an organization, or in one of its projects.
pub(in crate::tenancy) async fn given_to(
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<(OrganizationId, Option<ProjectId>, Uuid)>> {
    let given = user_roles::Entity::find().filter(user_roles::Column::UserId.eq(user)).all(db).await?;
    Ok(given.into_iter().map(|row| (row.organization_id, row.project_id, row.role_id)).collect())
}

/// Returns the projects in which something was granted to somebody, or to one of these roles.
pub(in crate::tenancy) async fn granted_to(
    db: &impl ConnectionTrait,
    user: UserId,
    roles: &BTreeSet<Uuid>,
) -> Result<BTreeSet<ProjectId>> {
    let principals: Vec<Uuid> = roles.iter().copied().chain([user.0]).collect();
    let query =
        resource_permissions::Entity::find().filter(resource_permissions::Column::PrincipalId.is_in(principals));
    Ok(query.all(db).await?.into_iter().map(|row| row.project_id).collect())
}

/// Returns the roles that somebody was given in one project alone, active or not.
pub(in crate::tenancy) async fn given_here(
    db: &impl ConnectionTrait,
    project: ProjectId,
    user: UserId,
) -> Result<Vec<HeldRole>> {
    let given = user_roles::Entity::find()
        .filter(user_roles::Column::UserId.eq(user))
        .filter(user_roles::Column::ProjectId.eq(project))
        .all(db)
        .await?;
    roles_by_id(db, given.into_iter().map(|row| row.role_id).collect(), false).await
}

/// Returns whether something in a project was granted to somebody.
pub(in crate::tenancy) async fn is_granted_here(
    db: &impl ConnectionTrait,
    project: ProjectId,
    user: UserId,
) -> Result<bool> {
    Ok(resource_permissions::Entity::find().filter(to_person(project, user)).one(db).await?.is_some())
}

/// Takes from somebody the roles they were given in one project alone, and what was granted to them there.
pub(in crate::tenancy) async fn take_all_here(
    db: &impl ConnectionTrait,
    project: ProjectId,
    user: UserId,
) -> Result<()> {
    user_roles::Entity::delete_many()
        .filter(user_roles::Column::UserId.eq(user))
        .filter(user_roles::Column::ProjectId.eq(project))
        .exec(db)
        .await?;
    resource_permissions::Entity::delete_many().filter(to_person(project, user)).exec(db).await?;
    Ok(())
}

/// Returns whether somebody has any role in a project, wherever it comes from.
pub(in crate::tenancy) async fn has_role(
    db: &impl ConnectionTrait,
    user: UserId,
    organization: OrganizationId,
    project: ProjectId,
) -> Result<bool> {
    let (membership, place) = tenancy_store::roles_in(db, user, organization, project).await?;
    let looks_after = membership.is_some_and(|role| role.is_admin());
    Ok(looks_after || place.is_some() || !given_roles(db, user, organization, project).await?.is_empty())
}

fn to_person(project: ProjectId, user: UserId) -> Condition {
    Condition::all()
        .add(resource_permissions::Column::ProjectId.eq(project))
        .add(resource_permissions::Column::PrincipalType.eq(USER))
        .add(resource_permissions::Column::PrincipalId.eq(user.0))
}
