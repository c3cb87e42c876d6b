//! The rules of sessions.

use analytics_model::{UserId, UserSessionId};
use chrono::{DateTime, TimeDelta, Utc};
use metadata_store::{Transaction, transact};
use serde_json::json;

use super::{
    cache::{Name, Resumed},
    device_names::device_name,
    refresh,
};
use crate::{
    App,
    accounts::{
        Device, Error,
        attempts::{self, Guesser},
        device::Credential,
        rules, second_factor,
        store::{
            self, UserRow,
            sessions::{self as store_sessions, SessionRow},
            tokens as store_tokens,
        },
    },
    audit::{self, Actor, Change},
    secret, system,
};

/// How exactly the last use of a session is known: a write for each request would be the most frequent of all.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(5);
/// How often what has expired is deleted.
const CLEAN_EVERY: std::time::Duration = std::time::Duration::from_secs(600);

/// The secrets of a new session, shown once.
pub(crate) struct SessionToken {
    /// For the page's cookie.
    pub(crate) token: String,
    /// When the session ends unless it is used.
    pub(crate) expires_at: DateTime<Utc>,
    /// For programs; pages get none.
    pub(crate) tokens: Option<refresh::Tokens>,
}

/// Returns how long after its last use a session ends, as the settings were when last read.
pub fn session_timeout(app: &App) -> TimeDelta {
    TimeDelta::minutes(system::last_known(app).session_timeout_minutes.into())
}

/// Signs somebody in who proves to be `login`, an e-mail address or a username.
pub(super) async fn sign_in(
    app: &App,
    device: &Device,
    login: &str,
    password: &str,
    code: Option<&str>,
) -> Result<(UserRow, SessionToken), Error> {
    let key = rules::key_of(login);
    let user = store::find_by_login(app.db(), &key).await?;
    let guesser = Guesser::at(app, device, user.as_ref().map(|user| user.id), &key).await?;
    let attempt = attempts::count_guess(app, &device.actor, &guesser).await?;
    // Where nobody has proved the address, nobody has chosen the password either.
    let active = user.as_ref().filter(|user| user.is_active && user.email_verified);
    let hash = active.and_then(|user| user.password_hash.as_deref());
    app.passwords().learn(app.db()).await?;
    let proved = app.passwords().verify(password, hash).await?;
    let Some(user) = active.filter(|_| proved) else {
        refuse(app, &device.actor, login, user.as_ref(), "credentials_wrong");
        return Err(Error::CredentialsWrong);
    };
    attempt.forgive(app).await;
    second_factor::prove(app, &device.actor, &guesser, user, code).await?;
    let stronger = app.passwords().rehash(password, user.password_hash.as_deref()).await?;
    let token = transact!(app.metadata(), |tx| {
        // Checking takes a while: a password changed meanwhile must not leave a session of the old one, nor an
        // account that was closed one for the day it is opened again.
        let now = store::get(tx, user.id).await?;
        if now.password_hash != user.password_hash || !now.is_active {
            return Err(Error::CredentialsWrong);
        }
        if let Some(hash) = &stronger {
            store::set_password(tx, user.id, hash, user.updated_at).await?;
        }
        start_session(app, tx, user.id, device).await
    })?;
    Ok((user.clone(), token))
}

/// Writes down that somebody was not let in; of an address that nobody may have, only enough to recognise it.
fn refuse(app: &App, actor: &Actor, login: &str, user: Option<&UserRow>, reason: &str) {
    let mut change = Change::new("session.refused").details(json!({ "name": rules::masked(login), "reason": reason }));
    if let Some(user) = user {
        change = change.on(user.id.0);
    }
    audit::refused(app, actor, change);
}

/// Starts a session of somebody who has proved who they are; the one this browser had before ends.
pub(crate) async fn start_session(
    app: &App,
    tx: &Transaction,
    user: UserId,
    device: &Device,
) -> Result<SessionToken, Error> {
    let name = device_name(device.actor.user_agent.as_deref());
    start_session_with(app, tx, user, device, json!({ "name": name })).await
}

/// Does so for somebody who has proved it elsewhere.
pub(in crate::accounts) async fn start_session_by(
    app: &App,
    tx: &Transaction,
    user: UserId,
    device: &Device,
    provider: &str,
) -> Result<SessionToken, Error> {
    let name = device_name(device.actor.user_agent.as_deref());
    start_session_with(app, tx, user, device, json!({ "name": name, "provider": provider })).await
}

