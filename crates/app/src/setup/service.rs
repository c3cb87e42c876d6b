//! The one claim.

use analytics_model::UserId;
use metadata_store::transact;
use serde_json::json;

use super::{Error, routes::Claim};
use crate::{
    App,
    accounts::{self, Device, NewUser, SessionToken},
    audit::{self, Actor, Change},
    tenancy,
};

/// Returns whether the instance has an account, and so belongs to somebody.
pub async fn is_claimed(app: &App) -> Result<bool, Error> {
    Ok(accounts::any_user(app.db()).await?)
}

/// Makes the secret for the link `/claim#token=…` to print, where nobody has claimed the instance yet.
///
/// Call it once at start: a second ticket makes the first one void.
pub async fn issue_ticket(app: &App) -> Result<Option<String>, Error> {
    if is_claimed(app).await? {
        return Ok(None);
    }
    Ok(Some(app.ticket().issue()))
}

/// Makes an admin without a ticket, for the command line: who may run it there may have everything anyway.
///
/// Like who claims, the admin owns the first organization; without that there would be nothing to see.
pub async fn create_admin(app: &App, new: NewUser) -> Result<UserId, Error> {
    let prepared = accounts::prepare(app, NewUser { is_admin: true, ..new }).await?;
    transact!(app.metadata(), |tx| {
        let user = accounts::insert(tx, &prepared).await?;
        tenancy::claim(app, tx, user.id, "").await?;
        audit::record(app, tx, &Actor::system(), claimed_by(&user)).await?;
        Ok(user.id)
    })
}

/// Makes the first admin, the owner of the first organization, and signs them in.
pub(super) async fn claim(
    app: &App,
    device: &Device,
    claim: Claim,
) -> Result<(accounts::UserRow, SessionToken), Error> {
    if is_claimed(app).await? {
        return Err(Error::AlreadyClaimed);
    }
    if !app.ticket().is(&claim.token) {
        return Err(Error::TokenWrong);
    }
    if let Some(error) = tenancy::check_organization_name(&claim.organization) {
        return Err(tenancy::Error::Invalid(vec![error]).into());
    }
    let new = NewUser {
        email: claim.email,
        password: claim.password,
        first_name: claim.first_name,
        last_name: claim.last_name,
        is_admin: true,
    };
    let prepared = accounts::prepare(app, new).await?;
    let claimed: Result<_, Error> = transact!(app.metadata(), |tx| {
        // Asked again inside: of two claims at once, the second sees the first one's account here.
        if accounts::any_user(tx).await? {
            return Err(Error::AlreadyClaimed);
        }
        let user = accounts::insert(tx, &prepared).await?;
        tenancy::claim(app, tx, user.id, &claim.organization).await?;
        audit::record(app, tx, &device.actor.clone().known_as(user.id), claimed_by(&user)).await?;
        let session = accounts::start_session(app, tx, user.id, device).await?;
        Ok((user, session))
    });
    let claimed = claimed?;
    app.ticket().withdraw();
    Ok(claimed)
}

/// What the trail tells of a new admin.
fn claimed_by(user: &accounts::UserRow) -> Change {
    let values = json!({ "email": user.email, "name": user.name, "is_admin": user.is_admin });
    Change::new("instance.claim").on(user.id.0).new_values(&values).details(json!({ "name": user.email }))
}
