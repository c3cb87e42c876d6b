//! Attempts at what could be guessed, and requests that send mail: how often they may come.
//!
//! Guesses at one account are counted together, from wherever they come. So that nobody locks its owner out by
//! guessing, a device or a network that the owner has signed in from has a count of its own.

use analytics_model::{UserId, UserSessionId};

use super::{Device, Error, store::sessions as store};
use crate::{
    App,
    audit::Actor,
    limits::{self, Limit, Rate},
};

/// Attempts from one place at one account: a few at once, then one a minute.
const ACCOUNT: Rate = Rate { burst: 10, every_seconds: 60 };
/// Attempts at one account from all places together that its owner has not signed in from.
const STRANGERS: Rate = Rate { burst: 20, every_seconds: 120 };
/// Attempts from one address, whatever the account: an office behind one address is many people.
const ADDRESS: Rate = Rate { burst: 100, every_seconds: 6 };
/// Codes of a second factor: six digits could be guessed.
const CODES: Rate = Rate { burst: 5, every_seconds: 60 };
/// Proofs in one session that it is still its owner.
const PROOFS: Rate = Rate { burst: 5, every_seconds: 60 };
/// Proofs in all sessions of one account: who can open sessions without the password must not find it by them.
const ALL_PROOFS: Rate = Rate { burst: 30, every_seconds: 120 };
/// Mails to one person, whoever asks for them.
const MAILS: Rate = Rate { burst: 5, every_seconds: 300 };

/// Somebody who guesses at one account: whose guesses are counted together.
#[derive(Debug, Clone)]
pub(crate) struct Guesser {
    /// The account: an id, or what was typed where nobody has it. A username and an address of one account are one.
    whom: String,
    /// The place that the guesses come from.
    place: String,
    /// Whether the owner has signed in from this place.
    is_known: bool,
    /// Whether the place is a browser that has shown its cookie, and not a network that others share.
    is_device: bool,
}

/// An attempt that was counted.
pub(crate) struct Attempt {
    /// What the right answer forgives.
    own: Limit,
    /// What others guess against too: only this attempt is taken back.
    shared: Vec<Limit>,
}

impl Guesser {
    /// Returns who guesses at somebody's account, or at a name that nobody has.
    pub(super) async fn at(app: &App, device: &Device, user: Option<UserId>, name: &str) -> Result<Self, Error> {
        let network = limits::network(device.actor.address);
        let whom = user.map_or_else(|| name.to_owned(), |user| user.to_string());
        if let Some(id) = user.and_then(|user| device.known_as(user)) {
            return Ok(Self { whom, place: format!("device {id}"), is_known: true, is_device: true });
        }
        // Asked for nobody as well, so that it takes the same time.
        let asked = user.unwrap_or(UserId(uuid::Uuid::nil()));
        let addresses = store::addresses_of(app.db(), asked, app.now()).await?;
        let is_known = addresses.iter().any(|address| limits::network(address.parse().ok()) == network);
        Ok(Self { whom, place: network, is_known, is_device: false })
    }

    /// Returns who proves in a session that they are its owner: nobody else can.
    pub(super) fn within(session: UserSessionId, user: UserId) -> Self {
        Self { whom: user.to_string(), place: format!("session {session}"), is_known: true, is_device: true }
    }

    fn own(&self, what: &'static str, rate: Rate) -> Limit {
        Limit::new(what, &format!("{} {}", self.place, self.whom), rate)
    }

    /// Returns what everybody shares who guesses at this account from places that its owner does not know.
    fn shared(&self, what: &'static str, rate: Rate) -> Limit {
        Limit::new(what, &format!("all {}", self.whom), rate)
    }
}

/// Counts a guess at somebody's password, or refuses it.
pub(super) async fn count_guess(app: &App, actor: &Actor, guesser: &Guesser) -> Result<Attempt, Error> {
    let what = "sign_in";
    let mut shared = Vec::new();
    if !guesser.is_device {
        shared.extend(limits::of_networks(what, actor.address, ADDRESS));
    }
    if !guesser.is_known {
        shared.push(guesser.shared(what, STRANGERS));
    }
    Attempt::counted(app, guesser.own(what, ACCOUNT), shared).await
}

/// Counts a guess at a code of a second factor, by somebody who knows the password.
pub(crate) async fn count_code(app: &App, guesser: &Guesser) -> Result<Attempt, Error> {
    let what = "second_factor";
    let own = if guesser.is_known { guesser.own(what, CODES) } else { guesser.shared(what, CODES) };
    Attempt::counted(app, own, Vec::new()).await
}

/// Counts an attempt to prove in a session that one is its owner.
pub(super) async fn count_proof(app: &App, guesser: &Guesser) -> Result<Attempt, Error> {
    let what = "proof";
    Attempt::counted(app, guesser.own(what, PROOFS), vec![guesser.shared(what, ALL_PROOFS)]).await
}

/// Counts a request that sends a mail to `whom`.
pub(super) async fn count_request(app: &App, actor: &Actor, what: &'static str, whom: &str) -> Result<(), Error> {
    let own = Limit::new(what, &format!("{} {whom}", limits::network(actor.address)), ACCOUNT);
    Attempt::counted(app, own, limits::of_networks(what, actor.address, ADDRESS)).await.map(|_| ())
}

/// Counts a request from an address, whomever it concerns.
pub(super) async fn count_address(app: &App, actor: &Actor, what: &'static str) -> Result<(), Error> {
    let limits = limits::of_networks(what, actor.address, ADDRESS);
    app.limits().count(&limits, app.now()).await.map_err(Error::TooManyAttempts)
}

/// Counts a request of somebody who is signed in that sends mail.
pub(super) async fn count_own_mail(app: &App, user: UserId) -> Result<(), Error> {
    let limit = Limit::new("own_mail", &user.to_string(), MAILS);
    app.limits().count(&[limit], app.now()).await.map_err(Error::TooManyAttempts)
}

/// What a mail is about that anybody can ask for. Each has a count of its own: who uses one up stops no other.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mail {
    Registration,
    Reset,
    NewAddress,
}

/// Returns whether a mail may go to somebody who has not asked for it themselves as far as we know.
///
/// The answer must not tell: what is too much is not sent, silently.
pub(super) async fn may_mail(app: &App, mail: Mail, email_key: &str) -> bool {
    let what = match mail {
        Mail::Registration => "mail_registration",
        Mail::Reset => "mail_reset",
        Mail::NewAddress => "mail_new_address",
    };
    app.limits().count(&[Limit::new(what, email_key, MAILS)], app.now()).await.is_ok()
}

impl Attempt {
    async fn counted(app: &App, own: Limit, shared: Vec<Limit>) -> Result<Self, Error> {
        let all: Vec<Limit> = std::iter::once(own.clone()).chain(shared.iter().cloned()).collect();
        app.limits().count(&all, app.now()).await.map_err(Error::TooManyAttempts)?;
        Ok(Self { own, shared })
    }

    /// Forgives the attempts: who made them has proved to be the right one. What strangers have guessed stays counted.
    pub(crate) async fn forgive(&self, app: &App) {
        app.limits().forgive(&self.own).await;
        for limit in &self.shared {
            app.limits().give_back(limit).await;
        }
    }
}
