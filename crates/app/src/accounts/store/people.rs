//! Finding people for the features below: by id, by address, and among some.

use analytics_model::UserId;
use metadata_store::{Result, contains};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::SelectStatement,
};

use super::UserRow;
use crate::accounts::tables::users;

/// Returns people by their ids, in no order.
pub(crate) async fn people_of(db: &impl ConnectionTrait, ids: Vec<UserId>) -> Result<Vec<UserRow>> {
    Ok(users::Entity::find().filter(users::Column::Id.is_in(ids)).all(db).await?)
}

/// Returns people among those whose ids `among` selects, by e-mail address, from after `after` on.
pub(crate) async fn search_people(
    db: &impl ConnectionTrait,
    among: SelectStatement,
    search: Option<&str>,
    after: Option<String>,
    limit: usize,
) -> Result<Vec<UserRow>> {
    let mut query = users::Entity::find().filter(users::Column::Id.in_subquery(among));
    if let Some(search) = search {
        query = query.filter(
            Condition::any().add(contains(users::Column::EmailKey, search)).add(contains(users::Column::Name, search)),
        );
    }
    if let Some(after) = after {
        query = query.filter(users::Column::EmailKey.gt(after));
    }
    Ok(query.order_by_asc(users::Column::EmailKey).limit(limit as u64).all(db).await?)
}
