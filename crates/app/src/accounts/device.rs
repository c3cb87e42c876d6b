//! The other end of a sign-in: its address, its name, and the cookie it gets.

use analytics_model::UserId;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use http_kit::{Client, Origin, Problem};

use super::known_device::{self, KnownDevice};
use crate::{App, audit::Actor};

/// The name of the page's cookie.
pub(crate) const COOKIE: &str = "radix_session";

/// Browsers keep cookies no longer than 400 days; the server decides when the session ends.
const COOKIE_SECONDS: u32 = 400 * 24 * 60 * 60;

/// What somebody signs in with. Pages of others are refused: they could sign people in to an account of theirs.
pub(crate) struct Device {
    /// Who it is, as far as that is known before they have signed in: where they are.
    pub(crate) actor: Actor,
    /// Whether it is no browser: browsers say which page sends a request, and never get tokens that scripts could read.
    pub(crate) is_program: bool,
    /// The token of the session that this browser had so far.
    pub(super) previous: Option<String>,
    /// Whether its cookies travel by https only.
    pub(super) secure: bool,
    /// Who has signed in with it before.
    known: KnownDevice,
    app: App,
}

impl FromRequestParts<App> for Device {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if Origin::of(&parts.headers) == Origin::Foreign {
            return Err(foreign());
        }
        Ok(Self::of(parts, app))
    }
}

impl Device {
    /// Reads the same of a request that another site may have caused: who comes back from a sign-in there.
    pub(super) fn arriving(parts: &Parts, app: &App) -> Self {
        // Always a browser, and some don't say where they come from: no program has an account elsewhere.
        Self { is_program: false, ..Self::of(parts, app) }
    }

    fn of(parts: &Parts, app: &App) -> Self {
        let client = parts.extensions.get::<Client>().copied().unwrap_or_default();
        Self {
            actor: Actor::of_request(&parts.headers, &parts.extensions),
            is_program: Origin::of(&parts.headers) == Origin::Unknown,
            previous: parts.headers.get_all(header::COOKIE).iter().find_map(session_cookie),
            known: KnownDevice::read(app, cookie_of(&parts.headers, known_device::COOKIE).as_deref()),
            app: app.clone(),
            secure: client.https || app.settings().https,
        }
    }

    /// Returns the header that gives the page its session.
    pub(crate) fn cookie(&self, token: &str) -> (header::HeaderName, String) {
        self.set_cookie(token, COOKIE_SECONDS)
    }

    /// Returns the header that makes it known as a device of somebody who has proved who they are.
    pub(crate) fn remember(&self, user: UserId) -> (header::HeaderName, String) {
        self.known.remembering(&self.app, user, self.secure)
    }

    /// Returns what it is called for an account that somebody has signed in to with it.
    pub(super) fn known_as(&self, user: UserId) -> Option<&str> {
        self.known.of(user)
    }

    /// Returns the header that takes it away.
    pub(super) fn no_cookie(&self) -> (header::HeaderName, String) {
        self.set_cookie("", 0)
    }

    fn set_cookie(&self, value: &str, seconds: u32) -> (header::HeaderName, String) {
        let secure = if self.secure { "; Secure" } else { "" };
        let cookie = format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        (header::SET_COOKIE, cookie)
    }
}

/// How a request says whose it is.
pub(super) enum Credential {
    /// By a header that browsers never send on their own.
    Bearer(String),
    /// By a cookie, which browsers send whoever makes the request.
    Cookie(String),
}

impl Credential {
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
            return scheme.eq_ignore_ascii_case("bearer").then(|| Self::Bearer(token.trim().to_owned()));
        }
        headers.get_all(header::COOKIE).iter().find_map(session_cookie).map(Self::Cookie)
    }
}

fn session_cookie(header: &HeaderValue) -> Option<String> {
    cookie_in(header, COOKIE)
}

fn cookie_of(headers: &HeaderMap, wanted: &str) -> Option<String> {
    headers.get_all(header::COOKIE).iter().find_map(|header| cookie_in(header, wanted))
}

fn cookie_in(header: &HeaderValue, wanted: &str) -> Option<String> {
    let pairs = header.to_str().ok()?.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned())
}

/// The refusal of requests that a page of somebody else has made.
pub(super) fn foreign() -> Problem {
    Problem::forbidden("foreign_origin", "this request was made by a page of another site")
}
