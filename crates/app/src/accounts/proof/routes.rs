//! Proving again who one is.

use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use http_kit::{Json, Problems, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::service::{self, Given};
use crate::{
    Account, App,
    accounts::{Device, Error, SignInProvider, identity},
};

pub(in crate::accounts) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_proof, give_proof)).routes(routes!(prove_by_provider))
}

/// A proof that comes with the change it is for; empty where one was given lately by `POST /me/proof`.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::accounts) struct OwnProof {
    /// One's password.
    #[schema(format = Password)]
    password: Option<String>,
    /// What the second factor's app shows, or a recovery code; for accounts that have a second factor.
    #[schema(example = "123456")]
    code: Option<String>,
}

impl OwnProof {
    /// Returns what was given.
    pub(in crate::accounts) fn given(&self) -> std::result::Result<Option<Given<'_>>, Error> {
        Given::of(self.password.as_deref(), self.code.as_deref(), "password")
    }
}

/// Whether one has proved lately who one is, and by what one can.
#[derive(Serialize, ToSchema)]
struct Proof {
    /// Until when the last proof counts; null where there is none.
    #[schema(required = true)]
    proved_until: Option<DateTime<Utc>>,
    /// Whether one's password proves it.
    password: bool,
    /// Whether a code of the second factor is asked for beside it.
    code: bool,
    /// The provider that proves it for an account without a password; null where there is one.
    #[schema(required = true)]
    provider: Option<SignInProvider>,
}

/// What proves who one is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordAndCode {
    /// One's password.
    #[schema(format = Password)]
    password: String,
    /// What the second factor's app shows, or a recovery code; for accounts that have a second factor.
    #[schema(example = "123456")]
    code: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProveFrom {
    /// The path of this page to come back to.
    #[schema(example = "/proved")]
    next: String,
}

/// Tells whether one has proved lately who one is, and by what one can.
#[utoipa::path(get, path = "/me/proof", tag = "accounts",
    responses((status = 200, body = Proof, description = "How it stands."), Problems))]
async fn get_proof(account: Account) -> Result<Json<Proof>> {
    Ok(Json(proof(&account).await?))
}

/// Proves again who one is, for ten minutes of this session.
///
/// What opens or closes a way into an account, or gives out a secret key, answers 403 `proof_required` without it.
#[utoipa::path(post, path = "/me/proof", tag = "accounts",
    responses((status = 200, body = Proof, description = "Proved."), Problems))]
async fn give_proof(account: Account, Json(given): Json<PasswordAndCode>) -> Result<Json<Proof>> {
    let PasswordAndCode { password, code } = given;
    service::give_with(&account, Some(&password), code.as_deref()).await?;
    Ok(Json(proof(&account).await?))
}

/// Begins to prove it by the provider of an account without a password: send the browser to the address in the answer.
#[utoipa::path(post, path = "/me/proof/provider", tag = "accounts",
    responses((status = 200, body = identity::WayToProvider, description = "Where to go."), Problems))]
async fn prove_by_provider(account: Account, device: Device, Json(from): Json<ProveFrom>) -> Result<impl IntoResponse> {
    identity::begin_proof(&account, &device, &from.next).await
}

async fn proof(account: &Account) -> Result<Proof> {
    let state = service::state(account).await?;
    let has_password = state.user.password_hash.is_some();
    let provider = state.user.auth_provider.as_deref().filter(|_| !has_password && identity::linked(&state.user));
    Ok(Proof {
        proved_until: state.proved_until,
        password: has_password,
        code: state.code,
        provider: provider.map(|id| SignInProvider::called(account.app(), id)),
    })
}
