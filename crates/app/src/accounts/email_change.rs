//! Changing one's e-mail address: the new one counts once its owner has confirmed it.

use axum::http::StatusCode;
use chrono::TimeDelta;
use http_kit::{Json, Problems, Result};
use metadata_store::{OnUnique, transact};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Account, Error,
    attempts::{self, Mail},
    letters,
    proof::{self, Given},
    rules,
    store::{
        self, UserRow,
        tokens::{self, EmailChangeRow},
    },
};
use crate::{
    App,
    audit::{self, Actor, Change},
    secret,
};

/// How long the link to a new address works.
const LINK: TimeDelta = TimeDelta::hours(24);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(request, withdraw))
}

/// A new address, and what proves that one may set it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmailChange {
    #[schema(example = "ada@example.com")]
    email: String,
    /// One's password; not needed where a proof was given lately by `POST /me/proof`.
    #[schema(format = Password)]
    password: Option<String>,
    /// What the second factor's app shows, or a recovery code; for accounts that have a second factor.
    #[schema(example = "123456")]
    code: Option<String>,
}

/// Asks for another e-mail address. It counts once the link in the mail to it was opened; the address so far is told.
#[utoipa::path(post, path = "/me/email", tag = "accounts", operation_id = "change_email",
    responses((status = 202, description = "A mail is on its way to the new address."), Problems))]
async fn request(account: Account, Json(change): Json<EmailChange>) -> Result<StatusCode> {
    let app = account.app();
    let given = Given::of(change.password.as_deref(), change.code.as_deref(), "password")?;
    proof::give_any(&account, given).await?;
    proof::require(app.db(), account.session, app.now()).await?;
    let user = store::get(app.db(), account.user).await.map_err(Error::from)?;
    let email = change.email.trim().to_owned();
    if let Some(error) = rules::check_mailable(&email) {
        return Err(Error::Invalid(vec![error]).into());
    }
    let allowed = rules::allowed_domains(app);
    let own: Vec<String> = user.email.rsplit_once('@').map(|(_, host)| host.to_owned()).into_iter().collect();
    if !allowed.is_empty() && !rules::is_of(&email, &allowed) && !rules::is_of(&email, &own) {
        return Err(Error::field("email", "domain", "must be of a domain that accounts are open to").into());
    }
    attempts::count_own_mail(app, user.id).await?;
    let (now, token) = (app.now(), secret::generate());
    let taken: std::result::Result<bool, Error> = transact!(app.metadata(), |tx| {
        // A new password since would have voided this, so it must not come after it.
        proof::require(tx, account.session, now).await?;
        let row = EmailChangeRow {
            id: app.clock().new_id(),
            user_id: user.id,
            email: email.clone(),
            token: secret::hash(&token),
            created_at: now,
            expires_at: now + LINK,
        };
        tokens::delete_email_change(tx, user.id).await?;
        tokens::insert_email_change(tx, row).await?;
        let change = Change::new("email.request_change")
            .on(user.id.0)
            .details(json!({ "name": user.email, "new": rules::masked(&email) }));
        audit::record(app, tx, &account.actor, change).await?;
        Ok(store::find_by_email(tx, &rules::key_of(&email)).await?.is_some())
    });
    let taken = taken?;
    if attempts::may_mail(app, Mail::NewAddress, &rules::key_of(&email)).await {
        app.send_mail(match taken {
            true => letters::have_one_already(app, &email),
            false => letters::confirm_new_address(app, &user, &email, &token),
        });
    }
    // Whoever reads the mail of the address so far has a day to stop what they have not asked for.
    app.send_mail(letters::address_change_asked(app, &user.email, &email));
    Ok(StatusCode::ACCEPTED)
}

/// Keeps the address one has: the link to the new one is void.
#[utoipa::path(delete, path = "/me/email", tag = "accounts", operation_id = "withdraw_email_change",
    responses((status = 204, description = "Withdrawn."), Problems))]
async fn withdraw(account: Account) -> Result<StatusCode> {
    let app = account.app();
    let withdrawn: std::result::Result<(), Error> = transact!(app.metadata(), |tx| {
        let Some(row) = tokens::email_change_of(tx, account.user).await? else { return Ok(()) };
        tokens::delete_email_change(tx, account.user).await?;
        let details = json!({ "name": rules::masked(&row.email) });
        let change = Change::new("email.withdraw_change").on(account.user.0).details(details);
        Ok(audit::record(app, tx, &account.actor, change).await?)
    });
    withdrawn?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives an account its new address, by the hash of the link's token.
pub(super) async fn confirm(app: &App, actor: &Actor, token_hash: &str) -> std::result::Result<(), Error> {
    let changed: std::result::Result<(String, String), Error> = transact!(app.metadata(), |tx| {
        let row = tokens::find_email_change(tx, token_hash).await?.ok_or(Error::LinkInvalid)?;
        let old = store::get(tx, row.user_id).await?;
        if row.expires_at <= app.now() || !old.is_active {
            return Err(Error::LinkInvalid);
        }
        tokens::delete_email_change(tx, old.id).await?;
        // Links to a new password went to the old address.
        tokens::void_resets(tx, old.id).await?;
        let new = UserRow {
            email: row.email.clone(),
            email_key: rules::key_of(&row.email),
            email_verified: true,
            updated_at: app.now(),
            ..old.clone()
        };
        let new = store::update(tx, new).await.on_unique("users_email_key", || Error::LinkInvalid)?;
        let change = Change::new("email.change")
            .on(new.id.0)
            .changed(&json!({ "email": old.email }), &json!({ "email": new.email }))
            .details(json!({ "name": new.email }));
        audit::record(app, tx, &actor.clone().known_as(new.id), change).await?;
        Ok((old.email, new.email))
    });
    let (old, new) = changed?;
    app.send_mail(letters::address_changed(&old, &new));
    Ok(())
}