async fn start_session_with(
    app: &App,
    tx: &Transaction,
    user: UserId,
    device: &Device,
    details: serde_json::Value,
) -> Result<SessionToken, Error> {
    let now = app.now();
    let token = secret::generate();
    let expires_at = now + session_timeout(app);
    let id = UserSessionId(app.clock().new_id());
    let session = SessionRow {
        id,
        user_id: user,
        token: secret::hash(&token),
        created_at: now,
        expires_at,
        ip_address: device.actor.address.map(|address| address.to_string()),
        user_agent: device.actor.user_agent.clone(),
        last_used_at: Some(now),
        proved_at: None,
    };
    if let Some(previous) = &device.previous {
        store_sessions::delete_by_token(tx, user, &secret::hash(previous)).await?;
    }
    store_sessions::insert(tx, session).await?;
    store::set_last_login(tx, user, now).await?;
    let tokens = match device.is_program {
        true => Some(refresh::issue(app, tx, user, id).await?),
        false => None,
    };
    let actor = device.actor.clone().known_as(user);
    audit::record(app, tx, &actor, Change::new("session.start").on(id.0).details(details)).await?;
    Ok(SessionToken { token, expires_at, tokens })
}

/// Returns whose session a request names, and moves the session's end on.
pub(in crate::accounts) async fn resume(app: &App, credential: &Credential) -> Result<Option<Resumed>, Error> {
    let now = app.now();
    let name = match credential {
        Credential::Cookie(token) => Name::Token(secret::hash(token)),
        Credential::Bearer(token) => match app.access_tokens().read(token, now) {
            Some(id) => Name::Id(id),
            None => return Ok(None),
        },
    };
    let key = (app.sessions().generation(), name);
    if let Some(known) = app.sessions().find(&key, now).await {
        return Ok(Some(known));
    }
    let found = match &key.1 {
        Name::Token(hash) => store_sessions::find_by_token(app.db(), hash).await?,
        Name::Id(id) => store_sessions::find(app.db(), *id).await?,
    };
    let Some((mut session, Some(user))) = found else { return Ok(None) };
    if !user.is_active || session.expires_at <= now {
        return Ok(None);
    }
    touch(app, &mut session, now).await;
    let resumed = Resumed {
        session: session.id,
        user: user.id,
        is_admin: user.is_admin,
        expires_at: session.expires_at,
        asked_at: now,
    };
    app.sessions().keep(key, resumed).await;
    Ok(Some(resumed))
}

async fn touch(app: &App, session: &mut SessionRow, now: DateTime<Utc>) {
    system::settings(app).await;
    let timeout = session_timeout(app);
    let used_lately = session.last_used_at.is_some_and(|at| now - at < TOUCH_EVERY.min(timeout / 50));
    // A setting that was shortened since holds for sessions that began before.
    let ends_in_time = session.expires_at <= now + timeout;
    if used_lately && ends_in_time {
        return;
    }
    let (id, expires_at) = (session.id, now + timeout);
    let touched = transact!(app.metadata(), |tx| store_sessions::touch(tx, id, now, expires_at).await);
    match touched {
        Ok(()) => session.expires_at = expires_at,
        Err(error) => tracing::warn!(%error, "a session's end could not be moved on"),
    }
}

/// Ends one of somebody's sessions.
pub(super) async fn end(app: &App, actor: &Actor, user: UserId, session: UserSessionId) -> Result<(), Error> {
    let ended: Result<(), Error> = transact!(app.metadata(), |tx| {
        if !store_sessions::delete_own(tx, user, session).await? {
            return Err(Error::NotFound);
        }
        Ok(audit::record(app, tx, actor, Change::new("session.end").on(session.0)).await?)
    });
    app.forget_authority();
    ended
}

/// Ends all of somebody's sessions, but one where it shall go on.
pub(in crate::accounts) async fn end_all(
    app: &App,
    actor: &Actor,
    user: UserId,
    but: Option<UserSessionId>,
) -> Result<u64, Error> {
    let ended: Result<u64, Error> = transact!(app.metadata(), |tx| end_all_in(app, tx, actor, user, but).await);
    app.forget_authority();
    ended
}

/// Does so as part of a change.
pub(in crate::accounts) async fn end_all_in(
    app: &App,
    tx: &Transaction,
    actor: &Actor,
    user: UserId,
    but: Option<UserSessionId>,
) -> Result<u64, Error> {
    let count = store_sessions::delete_all_of(tx, user, but).await?;
    let name = store::find(tx, user).await?.map(|user| user.email);
    let change = Change::new("session.end_all").on(user.0).details(json!({ "name": name, "sessions": count }));
    audit::record(app, tx, actor, change).await?;
    Ok(count)
}

/// Deletes sessions and tokens whose time is over.
pub async fn clean_up(app: &App) -> Result<(), Error> {
    let now = app.now();
    transact!(app.metadata(), |tx| {
        store_tokens::delete_expired(tx, now).await?;
        store_sessions::delete_expired(tx, now).await?;
        Ok(())
    })
}

/// Does so every few minutes, for as long as the server runs.
pub async fn keep_clean(app: App) {
    loop {
        tokio::time::sleep(CLEAN_EVERY).await;
        if let Err(error) = clean_up(&app).await {
            tracing::warn!(%error, "expired sessions could not be deleted");
        }
    }
}
