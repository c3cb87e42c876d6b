//! Who a person at a provider is here: the rules of linking.

use analytics_model::{UserId, UserSessionId};
use chrono::{DateTime, Utc};
use metadata_store::{OnUnique, Transaction, transact};
use serde_json::json;

use super::{
    Error,
    flow::{self, Begun, Identity, Purpose},
    provider::{Provider, SignInProvider},
    store,
};
use crate::{
    Account, App,
    accounts::{
        self, Device, SessionToken, UserRow, credentials, letters, proof, require_proof, rules, second_factor, service,
        sessions::service as sessions,
        store::{self as users, sessions as store_sessions},
    },
    audit::{self, Change},
    limits::{self, Limit, Rate},
    system,
};

/// Beginnings and answers from one address: an office behind one address is many people.
const ADDRESS: Rate = Rate { burst: 60, every_seconds: 2 };
/// What stands in `users.auth_provider` for people who sign in here; the same as nothing.
const LOCAL: &str = "local";

/// What a provider sends back with the browser.
pub(super) struct Answer {
    pub(super) code: Option<String>,
    pub(super) state: String,
    /// The sealed cookie of the beginning.
    pub(super) sealed: Option<String>,
}

/// Where an answer leads to.
pub(super) struct Landing {
    pub(super) next: String,
    /// Absent where somebody was signed in before.
    pub(super) session: Option<(UserId, SessionToken)>,
}

/// Why it leads nowhere else, and back where.
pub(super) struct Failure {
    pub(super) error: Error,
    /// The place that began to connect an account; absent for a sign-in.
    pub(super) next: Option<String>,
}

/// Begins a sign-in.
pub(super) async fn begin(app: &App, device: &Device, provider: &Provider, next: &str) -> Result<Begun, Error> {
    count(app, device).await?;
    flow::begin(app, provider, next, Purpose::SignIn).await
}

/// Begins to connect the account of somebody who is signed in, and has proved lately that it is they.
pub(super) async fn begin_link(account: &Account, provider: &Provider, next: &str) -> Result<Begun, Error> {
    let app = account.app();
    if linked(&users::get(app.db(), account.user).await?) {
        return Err(Error::AlreadyLinked);
    }
    require_proof(app.db(), account.session, app.now()).await?;
    let proved_at = store_sessions::proved_at(app.db(), account.session).await?.ok_or(Error::NotBegunHere)?;
    count_own(account, "identity_link").await?;
    flow::begin(app, provider, next, Purpose::Connect { session: account.session, proved_at }).await
}

/// Begins to prove by their provider that it is somebody who has no password to prove it with.
pub(super) async fn begin_proof(account: &Account, next: &str) -> Result<Begun, Error> {
    let app = account.app();
    let user = users::get(app.db(), account.user).await?;
    if user.password_hash.is_some() {
        return Err(Error::PasswordThere);
    }
    let id = user.auth_provider.as_deref().filter(|_| linked(&user)).ok_or(Error::NotLinked)?;
    let provider = Provider::find(app, id).ok_or(Error::NoSuchProvider)?;
    count_own(account, "identity_proof").await?;
    flow::begin(app, &provider, next, Purpose::Prove { session: account.session }).await
}

/// Finishes any of them, with what the provider answers.
pub(super) async fn finish(
    app: &App,
    device: &Device,
    provider: &Provider,
    account: Option<&Account>,
    answer: Answer,
) -> Result<Landing, Failure> {
    let sign_in = |error| Failure { error, next: None };
    count(app, device).await.map_err(sign_in)?;
    let pending = flow::resume(app, provider, answer.sealed.as_deref(), &answer.state).map_err(sign_in)?;
    let next = pending.next.clone();
    let failed = |error| Failure { error, next: pending.purpose.session().map(|_| next.clone()) };
    let code = answer.code.as_deref().ok_or(Error::Declined).map_err(failed)?;
    // What a session has begun it finishes itself: whether it is still there is asked before the provider is.
    let begun_by = match pending.purpose.session() {
        Some(session) => Some(begun_by(account, session).map_err(failed)?),
        None => None,
    };
    let identity = flow::identify(app, provider, &pending, code).await.map_err(failed)?;
    let session = match (pending.purpose, begun_by) {
        (Purpose::Connect { proved_at, .. }, Some(account)) => {
            link(account, provider, &identity, proved_at).await.map(|()| None)
        }
        (Purpose::Prove { .. }, Some(account)) => prove(account, provider, &identity).await.map(|()| None),
        _ => sign_in_as(app, device, provider, &identity).await.map(Some),
    };
    Ok(Landing { session: session.map_err(failed)?, next })
}

