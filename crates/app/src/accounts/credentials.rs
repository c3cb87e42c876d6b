//! What was begun with old credentials ends with them.

use analytics_model::{UserId, UserSessionId};
use metadata_store::Transaction;

use super::{
    Error, second_factor, sessions,
    store::{sessions as store_sessions, tokens},
};
use crate::{App, audit::Actor};

/// Ends all that was begun with credentials that count no longer: call it wherever a password is replaced, an account
/// is closed or changes hands, or somebody else takes a second factor away.
///
/// Other sessions end with their refresh tokens. So do links to a new password, a change of address that waits, a
/// second factor that nobody has confirmed, and a connection to a provider that is on its way. One session may go on:
/// what it has proved so far counts no longer.
pub(super) async fn replaced(
    app: &App,
    tx: &Transaction,
    actor: &Actor,
    user: UserId,
    goes_on: Option<UserSessionId>,
) -> Result<(), Error> {
    void_begun(tx, user).await?;
    sessions::service::end_all_in(app, tx, actor, user, goes_on).await?;
    if let Some(session) = goes_on {
        // A connection to a provider that was begun under this proof can't be finished without it.
        store_sessions::set_proved(tx, session, None).await?;
    }
    Ok(())
}

/// Ends what waits for a click or a code, and leaves sessions.
pub(super) async fn void_begun(tx: &Transaction, user: UserId) -> Result<(), Error> {
    tokens::void_resets(tx, user).await?;
    tokens::delete_email_change(tx, user).await?;
    second_factor::forget_unconfirmed(tx, user).await?;
    Ok(())
}
