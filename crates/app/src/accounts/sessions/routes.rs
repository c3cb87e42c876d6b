//! Signing in and out, and what is signed in now.

use analytics_model::UserSessionId;
use axum::{
    extract::State,
    http::{StatusCode, header::HeaderName},
    response::{AppendHeaders, IntoResponse},
};
use chrono::{DateTime, Utc};
use http_kit::{Json, Page, Path, Problems, Query, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{SessionToken, device_names::device_name, refresh, service};
use crate::{
    App,
    accounts::{
        Account, Device, Error, User,
        store::{UserRow, sessions as store_sessions},
    },
};

/// More than anybody has devices.
const MOST_SESSIONS: usize = 500;

pub(in crate::accounts) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, sign_in, end_all))
        .routes(routes!(renew))
        .routes(routes!(sign_out))
        .routes(routes!(end))
}

/// Proof of who one is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    /// The e-mail address, or the username.
    #[schema(example = "ada@example.com")]
    email: String,
    #[schema(format = Password)]
    password: String,
    /// What the second factor's app shows, or a recovery code; for accounts that have a second factor.
    #[schema(example = "123456")]
    code: Option<String>,
}

/// A new session. Programs get tokens in the answer; a page gets a cookie that no script can read, and no tokens.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignedIn {
    /// For programs: send it as `Authorization: Bearer …`. A JWT that works for 15 minutes, and no longer than the
    /// session.
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<String>,
    /// `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    /// For how many seconds the access token works.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<i64>,
    /// For the next access token, within 7 days unless the instance is set otherwise. It works once: the answer holds the next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// When the session ends unless it is used; each use moves it on.
    session_expires_at: DateTime<Utc>,
    /// Who has signed in.
    user: User,
}

impl SignedIn {
    fn new(session: SessionToken, user: UserRow) -> Self {
        let tokens = session.tokens;
        Self {
            token_type: tokens.as_ref().map(|_| "Bearer"),
            expires_in: tokens.as_ref().map(|tokens| tokens.expires_in),
            access_token: tokens.as_ref().map(|tokens| tokens.access.clone()),
            refresh_token: tokens.map(|tokens| tokens.refresh),
            session_expires_at: session.expires_at,
            user: user.into(),
        }
    }
}

/// Makes the answer to a sign-in: tokens for a program, a cookie for the page.
pub(crate) fn signed_in(device: &Device, session: SessionToken, user: UserRow) -> impl IntoResponse + use<> {
    let cookies: AppendHeaders<[(HeaderName, String); 2]> =
        AppendHeaders([device.cookie(&session.token), device.remember(user.id)]);
    (StatusCode::CREATED, cookies, Json(SignedIn::new(session, user)))
}

/// Signs in.
///
/// Who sends an `Origin` or `Sec-Fetch-Site` header is a page, and gets a cookie only; programs get tokens too.
#[utoipa::path(post, path = "/sessions", tag = "accounts", security(()), operation_id = "sign_in",
    responses((status = 201, body = SignedIn, description = "Signed in."), Problems))]
async fn sign_in(
    State(app): State<App>,
    device: Device,
    Json(credentials): Json<Credentials>,
) -> Result<impl IntoResponse> {
    let Credentials { email, password, code } = credentials;
    let (user, session) = service::sign_in(&app, &device, &email, &password, code.as_deref()).await?;
    Ok(signed_in(&device, session, user))
}

/// What a program got when it signed in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Renewal {
    #[schema(format = Password)]
    refresh_token: String,
}

/// Gets the next access token. A refresh token works once; used twice, it ends the session.
#[utoipa::path(post, path = "/sessions/refresh", tag = "accounts", security(()), operation_id = "refresh_session",
    responses((status = 200, body = SignedIn, description = "The next tokens."), Problems))]
async fn renew(State(app): State<App>, device: Device, Json(renewal): Json<Renewal>) -> Result<Json<SignedIn>> {
    let (user, session) = refresh::renew(&app, &device, &renewal.refresh_token).await?;
    Ok(Json(SignedIn::new(session, user)))
}

/// Signs out: ends the session that asks.
#[utoipa::path(delete, path = "/sessions/current", tag = "accounts", operation_id = "sign_out",
    responses((status = 204, description = "Signed out."), Problems))]
async fn sign_out(account: Account, device: Device) -> Result<impl IntoResponse> {
    match service::end(account.app(), &account.actor, account.user, account.session).await {
        // Somebody has ended it a moment ago.
        Ok(()) | Err(Error::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    Ok((StatusCode::NO_CONTENT, AppendHeaders([device.no_cookie()])))
}

/// A session of who asks.
#[derive(Debug, Serialize, ToSchema)]
struct Session {
    id: UserSessionId,
    /// The browser and system, or the program.
    #[schema(example = "Firefox on Linux")]
    device: String,
    /// The address it was signed in from.
    #[schema(required = true)]
    ip_address: Option<String>,
    created_at: DateTime<Utc>,
    /// Exact to a few minutes.
    last_used_at: DateTime<Utc>,
    /// When it ends unless it is used.
    expires_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    current: bool,
}

/// Lists the sessions of who asks, the newest first.
#[utoipa::path(get, path = "/sessions", tag = "accounts", operation_id = "list_sessions",
    responses((status = 200, body = Page<Session>, description = "The sessions."), Problems))]
async fn list(account: Account) -> Result<Json<Page<Session>>> {
    let app = account.app();
    let rows = store_sessions::of(app.db(), account.user, app.now(), MOST_SESSIONS).await.map_err(Error::from)?;
    let sessions = rows.into_iter().map(|row| Session {
        device: device_name(row.user_agent.as_deref()),
        current: row.id == account.session,
        id: row.id,
        ip_address: row.ip_address,
        created_at: row.created_at,
        last_used_at: row.last_used_at.unwrap_or(row.created_at),
        expires_at: row.expires_at,
    });
    Ok(Json(Page { items: sessions.collect(), next_cursor: None }))
}

/// Which session.
#[derive(Debug, Deserialize)]
struct SessionPath {
    session: UserSessionId,
}

/// Ends one session of who asks. Takes effect at once.
#[utoipa::path(delete, path = "/sessions/{session}", tag = "accounts", operation_id = "end_session",
    params(("session" = UserSessionId, Path, description = "The session's id.")),
    responses((status = 204, description = "Ended."), Problems))]
async fn end(account: Account, Path(SessionPath { session }): Path<SessionPath>) -> Result<StatusCode> {
    service::end(account.app(), &account.actor, account.user, session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which sessions go on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Kept {
    /// Whether the session that asks goes on; it ends too unless told.
    #[serde(default)]
    keep_current: bool,
}

/// Signs out everywhere: ends all sessions of who asks.
#[utoipa::path(delete, path = "/sessions", tag = "accounts", operation_id = "end_sessions", params(Kept),
    responses((status = 204, description = "Ended."), Problems))]
async fn end_all(account: Account, device: Device, Query(kept): Query<Kept>) -> Result<impl IntoResponse> {
    let but = kept.keep_current.then_some(account.session);
    service::end_all(account.app(), &account.actor, account.user, but).await?;
    let cookies: Vec<_> = (!kept.keep_current).then(|| device.no_cookie()).into_iter().collect();
    let mut headers = axum::http::HeaderMap::new();
    for (name, value) in cookies {
        headers.extend(value.parse().ok().map(|value| (name, value)));
    }
    Ok((StatusCode::NO_CONTENT, headers))
}
