//! The rules of second factors.

use analytics_model::UserId;
use chrono::{DateTime, Utc};
use metadata_store::{Transaction, transact};
use serde_json::json;

use super::{
    Error, code, recovery,
    store::{self, Factor},
};
use crate::{
    Account, App,
    accounts::{
        UserRow,
        attempts::{self, Guesser},
        credentials, get_user, letters,
        proof::{self, Given},
        require_proof, rules, store as users,
    },
    audit::{self, Actor, Change},
};

/// A recovery code with its dash and a few blanks is shorter by far.
const MOST_CHARACTERS: usize = 40;

/// How somebody's second factor stands.
pub(super) struct State {
    /// Since when it is asked for; none while it isn't.
    pub(super) confirmed_at: Option<DateTime<Utc>>,
    /// How many recovery codes are left.
    pub(super) recovery_codes_left: u64,
}

/// Lets somebody pass whose password was right: without a second factor, or with a code of it that is used up by this.
pub(crate) async fn prove(
    app: &App,
    actor: &Actor,
    guesser: &Guesser,
    user: &UserRow,
    code: Option<&str>,
) -> Result<(), Error> {
    if !store::is_on(app.db(), user.id).await? {
        return Ok(());
    }
    let Some(code) = code.filter(|code| !code.trim().is_empty()) else { return Err(Error::Required) };
    let actor = actor.clone().known_as(user.id);
    let passed = attempt(app, &actor, guesser, user.id, code).await;
    match passed {
        Err(Error::CodeWrong) => {
            let change = Change::new("second_factor.refuse").on(user.id.0).details(json!({ "name": user.email }));
            audit::refused(app, &actor, change);
            Err(Error::Refused)
        }
        other => other,
    }
}

/// Forgets a second factor that no code has confirmed yet.
pub(crate) async fn forget_unconfirmed(tx: &Transaction, user: UserId) -> Result<(), Error> {
    Ok(store::delete_unconfirmed(tx, user).await?)
}

/// Removes somebody's second factor, as part of a change; false where they had none.
pub(crate) async fn remove(app: &App, tx: &Transaction, actor: &Actor, user: &UserRow) -> Result<bool, Error> {
    let removed = store::delete(tx, user.id).await?;
    if removed {
        let change = Change::new("second_factor.reset").on(user.id.0).details(json!({ "name": user.email }));
        audit::record(app, tx, actor, change).await?;
    }
    Ok(removed)
}

/// Removes the second factor of somebody who has lost it, on behalf of an admin. Whoever has found the phone may be
/// signed in with it: all sessions end.
pub(super) async fn reset(account: &Account, user: UserId) -> Result<(), Error> {
    if user == account.user {
        return Err(Error::Own);
    }
    let app = account.app();
    let reset: Result<(), Error> = transact!(app.metadata(), |tx| {
        require_proof(tx, account.session, app.now()).await?;
        let user = users::find(tx, user).await?.ok_or(Error::NoSuchUser)?;
        let was_there = store::delete(tx, user.id).await?;
        credentials::replaced(app, tx, &account.actor, user.id, None).await?;
        let details = json!({ "name": user.email, "was_there": was_there });
        let change = Change::new("second_factor.reset").on(user.id.0).details(details);
        Ok(audit::record(app, tx, &account.actor, change).await?)
    });
    app.forget_authority();
    reset
}

/// Removes the second factor of an account for the command line; false where it has none.
pub async fn reset_of(app: &App, email: &str) -> Result<bool, Error> {
    let email_key = rules::key_of(email);
    let removed: Result<bool, Error> = transact!(app.metadata(), |tx| {
        let user = users::find_by_email(tx, &email_key).await?.ok_or(Error::NoSuchUser)?;
        let actor = Actor::system();
        let removed = remove(app, tx, &actor, &user).await?;
        if removed {
            credentials::replaced(app, tx, &actor, user.id, None).await?;
        }
        Ok(removed)
    });
    app.forget_authority();
    removed
}

pub(super) async fn state(account: &Account) -> Result<State, Error> {
    let app = account.app();
    let confirmed_at = store::find(app.db(), account.user).await?.and_then(|factor| factor.confirmed_at);
    Ok(State { confirmed_at, recovery_codes_left: store::count_codes(app.db(), account.user).await? })
}

/// Makes a secret for an app. It is not asked for until a first code has confirmed it.
pub(super) async fn prepare(account: &Account, given: Option<Given<'_>>) -> Result<code::Shared, Error> {
    let app = account.app();
    let user = get_user(app.db(), account.user).await?;
    if user.password_hash.is_none() {
        return Err(Error::NoPassword);
    }
    if store::is_on(app.db(), user.id).await? {
        return Err(Error::AlreadyOn);
    }
    proof::give_any(account, given).await?;
    let shared = code::share(app, user.id, &user.email)?;
    transact!(app.metadata(), |tx| {
        require_proof(tx, account.session, app.now()).await?;
        if store::find(tx, user.id).await?.is_some_and(|factor| factor.confirmed_at.is_some()) {
            return Err(Error::AlreadyOn);
        }
        let sealed_secret = shared.sealed.clone();
        let factor =
            Factor { user_id: user.id, sealed_secret, confirmed_at: None, last_step: 0, created_at: app.now() };
        store::replace(tx, factor).await?;
        record(account, tx, "second_factor.prepare", &user).await
    })?;
    Ok(shared)
}

