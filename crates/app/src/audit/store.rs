//! This feature's queries.

use analytics_model::UserId;
use metadata_store::{Result, keepable};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Select, Set,
    sea_query::{Expr, ExprTrait},
};

use super::{
    Change,
    query::{AuditChoice, Whose},
    tables::{audit_heads, audit_logs, people},
};

pub(crate) type Row = audit_logs::Model;
pub(super) type Person = people::Model;

const HEAD: i32 = 1;

/// Takes the next number, and with it the turn to write; returns it with the hash of the row before.
pub(super) async fn next_number(db: &impl ConnectionTrait) -> Result<(i64, String)> {
    audit_heads::Entity::update_many()
        .col_expr(audit_heads::Column::Number, Expr::col(audit_heads::Column::Number).add(1))
        .exec(db)
        .await?;
    head(db).await
}

/// Returns the number and the hash of the last row.
pub(super) async fn head(db: &impl ConnectionTrait) -> Result<(i64, String)> {
    let head = audit_heads::Entity::find_by_id(HEAD).one(db).await?;
    let head = head.ok_or_else(|| sea_orm::DbErr::RecordNotFound("the head of the audit log".to_owned()))?;
    Ok((head.number, head.hash))
}

/// Writes a row and makes it the end of the chain.
pub(super) async fn append(db: &impl ConnectionTrait, row: Row) -> Result<()> {
    let head = audit_heads::ActiveModel { id: Set(HEAD), hash: Set(row.hash.clone()), ..Default::default() };
    row.into_active_model().reset_all().insert(db).await?;
    head.update(db).await?;
    Ok(())
}

/// Returns the rows after a number, oldest first.
pub(super) async fn after(db: &impl ConnectionTrait, number: i64, limit: usize) -> Result<Vec<Row>> {
    let query = audit_logs::Entity::find().filter(audit_logs::Column::Number.gt(number));
    Ok(query.order_by_asc(audit_logs::Column::Number).limit(limit as u64).all(db).await?)
}

/// Returns the highest number of all rows; 0 where there is none.
pub(super) async fn newest_number(db: &impl ConnectionTrait) -> Result<i64> {
    let row = audit_logs::Entity::find().order_by_desc(audit_logs::Column::Number).one(db).await?;
    Ok(row.map_or(0, |row| row.number))
}

/// Returns chosen rows, newest first, after the row `before` where one is given.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    whose: Whose,
    choice: &AuditChoice,
    before: Option<i64>,
    limit: usize,
) -> Result<Vec<Row>> {
    use audit_logs::Column;
    let mut query = of(whose);
    if let Some(user) = choice.user {
        query = query.filter(Column::UserId.eq(user));
    }
    if let Some(action) = &choice.action {
        // Names of actions are words and dots: a range of them needs no pattern, and uses an index where there is one.
        query = match action.strip_suffix('.') {
            Some(prefix) => query.filter(Column::Action.gte(action)).filter(Column::Action.lt(format!("{prefix}/"))),
            None => query.filter(Column::Action.eq(action)),
        };
    }
    if let Some(kind) = &choice.resource_type {
        query = query.filter(Column::ResourceType.eq(kind));
    }
    if let Some(id) = choice.resource_id {
        query = query.filter(Column::ResourceId.eq(id));
    }
    if let Some(project) = choice.project {
        query = query.filter(Column::ProjectId.eq(project));
    }
    if let Some(from) = choice.from {
        query = query.filter(Column::CreatedAt.gte(keepable(from)));
    }
    if let Some(to) = choice.to {
        query = query.filter(Column::CreatedAt.lt(keepable(to)));
    }
    if let Some(before) = before {
        query = query.filter(Column::Number.lt(before));
    }
    Ok(query.order_by_desc(Column::Number).limit(limit as u64).all(db).await?)
}

/// Returns the last rows about the thing that a change is about, the newest first.
pub(super) async fn about(db: &impl ConnectionTrait, change: &Change, limit: usize) -> Result<Vec<Row>> {
    use audit_logs::Column;
    // One and the same account, changed by its owner and by others.
    let account = ["profile", "avatar", "user"];
    let kinds = if account.contains(&change.resource_type) { &account[..] } else { &[change.resource_type] };
    let mut query = audit_logs::Entity::find()
        .filter(Column::ResourceType.is_in(kinds.iter().copied()))
        .filter(Column::ResourceId.eq(change.resource_id));
    if let Some(organization) = change.organization {
        query = query.filter(Column::OrganizationId.eq(organization));
    }
    if let Some(project) = change.project {
        query = query.filter(Column::ProjectId.eq(project));
    }
    Ok(query.order_by_desc(Column::Number).limit(limit as u64).all(db).await?)
}

/// Returns the names of actions that are in the trail.
pub(super) async fn actions(db: &impl ConnectionTrait, whose: Whose) -> Result<Vec<String>> {
    let query = of(whose).select_only().column(audit_logs::Column::Action).distinct();
    Ok(query.order_by_asc(audit_logs::Column::Action).into_tuple().all(db).await?)
}

/// Returns the names of people that still have an account.
pub(super) async fn people(db: &impl ConnectionTrait, ids: Vec<UserId>) -> Result<Vec<Person>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(people::Entity::find().filter(people::Column::Id.is_in(ids)).all(db).await?)
}

fn of(whose: Whose) -> Select<audit_logs::Entity> {
    let query = audit_logs::Entity::find();
    match whose {
        Whose::Instance => query,
        Whose::Organization(organization) => query.filter(audit_logs::Column::OrganizationId.eq(organization)),
    }
}

/// Returns all rows, oldest first.
#[cfg(test)]
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<Row>> {
    use sea_orm::QueryOrder;
    Ok(audit_logs::Entity::find().order_by_asc(audit_logs::Column::Number).all(db).await?)
}
