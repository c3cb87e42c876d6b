//! Accepting an invitation: with the account of the invited address, or by making one.

use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use http_kit::{Json, Path, Problem, Problems, Result};
use metadata_store::{Transaction, transact};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{
    service,
    store::{self, Row},
};
use crate::{
    Account, App,
    accounts::{self, Device, NewUser, SignedIn, UserRow},
    audit::{self, Actor, Change},
    limits::{self, Rate},
    secret,
    tenancy::{Error, OrganizationRole, bootstrap, organizations},
};

/// Tokens tried from one address of the network: a few at once, then one every ten seconds.
const TRIES: Rate = Rate { burst: 30, every_seconds: 10 };

/// What who holds an invitation's token may know.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpenInvitation {
    /// The organization's name.
    organization: String,
    /// The address that was invited.
    email: String,
    /// What they will be there.
    role: OrganizationRole,
    /// From when on it is refused.
    expires_at: DateTime<Utc>,
}

/// What somebody without an account says about themselves; who is signed in says nothing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Acceptance {
    /// 10 characters at least, 72 bytes at most.
    #[schema(format = Password)]
    password: Option<String>,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
}

/// Which invitation.
#[derive(Deserialize)]
pub(super) struct TokenPath {
    token: String,
}

/// Tells what an invitation is about.
#[utoipa::path(get, path = "/invitations/{token}", tag = "tenancy", operation_id = "get_invitation", security(()),
    params(("token" = String, Path, description = "From the link in the mail.")),
    responses((status = 200, body = OpenInvitation, description = "The invitation."), Problems))]
pub(super) async fn get(
    State(app): State<App>,
    device: Device,
    Path(TokenPath { token }): Path<TokenPath>,
) -> Result<Json<OpenInvitation>> {
    let row = open(&app, &device.actor, &token).await?;
    let organization = organizations::store::find(app.db(), row.organization_id).await.map_err(Error::from)?;
    let organization = organization.ok_or(Error::NotFound)?.name;
    Ok(Json(OpenInvitation { organization, email: row.email, role: row.role, expires_at: row.expires_at }))
}

/// Accepts an invitation.
///
/// Who is signed in with the invited address joins the organization (204). Who has no account sends a password and
/// names, gets one, and is signed in (201). Who has an account signs in first.
#[utoipa::path(post, path = "/invitations/{token}/accept", tag = "tenancy", operation_id = "accept_invitation",
    security((), ("token" = []), ("cookie" = [])),
    params(("token" = String, Path, description = "From the link in the mail.")),
    responses((status = 201, body = SignedIn, description = "The account is made, and signed in."),
        (status = 204, description = "Joined."), Problems))]
