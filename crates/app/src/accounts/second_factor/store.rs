//! The queries of second factors.

use std::collections::HashSet;

use analytics_model::UserId;
use chrono::{DateTime, Utc};
use metadata_store::Result;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QuerySelect,
};

use super::tables::{recovery_codes, second_factors};

pub(super) type Factor = second_factors::Model;
pub(super) type RecoveryCode = recovery_codes::Model;

/// Returns somebody's second factor, confirmed or not.
pub(super) async fn find(db: &impl ConnectionTrait, user: UserId) -> Result<Option<Factor>> {
    Ok(second_factors::Entity::find_by_id(user).one(db).await?)
}

/// Returns whether a code is asked for when this person signs in.
pub(crate) async fn is_on(db: &impl ConnectionTrait, user: UserId) -> Result<bool> {
    Ok(find(db, user).await?.is_some_and(|factor| factor.confirmed_at.is_some()))
}

/// Returns who of some people is asked for a code.
pub(crate) async fn on_among(db: &impl ConnectionTrait, people: Vec<UserId>) -> Result<HashSet<UserId>> {
    let on = second_factors::Entity::find()
        .select_only()
        .column(second_factors::Column::UserId)
        .filter(second_factors::Column::UserId.is_in(people))
        .filter(second_factors::Column::ConfirmedAt.is_not_null());
    Ok(on.into_tuple::<UserId>().all(db).await?.into_iter().collect())
}

/// Stores a second factor that is yet to be confirmed, in place of another such one.
pub(super) async fn replace(db: &impl ConnectionTrait, factor: Factor) -> Result<()> {
    second_factors::Entity::delete_by_id(factor.user_id).exec(db).await?;
    factor.into_active_model().reset_all().insert(db).await?;
    Ok(())
}

/// Puts a second factor into force; false where another request has done so.
pub(super) async fn confirm(db: &impl ConnectionTrait, user: UserId, now: DateTime<Utc>) -> Result<bool> {
    let done = second_factors::Entity::update_many()
        .col_expr(second_factors::Column::ConfirmedAt, now.into())
        .filter(second_factors::Column::UserId.eq(user))
        .filter(second_factors::Column::ConfirmedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Marks a half minute and all before it as used; false where that was done already, so that of two requests with the
/// same code one is refused.
pub(super) async fn use_step(db: &impl ConnectionTrait, user: UserId, step: i64) -> Result<bool> {
    let done = second_factors::Entity::update_many()
        .col_expr(second_factors::Column::LastStep, step.into())
        .filter(second_factors::Column::UserId.eq(user))
        .filter(second_factors::Column::LastStep.lt(step))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Removes a second factor that no code has confirmed yet.
pub(super) async fn delete_unconfirmed(db: &impl ConnectionTrait, user: UserId) -> Result<()> {
    second_factors::Entity::delete_many()
        .filter(second_factors::Column::UserId.eq(user))
        .filter(second_factors::Column::ConfirmedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Removes somebody's second factor with all that belongs to it; false where there was none.
pub(super) async fn delete(db: &impl ConnectionTrait, user: UserId) -> Result<bool> {
    delete_codes(db, user).await?;
    Ok(second_factors::Entity::delete_by_id(user).exec(db).await?.rows_affected == 1)
}

pub(super) async fn insert_code(db: &impl ConnectionTrait, code: RecoveryCode) -> Result<()> {
    code.into_active_model().reset_all().insert(db).await?;
    Ok(())
}

pub(super) async fn delete_codes(db: &impl ConnectionTrait, user: UserId) -> Result<()> {
    recovery_codes::Entity::delete_many().filter(recovery_codes::Column::UserId.eq(user)).exec(db).await?;
    Ok(())
}

/// Takes a recovery code away; false where there is none such, or another request has taken it.
pub(super) async fn use_code(db: &impl ConnectionTrait, user: UserId, hash: &str) -> Result<bool> {
    let done = recovery_codes::Entity::delete_many()
        .filter(recovery_codes::Column::UserId.eq(user))
        .filter(recovery_codes::Column::CodeHash.eq(hash))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

pub(super) async fn count_codes(db: &impl ConnectionTrait, user: UserId) -> Result<u64> {
    Ok(recovery_codes::Entity::find().filter(recovery_codes::Column::UserId.eq(user)).count(db).await?)
}
