//! Passwords: changing one's own, and setting a new one where it was forgotten.

use analytics_model::UserId;
use axum::{extract::State, http::StatusCode};
use chrono::TimeDelta;
use http_kit::{Json, Problems, Result};
use metadata_store::{Transaction, transact};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Account, Device, Error, attempts, letters, password,
    registration::Addressee,
    sessions,
    store::{
        self, UserRow,
        tokens::{self, ResetRow},
    },
};
use crate::{
    App,
    audit::{self, Actor, Change},
    secret, system,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(change)).routes(routes!(request)).routes(routes!(confirm))
}

/// A new password, and the proof that one may set it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    #[schema(format = Password)]
    current_password: String,
    /// 10 characters at least, 72 bytes at most.
    #[schema(format = Password)]
    new_password: String,
}

/// Changes one's password. All other sessions end, the one that asks goes on.
#[utoipa::path(post, path = "/me/password", tag = "accounts", operation_id = "change_password",
    responses((status = 204, description = "Changed."), Problems))]
async fn change(account: Account, Json(change): Json<PasswordChange>) -> Result<StatusCode> {
    let app = account.app();
    let user = prove(&account, "current_password", &change.current_password).await?;
    if let Some(error) = password::check_rules(&change.new_password, &user.email) {
        return Err(Error::field("new_password", error.code, &error.detail).into());
    }
    let hash = app.passwords().hash(&change.new_password).await?;
    let changed: std::result::Result<(), Error> = transact!(app.metadata(), |tx| {
        // Two changes at once: the second one's proof is of a password that is no more.
        if store::get(tx, user.id).await?.password_hash != user.password_hash {
            return Err(Error::field("current_password", "wrong", "is not your password"));
        }
        replace(app, tx, &account.actor, &user, &hash, Some(account.session)).await?;
        let change = Change::new("password.change").on(user.id.0).details(json!({ "name": user.email }));
        Ok(audit::record(app, tx, &account.actor, change).await?)
    });
    changed?;
    app.forget_authority();
    app.send_mail(letters::password_changed(app, &user.email));
    Ok(StatusCode::NO_CONTENT)
}

/// Asks somebody who is signed in for their password once more; says in `field` that it is wrong.
pub(super) async fn prove(account: &Account, field: &str, password: &str) -> std::result::Result<UserRow, Error> {
    let app = account.app();
    let attempt = attempts::count(app, &account.actor, "prove", &account.user.to_string()).await?;
    let user = store::get(app.db(), account.user).await?;
    let Some(hash) = &user.password_hash else { return Err(Error::NoPassword) };
    if !app.passwords().verify(password, Some(hash)).await? {
        let details = json!({ "name": user.email, "reason": "the password asked for once more was wrong" });
        audit::refused(app, &account.actor, Change::new("password.refused").on(user.id.0).details(details));
        return Err(Error::field(field, "wrong", "is not your password"));
    }
    attempt.forgive(app).await;
    Ok(user)
}

/// Replaces a password; all sessions but one end, and all links to new passwords are void.
async fn replace(
    app: &App,
    tx: &Transaction,
    actor: &Actor,
    user: &UserRow,
    hash: &str,
    but: Option<analytics_model::UserSessionId>,
) -> std::result::Result<(), Error> {
    store::set_password(tx, user.id, hash, app.now()).await?;
    tokens::void_resets(tx, user.id).await?;
    sessions::service::end_all_in(app, tx, actor, user.id, but).await?;
    Ok(())
}

/// Asks for a link to a new password. The answer is the same whether or not anybody has this address.
#[utoipa::path(post, path = "/password_resets", tag = "accounts", security(()), operation_id = "request_password_reset",
    responses((status = 202, description = "If there is an account, a mail is on its way."), Problems))]
async fn request(State(app): State<App>, device: Device, Json(to): Json<Addressee>) -> Result<StatusCode> {
    let email_key = to.key()?;
    attempts::count(&app, &device.actor, "reset", &email_key).await?;
    let actor = device.actor;
    // Beside the answer, which takes the same time whoever it is.
    app.clone().mail().beside(async move {
        if let Err(error) = send(&app, &actor, &email_key).await {
            tracing::warn!(%error, "a link to a new password could not be made");
        }
    });
    Ok(StatusCode::ACCEPTED)
}

