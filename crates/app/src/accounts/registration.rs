//! Making an account of one's own, and showing that its address is.

use analytics_model::UserId;
use axum::{
    extract::State,
    http::StatusCode,
    response::{AppendHeaders, IntoResponse},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use hmac::{Hmac, Mac};
use http_kit::{Json, Problems, Result};
use metadata_store::transact;
use serde::Deserialize;
use serde_json::json;
use sha2::Sha256;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Device, Error,
    attempts::{self, Mail},
    email_change, handover, letters, rules,
    service::{self, NewUser, Prepared},
    store::{self, UserRow},
};
use crate::{
    App,
    audit::{self, Actor, Change},
    mail::Letter,
    secret,
};

/// How long the link that verifies an address works.
const LINK: TimeDelta = TimeDelta::hours(48);
/// How long a link must work still to be sent once more; after that there is another.
const LAST_CALL: TimeDelta = TimeDelta::hours(1);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(register)).routes(routes!(verify)).routes(routes!(resend))
}

/// Makes an account of one's own.
///
/// Open to addresses of the domains in `accounts.allowed_email_domains`. The password is chosen by whoever opens the
/// link in the mail. The answer is the same whether or not there is an account with this address already: the mail to
/// it tells.
#[utoipa::path(post, path = "/accounts", tag = "accounts", security(()), operation_id = "register",
    responses((status = 202, description = "A mail is on its way to this address."), Problems))]
async fn register(State(app): State<App>, device: Device, Json(new): Json<Addressee>) -> Result<StatusCode> {
    if let Some(error) = rules::check_mailable(&new.email) {
        return Err(Error::Invalid(vec![error]).into());
    }
    if !rules::is_of(&new.email, &rules::allowed_domains(&app)) {
        return Err(Error::RegistrationClosed.into());
    }
    attempts::count_request(&app, &device.actor, "register", &rules::key_of(&new.email)).await?;
    let actor = device.actor;
    // Beside the answer, which takes the same time whoever has the address.
    app.clone().mail().beside(async move {
        if let Err(error) = begin(&app, &actor, new.email.trim()).await {
            tracing::warn!(%error, "an account could not be begun");
        }
    });
    Ok(StatusCode::ACCEPTED)
}

/// Makes an account that nobody can sign in to yet, and mails the link that makes it somebody's.
///
/// Who asks has proved nothing, so nothing they say is kept, and nothing that was sent before stops working.
async fn begin(app: &App, actor: &Actor, email: &str) -> std::result::Result<(), Error> {
    let email_key = rules::key_of(email);
    if !attempts::may_mail(app, Mail::Registration, &email_key).await {
        return Ok(());
    }
    let letter: std::result::Result<Letter, Error> = transact!(app.metadata(), |tx| {
        match store::find_by_email(tx, &email_key).await? {
            Some(user) if waits(&user) => {
                let (user, token) = with_link(app, user);
                let user = store::update(tx, user).await?;
                let details = json!({ "name": user.email, "again": true });
                audit::record(app, tx, actor, Change::new("account.register").on(user.id.0).details(details)).await?;
                Ok(letters::verify(app, &user, &token))
            }
            Some(user) => {
                let details = json!({ "name": rules::masked(&user.email), "reason": "there is an account already" });
                audit::record(app, tx, actor, Change::new("account.register_refused").details(details)).await?;
                Ok(letters::have_one_already(app, email))
            }
            None => {
                let new = UserRow { email_verified: false, ..service::new_row(app, email, "", "", None) };
                let (new, token) = with_link(app, new);
                let user = service::insert(tx, &Prepared(new)).await?;
                let change = Change::new("account.register").on(user.id.0).details(json!({ "name": user.email }));
                audit::record(app, tx, &actor.clone().known_as(user.id), change).await?;
                Ok(letters::verify(app, &user, &token))
            }
        }
    });
    app.send_mail(letter?);
    Ok(())
}

/// Whether nobody has proved yet that the address of an account is theirs.
fn waits(user: &UserRow) -> bool {
    user.is_active && !user.email_verified
}

/// Returns an account with a link that works, and the link's token: the one it has, unless that is about to end.
///
/// The token follows from the instance's key, so that whoever asks for the same address once more makes the same
/// mail go out, and not the link void that its owner is about to open.
fn with_link(app: &App, user: UserRow) -> (UserRow, String) {
    let now = app.now();
    let expires_at = user.verification_expires_at.filter(|at| *at - now > LAST_CALL).unwrap_or(now + LINK);
    let key = app.settings().master_key.derive("links that verify an address");
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&key).expect("HMAC takes keys of any length");
    mac.update(user.id.0.as_bytes());
    mac.update(&expires_at.timestamp_micros().to_be_bytes());
    let token = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    let verification_token = Some(secret::hash(&token));
    (UserRow { verification_token, verification_expires_at: Some(expires_at), ..user }, token)
}

