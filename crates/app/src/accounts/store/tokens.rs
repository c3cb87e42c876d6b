//! Queries about tokens that were given out: to programs, and by mail.

use analytics_model::UserId;
use chrono::{DateTime, Utc};
use metadata_store::Result;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use super::super::tables::{email_changes, password_reset_tokens, refresh_tokens};

/// What queries run on: the pool for reading, or a transaction.
pub(in super::super) use sea_orm::ConnectionTrait as Db;

pub(in super::super) type RefreshRow = refresh_tokens::Model;
pub(in super::super) type ResetRow = password_reset_tokens::Model;
pub(in super::super) type EmailChangeRow = email_changes::Model;

pub(in super::super) async fn find_refresh(db: &impl ConnectionTrait, hash: &str) -> Result<Option<RefreshRow>> {
    Ok(refresh_tokens::Entity::find().filter(refresh_tokens::Column::Token.eq(hash)).one(db).await?)
}

pub(in super::super) async fn insert_refresh(db: &impl ConnectionTrait, token: RefreshRow) -> Result<()> {
    refresh_tokens::Entity::insert(token.into_active_model().reset_all()).exec_without_returning(db).await?;
    Ok(())
}

/// Marks a refresh token as exchanged; returns whether this was the first time.
pub(in super::super) async fn use_refresh(db: &impl ConnectionTrait, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let query = refresh_tokens::Entity::update_many()
        .col_expr(refresh_tokens::Column::UsedAt, now.into())
        .filter(refresh_tokens::Column::Id.eq(id))
        .filter(refresh_tokens::Column::UsedAt.is_null());
    Ok(query.exec(db).await?.rows_affected == 1)
}

pub(in super::super) async fn find_reset(db: &impl ConnectionTrait, hash: &str) -> Result<Option<ResetRow>> {
    Ok(password_reset_tokens::Entity::find().filter(password_reset_tokens::Column::Token.eq(hash)).one(db).await?)
}

pub(in super::super) async fn insert_reset(db: &impl ConnectionTrait, token: ResetRow) -> Result<()> {
    password_reset_tokens::Entity::insert(token.into_active_model().reset_all()).exec_without_returning(db).await?;
    Ok(())
}

/// Makes all reset links of somebody void: they were used, or have been overtaken.
pub(in super::super) async fn void_resets(db: &impl ConnectionTrait, user: UserId) -> Result<()> {
    password_reset_tokens::Entity::update_many()
        .col_expr(password_reset_tokens::Column::IsUsed, true.into())
        .filter(password_reset_tokens::Column::UserId.eq(user))
        .filter(password_reset_tokens::Column::IsUsed.eq(false))
        .exec(db)
        .await?;
    Ok(())
}

pub(in super::super) async fn find_email_change(
    db: &impl ConnectionTrait,
    hash: &str,
) -> Result<Option<EmailChangeRow>> {
    Ok(email_changes::Entity::find().filter(email_changes::Column::Token.eq(hash)).one(db).await?)
}

pub(in super::super) async fn email_change_of(
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Option<EmailChangeRow>> {
    Ok(email_changes::Entity::find().filter(email_changes::Column::UserId.eq(user)).one(db).await?)
}

pub(in super::super) async fn insert_email_change(db: &impl ConnectionTrait, change: EmailChangeRow) -> Result<()> {
    email_changes::Entity::insert(change.into_active_model().reset_all()).exec_without_returning(db).await?;
    Ok(())
}

pub(in super::super) async fn delete_email_change(db: &impl ConnectionTrait, user: UserId) -> Result<()> {
    email_changes::Entity::delete_many().filter(email_changes::Column::UserId.eq(user)).exec(db).await?;
    Ok(())
}

/// Deletes all tokens whose time is over.
pub(in super::super) async fn delete_expired(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<()> {
    refresh_tokens::Entity::delete_many().filter(refresh_tokens::Column::ExpiresAt.lte(now)).exec(db).await?;
    password_reset_tokens::Entity::delete_many()
        .filter(password_reset_tokens::Column::ExpiresAt.lte(now))
        .exec(db)
        .await?;
    email_changes::Entity::delete_many().filter(email_changes::Column::ExpiresAt.lte(now)).exec(db).await?;
    Ok(())
}
