//! An account whose address nobody had proved, and its owner, who has.

use metadata_store::Transaction;

use super::{
    Error, credentials, second_factor,
    service::Prepared,
    store::{self, UserRow},
};
use crate::{App, audit::Actor};

/// Hands an account to who has proved that its address is theirs: by a link from a mail to it, by an invitation, or by
/// a provider that has verified it.
///
/// Whoever made the account had proved nothing. They may have waited for the owner to come, and must not come in beside
/// them: no password, session, link, second factor or provider of theirs stays. The owner's password and names come
/// with `chosen`; without it there is no password.
pub(crate) async fn hand_over(
    app: &App,
    tx: &Transaction,
    actor: &Actor,
    user: &UserRow,
    chosen: Option<&Prepared>,
) -> Result<UserRow, Error> {
    let chosen = chosen.map(|Prepared(row)| row.clone());
    let (first_name, last_name, name) = match &chosen {
        Some(row) => (row.first_name.clone(), row.last_name.clone(), row.name.clone()),
        None => (user.first_name.clone(), user.last_name.clone(), user.name.clone()),
    };
    let owned = UserRow {
        password_hash: chosen.and_then(|row| row.password_hash),
        first_name,
        last_name,
        name,
        auth_provider: None,
        auth_provider_id: None,
        email_verified: true,
        verification_token: None,
        verification_expires_at: None,
        updated_at: app.now(),
        ..user.clone()
    };
    let owned = store::update(tx, owned).await?;
    credentials::replaced(app, tx, actor, user.id, None).await?;
    second_factor::remove(app, tx, actor, user).await?;
    Ok(owned)
}
