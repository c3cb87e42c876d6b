//! Queries about collection settings.

use analytics_model::ProjectId;
use chrono::{DateTime, Utc};
use metadata_store::Result;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, sea_query::OnConflict};
use serde_json::Value;

use super::super::tables::collection_settings::{Column, Entity, Model};

pub(super) async fn find(db: &impl ConnectionTrait, project: ProjectId) -> Result<Option<Value>> {
    Ok(Entity::find_by_id(project).one(db).await?.map(|row| row.settings))
}

pub(super) async fn put(
    db: &impl ConnectionTrait,
    project: ProjectId,
    settings: Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = Model { project_id: project, settings, updated_at: now }.into_active_model();
    let replaced =
        OnConflict::column(Column::ProjectId).update_columns([Column::Settings, Column::UpdatedAt]).to_owned();
    Entity::insert(row).on_conflict(replaced).exec_without_returning(db).await?;
    Ok(())
}
