//! The table of contents of this feature, and people as everybody sees them.

use analytics_model::UserId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::{
    avatars, email_change, identity, preferences, profile, proof, registration, resets, second_factor, sessions,
    store::UserRow, users,
};
use crate::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(sessions::routes::routes())
        .merge(second_factor::routes())
        .merge(identity::routes())
        .merge(registration::routes())
        .merge(resets::routes())
        .merge(profile::routes())
        .merge(proof::routes())
        .merge(email_change::routes())
        .merge(avatars::routes())
        .merge(preferences::routes())
        .merge(users::routes())
}

/// A person with an account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their e-mail address, as they write it.
    pub email: String,
    /// To sign in with, beside the e-mail address.
    #[schema(required = true)]
    pub username: Option<String>,
    /// May be empty.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// Whether they look after the instance itself.
    pub is_admin: bool,
    /// Their picture: a path of this server.
    #[schema(required = true)]
    pub avatar_url: Option<String>,
    /// The IANA zone times are shown in; null for the project's.
    #[schema(required = true)]
    pub timezone: Option<String>,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id,
            email: row.email,
            username: row.username,
            first_name: row.first_name,
            last_name: row.last_name,
            is_admin: row.is_admin,
            avatar_url: row.avatar_url,
            timezone: row.timezone,
        }
    }
}
