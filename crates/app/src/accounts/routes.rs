//! Signing in and out.

use analytics_model::UserId;
use axum::{
    http::{StatusCode, header::HeaderName},
    response::{AppendHeaders, IntoResponse},
};
use chrono::{DateTime, Utc};
use http_kit::{Json, Problems, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Account, Device, SessionToken, identity, second_factor, service, store::UserRow};
use crate::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in))
        .routes(routes!(sign_out))
        .merge(second_factor::routes())
        .merge(identity::routes())
}

/// A person with an account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their e-mail address, as they write it.
    pub email: String,
    /// May be empty.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// Whether they look after the instance itself.
    pub is_admin: bool,
    /// The IANA zone times are shown in; null for the project's.
    #[schema(required = true)]
    pub timezone: Option<String>,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id,
            email: row.email,
            first_name: row.first_name,
            last_name: row.last_name,
            is_admin: row.is_admin,
            timezone: row.timezone,
        }
    }
}

/// Proof of who one is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    #[schema(example = "ada@example.com")]
    email: String,
    #[schema(format = Password)]
    password: String,
    /// What the second factor's app shows, or a recovery code; for accounts that have a second factor.
    #[schema(example = "123456")]
    code: Option<String>,
}

/// A new session.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignedIn {
    /// For programs: send it as `Authorization: Bearer …`. Shown once.
    token: String,
    /// When the session ends unless it is used; each use moves it on.
    expires_at: DateTime<Utc>,
    /// Who has signed in.
    user: User,
}

/// Makes the answer to a sign-in: the session's token, and a cookie for the page.
pub(crate) fn signed_in(device: &Device, session: SessionToken, user: UserRow) -> impl IntoResponse + use<> {
    let cookie: AppendHeaders<[(HeaderName, String); 1]> = AppendHeaders([device.cookie(&session.token)]);
    let body = SignedIn { token: session.token, expires_at: session.expires_at, user: user.into() };
    (StatusCode::CREATED, cookie, Json(body))
}

/// Signs in.
///
/// The answer sets a cookie for the page; programs use the token.
#[utoipa::path(post, path = "/sessions", tag = "accounts", security(()),
    responses((status = 201, body = SignedIn, description = "Signed in."), Problems))]
async fn sign_in(
    axum::extract::State(app): axum::extract::State<App>,
    device: Device,
    Json(credentials): Json<Credentials>,
) -> Result<impl IntoResponse> {
    let Credentials { email, password, code } = credentials;
    let (user, session) = service::sign_in(&app, &device, &email, &password, code.as_deref()).await?;
    Ok(signed_in(&device, session, user))
}

/// Signs out: ends the session that asks.
#[utoipa::path(delete, path = "/sessions/current", tag = "accounts",
    responses((status = 204, description = "Signed out."), Problems))]
async fn sign_out(account: Account, device: Device) -> Result<impl IntoResponse> {
    service::sign_out(account.app(), account.session).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([device.no_cookie()])))
}
