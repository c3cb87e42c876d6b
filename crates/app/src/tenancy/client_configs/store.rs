//! Queries about client configurations.

use analytics_model::{ClientConfigId, ProjectId};
use metadata_store::Result;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::tables::client_configs::{Column, Entity, Model};

pub(super) type Row = Model;

pub(super) async fn list(
    db: &impl ConnectionTrait,
    project: ProjectId,
    after: Option<String>,
    limit: usize,
) -> Result<Vec<Row>> {
    let mut query = Entity::find().filter(Column::ProjectId.eq(project));
    if let Some(after) = after {
        query = query.filter(Column::Name.gt(after));
    }
    Ok(query.order_by_asc(Column::Name).limit(limit as u64).all(db).await?)
}

pub(super) async fn find(db: &impl ConnectionTrait, project: ProjectId, id: ClientConfigId) -> Result<Option<Row>> {
    Ok(Entity::find_by_id(id).filter(Column::ProjectId.eq(project)).one(db).await?)
}

pub(super) async fn find_by_name(db: &impl ConnectionTrait, project: ProjectId, name: &str) -> Result<Option<Row>> {
    Ok(Entity::find().filter(Column::ProjectId.eq(project)).filter(Column::Name.eq(name)).one(db).await?)
}

pub(super) async fn insert(db: &impl ConnectionTrait, row: Row) -> Result<Row> {
    Ok(row.into_active_model().reset_all().insert(db).await?)
}

pub(super) async fn update(db: &impl ConnectionTrait, row: Row) -> Result<Row> {
    Ok(row.into_active_model().reset_all().update(db).await?)
}

pub(super) async fn delete(db: &impl ConnectionTrait, id: ClientConfigId) -> Result<()> {
    Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}
