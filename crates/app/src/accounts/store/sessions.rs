//! Queries about sessions.

use analytics_model::{UserId, UserSessionId};
use chrono::{DateTime, Utc};
use metadata_store::Result;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::super::tables::{user_sessions, users};
use super::UserRow;

pub(in super::super) type SessionRow = user_sessions::Model;

type WithUser = Option<(SessionRow, Option<UserRow>)>;

/// Returns the session with this hashed token, and whose it is.
pub(in super::super) async fn find_by_token(db: &impl ConnectionTrait, token_hash: &str) -> Result<WithUser> {
    let query = user_sessions::Entity::find().filter(user_sessions::Column::Token.eq(token_hash));
    Ok(query.find_also_related(users::Entity).one(db).await?)
}

/// Returns a session, and whose it is.
pub(in super::super) async fn find(db: &impl ConnectionTrait, id: UserSessionId) -> Result<WithUser> {
    Ok(user_sessions::Entity::find_by_id(id).find_also_related(users::Entity).one(db).await?)
}

/// Returns somebody's sessions that have not ended, the newest first.
pub(in super::super) async fn of(
    db: &impl ConnectionTrait,
    user: UserId,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<SessionRow>> {
    let query = user_sessions::Entity::find()
        .filter(user_sessions::Column::UserId.eq(user))
        .filter(user_sessions::Column::ExpiresAt.gt(now));
    Ok(query.order_by_desc(user_sessions::Column::Id).limit(limit as u64).all(db).await?)
}

pub(in super::super) async fn insert(db: &impl ConnectionTrait, session: SessionRow) -> Result<()> {
    user_sessions::Entity::insert(session.into_active_model().reset_all()).exec_without_returning(db).await?;
    Ok(())
}

/// Notes that a session is used, and moves its end on. A session that was ended meanwhile stays ended.
pub(in super::super) async fn touch(
    db: &impl ConnectionTrait,
    id: UserSessionId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    user_sessions::Entity::update_many()
        .col_expr(user_sessions::Column::ExpiresAt, expires_at.into())
        .col_expr(user_sessions::Column::LastUsedAt, now.into())
        .filter(user_sessions::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Returns the addresses that somebody's sessions were begun from, as far as they have not ended.
pub(in super::super) async fn addresses_of(
    db: &impl ConnectionTrait,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<String>> {
    let query = user_sessions::Entity::find()
        .select_only()
        .column(user_sessions::Column::IpAddress)
        .distinct()
        .filter(user_sessions::Column::UserId.eq(user))
        .filter(user_sessions::Column::ExpiresAt.gt(now))
        .filter(user_sessions::Column::IpAddress.is_not_null());
    Ok(query.into_tuple().all(db).await?)
}

/// Returns when the owner of a session has last shown again who they are; none also where the session has ended.
pub(in super::super) async fn proved_at(db: &impl ConnectionTrait, id: UserSessionId) -> Result<Option<DateTime<Utc>>> {
    Ok(user_sessions::Entity::find_by_id(id).one(db).await?.and_then(|session| session.proved_at))
}

/// Notes that the owner of a session has shown again who they are, or that this counts no longer. Returns whether the
/// session is there.
pub(in super::super) async fn set_proved(
    db: &impl ConnectionTrait,
    id: UserSessionId,
    at: Option<DateTime<Utc>>,
) -> Result<bool> {
    let query = user_sessions::Entity::update_many()
        .col_expr(user_sessions::Column::ProvedAt, Expr::value(at))
        .filter(user_sessions::Column::Id.eq(id));
    Ok(query.exec(db).await?.rows_affected == 1)
}

/// Ends a session; its refresh tokens go with it. Returns whether it was there.
pub(in super::super) async fn delete(db: &impl ConnectionTrait, id: UserSessionId) -> Result<bool> {
    Ok(user_sessions::Entity::delete_by_id(id).exec(db).await?.rows_affected > 0)
}

/// Ends a session of somebody, which is nobody else's to end. Returns whether it was there.
pub(in super::super) async fn delete_own(db: &impl ConnectionTrait, user: UserId, id: UserSessionId) -> Result<bool> {
    let query = user_sessions::Entity::delete_many()
        .filter(user_sessions::Column::Id.eq(id))
        .filter(user_sessions::Column::UserId.eq(user));
    Ok(query.exec(db).await?.rows_affected > 0)
}

/// Ends the session that a hashed token names, where it is this person's.
pub(in super::super) async fn delete_by_token(db: &impl ConnectionTrait, user: UserId, token_hash: &str) -> Result<()> {
    user_sessions::Entity::delete_many()
        .filter(user_sessions::Column::Token.eq(token_hash))
        .filter(user_sessions::Column::UserId.eq(user))
        .exec(db)
        .await?;
    Ok(())
}

/// Ends somebody's sessions, but one. Returns how many there were.
pub(in super::super) async fn delete_all_of(
    db: &impl ConnectionTrait,
    user: UserId,
    but: Option<UserSessionId>,
) -> Result<u64> {
    let mut query = user_sessions::Entity::delete_many().filter(user_sessions::Column::UserId.eq(user));
    if let Some(kept) = but {
        query = query.filter(user_sessions::Column::Id.ne(kept));
    }
    Ok(query.exec(db).await?.rows_affected)
}

pub(in super::super) async fn delete_expired(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<()> {
    user_sessions::Entity::delete_many().filter(user_sessions::Column::ExpiresAt.lte(now)).exec(db).await?;
    Ok(())
}
