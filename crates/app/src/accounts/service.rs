//! The rules of accounts and sessions.

use analytics_model::{UserId, UserSessionId};
use chrono::{DateTime, Utc};
use http_kit::FieldError;
use metadata_store::{OnUnique, Transaction, transact};

use super::{
    Device, Error, password,
    store::{self, SessionRow, UserRow},
};
use crate::{
    App,
    limits::{self, Limit, Rate},
    secret,
};

/// Attempts for one address and account: a few at once, then one a minute.
const ACCOUNT: Rate = Rate { burst: 10, every_seconds: 60 };
/// Attempts from one address, whatever the account: an office behind one address is many people.
const ADDRESS: Rate = Rate { burst: 100, every_seconds: 6 };

/// What somebody needs for an account.
// Not Debug: the password must not reach a log.
#[derive(Clone)]
pub struct NewUser {
    /// The e-mail address to sign in with; letter case doesn't matter.
    pub email: String,
    /// In clear; kept as a bcrypt hash only.
    pub password: String,
    /// May be empty.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// Whether they look after the instance itself.
    pub is_admin: bool,
}

/// A new account that passed the rules; its password is hashed already.
pub(crate) struct Prepared(UserRow);

/// The secret of a new session, shown once.
pub(crate) struct SessionToken {
    pub(crate) token: String,
    pub(crate) expires_at: DateTime<Utc>,
}

/// Makes an account.
pub async fn create_user(app: &App, new: NewUser) -> Result<UserId, Error> {
    let prepared = prepare(app, new).await?;
    transact!(app.metadata(), |tx| insert(tx, &prepared).await.map(|user| user.id))
}

/// Returns all accounts, by e-mail address.
pub async fn list_users(app: &App) -> Result<Vec<super::User>, Error> {
    Ok(store::list(app.db()).await?.into_iter().map(Into::into).collect())
}

/// Gives an account another password and ends its sessions.
pub async fn set_password(app: &App, email: &str, password: &str) -> Result<(), Error> {
    if let Some(error) = password::check_rules(password, email) {
        return Err(Error::Invalid(vec![error]));
    }
    let hash = app.passwords().hash(password).await?;
    let (email_key, now) = (key_of(email), app.now());
    transact!(app.metadata(), |tx| {
        let user = store::find_by_email(tx, &email_key).await?.ok_or(Error::NoSuchUser)?;
        store::set_password(tx, user.id, &hash, now).await?;
        store::delete_sessions_of(tx, user.id).await?;
        Ok(())
    })
}

/// Checks the rules and hashes the password, outside of any transaction because that takes long.
pub(crate) async fn prepare(app: &App, new: NewUser) -> Result<Prepared, Error> {
    check(&new)?;
    let hash = app.passwords().hash(&new.password).await?;
    let (first_name, last_name) = (new.first_name.trim(), new.last_name.trim());
    let now = app.now();
    Ok(Prepared(UserRow {
        id: UserId(app.clock().new_id()),
        email: new.email.trim().to_owned(),
        email_key: key_of(&new.email),
        username: None,
        username_key: None,
        password_hash: Some(hash),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        name: format!("{first_name} {last_name}").trim().to_owned(),
        avatar_url: None,
        timezone: None,
        auth_provider: None,
        auth_provider_id: None,
        is_active: true,
        is_admin: new.is_admin,
        // Nobody but an administrator makes accounts so far.
        email_verified: true,
        verification_token: None,
        created_at: now,
        updated_at: now,
        last_login_at: None,
    }))
}

/// Stores a prepared account.
pub(crate) async fn insert(tx: &Transaction, prepared: &Prepared) -> Result<UserRow, Error> {
    store::insert(tx, prepared.0.clone()).await.on_unique("users_email_key", || Error::EmailTaken)
}

