//! This feature's queries.

use analytics_model::{UserId, UserSessionId};
use chrono::{DateTime, Utc};
use metadata_store::Result;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Set,
};

use super::tables::{user_sessions, users};

pub(crate) type UserRow = users::Model;
pub(super) type SessionRow = user_sessions::Model;

/// Returns whether anybody has an account.
pub(crate) async fn any(db: &impl ConnectionTrait) -> Result<bool> {
    let first: Option<UserId> =
        users::Entity::find().select_only().column(users::Column::Id).limit(1).into_tuple().one(db).await?;
    Ok(first.is_some())
}

/// Returns an account.
pub(crate) async fn find(db: &impl ConnectionTrait, id: UserId) -> Result<Option<UserRow>> {
    Ok(users::Entity::find_by_id(id).one(db).await?)
}

/// Returns an account that must exist.
pub(crate) async fn get(db: &impl ConnectionTrait, id: UserId) -> Result<UserRow> {
    Ok(find(db, id).await?.ok_or_else(|| sea_orm::DbErr::RecordNotFound(format!("user {id}")))?)
}

pub(super) async fn find_by_email(db: &impl ConnectionTrait, email_key: &str) -> Result<Option<UserRow>> {
    Ok(users::Entity::find().filter(users::Column::EmailKey.eq(email_key)).one(db).await?)
}

pub(super) async fn list(db: &impl ConnectionTrait) -> Result<Vec<UserRow>> {
    Ok(users::Entity::find().order_by_asc(users::Column::EmailKey).all(db).await?)
}

pub(super) async fn insert(db: &impl ConnectionTrait, user: UserRow) -> Result<UserRow> {
    Ok(user.into_active_model().reset_all().insert(db).await?)
}

pub(super) async fn set_password(db: &impl ConnectionTrait, id: UserId, hash: &str, now: DateTime<Utc>) -> Result<()> {
    let change = users::ActiveModel {
        id: Set(id),
        password_hash: Set(Some(hash.to_owned())),
        updated_at: Set(now),
        ..Default::default()
    };
    change.update(db).await?;
    Ok(())
}

pub(super) async fn set_last_login(db: &impl ConnectionTrait, id: UserId, now: DateTime<Utc>) -> Result<()> {
    let change = users::ActiveModel { id: Set(id), last_login_at: Set(Some(now)), ..Default::default() };
    change.update(db).await?;
    Ok(())
}

/// Returns the session with this hashed token, and whose it is.
pub(super) async fn find_session(
    db: &impl ConnectionTrait,
    token_hash: &str,
) -> Result<Option<(SessionRow, Option<UserRow>)>> {
    let query = user_sessions::Entity::find().filter(user_sessions::Column::Token.eq(token_hash));
    Ok(query.find_also_related(users::Entity).one(db).await?)
}

pub(super) async fn insert_session(db: &impl ConnectionTrait, session: SessionRow) -> Result<()> {
    session.into_active_model().reset_all().insert(db).await?;
    Ok(())
}

pub(super) async fn extend_session(
    db: &impl ConnectionTrait,
    id: UserSessionId,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    // A session that was ended meanwhile stays ended.
    user_sessions::Entity::update_many()
        .col_expr(user_sessions::Column::ExpiresAt, expires_at.into())
        .filter(user_sessions::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

pub(super) async fn delete_session(db: &impl ConnectionTrait, id: UserSessionId) -> Result<()> {
    user_sessions::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

pub(super) async fn delete_sessions_of(db: &impl ConnectionTrait, user: UserId) -> Result<()> {
    user_sessions::Entity::delete_many().filter(user_sessions::Column::UserId.eq(user)).exec(db).await?;
    Ok(())
}

pub(super) async fn delete_expired_sessions(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<()> {
    user_sessions::Entity::delete_many().filter(user_sessions::Column::ExpiresAt.lte(now)).exec(db).await?;
    Ok(())
}
