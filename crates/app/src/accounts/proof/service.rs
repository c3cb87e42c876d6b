//! The rule of proofs.

use analytics_model::UserSessionId;
use chrono::{DateTime, TimeDelta, Utc};
use metadata_store::transact;
use serde_json::json;

use crate::{
    Account, App,
    accounts::{
        Error, UserRow,
        attempts::{self, Guesser},
        second_factor,
        store::{self, sessions, tokens::Db},
    },
    audit::{self, Change},
};

/// For how long a proof counts.
const LIFE: TimeDelta = TimeDelta::minutes(10);

/// A proof that came with the change it is for.
pub(in crate::accounts) struct Given<'a> {
    pub(in crate::accounts) password: &'a str,
    pub(in crate::accounts) code: Option<&'a str>,
    /// The field that held the password, to say that it is wrong.
    pub(in crate::accounts) field: &'static str,
}

impl<'a> Given<'a> {
    /// Returns what came with a change: nothing without a password, and never a text that is no code.
    pub(in crate::accounts) fn of(
        password: Option<&'a str>,
        code: Option<&'a str>,
        field: &'static str,
    ) -> Result<Option<Self>, Error> {
        if code.is_some_and(second_factor::is_too_long) {
            return Err(second_factor::Error::CodeWrong.into());
        }
        Ok(password.map(|password| Self { password, code, field }))
    }
}

/// How a session stands.
pub(in crate::accounts) struct State {
    /// Until when the last proof counts; none where there is none.
    pub(in crate::accounts) proved_until: Option<DateTime<Utc>>,
    pub(in crate::accounts) user: UserRow,
    /// Whether a code is asked for beside the password.
    pub(in crate::accounts) code: bool,
}

/// Refuses a change in a session whose owner has not proved lately who they are.
///
/// Call it in the transaction of the change: a session that was ended meanwhile changes nothing any more.
pub(crate) async fn require(db: &impl Db, session: UserSessionId, now: DateTime<Utc>) -> Result<(), Error> {
    let proved_at = sessions::proved_at(db, session).await?;
    if counts(proved_at, now) { Ok(()) } else { Err(Error::ProofRequired) }
}

/// Refuses what was begun under another proof than the one that counts now: a new password, or a new proof, ends it.
pub(in crate::accounts) async fn is_still(
    db: &impl Db,
    session: UserSessionId,
    proved_at: DateTime<Utc>,
) -> Result<bool, Error> {
    Ok(sessions::proved_at(db, session).await? == Some(proved_at))
}

/// Takes the proof that came with a change, where one did.
pub(in crate::accounts) async fn give_any(account: &Account, given: Option<Given<'_>>) -> Result<(), Error> {
    match given {
        Some(given) => give(account, &given).await,
        None => Ok(()),
    }
}

/// Takes the proof that came with a change of another feature, where one did.
pub(crate) async fn give_with(account: &Account, password: Option<&str>, code: Option<&str>) -> Result<(), Error> {
    give_any(account, Given::of(password, code, "password")?).await
}

/// Checks a password, and a code where the account has a second factor, and notes that the session is its owner's.
async fn give(account: &Account, given: &Given<'_>) -> Result<(), Error> {
    let app = account.app();
    let guesser = Guesser::within(account.session, account.user);
    let attempt = attempts::count_proof(app, &guesser).await?;
    let user = store::get(app.db(), account.user).await?;
    let Some(hash) = &user.password_hash else { return Err(Error::NoPassword) };
    if !app.passwords().verify(given.password, Some(hash)).await? {
        let details = json!({ "name": user.email, "reason": "the password asked for once more was wrong" });
        audit::refused(app, &account.actor, Change::new("password.refused").on(user.id.0).details(details));
        return Err(Error::PasswordWrong(given.field));
    }
    attempt.forgive(app).await;
    second_factor::prove(app, &account.actor, &guesser, &user, given.code).await.map_err(in_a_form)?;
    note(account, &user, "password").await
}

/// Notes the same of somebody whom their provider has confirmed.
pub(in crate::accounts) async fn by_provider(account: &Account, user: &UserRow, provider: &str) -> Result<(), Error> {
    note(account, user, provider).await
}

async fn note(account: &Account, user: &UserRow, by: &str) -> Result<(), Error> {
    let app = account.app();
    transact!(app.metadata(), |tx| {
        // Checking takes a while: a password that was changed meanwhile proves nothing.
        if store::get(tx, user.id).await?.password_hash != user.password_hash {
            return Err(Error::ProofRequired);
        }
        if !sessions::set_proved(tx, account.session, Some(app.now())).await? {
            return Err(Error::ProofRequired);
        }
        let change = Change::new("proof.give").on(user.id.0).details(json!({ "name": user.email, "by": by }));
        Ok(audit::record(app, tx, &account.actor, change).await?)
    })
}

pub(in crate::accounts) async fn state(account: &Account) -> Result<State, Error> {
    let app: &App = account.app();
    let proved_at = sessions::proved_at(app.db(), account.session).await?;
    let proved_until = proved_at.filter(|_| counts(proved_at, app.now())).map(|at| at + LIFE);
    let user = store::get(app.db(), account.user).await?;
    let code = user.password_hash.is_some() && second_factor::is_on(app.db(), account.user).await?;
    Ok(State { proved_until, user, code })
}

fn counts(proved_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    proved_at.is_some_and(|at| at + LIFE > now)
}

/// What 401 says to who signs in, a form of somebody who is signed in says beside its fields.
fn in_a_form(error: second_factor::Error) -> second_factor::Error {
    match error {
        second_factor::Error::Required => second_factor::Error::CodeMissing,
        second_factor::Error::Refused => second_factor::Error::CodeWrong,
        other => other,
    }
}
