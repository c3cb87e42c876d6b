//! Passwords: changing one's own, and setting a new one where it was forgotten.

use analytics_model::UserId;
use axum::{
    extract::State,
    http::StatusCode,
    response::{AppendHeaders, IntoResponse},
};
use chrono::TimeDelta;
use http_kit::{Json, Problems, Result};
use metadata_store::{Transaction, transact};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Account, Device, Error, SignInProvider,
    attempts::{self, Mail},
    credentials, identity, letters, password,
    proof::{self, Given},
    registration::Addressee,
    second_factor,
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
    OpenApiRouter::new().routes(routes!(change)).routes(routes!(request)).routes(routes!(open)).routes(routes!(confirm))
}

/// A new password, and what proves that one may set it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    /// The password one has; not needed where a proof was given lately by `POST /me/proof`.
    #[schema(format = Password)]
    current_password: Option<String>,
    /// What the second factor's app shows, or a recovery code; for accounts that have a second factor.
    #[schema(example = "123456")]
    code: Option<String>,
    /// 10 characters at least, 72 bytes at most.
    #[schema(format = Password)]
    new_password: String,
}

/// Changes one's password. All other sessions end, the one that asks goes on. All that waits for a link to be opened
/// is void.
#[utoipa::path(post, path = "/me/password", tag = "accounts", operation_id = "change_password",
    responses((status = 204, description = "Changed."), Problems))]
async fn change(account: Account, device: Device, Json(change): Json<PasswordChange>) -> Result<impl IntoResponse> {
    let app = account.app();
    let PasswordChange { current_password, code, new_password } = change;
    let given = Given::of(current_password.as_deref(), code.as_deref(), "current_password")?;
    let user = store::get(app.db(), account.user).await.map_err(Error::from)?;
    if user.password_hash.is_none() {
        // Whoever signs in elsewhere would get past the other place with a password.
        return Err(Error::NoPassword.into());
    }
    proof::give_any(&account, given).await?;
    proof::require(app.db(), account.session, app.now()).await?;
    if let Some(error) = password::check_rules(&new_password, &user.email) {
        return Err(Error::field("new_password", error.code, &error.detail).into());
    }
    let hash = app.passwords().hash(&new_password).await?;
    let changed: std::result::Result<(), Error> = transact!(app.metadata(), |tx| {
        // Hashing takes a while: of two changes at once, the second one's proof is void by the first.
        proof::require(tx, account.session, app.now()).await?;
        store::set_password(tx, user.id, &hash, app.now()).await?;
        credentials::replaced(app, tx, &account.actor, user.id, Some(account.session)).await?;
        let change = Change::new("password.change").on(user.id.0).details(json!({ "name": user.email }));
        Ok(audit::record(app, tx, &account.actor, change).await?)
    });
    changed?;
    app.forget_authority();
    app.send_mail(letters::password_changed(app, &user));
    Ok((StatusCode::NO_CONTENT, AppendHeaders([device.remember(user.id)])))
}

/// Asks for a link to a new password. The answer is the same whether or not anybody has this address.
#[utoipa::path(post, path = "/password_resets", tag = "accounts", security(()), operation_id = "request_password_reset",
    responses((status = 202, description = "If there is an account, a mail is on its way."), Problems))]
async fn request(State(app): State<App>, device: Device, Json(to): Json<Addressee>) -> Result<StatusCode> {
    let email_key = to.key()?;
    attempts::count_request(&app, &device.actor, "reset", &email_key).await?;
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
    if !attempts::may_mail(app, Mail::Reset, email_key).await {
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

/// Makes a link to a new password. Those before it go on working until one of them is used, or until they are too old:
/// anybody can ask for a link, and must not make void what its owner is about to open.
pub(super) async fn issue(
    app: &App,
    tx: &Transaction,
    user: UserId,
    life: TimeDelta,
) -> std::result::Result<String, Error> {
    let (now, token) = (app.now(), secret::generate());
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

/// The token of a link from a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResetToken {
    #[schema(format = Password)]
    token: String,
}

/// What a link sets the password of.
#[derive(Serialize, ToSchema)]
struct OpenReset {
    /// Whose password it is.
    email: String,
    /// The provider that signs this account in beside the password; null where there is none.
    #[schema(required = true)]
    provider: Option<SignInProvider>,
    /// Whether a code is asked for beside the password: a new password does not change that.
    has_second_factor: bool,
}

/// Tells what a link to a new password is for, and which provider signs the account in beside the password.
#[utoipa::path(post, path = "/password_resets/open", tag = "accounts", security(()),
    operation_id = "open_password_reset",
    responses((status = 200, body = OpenReset, description = "What it is for."), Problems))]
async fn open(State(app): State<App>, device: Device, Json(link): Json<ResetToken>) -> Result<Json<OpenReset>> {
    attempts::count_address(&app, &device.actor, "confirm_reset").await?;
    let user = usable(&app, app.db(), &secret::hash(&link.token)).await?;
    let has_second_factor = second_factor::is_on(app.db(), user.id).await.map_err(Error::from)?;
    let provider = user.auth_provider.as_deref().filter(|_| identity::linked(&user));
    let provider = provider.map(|id| SignInProvider::called(&app, id));
    Ok(Json(OpenReset { email: user.email, provider, has_second_factor }))
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
    /// Whether the provider that signs the account in beside the password is disconnected: say so where it is not
    /// yours.
    #[serde(default)]
    disconnect: bool,
}

/// Sets a new password by a link from a mail. Works once; all sessions end, and all that waits for a link to be opened
/// is void.
#[utoipa::path(post, path = "/password_resets/confirm", tag = "accounts", security(()),
    operation_id = "confirm_password_reset",
    responses((status = 204, description = "Set: sign in with it."), Problems))]
async fn confirm(State(app): State<App>, device: Device, Json(reset): Json<Reset>) -> Result<impl IntoResponse> {
    attempts::count_address(&app, &device.actor, "confirm_reset").await?;
    let token_hash = secret::hash(&reset.token);
    let user = usable(&app, app.db(), &token_hash).await?;
    if let Some(error) = password::check_rules(&reset.password, &user.email) {
        return Err(Error::Invalid(vec![error]).into());
    }
    let hash = app.passwords().hash(&reset.password).await?;
    let set: std::result::Result<UserRow, Error> = transact!(app.metadata(), |tx| {
        // Asked again inside: of two at once, the second finds the link used.
        let user = usable(&app, tx, &token_hash).await?;
        let actor = device.actor.clone().known_as(user.id);
        if reset.disconnect && identity::linked(&user) {
            identity::disconnect(&app, tx, &actor, &user).await?;
        }
        let user = UserRow {
            password_hash: Some(hash.clone()),
            // The mail has arrived, so the address is theirs.
            email_verified: true,
            verification_token: None,
            verification_expires_at: None,
            updated_at: app.now(),
            ..store::get(tx, user.id).await?
        };
        let user = store::update(tx, user).await?;
        credentials::replaced(&app, tx, &actor, user.id, None).await?;
        let change = Change::new("password.reset").on(user.id.0).details(json!({ "name": user.email }));
        audit::record(&app, tx, &actor, change).await?;
        Ok(user)
    });
    let user = set?;
    app.forget_authority();
    app.send_mail(letters::password_changed(&app, &user));
    // Whoever has opened the mail is no stranger: guesses by others keep nobody from signing in here.
    Ok((StatusCode::NO_CONTENT, AppendHeaders([device.remember(user.id)])))
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
