//! The queries about who has which role.

use analytics_model::{OrganizationId, ProjectId, UserId};
use metadata_store::Result;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::routes::Choice;
use crate::tenancy::rights::tables::user_roles;

pub(super) type AssignmentRow = user_roles::Model;

/// Returns a page of assignments of an organization, the oldest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    choice: &Choice,
    after: Option<Uuid>,
    limit: usize,
) -> Result<Vec<AssignmentRow>> {
    let mut query = user_roles::Entity::find().filter(user_roles::Column::OrganizationId.eq(organization));
    if let Some(project) = choice.project {
        query = query.filter(user_roles::Column::ProjectId.eq(project));
    }
    if let Some(user) = choice.user {
        query = query.filter(user_roles::Column::UserId.eq(user));
    }
    if let Some(role) = choice.role {
        query = query.filter(user_roles::Column::RoleId.eq(role));
    }
    if let Some(after) = after {
        query = query.filter(user_roles::Column::Id.gt(after));
    }
    Ok(query.order_by_asc(user_roles::Column::Id).limit(limit as u64).all(db).await?)
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: Uuid,
) -> Result<Option<AssignmentRow>> {
    let query = user_roles::Entity::find_by_id(id).filter(user_roles::Column::OrganizationId.eq(organization));
    Ok(query.one(db).await?)
}

/// Returns whether somebody has a role there already.
pub(super) async fn is_assigned(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    (user, role, project): (UserId, Uuid, Option<ProjectId>),
) -> Result<bool> {
    let mut query = user_roles::Entity::find()
        .filter(user_roles::Column::OrganizationId.eq(organization))
        .filter(user_roles::Column::UserId.eq(user))
        .filter(user_roles::Column::RoleId.eq(role));
    query = match project {
        Some(project) => query.filter(user_roles::Column::ProjectId.eq(project)),
        None => query.filter(user_roles::Column::ProjectId.is_null()),
    };
    Ok(query.one(db).await?.is_some())
}

pub(super) async fn insert(db: &impl ConnectionTrait, row: AssignmentRow) -> Result<AssignmentRow> {
    Ok(row.into_active_model().reset_all().insert(db).await?)
}

pub(super) async fn delete(db: &impl ConnectionTrait, id: Uuid) -> Result<()> {
    user_roles::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}
