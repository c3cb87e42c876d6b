//! Queries about who has a place in a project.

use std::collections::HashMap;

use analytics_model::{ProjectId, UserId};
use chrono::{DateTime, Utc};
use metadata_store::Result;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, QueryTrait,
    Set,
};

use crate::{
    Role,
    accounts::{self, UserRow},
    tenancy::tables::project_members,
};

pub(in crate::tenancy) type Row = project_members::Model;

/// Returns the members of a project with their accounts, by e-mail address.
pub(in crate::tenancy) async fn list(
    db: &impl ConnectionTrait,
    project: ProjectId,
    after: Option<String>,
    limit: usize,
) -> Result<Vec<(Row, UserRow)>> {
    let of_project = || project_members::Entity::find().filter(project_members::Column::ProjectId.eq(project));
    let among = of_project().select_only().column(project_members::Column::UserId).into_query();
    let people = accounts::search_people(db, among, None, after, limit).await?;
    let ids = people.iter().map(|person| person.id);
    let rows = of_project().filter(project_members::Column::UserId.is_in(ids)).all(db).await?;
    let mut places: HashMap<UserId, Row> = rows.into_iter().map(|row| (row.user_id, row)).collect();
    Ok(people.into_iter().filter_map(|person| places.remove(&person.id).map(|row| (row, person))).collect())
}

pub(in crate::tenancy) async fn find(
    db: &impl ConnectionTrait,
    project: ProjectId,
    user: UserId,
) -> Result<Option<Row>> {
    Ok(project_members::Entity::find_by_id((project, user)).one(db).await?)
}

/// Gives somebody a place, or another role in the place they have.
pub(in crate::tenancy) async fn put(
    db: &impl ConnectionTrait,
    project: ProjectId,
    user: UserId,
    role: Role,
    now: DateTime<Utc>,
) -> Result<Row> {
    if find(db, project, user).await?.is_some() {
        let change = project_members::ActiveModel {
            project_id: Set(project),
            user_id: Set(user),
            role: Set(role),
            ..Default::default()
        };
        return Ok(change.update(db).await?);
    }
    let row = project_members::Model { project_id: project, user_id: user, role, created_at: now };
    Ok(row.into_active_model().reset_all().insert(db).await?)
}

pub(in crate::tenancy) async fn delete(db: &impl ConnectionTrait, project: ProjectId, user: UserId) -> Result<()> {
    project_members::Entity::delete_by_id((project, user)).exec(db).await?;
    Ok(())
}
