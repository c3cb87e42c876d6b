//! The queries about grants.

use std::collections::{BTreeSet, HashMap};

use analytics_model::{ProjectId, UserId};
use metadata_store::Result;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::{Grant, Grants, Level};
use crate::{
    grantable,
    tenancy::rights::{
        Resource,
        tables::{folders, resource_permissions},
    },
};

pub(super) type GrantRow = resource_permissions::Model;

/// To whom a thing is granted, as `principal_type` names it.
pub(crate) const USER: &str = "user";
pub(super) const ROLE: &str = "role";

/// Returns what was granted in a project to somebody, or to one of these roles.
pub(crate) async fn load(
    db: &impl ConnectionTrait,
    project: ProjectId,
    user: UserId,
    roles: &BTreeSet<Uuid>,
) -> Result<Grants> {
    let principal = |kind: &str, ids: Vec<Uuid>| {
        Condition::all()
            .add(resource_permissions::Column::PrincipalType.eq(kind))
            .add(resource_permissions::Column::PrincipalId.is_in(ids))
    };
    let theirs =
        Condition::any().add(principal(USER, vec![user.0])).add(principal(ROLE, roles.iter().copied().collect()));
    let rows = resource_permissions::Entity::find()
        .filter(resource_permissions::Column::ProjectId.eq(project))
        .filter(theirs)
        .order_by_asc(resource_permissions::Column::Id)
        .all(db)
        .await?;
    // Nobody lets themselves in, also not by a role that they have: what they gave it themselves counts for others.
    let by_self = |row: &&GrantRow| row.principal_type == ROLE && row.granted_by == Some(user);
    let all: Vec<Grant> = rows.iter().filter(|row| !by_self(row)).filter_map(read).collect();
    let has_folders = all.iter().any(|grant| grant.resource == Resource::Folders);
    let parents = if has_folders { parents(db, project).await? } else { HashMap::new() };
    Ok(Grants { all, parents })
}

/// Returns the folder that each folder of a project lies in.
pub(super) async fn parents(db: &impl ConnectionTrait, project: ProjectId) -> Result<HashMap<Uuid, Option<Uuid>>> {
    let rows = folders::Entity::find().filter(folders::Column::ProjectId.eq(project)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.parent_id)).collect())
}

/// Reads a grant; none where its words are unknown here, which gives no right rather than a wrong one.
fn read(row: &GrantRow) -> Option<Grant> {
    Some(Grant {
        id: row.id,
        resource: grantable::find(&row.resource_type)?.resource,
        item: row.resource_id,
        role: (row.principal_type == ROLE).then_some(row.principal_id),
        level: Level::of(&row.permission_type)?,
        expires_at: row.expires_at,
    })
}

/// Returns the grants on some things of one type, the oldest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    project: ProjectId,
    kind: &str,
    items: &[Uuid],
) -> Result<Vec<GrantRow>> {
    let query = resource_permissions::Entity::find()
        .filter(resource_permissions::Column::ProjectId.eq(project))
        .filter(resource_permissions::Column::ResourceType.eq(kind))
        .filter(resource_permissions::Column::ResourceId.is_in(items.iter().copied()));
    Ok(query.order_by_asc(resource_permissions::Column::Id).all(db).await?)
}

/// Returns the grant on a thing to somebody or to a role.
pub(super) async fn find(
    db: &impl ConnectionTrait,
    project: ProjectId,
    (kind, item): (&str, Uuid),
    (principal_type, principal): (&str, Uuid),
) -> Result<Option<GrantRow>> {
    let query = resource_permissions::Entity::find()
        .filter(resource_permissions::Column::ProjectId.eq(project))
        .filter(resource_permissions::Column::ResourceType.eq(kind))
        .filter(resource_permissions::Column::ResourceId.eq(item))
        .filter(resource_permissions::Column::PrincipalType.eq(principal_type))
        .filter(resource_permissions::Column::PrincipalId.eq(principal));
    Ok(query.one(db).await?)
}

pub(super) async fn insert(db: &impl ConnectionTrait, row: GrantRow) -> Result<GrantRow> {
    Ok(row.into_active_model().reset_all().insert(db).await?)
}

pub(super) async fn update(db: &impl ConnectionTrait, row: GrantRow) -> Result<GrantRow> {
    Ok(row.into_active_model().reset_all().update(db).await?)
}

pub(super) async fn delete(db: &impl ConnectionTrait, id: Uuid) -> Result<()> {
    resource_permissions::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Removes the grants on a thing that is removed itself.
pub(crate) async fn delete_of_item(db: &impl ConnectionTrait, kind: &str, item: Uuid) -> Result<()> {
    resource_permissions::Entity::delete_many()
        .filter(resource_permissions::Column::ResourceType.eq(kind))
        .filter(resource_permissions::Column::ResourceId.eq(item))
        .exec(db)
        .await?;
    Ok(())
}

/// Removes the grants to a role that is removed itself.
pub(crate) async fn delete_of_role(db: &impl ConnectionTrait, role: Uuid) -> Result<()> {
    resource_permissions::Entity::delete_many()
        .filter(resource_permissions::Column::PrincipalType.eq(ROLE))
        .filter(resource_permissions::Column::PrincipalId.eq(role))
        .exec(db)
        .await?;
    Ok(())
}
