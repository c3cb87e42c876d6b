//! Refresh tokens: each works once, and gives the next.

use analytics_model::{UserId, UserSessionId};
use chrono::TimeDelta;
use metadata_store::{Transaction, transact};
use serde_json::json;

use super::service::{SessionToken, session_timeout};
use crate::{
    App,
    accounts::{
        Device, Error, attempts,
        store::{UserRow, sessions, tokens},
    },
    audit::{self, Change},
    secret, system,
};

/// What a program gets to prove itself with.
pub(crate) struct Tokens {
    /// For `Authorization: Bearer …`.
    pub(super) access: String,
    /// For the next pair of both.
    pub(super) refresh: String,
    /// For how many seconds the access token works.
    pub(super) expires_in: i64,
}

/// What became of a refresh token.
enum Outcome {
    Renewed(Box<UserRow>, SessionToken),
    /// It had been used before: the family has ended.
    Stolen,
    Invalid,
}

/// Makes a pair of tokens for a session.
pub(super) async fn issue(app: &App, tx: &Transaction, user: UserId, session: UserSessionId) -> Result<Tokens, Error> {
    let (now, settings) = (app.now(), system::last_known(app));
    let life = TimeDelta::minutes(settings.access_token_minutes.into());
    let refresh = secret::generate();
    let row = tokens::RefreshRow {
        id: app.clock().new_id(),
        user_id: user,
        session_id: session,
        token: secret::hash(&refresh),
        created_at: now,
        expires_at: now + TimeDelta::days(settings.refresh_token_days.into()),
        used_at: None,
    };
    tokens::insert_refresh(tx, row).await?;
    let access = app.access_tokens().issue(user, session, now, life)?;
    Ok(Tokens { access, refresh, expires_in: life.num_seconds() })
}

/// Exchanges a refresh token. One that was exchanged before is in two hands: then its session ends, and with it all
/// tokens of either hand.
pub(super) async fn renew(app: &App, device: &Device, token: &str) -> Result<(UserRow, SessionToken), Error> {
    attempts::count_address(app, &device.actor, "refresh").await?;
    system::settings(app).await;
    let hash = secret::hash(token);
    let outcome: Result<Outcome, Error> = transact!(app.metadata(), |tx| renew_in(app, tx, device, &hash).await);
    match outcome? {
        Outcome::Renewed(user, session) => Ok((*user, session)),
        Outcome::Invalid => Err(Error::RefreshInvalid),
        Outcome::Stolen => {
            app.forget_authority();
            Err(Error::RefreshInvalid)
        }
    }
}

async fn renew_in(app: &App, tx: &Transaction, device: &Device, hash: &str) -> Result<Outcome, Error> {
    let now = app.now();
    let Some(row) = tokens::find_refresh(tx, hash).await? else { return Ok(Outcome::Invalid) };
    let Some((session, Some(user))) = sessions::find(tx, row.session_id).await? else { return Ok(Outcome::Invalid) };
    let first = row.used_at.is_none() && tokens::use_refresh(tx, row.id, now).await?;
    if !first {
        sessions::delete(tx, row.session_id).await?;
        let change = Change::new("session.refresh_reused")
            .on(row.session_id.0)
            .details(json!({ "reason": "a refresh token was used twice: the session has ended" }));
        audit::record(app, tx, &device.actor.clone().known_as(row.user_id), change).await?;
        return Ok(Outcome::Stolen);
    }
    if row.expires_at <= now || session.expires_at <= now || !user.is_active {
        return Ok(Outcome::Invalid);
    }
    let expires_at = now + session_timeout(app);
    sessions::touch(tx, row.session_id, now, expires_at).await?;
    let issued = issue(app, tx, row.user_id, row.session_id).await?;
    let session = SessionToken { token: String::new(), expires_at, tokens: Some(issued) };
    Ok(Outcome::Renewed(Box::new(user), session))
}
