//! The mail that invites somebody.

use analytics_model::InvitationId;

use crate::App;

/// What the mail to somebody who was invited tells.
// Not Debug: the token must not reach a log.
pub(super) struct Invited {
    /// The address it goes to.
    pub(super) email: String,
    /// The organization's name.
    pub(super) organization: String,
    /// Who invites, as people know them.
    pub(super) inviter: String,
    /// What stands behind `/invitation#token=` in the link; nowhere else is it to be had.
    pub(super) token: String,
    /// For the log.
    pub(super) id: InvitationId,
}

/// Tells somebody that they were invited: after the invitation was stored, and beside the request.
pub(super) fn notify_invited(_app: &App, invited: Invited) {
    tracing::info!(
        invitation = %invited.id,
        organization = invited.organization,
        inviter = invited.inviter,
        "somebody was invited"
    );
    #[cfg(test)]
    sent::keep(&invited.email, invited.token);
    #[cfg(not(test))]
    drop((invited.email, invited.token));
}

#[cfg(test)]
pub(crate) use sent::tokens_sent_to;

/// What was sent, for tests to open.
#[cfg(test)]
mod sent {
    use std::sync::{Mutex, PoisonError};

    static SENT: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

    pub(super) fn keep(email: &str, token: String) {
        SENT.lock().unwrap_or_else(PoisonError::into_inner).push((email.to_owned(), token));
    }

    /// Returns the tokens that were sent to an address, oldest first. Tests run at once: each takes its own address.
    pub(crate) fn tokens_sent_to(email: &str) -> Vec<String> {
        let sent = SENT.lock().unwrap_or_else(PoisonError::into_inner);
        sent.iter().filter(|(to, _)| to == email).map(|(_, token)| token.clone()).collect()
    }
}
