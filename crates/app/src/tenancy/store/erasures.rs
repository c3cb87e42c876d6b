//! Queries about projects whose events are to be erased.

use analytics_model::{OrganizationId, ProjectId};
use chrono::{DateTime, Utc};
use metadata_store::Result;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};

use crate::tenancy::tables::project_erasures;

pub(in crate::tenancy) type Row = project_erasures::Model;

/// Returns what is still to be erased, or to be looked at once more.
pub(in crate::tenancy) async fn waiting(db: &impl ConnectionTrait) -> Result<Vec<Row>> {
    Ok(project_erasures::Entity::find().filter(project_erasures::Column::ErasedAt.is_null()).all(db).await?)
}

/// Notes that the events of a project are to be erased.
pub(in crate::tenancy) async fn request(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    project: ProjectId,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = Row { project_id: project, organization_id: organization, requested_at: now, erased_at: None };
    project_erasures::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(db).await?;
    Ok(())
}

/// Notes that nothing of a project can be left.
pub(in crate::tenancy) async fn finish(
    db: &impl ConnectionTrait,
    project: ProjectId,
    now: DateTime<Utc>,
) -> Result<()> {
    let change =
        project_erasures::ActiveModel { project_id: Set(project), erased_at: Set(Some(now)), ..Default::default() };
    change.update(db).await?;
    Ok(())
}
