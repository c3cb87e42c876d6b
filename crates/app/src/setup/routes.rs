//! Claiming the instance, and telling whether that is still to be done.

use axum::{
    extract::{FromRequestParts, State},
    http::request::Parts,
    response::IntoResponse,
};
use http_kit::{Json, Problems, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::service;
use crate::{
    App,
    accounts::{self, Account, Device, SignInProvider, SignedIn},
    system,
};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(instance)).routes(routes!(set_up))
}

/// What anybody may know about this instance.
#[derive(Debug, Serialize, ToSchema)]
struct Instance {
    /// What it calls itself.
    name: String,
    /// The version of RadixInsight.
    version: &'static str,
    /// Whether it has its first admin.
    claimed: bool,
    /// The domains whose e-mail addresses may make an account of their own; none where that takes an invitation.
    registration_domains: Vec<String>,
    /// How mail leaves: `smtp`, or `folder` where no mail server is set up.
    mail: &'static str,
    /// The folder on the server that mails are written to; only admins of the instance see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    mail_folder: Option<String>,
    /// Who else people may sign in with, in the order of their buttons.
    sign_in_providers: Vec<SignInProvider>,
}

/// What the first admin says about themselves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Claim {
    /// From the link that the server prints when it starts.
    pub(super) token: String,
    /// To sign in with.
    #[schema(example = "ada@example.com")]
    pub(super) email: String,
    /// 10 characters at least, 72 bytes at most.
    #[schema(format = Password)]
    pub(super) password: String,
    #[serde(default)]
    pub(super) first_name: String,
    #[serde(default)]
    pub(super) last_name: String,
    /// The organization's name; empty keeps the one it has.
    #[serde(default)]
    pub(super) organization: String,
}

/// Tells which version runs here, and whether it has been set up.
#[utoipa::path(get, path = "/instance", tag = "setup", security(()),
    responses((status = 200, body = Instance, description = "About this instance."), Problems))]
async fn instance(State(app): State<App>, mut parts: Parts) -> Result<Json<Instance>> {
    let claimed = service::is_claimed(&app).await?;
    // Anybody may ask; who is no admin is told less, and was refused nothing.
    let asks_admin = Account::from_request_parts(&mut parts, &app).await.is_ok_and(|account| account.is_admin);
    let folder = app.mail().folder().filter(|_| asks_admin);
    Ok(Json(Instance {
        name: system::settings(&app).await.instance_name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        claimed,
        registration_domains: accounts::allowed_domains(&app),
        sign_in_providers: SignInProvider::all(&app),
        mail: app.mail().kind(),
        mail_folder: folder.map(|path| path.display().to_string()),
    }))
}

/// Makes the first admin. Works once.
#[utoipa::path(post, path = "/setup", tag = "setup", security(()),
    responses((status = 201, body = SignedIn, description = "Claimed, and signed in."), Problems))]
async fn set_up(State(app): State<App>, device: Device, Json(claim): Json<Claim>) -> Result<impl IntoResponse> {
    let (user, session) = service::claim(&app, &device, claim).await?;
    Ok(accounts::signed_in(&device, session, user))
}