async fn send(app: &App, actor: &Actor, email_key: &str) -> std::result::Result<(), Error> {
    if !attempts::may_mail(app, email_key).await {
        return Ok(());
    }
    let life = TimeDelta::minutes(system::settings(app).await.password_reset_minutes.into());
    let letter: std::result::Result<_, Error> = transact!(app.metadata(), |tx| {
        let Some(user) = store::find_by_email(tx, email_key).await?.filter(|user| user.is_active) else {
            return Ok(None);
        };
        let change = Change::new("password.request_reset").on(user.id.0).details(json!({ "name": user.email }));
        audit::record(app, tx, actor, change).await?;
        if signs_in_elsewhere(&user) {
            return Ok(Some(letters::signs_in_elsewhere(app, &user)));
        }
        let token = issue(app, tx, user.id, life).await?;
        Ok(Some(letters::reset(app, &user.email, &token, life)))
    });
    if let Some(letter) = letter? {
        app.send_mail(letter);
    }
    Ok(())
}

/// Who signs in elsewhere only must not get a password here: whoever reads their mail would get past the other place.
fn signs_in_elsewhere(user: &UserRow) -> bool {
    user.password_hash.is_none() && user.auth_provider.is_some()
}

/// Makes a link to a new password; those before it are void.
pub(super) async fn issue(
    app: &App,
    tx: &Transaction,
    user: UserId,
    life: TimeDelta,
) -> std::result::Result<String, Error> {
    let (now, token) = (app.now(), secret::generate());
    tokens::void_resets(tx, user).await?;
    let row = ResetRow {
        id: app.clock().new_id(),
        user_id: user,
        token: secret::hash(&token),
        created_at: now,
        expires_at: now + life,
        is_used: false,
    };
    tokens::insert_reset(tx, row).await?;
    Ok(token)
}

/// A new password, and the link's token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reset {
    #[schema(format = Password)]
    token: String,
    /// 10 characters at least, 72 bytes at most.
    #[schema(format = Password)]
    password: String,
}

/// Sets a new password by a link from a mail. Works once; all sessions end.
#[utoipa::path(post, path = "/password_resets/confirm", tag = "accounts", security(()),
    operation_id = "confirm_password_reset",
    responses((status = 204, description = "Set: sign in with it."), Problems))]
async fn confirm(State(app): State<App>, device: Device, Json(reset): Json<Reset>) -> Result<StatusCode> {
    attempts::count_address(&app, &device.actor, "confirm_reset").await?;
    let token_hash = secret::hash(&reset.token);
    let user = usable(&app, app.db(), &token_hash).await?;
    if let Some(error) = password::check_rules(&reset.password, &user.email) {
        return Err(Error::Invalid(vec![error]).into());
    }
    let hash = app.passwords().hash(&reset.password).await?;
    let set: std::result::Result<(), Error> = transact!(app.metadata(), |tx| {
        // Asked again inside: of two at once, the second finds the link used.
        let user = usable(&app, tx, &token_hash).await?;
        let actor = device.actor.clone().known_as(user.id);
        replace(&app, tx, &actor, &user, &hash, None).await?;
        if !user.email_verified {
            // The mail has arrived, so the address is theirs.
            let user = UserRow {
                email_verified: true,
                verification_token: None,
                verification_expires_at: None,
                ..store::get(tx, user.id).await?
            };
            store::update(tx, user).await?;
        }
        let change = Change::new("password.reset").on(user.id.0).details(json!({ "name": user.email }));
        Ok(audit::record(&app, tx, &actor, change).await?)
    });
    set?;
    app.forget_authority();
    app.send_mail(letters::password_changed(&app, &user.email));
    Ok(StatusCode::NO_CONTENT)
}

/// Returns whose new password a link sets, while it works.
async fn usable(app: &App, db: &impl tokens::Db, token_hash: &str) -> std::result::Result<UserRow, Error> {
    let row = tokens::find_reset(db, token_hash).await?.ok_or(Error::LinkInvalid)?;
    if row.is_used || row.expires_at <= app.now() {
        return Err(Error::LinkInvalid);
    }
    let user = store::get(db, row.user_id).await?;
    if !user.is_active || signs_in_elsewhere(&user) {
        return Err(Error::LinkInvalid);
    }
    Ok(user)
}
