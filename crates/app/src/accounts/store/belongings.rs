//! Queries about what people keep here: preferences and a picture.

use analytics_model::UserId;
use metadata_store::Result;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder,
};
use uuid::Uuid;

use super::super::tables::{user_avatars, user_preferences};

pub(in super::super) type PreferenceRow = user_preferences::Model;
pub(in super::super) type AvatarRow = user_avatars::Model;

pub(in super::super) async fn preferences_of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<PreferenceRow>> {
    let query = user_preferences::Entity::find().filter(user_preferences::Column::UserId.eq(user));
    Ok(query.order_by_asc(user_preferences::Column::PreferenceKey).all(db).await?)
}

pub(in super::super) async fn count_preferences(db: &impl ConnectionTrait, user: UserId) -> Result<u64> {
    Ok(user_preferences::Entity::find().filter(user_preferences::Column::UserId.eq(user)).count(db).await?)
}

pub(in super::super) async fn find_preference(
    db: &impl ConnectionTrait,
    user: UserId,
    key: &str,
) -> Result<Option<PreferenceRow>> {
    let query = user_preferences::Entity::find()
        .filter(user_preferences::Column::UserId.eq(user))
        .filter(user_preferences::Column::PreferenceKey.eq(key));
    Ok(query.one(db).await?)
}

pub(in super::super) async fn insert_preference(db: &impl ConnectionTrait, row: PreferenceRow) -> Result<()> {
    user_preferences::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(db).await?;
    Ok(())
}

pub(in super::super) async fn update_preference(db: &impl ConnectionTrait, row: PreferenceRow) -> Result<()> {
    user_preferences::Entity::update(row.into_active_model().reset_all()).exec(db).await?;
    Ok(())
}

pub(in super::super) async fn delete_preference(db: &impl ConnectionTrait, id: Uuid) -> Result<()> {
    user_preferences::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

pub(in super::super) async fn find_avatar(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<AvatarRow>> {
    Ok(user_avatars::Entity::find_by_id(id).one(db).await?)
}

/// Replaces somebody's picture.
pub(in super::super) async fn put_avatar(db: &impl ConnectionTrait, row: AvatarRow) -> Result<()> {
    delete_avatar(db, row.user_id).await?;
    user_avatars::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(db).await?;
    Ok(())
}

pub(in super::super) async fn delete_avatar(db: &impl ConnectionTrait, user: UserId) -> Result<()> {
    user_avatars::Entity::delete_many().filter(user_avatars::Column::UserId.eq(user)).exec(db).await?;
    Ok(())
}