/// What a link in a mail holds, and what its owner chooses.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Verification {
    #[schema(format = Password)]
    token: String,
    /// For a new account: 10 characters at least, 72 bytes at most. A new address of an old account takes none.
    #[schema(format = Password)]
    password: Option<String>,
    /// Of a new account.
    #[serde(default)]
    first_name: String,
    /// Of a new account.
    #[serde(default)]
    last_name: String,
}

/// Shows that an e-mail address is one's own: of a new account, whose password is chosen now, or a new address of an
/// old one. Works once.
#[utoipa::path(post, path = "/accounts/verification", tag = "accounts", security(()), operation_id = "verify_email",
    responses((status = 204, description = "Verified."), Problems))]
async fn verify(
    State(app): State<App>,
    device: Device,
    Json(verification): Json<Verification>,
) -> Result<impl IntoResponse> {
    attempts::count_address(&app, &device.actor, "verify").await?;
    let hash = secret::hash(&verification.token);
    let waiting = store::find_by_verification(app.db(), &hash).await.map_err(Error::from)?;
    let cookies = match waiting {
        Some(user) => vec![device.remember(choose(&app, &device, user, &hash, verification).await?)],
        None => {
            email_change::confirm(&app, &device.actor, &hash).await?;
            Vec::new()
        }
    };
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookies)))
}

/// Hands a new account to who has opened the link in its mail, with the password they choose.
async fn choose(
    app: &App,
    device: &Device,
    user: UserRow,
    token_hash: &str,
    chosen: Verification,
) -> std::result::Result<UserId, Error> {
    is_open(app, &user)?;
    let Some(password) = chosen.password else {
        return Err(Error::field("password", "missing", "must be chosen: nobody has one for this account yet"));
    };
    let new = NewUser {
        email: user.email.clone(),
        password,
        first_name: chosen.first_name,
        last_name: chosen.last_name,
        is_admin: false,
    };
    let prepared = service::prepare(app, new).await?;
    let handed: std::result::Result<(), Error> = transact!(app.metadata(), |tx| {
        // Asked again inside: of two at once, the second finds the link used.
        let user = store::find_by_verification(tx, token_hash).await?.ok_or(Error::LinkInvalid)?;
        is_open(app, &user)?;
        let actor = device.actor.clone().known_as(user.id);
        handover::hand_over(app, tx, &actor, &user, Some(&prepared)).await?;
        let change = Change::new("account.verify").on(user.id.0).details(json!({ "name": user.email }));
        Ok(audit::record(app, tx, &actor, change).await?)
    });
    app.forget_authority();
    handed?;
    Ok(user.id)
}

fn is_open(app: &App, user: &UserRow) -> std::result::Result<(), Error> {
    let holds = user.is_active && user.verification_expires_at.is_some_and(|at| at > app.now());
    if holds { Ok(()) } else { Err(Error::LinkInvalid) }
}

/// Whom a mail shall go to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Addressee {
    #[schema(example = "ada@radix-int.com")]
    pub(super) email: String,
}

impl Addressee {
    /// Returns what they are searched by; refuses what is nobody's address.
    pub(super) fn key(&self) -> std::result::Result<String, Error> {
        rules::check_email(&self.email)
            .map_or_else(|| Ok(rules::key_of(&self.email)), |error| Err(Error::Invalid(vec![error])))
    }
}

/// Sends the link that verifies an address once more. The answer is the same whether or not anybody waits for it.
#[utoipa::path(post, path = "/accounts/verification/resend", tag = "accounts", security(()),
    operation_id = "resend_verification",
    responses((status = 202, description = "If an account waits for it, a mail is on its way."), Problems))]
async fn resend(State(app): State<App>, device: Device, Json(to): Json<Addressee>) -> Result<StatusCode> {
    let email_key = to.key()?;
    attempts::count_request(&app, &device.actor, "resend", &email_key).await?;
    let actor = device.actor;
    // Beside the answer, which takes the same time whoever it is.
    app.clone().mail().beside(async move {
        if let Err(error) = send_again(&app, &actor, &email_key).await {
            tracing::warn!(%error, "a link to verify an address could not be made");
        }
    });
    Ok(StatusCode::ACCEPTED)
}

async fn send_again(app: &App, actor: &Actor, email_key: &str) -> std::result::Result<(), Error> {
    if !attempts::may_mail(app, Mail::Registration, email_key).await {
        return Ok(());
    }
    let letter: std::result::Result<Option<Letter>, Error> = transact!(app.metadata(), |tx| {
        let Some(user) = store::find_by_email(tx, email_key).await?.filter(waits) else { return Ok(None) };
        let (user, token) = with_link(app, user);
        let user = store::update(tx, user).await?;
        let change = Change::new("account.resend_verification").on(user.id.0).details(json!({ "name": user.email }));
        audit::record(app, tx, actor, change).await?;
        Ok(Some(letters::verify(app, &user, &token)))
    });
    if let Some(letter) = letter? {
        app.send_mail(letter);
    }
    Ok(())
}
