//! This feature's queries.

use chrono::{DateTime, Utc};
use metadata_store::{Result, contains, keepable};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::ExprTrait,
};
use uuid::Uuid;

use super::tables::{system_logs, system_settings};

pub(super) type SettingRow = system_settings::Model;
pub(super) type LogRow = system_logs::Model;

pub(super) async fn settings(db: &impl ConnectionTrait) -> Result<Vec<SettingRow>> {
    Ok(system_settings::Entity::find().all(db).await?)
}

pub(super) async fn find_setting(db: &impl ConnectionTrait, key: &str) -> Result<Option<SettingRow>> {
    Ok(system_settings::Entity::find().filter(system_settings::Column::SettingKey.eq(key)).one(db).await?)
}

pub(super) async fn insert_setting(db: &impl ConnectionTrait, row: SettingRow) -> Result<()> {
    row.into_active_model().reset_all().insert(db).await?;
    Ok(())
}

pub(super) async fn update_setting(db: &impl ConnectionTrait, row: SettingRow) -> Result<SettingRow> {
    Ok(row.into_active_model().reset_all().update(db).await?)
}

/// Which lines of the log are wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct LogFilter {
    pub(super) level: Option<String>,
    pub(super) component: Option<String>,
    pub(super) text: Option<String>,
    pub(super) from: Option<DateTime<Utc>>,
    pub(super) to: Option<DateTime<Utc>>,
}

/// Returns lines of the log, newest first, after the line `before` where one is given.
pub(super) async fn logs(
    db: &impl ConnectionTrait,
    filter: LogFilter,
    before: Option<(DateTime<Utc>, Uuid)>,
    limit: usize,
) -> Result<Vec<LogRow>> {
    use system_logs::Column;
    let mut query = system_logs::Entity::find();
    if let Some(level) = filter.level {
        query = query.filter(Column::Level.eq(level));
    }
    if let Some(component) = filter.component {
        query = query.filter(Column::Component.eq(component));
    }
    if let Some(text) = filter.text {
        query = query.filter(contains(Column::Message, &text));
    }
    if let Some(from) = filter.from {
        query = query.filter(Column::CreatedAt.gte(keepable(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(Column::CreatedAt.lt(keepable(to)));
    }
    if let Some((at, id)) = before {
        let at = keepable(at);
        let earlier = Column::CreatedAt.lt(at).or(Column::CreatedAt.eq(at).and(Column::Id.lt(id)));
        query = query.filter(earlier);
    }
    let query = query.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id);
    Ok(query.limit(limit as u64).all(db).await?)
}

/// Returns the parts of the program that have something in the log.
pub(super) async fn components(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let query = system_logs::Entity::find().select_only().column(system_logs::Column::Component).distinct();
    Ok(query.order_by_asc(system_logs::Column::Component).into_tuple().all(db).await?)
}

pub(super) async fn insert_logs(db: &impl ConnectionTrait, rows: Vec<LogRow>) -> Result<()> {
    let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    system_logs::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

pub(super) async fn delete_logs_before(db: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64> {
    let deleted = system_logs::Entity::delete_many().filter(system_logs::Column::CreatedAt.lt(before)).exec(db).await?;
    Ok(deleted.rows_affected)
}