/// Takes the identity of somebody's own account away. Whoever is signed in by it is out.
pub(super) async fn unlink(account: &Account) -> Result<(), Error> {
    let app = account.app();
    let unlinked: Result<(String, String), Error> = transact!(app.metadata(), |tx| {
        let user = users::get(tx, account.user).await?;
        if !linked(&user) {
            return Err(Error::NotLinked);
        }
        if user.password_hash.is_none() {
            return Err(Error::NoPassword);
        }
        require_proof(tx, account.session, app.now()).await?;
        let name = disconnect(app, tx, &account.actor, &user).await?;
        credentials::void_begun(tx, user.id).await?;
        sessions::end_all_in(app, tx, &account.actor, user.id, Some(account.session)).await?;
        Ok((user.email, name))
    });
    app.forget_authority();
    let (email, provider) = unlinked?;
    app.send_mail(letters::identity_unlinked(app, &email, &provider));
    Ok(())
}

/// Takes an account's identity away, as part of a change; returns what the provider is called.
pub(in crate::accounts) async fn disconnect(
    app: &App,
    tx: &Transaction,
    actor: &audit::Actor,
    user: &UserRow,
) -> Result<String, metadata_store::Error> {
    let name = SignInProvider::called(app, user.auth_provider.as_deref().unwrap_or_default()).name;
    store::set(tx, user.id, None, app.now()).await?;
    let details = json!({ "name": user.email, "provider": user.auth_provider });
    audit::record(app, tx, actor, Change::new("identity.unlink").on(user.id.0).details(details)).await?;
    Ok(name)
}

/// Returns whether an account has an identity at a provider.
pub(in crate::accounts) fn linked(user: &UserRow) -> bool {
    user.auth_provider.as_deref().is_some_and(|provider| provider != LOCAL)
}

/// An answer connects only the account of the session that asked: a link sent by somebody else must not.
fn begun_by(account: Option<&Account>, session: UserSessionId) -> Result<&Account, Error> {
    account.filter(|account| account.session == session).ok_or(Error::NotBegunHere)
}

async fn link(
    account: &Account,
    provider: &Provider,
    identity: &Identity,
    proved_at: DateTime<Utc>,
) -> Result<(), Error> {
    if !identity.email_verified {
        return Err(Error::EmailUnverified);
    }
    let app = account.app();
    let email = transact!(app.metadata(), |tx| {
        if !proof::is_still(tx, account.session, proved_at).await? {
            return Err(Error::NotBegunHere);
        }
        let user = users::get(tx, account.user).await?;
        if linked(&user) {
            return Err(Error::AlreadyLinked);
        }
        connect(app, tx, provider, identity, &user, &account.actor).await?;
        Ok(user.email)
    })?;
    app.send_mail(letters::identity_linked(app, &email, provider.name()));
    Ok(())
}

/// Notes that somebody has proved who they are by the provider that their account is connected with.
async fn prove(account: &Account, provider: &Provider, identity: &Identity) -> Result<(), Error> {
    let user = users::get(account.app().db(), account.user).await?;
    let is_theirs = user.auth_provider.as_deref() == Some(provider.id())
        && user.auth_provider_id.as_deref() == Some(identity.id.as_str());
    if !is_theirs {
        return Err(Error::SomebodyElse);
    }
    Ok(proof::by_provider(account, &user, provider.name()).await?)
}

/// Signs in whoever this is here, having made or connected their account where that may be.
async fn sign_in_as(
    app: &App,
    device: &Device,
    provider: &Provider,
    identity: &Identity,
) -> Result<(UserId, SessionToken), Error> {
    // For the domains that may have accounts: a transaction can't wait for them.
    system::settings(app).await;
    let signed_in: Result<_, Error> = transact!(app.metadata(), |tx| {
        let (user, connected) = match store::find(tx, provider.id(), &identity.id).await? {
            Some(user) => (user, false),
            None => settle(app, tx, device, provider, identity).await?,
        };
        if !user.is_active {
            return Err(Error::Deactivated);
        }
        let session = sessions::start_session_by(app, tx, user.id, device, provider.name()).await?;
        Ok((user, session, connected))
    });
    // Who had the account before its owner came is out.
    app.forget_authority();
    let (user, session, connected) = signed_in?;
    if connected {
        app.send_mail(letters::identity_linked(app, &user.email, provider.name()));
    }
    Ok((user.id, session))
}

