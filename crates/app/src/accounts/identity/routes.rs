//! The way to a provider and back, and one's own connection to one.

use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse, Response},
};
use http_kit::{Json, Path, Problem, Problems, Query, Result};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Error, SignInProvider,
    flow::{self, Begun},
    next::safe_next,
    provider::Provider,
    service::{self, Answer, Failure},
};
use crate::{
    Account, App,
    accounts::{Device, SessionToken, get_user},
    problems,
};

/// Where the cookie is sent: to the way back, and nowhere else.
const COOKIE_PATH: &str = "/api/v1/sign_in";
const SIGN_IN_PAGE: &str = "/sign-in";

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(begin_sign_in))
        .routes(routes!(finish_sign_in))
        .routes(routes!(get_identity, unlink_identity))
        .routes(routes!(link_identity))
}

#[derive(Deserialize, IntoParams)]
struct Next {
    /// The path of this page to go on to; `/` if it isn't one.
    next: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LinkFrom {
    /// The path of this page to come back to.
    #[schema(example = "/settings/security")]
    next: String,
}

/// What a provider sends back with the browser. It may send more.
#[derive(Deserialize, IntoParams)]
struct FromProvider {
    /// To ask the provider with.
    code: Option<String>,
    /// What the sign-in was begun with.
    state: Option<String>,
}

/// One's own account at a provider.
#[derive(Serialize, ToSchema)]
struct OwnIdentity {
    /// With whom one's account is connected; null with nobody.
    #[schema(required = true)]
    provider: Option<SignInProvider>,
    /// Whether one could sign in without it.
    has_password: bool,
    /// With whom it could be.
    available: Vec<SignInProvider>,
}

/// Where to send the browser.
#[derive(Serialize, ToSchema)]
pub(in crate::accounts) struct WayToProvider {
    url: String,
}

/// Sends the browser to a provider, to sign in there.
///
/// The providers of this instance are in `GET /instance`. Where one can't be reached, the browser is sent to the
/// sign-in page, which says why.
#[utoipa::path(get, path = "/sign_in/{provider}", tag = "accounts", security(()),
    params(("provider" = String, Path, description = "`google`, `github` or `oidc`."), Next),
    responses((status = 303, description = "To the provider."), Problems))]
async fn begin_sign_in(
    State(app): State<App>,
    device: Device,
    Path(provider): Path<String>,
    Query(query): Query<Next>,
) -> Result<Response> {
    let provider = Provider::find(&app, &provider).ok_or(Error::NoSuchProvider)?;
    let next = query.next.as_deref().and_then(safe_next).unwrap_or_else(|| "/".to_owned());
    Ok(match service::begin(&app, &device, &provider, &next).await {
        Ok(begun) => (StatusCode::SEE_OTHER, location(&begun.url)?, waiting(&device, &begun)).into_response(),
        Err(error) => (StatusCode::SEE_OTHER, location(&with_problem(SIGN_IN_PAGE, &error))?).into_response(),
    })
}

/// Takes the browser back from a provider: signs in, or connects the account of who is signed in.
///
/// The browser is sent on to where it was going; where nobody could be signed in, to the sign-in page with the
/// reason as `problem`.
#[utoipa::path(get, path = "/sign_in/{provider}/callback", tag = "accounts", security(()),
    params(("provider" = String, Path, description = "`google`, `github` or `oidc`."), FromProvider),
    responses((status = 303, description = "On into the page."), Problems))]
async fn finish_sign_in(
    State(app): State<App>,
    Arrival { device, account, sealed }: Arrival,
    Path(provider): Path<String>,
    Query(answer): Query<FromProvider>,
) -> Result<Response> {
    let provider = Provider::find(&app, &provider).ok_or(Error::NoSuchProvider)?;
    let answer = Answer { code: answer.code, state: answer.state.unwrap_or_default(), sealed };
    let landed = service::finish(&app, &device, &provider, account.as_ref(), answer).await;
    let done = AppendHeaders([cookie(&device, "", 0)]);
    Ok(match landed {
        Ok(landing) => {
            let cookies = |(user, session): &(_, SessionToken)| [device.cookie(&session.token), device.remember(*user)];
            let session: AppendHeaders<Vec<_>> = AppendHeaders(landing.session.iter().flat_map(cookies).collect());
            (StatusCode::SEE_OTHER, location(&landing.next)?, done, session).into_response()
        }
        Err(Failure { error, next }) => {
            let page = with_problem(next.as_deref().unwrap_or(SIGN_IN_PAGE), &error);
            (StatusCode::SEE_OTHER, location(&page)?, done).into_response()
        }
    })
}

