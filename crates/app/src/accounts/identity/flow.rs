//! One sign-in with a provider, from the button to the way back: what has to be the same at both ends.

use analytics_model::UserSessionId;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::{Error, github, openid, provider::Provider};
use crate::{App, seal::Seal};

/// The name of the cookie that waits for the answer.
pub(super) const COOKIE: &str = "radix_sign_in";
/// How long somebody may take at the provider.
pub(super) const MINUTES: i64 = 10;

/// What waits in the browser for the provider's answer: sealed, so that nobody else can write or read it.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    provider: String,
    state: String,
    /// What the identity token has to carry; empty for GitHub, which has none.
    pub(super) nonce: String,
    /// Proves to the provider that who began is who asks for the token (PKCE).
    pub(super) verifier: String,
    /// Where to go on.
    pub(super) next: String,
    /// The session that connects its account; absent for a sign-in.
    pub(super) session: Option<UserSessionId>,
    until: DateTime<Utc>,
}

/// A sign-in that has begun.
pub(super) struct Begun {
    /// Where to send the browser.
    pub(super) url: String,
    /// What the cookie holds.
    pub(super) sealed: String,
}

/// What a provider module makes at the beginning.
pub(super) struct Asked {
    pub(super) url: String,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
}

/// Who somebody is, as a provider says.
#[derive(Debug, Clone, Default)]
pub(super) struct Identity {
    /// What the provider calls them, for ever.
    pub(super) id: String,
    pub(super) email: String,
    /// Whether the provider knows that the address is theirs.
    pub(super) email_verified: bool,
    pub(super) first_name: String,
    pub(super) last_name: String,
}

/// Begins a sign-in, or the connection of the account of a session.
pub(super) async fn begin(
    app: &App,
    provider: &Provider,
    next: &str,
    session: Option<UserSessionId>,
) -> Result<Begun, Error> {
    let back = way_back(app, provider);
    let asked = match provider {
        Provider::Google(openid) => openid::begin(openid, &back, false).await?,
        Provider::OpenId(openid) => {
            openid::begin(openid, &back, app.settings().providers.allow_private_addresses).await?
        }
        Provider::Github(client, urls) => github::begin(client, urls, &back)?,
    };
    // The page follows this address: whatever a provider calls its door, it has to be one on the web.
    if !asked.url.starts_with("https://") && !asked.url.starts_with("http://") {
        return Err(Error::Away("the provider's address for people is none on the web".into()));
    }
    let pending = Pending {
        provider: provider.id().to_owned(),
        state: asked.state,
        nonce: asked.nonce,
        verifier: asked.verifier,
        next: next.to_owned(),
        session,
        until: app.now() + TimeDelta::minutes(MINUTES),
    };
    let text = serde_json::to_vec(&pending).map_err(|error| Error::Away(error.into()))?;
    Ok(Begun { url: asked.url, sealed: seal(app).close(&text, COOKIE.as_bytes()) })
}

/// Returns what waits for an answer of this provider; nothing where the answer belongs to another beginning.
pub(super) fn resume(app: &App, provider: &Provider, sealed: Option<&str>, state: &str) -> Result<Pending, Error> {
    let text = sealed.and_then(|sealed| seal(app).open(sealed, COOKIE.as_bytes())).ok_or(Error::NotBegunHere)?;
    let pending: Pending = serde_json::from_slice(&text).map_err(|_| Error::NotBegunHere)?;
    let same_state = bool::from(pending.state.as_bytes().ct_eq(state.as_bytes()));
    let holds = same_state && pending.provider == provider.id() && pending.until > app.now();
    if holds { Ok(pending) } else { Err(Error::NotBegunHere) }
}

/// Asks the provider who it was.
pub(super) async fn identify(app: &App, provider: &Provider, pending: &Pending, code: &str) -> Result<Identity, Error> {
    let back = way_back(app, provider);
    let allow_private = app.settings().providers.allow_private_addresses;
    match provider {
        Provider::Google(openid) => openid::identify(app, openid, &back, false, pending, code).await,
        Provider::OpenId(openid) => openid::identify(app, openid, &back, allow_private, pending, code).await,
        Provider::Github(client, urls) => github::identify(client, urls, &back, allow_private, pending, code).await,
    }
}

/// Returns where the provider sends the browser; the provider has to know it.
fn way_back(app: &App, provider: &Provider) -> String {
    format!("{}/api/v1/sign_in/{}/callback", app.settings().public_url, provider.id())
}

fn seal(app: &App) -> Seal {
    Seal::new(&app.settings().master_key, "sign-in with a provider")
}