/// Finds the account of an identity that is new here, by its address, or makes one.
///
/// Nothing follows from an address that the provider has not verified: anybody could claim it. Returns also whether the
/// account was there before, and so has an owner to tell.
async fn settle(
    app: &App,
    tx: &Transaction,
    device: &Device,
    provider: &Provider,
    identity: &Identity,
) -> Result<(UserRow, bool), Error> {
    if !identity.email_verified || identity.email.trim().is_empty() {
        return Err(Error::EmailUnverified);
    }
    let Some(user) = users::find_by_email(tx, &rules::key_of(&identity.email)).await? else {
        return Ok((register(app, tx, device, provider, identity).await?, false));
    };
    if !user.is_active {
        return Err(Error::Deactivated);
    }
    if linked(&user) {
        return Err(Error::LinkedElsewhere);
    }
    let actor = device.actor.clone().known_as(user.id);
    if !user.email_verified {
        take_over(app, tx, &actor, &user).await?;
    } else if second_factor::is_on(tx, user.id).await? {
        return Err(Error::LinkByHand);
    }
    connect(app, tx, provider, identity, &user, &actor).await?;
    Ok((user, true))
}

/// Hands an account to who has proved at a provider that its address is theirs.
async fn take_over(app: &App, tx: &Transaction, actor: &audit::Actor, user: &UserRow) -> Result<(), Error> {
    accounts::hand_over(app, tx, actor, user, None).await?;
    let change = Change::new("account.verify").on(user.id.0).details(json!({
        "name": user.email,
        "reason": "signed in with a provider that has verified the address; the old password is void",
    }));
    Ok(audit::record(app, tx, actor, change).await?)
}

async fn connect(
    app: &App,
    tx: &Transaction,
    provider: &Provider,
    identity: &Identity,
    user: &UserRow,
    actor: &audit::Actor,
) -> Result<(), Error> {
    let key = Some((provider.id(), identity.id.as_str()));
    let set = store::set(tx, user.id, key, app.now()).await;
    set.on_unique("users_auth_provider_auth_provider_id", || Error::TakenByOther)?;
    let details = json!({ "name": user.email, "provider": provider.name(), "email": identity.email });
    let change = Change::new("identity.link").on(user.id.0).details(details);
    Ok(audit::record(app, tx, actor, change).await?)
}

/// Makes an account for somebody who may have one.
async fn register(
    app: &App,
    tx: &Transaction,
    device: &Device,
    provider: &Provider,
    identity: &Identity,
) -> Result<UserRow, Error> {
    let email = identity.email.trim();
    if !may_register(app, email) {
        return Err(Error::RegistrationClosed);
    }
    let (first_name, last_name) = (named(&identity.first_name), named(&identity.last_name));
    let row = UserRow {
        auth_provider: Some(provider.id().to_owned()),
        auth_provider_id: Some(identity.id.clone()),
        ..service::new_row(app, email, &first_name, &last_name, None)
    };
    let user = users::insert(tx, row).await.on_unique("users_email_key", || accounts::Error::EmailTaken)?;
    let details = json!({ "name": user.email, "provider": provider.name() });
    let actor = device.actor.clone().known_as(user.id);
    audit::record(app, tx, &actor, Change::new("account.register").on(user.id.0).details(details)).await?;
    Ok(user)
}

/// Tells whether somebody with this address may make an account of their own.
fn may_register(app: &App, email: &str) -> bool {
    rules::check_mailable(email).is_none() && rules::is_of(email, &rules::allowed_domains(app))
}

/// What a provider calls somebody has no limits; what is kept here has.
fn named(name: &str) -> String {
    name.trim().chars().filter(|letter| !letter.is_control()).take(100).collect()
}

async fn count(app: &App, device: &Device) -> Result<(), Error> {
    let limits = limits::of_networks("sign_in_provider", device.actor.address, ADDRESS);
    app.limits().count(&limits, app.now()).await.map_err(Error::TooManyAttempts)
}

async fn count_own(account: &Account, what: &'static str) -> Result<(), Error> {
    let limit = [Limit::new(what, &account.user.to_string(), ADDRESS)];
    account.app().limits().count(&limit, account.app().now()).await.map_err(Error::TooManyAttempts)
}