pub(super) async fn accept(
    State(app): State<App>,
    device: Device,
    Visitor(account): Visitor,
    Path(TokenPath { token }): Path<TokenPath>,
    Json(acceptance): Json<Acceptance>,
) -> Result<Response> {
    let row = open(&app, &device.actor, &token).await?;
    if let Some(account) = account {
        join(&app, &account, &row).await?;
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let (user, session) = sign_up(&app, &device, &row, acceptance).await?;
    Ok(accounts::signed_in(&device, session, user).into_response())
}

/// Returns the invitation of a token; unknown, used, revoked and expired ones are all the same.
async fn open(app: &App, actor: &Actor, token: &str) -> std::result::Result<Row, Error> {
    let limits = limits::of_networks("invitation_token", actor.address, TRIES);
    app.limits().count(&limits, app.now()).await.map_err(Error::TooManyAttempts)?;
    let row = store::find_good(app.db(), &secret::hash(token), app.now()).await?.ok_or(Error::NotFound)?;
    if !store::holds(app.db(), &row).await? {
        return Err(Error::NotFound);
    }
    for limit in &limits {
        app.limits().give_back(limit).await;
    }
    Ok(row)
}

async fn join(app: &App, account: &Account, row: &Row) -> std::result::Result<(), Error> {
    let joined = transact!(app.metadata(), |tx| {
        let user = accounts::get_user(tx, account.user).await?;
        // An address that nobody has verified could be anybody's.
        if user.email_key != row.email_key || !user.email_verified {
            return Err(Error::ForAnother);
        }
        enter(app, tx, &account.actor, row, &user).await
    });
    if let Err(error) = &joined
        && error.is_refusal()
    {
        let change = Change::new("access.refused").within(row.organization_id);
        audit::refused(app, &account.actor, change.details(json!({ "reason": error.to_string() })));
    }
    joined
}

async fn sign_up(
    app: &App,
    device: &Device,
    row: &Row,
    acceptance: Acceptance,
) -> std::result::Result<(UserRow, accounts::SessionToken), Error> {
    let Some(password) = acceptance.password else {
        // The same answer whether there is an account or not.
        return Err(Error::SignInFirst);
    };
    let new = NewUser {
        email: row.email.clone(),
        password,
        first_name: acceptance.first_name,
        last_name: acceptance.last_name,
        is_admin: false,
    };
    let prepared = accounts::prepare(app, new).await?;
    let signed_up = transact!(app.metadata(), |tx| {
        let user = match accounts::find_by_email(tx, &row.email_key).await? {
            // Whoever has begun this account has proved nothing; the invitation's link proves the address.
            Some(begun) if begun.is_active && !begun.email_verified => {
                let actor = device.actor.clone().known_as(begun.id);
                accounts::hand_over(app, tx, &actor, &begun, Some(&prepared)).await?
            }
            Some(_) => return Err(Error::SignInFirst),
            None => accounts::insert(tx, &prepared).await?,
        };
        let actor = device.actor.clone().known_as(user.id);
        let change = Change::new("user.create").on(user.id.0).within(row.organization_id);
        audit::record(app, tx, &actor, change.details(json!({ "name": user.email, "by": "invitation" }))).await?;
        enter(app, tx, &actor, row, &user).await?;
        let session = accounts::start_session(app, tx, user.id, device).await?;
        Ok((user, session))
    });
    app.forget_authority();
    signed_up
}

/// Makes somebody a member, as the invitation says. Who is one already keeps what they are.
async fn enter(
    app: &App,
    tx: &Transaction,
    actor: &Actor,
    row: &Row,
    user: &UserRow,
) -> std::result::Result<(), Error> {
    if !store::holds(tx, row).await? || !store::take(tx, row.id, app.now()).await? {
        return Err(Error::NotFound);
    }
    let organization = row.organization_id;
    if organizations::store::find_membership(tx, organization, user.id).await?.is_none() {
        bootstrap::add_membership(app, tx, organization, user.id, row.role).await?;
    }
    let places = service::projects_of(row);
    let ids: Vec<_> = places.iter().map(|place| place.project_id).collect();
    // A project can have been deleted since.
    let still_there = store::projects_among(tx, organization, &ids).await?;
    for place in places.iter().filter(|place| still_there.contains(&place.project_id)) {
        store::add_place(tx, place.project_id, user.id, place.role, app.now()).await?;
    }
    let change = Change::new("invitation.accept").on(row.id.0).within(organization).new_values(&service::seen(row));
    Ok(audit::record(app, tx, actor, change.details(json!({ "name": user.email }))).await?)
}

/// Whoever comes, signed in or not.
pub(super) struct Visitor(Option<Account>);

impl FromRequestParts<App> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        if !has_credential(&parts.headers) {
            return Ok(Self(None));
        }
        match Account::from_request_parts(parts, app).await {
            Ok(account) => Ok(Self(Some(account))),
            // A session that has ended is none.
            Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => Ok(Self(None)),
            Err(problem) => Err(problem),
        }
    }
}

fn has_credential(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || headers.contains_key(header::COOKIE)
}
