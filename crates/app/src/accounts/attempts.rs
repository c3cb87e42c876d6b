//! Attempts at what could be guessed, and requests that send mail: how often they may come.

use super::Error;
use crate::{
    App,
    audit::Actor,
    limits::{self, Limit, Rate},
};

/// Attempts for one address and account: a few at once, then one a minute.
const ACCOUNT: Rate = Rate { burst: 10, every_seconds: 60 };
/// Attempts from one address, whatever the account: an office behind one address is many people.
const ADDRESS: Rate = Rate { burst: 100, every_seconds: 6 };
/// Mails to one person, whoever asks for them.
const MAILS: Rate = Rate { burst: 5, every_seconds: 300 };

/// An attempt that was counted.
pub(crate) struct Attempt {
    by_account: Limit,
    by_address: Limit,
}

/// Counts an attempt at `what` concerning `whom`, or refuses it.
pub(crate) async fn count(app: &App, actor: &Actor, what: &'static str, whom: &str) -> Result<Attempt, Error> {
    let network = limits::network(actor.address);
    let by_address = Limit::new(what, &network, ADDRESS);
    let by_account = Limit::new(what, &format!("{network} {whom}"), ACCOUNT);
    let both = [by_address.clone(), by_account.clone()];
    app.limits().count(&both, app.now()).await.map_err(Error::TooManyAttempts)?;
    Ok(Attempt { by_account, by_address })
}

/// Counts a request from an address, whomever it concerns.
pub(crate) async fn count_address(app: &App, actor: &Actor, what: &'static str) -> Result<(), Error> {
    let limit = Limit::new(what, &limits::network(actor.address), ADDRESS);
    app.limits().count(&[limit], app.now()).await.map_err(Error::TooManyAttempts)
}

/// Returns whether a mail may go to somebody who has not asked for it themselves as far as we know.
///
/// The answer must not tell: what is too much is not sent, silently.
pub(crate) async fn may_mail(app: &App, email_key: &str) -> bool {
    app.limits().count(&[Limit::new("mail", email_key, MAILS)], app.now()).await.is_ok()
}

impl Attempt {
    /// Forgives the attempts: who made them has proved to be the right one.
    pub(crate) async fn forgive(&self, app: &App) {
        app.limits().forgive(&self.by_account).await;
        app.limits().give_back(&self.by_address).await;
    }
}
