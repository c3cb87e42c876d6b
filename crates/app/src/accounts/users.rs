//! All accounts, for who looks after the instance.

use analytics_model::UserId;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use http_kit::{IfMatch, Json, Page, Paging, Path, Problems, Query, Result, Tagged, Version, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Administrator, Error, require_proof, rules, second_factor,
    service::{self, Invited, UserChange},
    store::UserRow,
};
use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update)).routes(routes!(end_sessions))
}

/// An account, as admins see it.
#[derive(Debug, Serialize, ToSchema)]
struct UserDetails {
    id: UserId,
    email: String,
    #[schema(required = true)]
    username: Option<String>,
    first_name: String,
    last_name: String,
    #[schema(required = true)]
    avatar_url: Option<String>,
    /// Whether they look after the instance itself.
    is_admin: bool,
    /// Whether they may sign in.
    is_active: bool,
    /// Whether they have shown that the address is theirs.
    email_verified: bool,
    /// Whether they have a password; who was invited chooses one first.
    has_password: bool,
    /// Whether a code is asked for beside their password.
    has_second_factor: bool,
    /// Where else they sign in.
    #[schema(required = true)]
    auth_provider: Option<String>,
    created_at: DateTime<Utc>,
    #[schema(required = true)]
    last_login_at: Option<DateTime<Utc>>,
    /// What to send as `If-Match` with a change that is for it as it is here.
    version: Version,
}

impl Versioned for UserDetails {
    fn version(&self) -> &Version {
        &self.version
    }
}

impl UserDetails {
    /// Adds to accounts what isn't in their rows.
    async fn of(app: &App, rows: Vec<UserRow>) -> std::result::Result<Vec<Self>, Error> {
        let with_factor = second_factor::on_among(app.db(), rows.iter().map(|row| row.id).collect()).await?;
        Ok(rows.into_iter().map(|row| Self::new(with_factor.contains(&row.id), row)).collect())
    }

    async fn one(app: &App, row: UserRow) -> std::result::Result<Self, Error> {
        Ok(Self::new(second_factor::is_on(app.db(), row.id).await?, row))
    }

    fn new(has_second_factor: bool, row: UserRow) -> Self {
        Self {
            version: service::version_of(&row),
            id: row.id,
            email: row.email,
            username: row.username,
            first_name: row.first_name,
            last_name: row.last_name,
            avatar_url: row.avatar_url,
            is_admin: row.is_admin,
            is_active: row.is_active,
            email_verified: row.email_verified,
            has_password: row.password_hash.is_some(),
            has_second_factor,
            auth_provider: row.auth_provider,
            created_at: row.created_at,
            last_login_at: row.last_login_at,
        }
    }
}

/// Which accounts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// Part of the e-mail address, username or name; letter case doesn't matter.
    search: Option<String>,
}

/// Lists accounts, by e-mail address. For admins of the instance.
#[utoipa::path(get, path = "/users", tag = "accounts", operation_id = "list_users", params(Search, Paging),
    responses((status = 200, body = Page<UserDetails>, description = "A page of accounts."), Problems))]
async fn list(
    Administrator(account): Administrator,
    Query(search): Query<Search>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<UserDetails>>> {
    let limit = paging.limit()?;
    let text = search.search.unwrap_or_default();
    let rows = service::search_users(account.app(), &text, paging.after()?, limit + 1).await?;
    let users = UserDetails::of(account.app(), rows).await?;
    Ok(Json(Page::of(users, limit, |user: &UserDetails| rules::key_of(&user.email))))
}

/// Somebody to be given an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAccount {
    /// The link to choose a password goes there.
    #[schema(example = "ada@example.com")]
    email: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
    #[serde(default)]
    is_admin: bool,
}

/// Gives somebody an account, whatever domain they have; a mail lets them choose a password. For admins. Making
/// another admin needs a proof given lately by `POST /me/proof`.
#[utoipa::path(post, path = "/users", tag = "accounts", operation_id = "create_user",
    responses((status = 201, body = UserDetails, description = "The account."), Problems))]
async fn create(
    Administrator(account): Administrator,
    Json(new): Json<NewAccount>,
) -> Result<(StatusCode, Json<UserDetails>)> {
    if new.is_admin {
        require_proof(account.app().db(), account.session, account.app().now()).await?;
    }
    let invited =
        Invited { email: new.email, first_name: new.first_name, last_name: new.last_name, is_admin: new.is_admin };
    let user = service::invite_user(account.app(), &account.actor, invited).await?;
    Ok((StatusCode::CREATED, Json(UserDetails::one(account.app(), user).await?)))
}

/// Which account.
#[derive(Debug, Deserialize)]
struct UserPath {
    user: UserId,
}

/// Returns an account. For admins of the instance.
#[utoipa::path(get, path = "/users/{user}", tag = "accounts", operation_id = "get_user",
    params(("user" = UserId, Path, description = "The account's id.")),
    responses((status = 200, body = UserDetails, description = "The account."), Problems))]
async fn get(
    Administrator(account): Administrator,
    Path(UserPath { user }): Path<UserPath>,
) -> Result<Tagged<UserDetails>> {
    let user = service::find_user(account.app(), user).await?.ok_or(Error::NotFound)?;
    Ok(Tagged(UserDetails::one(account.app(), user).await?))
}

/// What changes in an account; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountChange {
    /// Whether they may sign in; who may not is signed out everywhere.
    is_active: Option<bool>,
    /// Whether they look after the instance itself.
    is_admin: Option<bool>,
    /// At most 100 characters.
    first_name: Option<String>,
    /// At most 100 characters.
    last_name: Option<String>,
}

/// Lets somebody sign in or not, look after the instance or not; changes their names. For admins; the last one stays.
/// Making another admin needs a proof given lately by `POST /me/proof`.
#[utoipa::path(patch, path = "/users/{user}", tag = "accounts", operation_id = "update_user",
    params(("user" = UserId, Path, description = "The account's id."), IfMatch),
    responses((status = 200, body = UserDetails, description = "The account as it is now."), Problems))]
async fn update(
    Administrator(account): Administrator,
    Path(UserPath { user }): Path<UserPath>,
    if_match: IfMatch,
    Json(change): Json<AccountChange>,
) -> Result<Tagged<UserDetails>> {
    let AccountChange { is_active, is_admin, first_name, last_name } = change;
    if is_admin == Some(true) {
        require_proof(account.app().db(), account.session, account.app().now()).await?;
    }
    let change = UserChange { is_active, is_admin, first_name, last_name };
    let user = service::update_user(account.app(), &account.actor, user, (change, &if_match)).await?;
    Ok(Tagged(UserDetails::one(account.app(), user).await?))
}

/// Signs somebody out everywhere. For admins of the instance.
#[utoipa::path(delete, path = "/users/{user}/sessions", tag = "accounts", operation_id = "end_user_sessions",
    params(("user" = UserId, Path, description = "The account's id.")),
    responses((status = 204, description = "Signed out."), Problems))]
async fn end_sessions(
    Administrator(account): Administrator,
    Path(UserPath { user }): Path<UserPath>,
) -> Result<StatusCode> {
    let app = account.app();
    service::find_user(app, user).await?.ok_or(Error::NotFound)?;
    service::end_sessions_of(app, &account.actor, user).await?;
    Ok(StatusCode::NO_CONTENT)
}
