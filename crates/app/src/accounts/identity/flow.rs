//! One sign-in with a provider, from the button to the way back: what has to be the same at both ends.

use analytics_model::UserSessionId;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::CoreAuthPrompt;
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
    pub(super) purpose: Purpose,
    until: DateTime<Utc>,
}

/// What somebody goes to the provider for.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) enum Purpose {
    /// To sign in.
    SignIn,
    /// To connect the account of a session, under the proof that was given then.
    Connect { session: UserSessionId, proved_at: DateTime<Utc> },
    /// To prove in a session that one is who has signed in.
    Prove { session: UserSessionId },
}

impl Purpose {
    /// Returns the session that began; none for a sign-in.
    pub(super) fn session(self) -> Option<UserSessionId> {
        match self {
            Self::SignIn => None,
            Self::Connect { session, .. } | Self::Prove { session } => Some(session),
        }
    }

    /// Whether who is signed in there has to show it once more.
    fn is_proof(self) -> bool {
        matches!(self, Self::Prove { .. })
    }
}

impl Pending {
    /// Returns the earliest time at which somebody may have signed in at the provider, where it matters.
    pub(super) fn signed_in_since(&self) -> Option<DateTime<Utc>> {
        // Clocks differ by seconds.
        self.purpose.is_proof().then(|| self.until - TimeDelta::minutes(MINUTES) - TimeDelta::minutes(1))
    }
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

/// Begins a sign-in, or what somebody who is signed in wants of a provider.
pub(super) async fn begin(app: &App, provider: &Provider, next: &str, purpose: Purpose) -> Result<Begun, Error> {
    let back = way_back(app, provider);
    let allow_private = app.settings().providers.allow_private_addresses;
    let asked = match provider {
        // Google knows no other way to make somebody confirm.
        Provider::Google(openid) => {
            let again = purpose.is_proof().then_some(CoreAuthPrompt::SelectAccount);
            openid::begin(openid, &back, false, again).await?
        }
        Provider::OpenId(openid) => {
            let again = purpose.is_proof().then_some(CoreAuthPrompt::Login);
            openid::begin(openid, &back, allow_private, again).await?
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
        purpose,
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
