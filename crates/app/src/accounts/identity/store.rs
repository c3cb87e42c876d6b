//! The queries of outside identities.

use analytics_model::UserId;
use chrono::{DateTime, Utc};
use metadata_store::Result;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};

use crate::accounts::{UserRow, tables::users};

/// Returns whose identity it is.
pub(super) async fn find(db: &impl ConnectionTrait, provider: &str, id: &str) -> Result<Option<UserRow>> {
    let query = users::Entity::find().filter(users::Column::AuthProvider.eq(provider));
    Ok(query.filter(users::Column::AuthProviderId.eq(id)).one(db).await?)
}

/// Gives an account an identity, or takes it away.
pub(super) async fn set(
    db: &impl ConnectionTrait,
    user: UserId,
    identity: Option<(&str, &str)>,
    now: DateTime<Utc>,
) -> Result<()> {
    let (provider, id) = identity.unzip();
    let change = users::ActiveModel {
        id: Set(user),
        auth_provider: Set(provider.map(str::to_owned)),
        auth_provider_id: Set(id.map(str::to_owned)),
        updated_at: Set(now),
        ..Default::default()
    };
    change.update(db).await?;
    Ok(())
}
