//! This feature's queries.

use metadata_store::Result;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Set,
    sea_query::{Expr, ExprTrait},
};

use super::tables::{audit_heads, audit_logs};

pub(crate) type Row = audit_logs::Model;

const HEAD: i32 = 1;

/// Takes the next number, and with it the turn to write; returns it with the hash of the row before.
pub(super) async fn next_number(db: &impl ConnectionTrait) -> Result<(i64, String)> {
    audit_heads::Entity::update_many()
        .col_expr(audit_heads::Column::Number, Expr::col(audit_heads::Column::Number).add(1))
        .exec(db)
        .await?;
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

/// Returns all rows, oldest first.
#[cfg(test)]
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<Row>> {
    use sea_orm::QueryOrder;
    Ok(audit_logs::Entity::find().order_by_asc(audit_logs::Column::Number).all(db).await?)
}
