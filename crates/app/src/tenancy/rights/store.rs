//! The queries behind a decision.

use std::collections::HashMap;

use analytics_model::{OrganizationId, ProjectId, UserId};
use metadata_store::Result;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    Conditions, HeldRole, Permission, RoleSource, RowRule,
    tables::{permissions, roles, row_rules, user_roles},
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
    roles_by_id(db, given.into_iter().map(|row| row.role_id).collect()).await
}

/// Returns active roles with what they may do and the rows they are limited to.
pub(super) async fn roles_by_id(db: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<Vec<HeldRole>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let active = roles::Entity::find()
        .filter(roles::Column::Id.is_in(ids.iter().copied()))
        .filter(roles::Column::IsActive.eq(true))
        .all(db)
        .await?;
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
    let held = active.into_iter().map(|role| {
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
