//! One's own second factor, and the one somebody else has lost.

use analytics_model::UserId;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use http_kit::{Json, Path, Problems, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::service;
use crate::{
    App,
    accounts::{Account, Administrator, proof::OwnProof},
};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_second_factor, prepare_second_factor, turn_off_second_factor))
        .routes(routes!(confirm_second_factor))
        .routes(routes!(renew_recovery_codes))
        .routes(routes!(reset_second_factor))
}

/// How one's second factor stands.
#[derive(Serialize, ToSchema)]
struct SecondFactor {
    /// Whether a code is asked for at sign-in.
    on: bool,
    /// Since when; null while it is off.
    #[schema(required = true)]
    since: Option<DateTime<Utc>>,
    /// How many recovery codes have not been used.
    recovery_codes_left: u64,
    /// How many there are in a new set.
    recovery_codes_total: usize,
}

/// A code of the app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FirstCode {
    /// What the app shows.
    #[schema(example = "123456")]
    code: String,
}

/// What an app makes its codes from. Shown once.
#[derive(Serialize, ToSchema)]
struct NewSecondFactor {
    /// To type into an app.
    secret: String,
    /// To show as a QR code.
    #[schema(example = "otpauth://totp/RadixInsight:ada%40example.com?secret=…&issuer=RadixInsight")]
    otpauth_uri: String,
}

/// Codes that stand in for the app, each of them once. Shown once.
#[derive(Serialize, ToSchema)]
struct RecoveryCodes {
    recovery_codes: Vec<String>,
}

/// Tells whether one's account has a second factor.
#[utoipa::path(get, path = "/me/second_factor", tag = "accounts",
    responses((status = 200, body = SecondFactor, description = "How it stands."), Problems))]
async fn get_second_factor(account: Account) -> Result<Json<SecondFactor>> {
    let state = service::state(&account).await?;
    Ok(Json(SecondFactor {
        on: state.confirmed_at.is_some(),
        since: state.confirmed_at,
        recovery_codes_left: state.recovery_codes_left,
        recovery_codes_total: super::recovery::COUNT,
    }))
}

/// Begins to set up a second factor.
///
/// It is asked for once a first code has confirmed it. Asking again makes another secret. Takes a proof: in the body,
/// or given lately by `POST /me/proof`.
#[utoipa::path(post, path = "/me/second_factor", tag = "accounts",
    responses((status = 201, body = NewSecondFactor, description = "For the app."), Problems))]
async fn prepare_second_factor(
    account: Account,
    Json(proof): Json<OwnProof>,
) -> Result<(StatusCode, Json<NewSecondFactor>)> {
    let shared = service::prepare(&account, proof.given()?).await?;
    Ok((StatusCode::CREATED, Json(NewSecondFactor { secret: shared.secret, otpauth_uri: shared.uri })))
}

/// Confirms a second factor with a first code: from now on sign-in asks for one.
#[utoipa::path(post, path = "/me/second_factor/confirm", tag = "accounts",
    responses((status = 200, body = RecoveryCodes, description = "It is on."), Problems))]
async fn confirm_second_factor(account: Account, Json(first): Json<FirstCode>) -> Result<Json<RecoveryCodes>> {
    Ok(Json(RecoveryCodes { recovery_codes: service::confirm(&account, &first.code).await? }))
}

/// Turns one's second factor off. Takes a proof: in the body, or given lately by `POST /me/proof`.
#[utoipa::path(delete, path = "/me/second_factor", tag = "accounts",
    responses((status = 204, description = "It is off."), Problems))]
async fn turn_off_second_factor(account: Account, Json(proof): Json<OwnProof>) -> Result<StatusCode> {
    service::turn_off(&account, proof.given()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes new recovery codes; the old ones are void. Takes a proof: in the body, or given lately by `POST /me/proof`.
#[utoipa::path(post, path = "/me/second_factor/recovery_codes", tag = "accounts",
    responses((status = 200, body = RecoveryCodes, description = "The new codes."), Problems))]
async fn renew_recovery_codes(account: Account, Json(proof): Json<OwnProof>) -> Result<Json<RecoveryCodes>> {
    let recovery_codes = service::renew_codes(&account, proof.given()?).await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

/// Whose.
#[derive(Debug, Deserialize)]
struct UserPath {
    user: UserId,
}

/// Removes the second factor of somebody who has lost it, and signs them out everywhere. For admins of the instance who
/// have proved lately who they are.
#[utoipa::path(delete, path = "/users/{user}/second_factor", tag = "accounts", 
    params(("user" = UserId, Path, description = "The account's id.")),
    responses((status = 204, description = "They sign in with their password alone."), Problems))]
async fn reset_second_factor(
    Administrator(account): Administrator,
    Path(UserPath { user }): Path<UserPath>,
) -> Result<StatusCode> {
    service::reset(&account, user).await?;
    Ok(StatusCode::NO_CONTENT)
}
