//! The queries about folders.

use analytics_model::ProjectId;
use metadata_store::Result;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::tenancy::rights::tables::folders;

pub(super) type FolderRow = folders::Model;

/// Returns all folders of a project, the oldest first.
pub(super) async fn list(db: &impl ConnectionTrait, project: ProjectId) -> Result<Vec<FolderRow>> {
    let query = folders::Entity::find().filter(folders::Column::ProjectId.eq(project));
    Ok(query.order_by_asc(folders::Column::Id).limit(10_000).all(db).await?)
}

pub(super) async fn find(db: &impl ConnectionTrait, project: ProjectId, id: Uuid) -> Result<Option<FolderRow>> {
    Ok(folders::Entity::find_by_id(id).filter(folders::Column::ProjectId.eq(project)).one(db).await?)
}

pub(super) async fn insert(db: &impl ConnectionTrait, row: FolderRow) -> Result<FolderRow> {
    Ok(row.into_active_model().reset_all().insert(db).await?)
}

pub(super) async fn update(db: &impl ConnectionTrait, row: FolderRow) -> Result<FolderRow> {
    Ok(row.into_active_model().reset_all().update(db).await?)
}

pub(super) async fn delete(db: &impl ConnectionTrait, id: Uuid) -> Result<()> {
    folders::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}
