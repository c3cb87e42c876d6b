//! This feature's queries: about people here, about what they have in the modules below.

pub(super) mod belongings;
pub(super) mod people;
pub(super) mod sessions;
pub(super) mod tokens;

use analytics_model::UserId;
use chrono::{DateTime, Utc};
use metadata_store::{Result, contains};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, Func},
};

use super::tables::users;

pub(crate) type UserRow = users::Model;

/// Returns whether anybody has an account.
pub(crate) async fn any(db: &impl ConnectionTrait) -> Result<bool> {
    let first: Option<UserId> =
        users::Entity::find().select_only().column(users::Column::Id).limit(1).into_tuple().one(db).await?;
    Ok(first.is_some())
}

/// Returns an account that must exist.
pub(crate) async fn get(db: &impl ConnectionTrait, id: UserId) -> Result<UserRow> {
    let user = find(db, id).await?;
    Ok(user.ok_or_else(|| sea_orm::DbErr::RecordNotFound(format!("user {id}")))?)
}

pub(crate) async fn find(db: &impl ConnectionTrait, id: UserId) -> Result<Option<UserRow>> {
    Ok(users::Entity::find_by_id(id).one(db).await?)
}

pub(crate) async fn find_by_email(db: &impl ConnectionTrait, email_key: &str) -> Result<Option<UserRow>> {
    Ok(users::Entity::find().filter(users::Column::EmailKey.eq(email_key)).one(db).await?)
}

/// Finds who signs in by a name: an e-mail address has an `@`, a username never has.
pub(super) async fn find_by_login(db: &impl ConnectionTrait, key: &str) -> Result<Option<UserRow>> {
    let column = if key.contains('@') { users::Column::EmailKey } else { users::Column::UsernameKey };
    Ok(users::Entity::find().filter(column.eq(key)).one(db).await?)
}

pub(super) async fn find_by_verification(db: &impl ConnectionTrait, token_hash: &str) -> Result<Option<UserRow>> {
    Ok(users::Entity::find().filter(users::Column::VerificationToken.eq(token_hash)).one(db).await?)
}

/// Returns all accounts, by e-mail address.
pub(super) async fn list(db: &impl ConnectionTrait) -> Result<Vec<UserRow>> {
    Ok(users::Entity::find().order_by_asc(users::Column::EmailKey).all(db).await?)
}

/// Returns accounts after one, by e-mail address, whose address or name holds `text`.
pub(super) async fn search(
    db: &impl ConnectionTrait,
    text: &str,
    after: Option<String>,
    limit: usize,
) -> Result<Vec<UserRow>> {
    let mut query = users::Entity::find().order_by_asc(users::Column::EmailKey).limit(limit as u64);
    if let Some(after) = after {
        query = query.filter(users::Column::EmailKey.gt(after));
    }
    let text = text.trim();
    if !text.is_empty() {
        let columns = [users::Column::EmailKey, users::Column::UsernameKey, users::Column::Name];
        let holds = |any: Condition, column| any.add(contains(column, text));
        query = query.filter(columns.into_iter().fold(Condition::any(), holds));
    }
    Ok(query.all(db).await?)
}

pub(super) async fn insert(db: &impl ConnectionTrait, user: UserRow) -> Result<UserRow> {
    Ok(user.into_active_model().reset_all().insert(db).await?)
}

/// Writes all columns of an account.
pub(super) async fn update(db: &impl ConnectionTrait, user: UserRow) -> Result<UserRow> {
    Ok(user.into_active_model().reset_all().update(db).await?)
}

/// Returns the cost of the dearest hash of a password: two digits behind the third `$`.
pub(super) async fn dearest_hash(db: &impl ConnectionTrait) -> Result<Option<u32>> {
    let cost = Func::cust("substr").arg(Expr::col(users::Column::PasswordHash)).arg(5).arg(2);
    let query = users::Entity::find()
        .select_only()
        .column_as(Expr::expr(Func::max(Expr::expr(cost))), "cost")
        .filter(users::Column::PasswordHash.is_not_null());
    let found: Option<Option<String>> = query.into_tuple().one(db).await?;
    Ok(found.flatten().and_then(|cost| cost.parse().ok()))
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

/// Returns how many other people look after the instance and can sign in.
pub(super) async fn other_admins(db: &impl ConnectionTrait, but: UserId) -> Result<u64> {
    let query = users::Entity::find()
        .filter(users::Column::IsAdmin.eq(true))
        .filter(users::Column::IsActive.eq(true))
        .filter(users::Column::Id.ne(but));
    Ok(query.count(db).await?)
}
