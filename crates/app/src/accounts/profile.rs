//! What people say about themselves, and leaving.

use analytics_model::UserId;
use axum::{
    http::StatusCode,
    response::{AppendHeaders, IntoResponse},
};
use chrono::{DateTime, Utc};
use http_kit::{FieldError, IfMatch, Json, Problems, Result, Tagged, Version, Versioned};
use metadata_store::{OnUnique, transact};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Account, Device, Error, avatars, credentials,
    proof::{self, OwnProof},
    rules,
    store::{self, UserRow, tokens},
};
use crate::{
    App,
    audit::{self, Change},
    hooks,
    versions::{self, Names},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, update)).routes(routes!(deactivate))
}

/// What somebody says about themselves.
#[derive(Debug, Serialize, ToSchema)]
struct Profile {
    id: UserId,
    email: String,
    /// Another address, until its owner has opened the link in the mail that went there.
    #[schema(required = true)]
    pending_email: Option<String>,
    /// To sign in with, beside the e-mail address.
    #[schema(required = true)]
    username: Option<String>,
    first_name: String,
    last_name: String,
    /// A path of this server.
    #[schema(required = true)]
    avatar_url: Option<String>,
    /// The IANA zone times are shown in; null for the project's.
    #[schema(required = true)]
    timezone: Option<String>,
    /// Whether they look after the instance itself.
    is_admin: bool,
    /// Whether there is a password to sign in with.
    has_password: bool,
    created_at: DateTime<Utc>,
    /// What to send as `If-Match` with a change that is for it as it is here.
    version: Version,
    /// The same of the picture.
    avatar_version: Version,
}

impl Versioned for Profile {
    fn version(&self) -> &Version {
        &self.version
    }
}

/// What changes in a profile; what is left out stays, null clears.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProfileChange {
    /// At most 100 characters.
    first_name: Option<String>,
    /// At most 100 characters.
    last_name: Option<String>,
    /// 3 to 32 of the characters a-z 0-9 . _ -
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    username: Option<Option<String>>,
    /// An IANA zone.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "Europe/Berlin")]
    timezone: Option<Option<String>>,
}

/// Tells null from what was left out.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl ProfileChange {
    fn check(&self) -> std::result::Result<(), Error> {
        let mut errors: Vec<FieldError> = Vec::new();
        errors.extend(self.first_name.as_deref().and_then(|name| rules::check_name("first_name", name)));
        errors.extend(self.last_name.as_deref().and_then(|name| rules::check_name("last_name", name)));
        errors.extend(self.username.iter().flatten().find_map(|name| rules::check_username(name)));
        let zone = self.timezone.iter().flatten().next();
        if zone.is_some_and(|zone| zone.parse::<chrono_tz::Tz>().is_err()) {
            errors.push(FieldError::new("timezone", "invalid", "must be an IANA zone, such as Europe/Berlin"));
        }
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
    }

    fn applied_to(&self, old: &UserRow, now: DateTime<Utc>) -> UserRow {
        let trimmed = |new: &Option<String>, old: &str| new.as_deref().unwrap_or(old).trim().to_owned();
        let first_name = trimmed(&self.first_name, &old.first_name);
        let last_name = trimmed(&self.last_name, &old.last_name);
        let username = self.username.clone().unwrap_or_else(|| old.username.clone());
        UserRow {
            name: rules::whole_name(&first_name, &last_name),
            first_name,
            last_name,
            username_key: username.as_deref().map(rules::key_of),
            username,
            timezone: self.timezone.clone().unwrap_or_else(|| old.timezone.clone()),
            updated_at: now,
            ..old.clone()
        }
    }
}

/// Returns one's profile.
#[utoipa::path(get, path = "/me/profile", tag = "accounts", operation_id = "get_profile",
    responses((status = 200, body = Profile, description = "The profile."), Problems))]
async fn get(account: Account) -> Result<Tagged<Profile>> {
    let user = store::get(account.app().db(), account.user).await.map_err(Error::from)?;
    Ok(Tagged(profile(account.app(), user).await?))
}

/// Changes one's names, username or zone.
#[utoipa::path(patch, path = "/me/profile", tag = "accounts", operation_id = "update_profile", params(IfMatch),
    responses((status = 200, body = Profile, description = "The profile as it is now."), Problems))]
async fn update(account: Account, if_match: IfMatch, Json(change): Json<ProfileChange>) -> Result<Tagged<Profile>> {
    change.check()?;
    let app = account.app();
    let updated: std::result::Result<UserRow, Error> = transact!(app.metadata(), |tx| {
        let old = store::get(tx, account.user).await?;
        let about = Change::new("profile.update").on(old.id.0);
        let names = Names::Own(account.user);
        versions::require::<Error>(tx, &if_match, Some(&Version::of(&told(&old))), (&about, names)).await?;
        let new = store::update(tx, change.applied_to(&old, app.now())).await;
        let new = new.on_unique("users_username_key", || Error::UsernameTaken)?;
        if told(&old) != told(&new) {
            let row = about.changed(&told(&old), &told(&new));
            audit::record(app, tx, &account.actor, row.details(json!({ "name": new.email }))).await?;
        }
        Ok(new)
    });
    Ok(Tagged(profile(app, updated?).await?))
}

/// What the trail tells of a profile, and its version is made of.
fn told(user: &UserRow) -> Value {
    json!({ "first_name": user.first_name, "last_name": user.last_name, "username": user.username,
        "timezone": user.timezone })
}

async fn profile(app: &App, user: UserRow) -> std::result::Result<Profile, Error> {
    let pending = tokens::email_change_of(app.db(), user.id).await?.filter(|change| change.expires_at > app.now());
    Ok(Profile {
        version: Version::of(&told(&user)),
        avatar_version: avatars::version_of(&user),
        id: user.id,
        email: user.email,
        pending_email: pending.map(|change| change.email),
        username: user.username,
        first_name: user.first_name,
        last_name: user.last_name,
        avatar_url: user.avatar_url,
        timezone: user.timezone,
        is_admin: user.is_admin,
        has_password: user.password_hash.is_some(),
        created_at: user.created_at,
    })
}

/// Deactivates one's own account: nobody can sign in to it until an admin activates it again.
///
/// Takes a proof: in the body, or given lately by `POST /me/proof`.
#[utoipa::path(post, path = "/me/deactivation", tag = "accounts", operation_id = "deactivate_account",
    responses((status = 204, description = "Deactivated, and signed out everywhere."), Problems))]
async fn deactivate(account: Account, device: Device, Json(proof): Json<OwnProof>) -> Result<impl IntoResponse> {
    let app = account.app();
    proof::give_any(&account, proof.given()?).await?;
    let left: std::result::Result<(), Error> = transact!(app.metadata(), |tx| {
        proof::require(tx, account.session, app.now()).await?;
        let user = store::get(tx, account.user).await?;
        if user.is_admin && store::other_admins(tx, user.id).await? == 0 {
            return Err(Error::LastAdmin);
        }
        if hooks::is_needed(tx, user.id).await? {
            return Err(Error::LastOwner);
        }
        let user = UserRow { is_active: false, updated_at: app.now(), ..user };
        let user = store::update(tx, user).await?;
        credentials::replaced(app, tx, &account.actor, user.id, None).await?;
        let change = Change::new("account.deactivate").on(user.id.0).details(json!({ "name": user.email }));
        Ok(audit::record(app, tx, &account.actor, change).await?)
    });
    app.forget_authority();
    left?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([device.no_cookie()])))
}