/// Tells with which provider one's account is connected.
#[utoipa::path(get, path = "/me/identity", tag = "accounts",
    responses((status = 200, body = OwnIdentity, description = "How one may sign in."), Problems))]
async fn get_identity(account: Account) -> Result<Json<OwnIdentity>> {
    let app = account.app();
    let user = get_user(app.db(), account.user).await.map_err(problems::from_metadata)?;
    let provider = user.auth_provider.as_deref().filter(|_| service::linked(&user));
    Ok(Json(OwnIdentity {
        provider: provider.map(|id| SignInProvider::called(app, id)),
        has_password: user.password_hash.is_some(),
        available: SignInProvider::all(app),
    }))
}

/// Begins to connect one's account with a provider: send the browser to the address in the answer.
///
/// Needs a proof given lately by `POST /me/proof`.
#[utoipa::path(post, path = "/me/identity/{provider}", tag = "accounts",
    params(("provider" = String, Path, description = "`google`, `github` or `oidc`.")),
    responses((status = 200, body = WayToProvider, description = "Where to go."), Problems))]
async fn link_identity(
    account: Account,
    device: Device,
    Path(provider): Path<String>,
    Json(from): Json<LinkFrom>,
) -> Result<impl IntoResponse> {
    let provider = Provider::find(account.app(), &provider).ok_or(Error::NoSuchProvider)?;
    let next = safe_next(&from.next).unwrap_or_else(|| "/".to_owned());
    let begun = service::begin_link(&account, &provider, &next).await?;
    Ok((waiting(&device, &begun), Json(WayToProvider { url: begun.url })))
}

/// Begins to prove by a provider who one is.
pub(in crate::accounts) async fn begin_proof(
    account: &Account,
    device: &Device,
    next: &str,
) -> Result<impl IntoResponse + use<>> {
    let next = safe_next(next).unwrap_or_else(|| "/".to_owned());
    let begun = service::begin_proof(account, &next).await?;
    Ok((waiting(device, &begun), Json(WayToProvider { url: begun.url })))
}

/// Disconnects one's account from its provider; other sessions end. Needs a password to sign in with afterwards, and a
/// proof given lately by `POST /me/proof`.
#[utoipa::path(delete, path = "/me/identity", tag = "accounts",
    responses((status = 204, description = "Disconnected."), Problems))]
async fn unlink_identity(account: Account) -> Result<StatusCode> {
    service::unlink(&account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A browser that comes back from a provider: another site has sent it, and that is as it should be. What shows that
/// it was begun here is the sealed cookie.
struct Arrival {
    device: Device,
    /// Who is signed in there, if anybody.
    account: Option<Account>,
    sealed: Option<String>,
}

impl FromRequestParts<App> for Arrival {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let account = Account::from_request_parts(parts, app).await.ok();
        let cookies = parts.headers.get_all(header::COOKIE).iter().filter_map(|header| header.to_str().ok());
        let mut pairs = cookies.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let sealed = pairs.find(|(name, _)| *name == flow::COOKIE).map(|(_, value)| value.to_owned());
        Ok(Self { device: Device::arriving(parts, app), account, sealed })
    }
}

/// Lax, because the provider sends the browser back: a stricter cookie would not come along.
fn cookie(device: &Device, value: &str, seconds: i64) -> (HeaderName, String) {
    let secure = if device.secure { "; Secure" } else { "" };
    let name = flow::COOKIE;
    let cookie = format!("{name}={value}; Path={COOKIE_PATH}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    (header::SET_COOKIE, cookie)
}

fn waiting(device: &Device, begun: &Begun) -> AppendHeaders<[(HeaderName, String); 1]> {
    AppendHeaders([cookie(device, &begun.sealed, flow::MINUTES * 60)])
}

fn location(url: &str) -> Result<[(HeaderName, HeaderValue); 1]> {
    Ok([(header::LOCATION, HeaderValue::from_str(url).map_err(Problem::internal)?)])
}

/// Adds the reason to a path of the page.
fn with_problem(path: &str, error: &Error) -> String {
    let (path, fragment) = path.split_once('#').map_or((path, None), |(path, rest)| (path, Some(rest)));
    let mark = if path.contains('?') { '&' } else { '?' };
    let problem: String = form_urlencoded::byte_serialize(error.code().as_bytes()).collect();
    let fragment = fragment.map(|rest| format!("#{rest}")).unwrap_or_default();
    format!("{path}{mark}problem={problem}{fragment}")
}