/// Signs somebody in who proves to be `email`.
pub(super) async fn sign_in(
    app: &App,
    device: &Device,
    email: &str,
    password: &str,
) -> Result<(UserRow, SessionToken), Error> {
    let email_key = key_of(email);
    let network = limits::network(device.actor.address);
    let by_address = Limit::new("sign_in_address", &network, ADDRESS);
    let by_account = Limit::new("sign_in_account", &format!("{network} {email_key}"), ACCOUNT);
    let limits = [by_address.clone(), by_account.clone()];
    app.limits().count(&limits, app.now()).await.map_err(Error::TooManyAttempts)?;
    let user = store::find_by_email(app.db(), &email_key).await?.filter(|user| user.is_active);
    let hash = user.as_ref().and_then(|user| user.password_hash.as_deref());
    let proved = app.passwords().verify(password, hash).await?;
    let Some(user) = user.filter(|_| proved) else { return Err(Error::CredentialsWrong) };
    app.limits().forgive(&by_account).await;
    app.limits().give_back(&by_address).await;
    let token = transact!(app.metadata(), |tx| {
        // Checking takes a while: a password changed meanwhile must not leave a session of the old one.
        if store::get(tx, user.id).await?.password_hash != user.password_hash {
            return Err(Error::CredentialsWrong);
        }
        start_session(app, tx, user.id, device).await
    })?;
    Ok((user, token))
}

/// Starts a session of somebody who has proved who they are, and removes sessions that have ended.
pub(crate) async fn start_session(
    app: &App,
    tx: &Transaction,
    user: UserId,
    device: &Device,
) -> Result<SessionToken, Error> {
    let now = app.now();
    let token = secret::generate();
    let expires_at = now + app.settings().session_timeout;
    let session = SessionRow {
        id: UserSessionId(app.clock().new_id()),
        user_id: user,
        token: secret::hash(&token),
        created_at: now,
        expires_at,
        ip_address: device.actor.address.map(|address| address.to_string()),
        user_agent: device.actor.user_agent.clone(),
    };
    store::delete_expired_sessions(tx, now).await?;
    store::insert_session(tx, session).await?;
    store::set_last_login(tx, user, now).await?;
    Ok(SessionToken { token, expires_at })
}

/// Returns the session and account of a token, and moves the session's end on.
pub(super) async fn resume(app: &App, token: &str) -> Result<Option<(UserSessionId, UserRow)>, Error> {
    let now = app.now();
    let Some((session, user)) = store::find_session(app.db(), &secret::hash(token)).await? else { return Ok(None) };
    let Some(user) = user.filter(|user| user.is_active) else { return Ok(None) };
    if session.expires_at <= now {
        return Ok(None);
    }
    let timeout = app.settings().session_timeout;
    // Once in a while is enough: a write for each request would be the most frequent of all.
    let used_lately = session.expires_at > now + timeout - timeout / 50;
    if !used_lately {
        let extended = transact!(app.metadata(), |tx| store::extend_session(tx, session.id, now + timeout).await);
        if let Err(error) = extended {
            tracing::warn!(%error, "a session's end could not be moved on");
        }
    }
    Ok(Some((session.id, user)))
}

/// Ends a session.
pub(super) async fn sign_out(app: &App, session: UserSessionId) -> Result<(), Error> {
    Ok(transact!(app.metadata(), |tx| store::delete_session(tx, session).await)?)
}

/// Returns what an e-mail address is searched by.
fn key_of(email: &str) -> String {
    email.trim().to_lowercase()
}

fn check(new: &NewUser) -> Result<(), Error> {
    let mut errors = Vec::new();
    if !is_email(new.email.trim()) {
        errors.push(FieldError::new("email", "invalid", "must be an e-mail address, such as ada@example.com"));
    }
    errors.extend(password::check_rules(&new.password, &new.email));
    for (field, name) in [("first_name", &new.first_name), ("last_name", &new.last_name)] {
        if name.trim().chars().count() > 100 || name.chars().any(char::is_control) {
            errors.push(FieldError::new(field, "invalid", "must have at most 100 characters on one line"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// Accepts what a mail server might; whether it exists only a mail can tell.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let clean = !text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    clean && text.chars().count() <= 255 && !name.is_empty() && !name.contains('@') && !host.is_empty()
}