/// Puts a prepared second factor into force and returns the recovery codes. What was begun before it is void.
pub(super) async fn confirm(account: &Account, code: &str) -> Result<Vec<String>, Error> {
    let app = account.app();
    let attempt = attempts::count_code(app, &Guesser::within(account.session, account.user)).await?;
    let code = tidied(code)?;
    let codes = transact!(app.metadata(), |tx| {
        require_proof(tx, account.session, app.now()).await?;
        let factor = store::find(tx, account.user).await?.ok_or(Error::Off)?;
        if factor.confirmed_at.is_some() {
            return Err(Error::AlreadyOn);
        }
        if !code::is_digits(&code) {
            return Err(Error::CodeWrong);
        }
        use_code(app, tx, &account.actor, &factor, &code).await?;
        if !store::confirm(tx, account.user, app.now()).await? {
            return Err(Error::AlreadyOn);
        }
        credentials::void_begun(tx, account.user).await?;
        let codes = recovery::renew(app, tx, account.user).await?;
        let user = get_user(tx, account.user).await?;
        record(account, tx, "second_factor.enable", &user).await?;
        Ok::<_, Error>(codes)
    })?;
    attempt.forgive(app).await;
    Ok(codes)
}

/// Makes new recovery codes; those there were are void.
pub(super) async fn renew_codes(account: &Account, given: Option<Given<'_>>) -> Result<Vec<String>, Error> {
    let app = account.app();
    proof::give_any(account, given).await?;
    transact!(app.metadata(), |tx| {
        require_proof(tx, account.session, app.now()).await?;
        let user = in_force(tx, account).await?;
        let codes = recovery::renew(app, tx, user.id).await?;
        record(account, tx, "second_factor.renew_codes", &user).await?;
        Ok::<_, Error>(codes)
    })
}

/// Turns somebody's own second factor off.
pub(super) async fn turn_off(account: &Account, given: Option<Given<'_>>) -> Result<(), Error> {
    let app = account.app();
    proof::give_any(account, given).await?;
    let user = transact!(app.metadata(), |tx| {
        require_proof(tx, account.session, app.now()).await?;
        let user = in_force(tx, account).await?;
        store::delete(tx, user.id).await?;
        record(account, tx, "second_factor.disable", &user).await?;
        Ok::<_, Error>(user)
    })?;
    app.send_mail(letters::second_factor_off(app, &user.email));
    Ok(())
}

async fn attempt(app: &App, actor: &Actor, guesser: &Guesser, user: UserId, code: &str) -> Result<(), Error> {
    let attempt = attempts::count_code(app, guesser).await?;
    let code = tidied(code)?;
    transact!(app.metadata(), |tx| {
        let factor = store::find(tx, user).await?.filter(|factor| factor.confirmed_at.is_some()).ok_or(Error::Off)?;
        use_code(app, tx, actor, &factor, &code).await
    })?;
    attempt.forgive(app).await;
    Ok(())
}

/// Uses a code up, of the app or of the paper; of two requests with the same code, one is refused.
async fn use_code(app: &App, tx: &Transaction, actor: &Actor, factor: &Factor, code: &str) -> Result<(), Error> {
    let user = factor.user_id;
    if code::is_digits(code) {
        let step = code::step_of(app, user, &factor.sealed_secret, code, app.now())?.ok_or(Error::CodeWrong)?;
        return if store::use_step(tx, user, step).await? { Ok(()) } else { Err(Error::CodeWrong) };
    }
    if !recovery::take(app, tx, user, code).await? {
        return Err(Error::CodeWrong);
    }
    let left = store::count_codes(tx, user).await?;
    let email = get_user(tx, user).await?.email;
    let change = Change::new("second_factor.recover").on(user.0).details(json!({ "name": email, "left": left }));
    Ok(audit::record(app, tx, actor, change).await?)
}

/// Returns who asks, where they have a second factor.
async fn in_force(tx: &Transaction, account: &Account) -> Result<UserRow, Error> {
    if !store::is_on(tx, account.user).await? {
        return Err(Error::Off);
    }
    Ok(get_user(tx, account.user).await?)
}

/// Returns whether a text is longer than any code.
pub(crate) fn is_too_long(code: &str) -> bool {
    code.chars().count() > MOST_CHARACTERS
}

/// Removes what people add when they copy a code from an app or from paper.
fn tidied(code: &str) -> Result<String, Error> {
    if is_too_long(code) {
        return Err(Error::CodeWrong);
    }
    Ok(code.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect::<String>().to_lowercase())
}

async fn record(account: &Account, tx: &Transaction, action: &'static str, user: &UserRow) -> Result<(), Error> {
    let change = Change::new(action).on(user.id.0).details(json!({ "name": user.email }));
    Ok(audit::record(account.app(), tx, &account.actor, change).await?)
}
