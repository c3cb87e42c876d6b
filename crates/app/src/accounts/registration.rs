//! Making an account of one's own, and showing that its address is.

use axum::{extract::State, http::StatusCode};
use chrono::TimeDelta;
use http_kit::{Json, Problems, Result};
use metadata_store::{Transaction, transact};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Device, Error, attempts, email_change, letters, rules,
    service::{self, NewUser, Prepared},
    store::{self, UserRow},
};
use crate::{
    App,
    audit::{self, Actor, Change},
    secret,
};

/// How long the link that verifies an address works.
const LINK: TimeDelta = TimeDelta::hours(48);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(register)).routes(routes!(verify)).routes(routes!(resend))
}

/// What somebody says who wants an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Registration {
    /// Of one of the domains that may.
    #[schema(example = "ada@radix-int.com")]
    email: String,
    /// 10 characters at least, 72 bytes at most.
    #[schema(format = Password)]
    password: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
}

/// Makes an account of one's own.
///
/// Open to addresses of the domains in `accounts.allowed_email_domains`. The answer is the same whether or not there
/// is an account with this address already: the mail to it tells.
#[utoipa::path(post, path = "/accounts", tag = "accounts", security(()), operation_id = "register",
    responses((status = 202, description = "A mail is on its way to this address."), Problems))]
async fn register(
    State(app): State<App>,
    device: Device,
    Json(registration): Json<Registration>,
) -> Result<StatusCode> {
    if let Some(error) = rules::check_mailable(&registration.email) {
        return Err(Error::Invalid(vec![error]).into());
    }
    if !rules::is_of(&registration.email, &rules::allowed_domains(&app)) {
        return Err(Error::RegistrationClosed.into());
    }
    let email_key = rules::key_of(&registration.email);
    attempts::count(&app, &device.actor, "register", &email_key).await?;
    // Hashed before anybody is looked for, so that the answer takes the same time whoever has the address.
    let prepared = service::prepare(
        &app,
        NewUser {
            email: registration.email,
            password: registration.password,
            first_name: registration.first_name,
            last_name: registration.last_name,
            is_admin: false,
        },
    )
    .await?;
    let token = secret::generate();
    let verified_already: std::result::Result<bool, Error> =
        transact!(app.metadata(), |tx| store_registration(&app, tx, &device.actor, &prepared, &token).await);
    let verified_already = verified_already?;
    if attempts::may_mail(&app, &email_key).await {
        let email = prepared.0.email.trim();
        app.send_mail(match verified_already {
            true => letters::have_one_already(&app, email),
            false => letters::verify(&app, email, &token),
        });
    }
    Ok(StatusCode::ACCEPTED)
}

/// Stores a new account, or the last word about one whose address nobody has verified; returns whether somebody has
/// the address for good.
async fn store_registration(
    app: &App,
    tx: &Transaction,
    actor: &Actor,
    prepared: &Prepared,
    token: &str,
) -> std::result::Result<bool, Error> {
    let new = UserRow {
        email_verified: false,
        verification_token: Some(secret::hash(token)),
        verification_expires_at: Some(app.now() + LINK),
        ..prepared.0.clone()
    };
    match store::find_by_email(tx, &new.email_key).await? {
        // Somebody else may have begun with this address: what they chose must not survive.
        Some(old) if !old.email_verified && old.is_active && old.password_hash.is_some() => {
            let row = UserRow {
                password_hash: new.password_hash,
                first_name: new.first_name,
                last_name: new.last_name,
                name: new.name,
                verification_token: new.verification_token,
                verification_expires_at: new.verification_expires_at,
                updated_at: app.now(),
                ..old
            };
            let row = store::update(tx, row).await?;
            let change =
                Change::new("account.register").on(row.id.0).details(json!({ "name": row.email, "again": true }));
            audit::record(app, tx, actor, change).await?;
            Ok(false)
        }
        Some(old) => {
            let details = json!({ "name": rules::masked(&old.email), "reason": "there is an account already" });
            audit::record(app, tx, actor, Change::new("account.register_refused").details(details)).await?;
            Ok(true)
        }
        None => {
            let row = service::insert(tx, &Prepared(new)).await?;
            let change = Change::new("account.register").on(row.id.0).details(json!({ "name": row.email }));
            audit::record(app, tx, &actor.clone().known_as(row.id), change).await?;
            Ok(false)
        }
    }
}

/// What a link in a mail holds.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Proof {
    #[schema(format = Password)]
    token: String,
}

/// Shows that an e-mail address is one's own: of a new account, or a new address of an old one. Works once.
#[utoipa::path(post, path = "/accounts/verification", tag = "accounts", security(()), operation_id = "verify_email",
    responses((status = 204, description = "Verified."), Problems))]
async fn verify(State(app): State<App>, device: Device, Json(proof): Json<Proof>) -> Result<StatusCode> {
    attempts::count_address(&app, &device.actor, "verify").await?;
    let hash = secret::hash(&proof.token);
    let verified: std::result::Result<bool, Error> = transact!(app.metadata(), |tx| {
        let Some(user) = store::find_by_verification(tx, &hash).await? else { return Ok(false) };
        if !user.is_active || user.verification_expires_at.is_none_or(|at| at <= app.now()) {
            return Err(Error::LinkInvalid);
        }
        let user = UserRow {
            email_verified: true,
            verification_token: None,
            verification_expires_at: None,
            updated_at: app.now(),
            ..user
        };
        let user = store::update(tx, user).await?;
        let change = Change::new("account.verify").on(user.id.0).details(json!({ "name": user.email }));
        audit::record(&app, tx, &device.actor.clone().known_as(user.id), change).await?;
        Ok(true)
    });
    if !verified? {
        email_change::confirm(&app, &device.actor, &hash).await?;
    }
    Ok(StatusCode::NO_CONTENT)
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
    attempts::count(&app, &device.actor, "resend", &email_key).await?;
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
    if !attempts::may_mail(app, email_key).await {
        return Ok(());
    }
    let token = secret::generate();
    let waiting: std::result::Result<Option<UserRow>, Error> = transact!(app.metadata(), |tx| {
        let found = store::find_by_email(tx, email_key).await?;
        let waits = |user: &UserRow| user.is_active && !user.email_verified && user.password_hash.is_some();
        let Some(user) = found.filter(waits) else { return Ok(None) };
        let user = UserRow {
            verification_token: Some(secret::hash(&token)),
            verification_expires_at: Some(app.now() + LINK),
            ..user
        };
        let user = store::update(tx, user).await?;
        let change = Change::new("account.resend_verification").on(user.id.0).details(json!({ "name": user.email }));
        audit::record(app, tx, actor, change).await?;
        Ok(Some(user))
    });
    if let Some(user) = waiting? {
        app.send_mail(letters::verify(app, &user.email, &token));
    }
    Ok(())
}
