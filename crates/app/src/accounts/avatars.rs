//! Pictures of people: small, and really pictures.

use axum::{
    body::Bytes,
    http::{StatusCode, header},
    response::IntoResponse,
};
use http_kit::{IfMatch, Path, Problem, Problems, Result, Tagged, Version, Versioned};
use imagesize::ImageType;
use metadata_store::transact;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Account, Error,
    store::{
        self, UserRow,
        belongings::{self, AvatarRow},
    },
};
use crate::{
    App,
    audit::{self, Change},
    versions::{self, Names},
};

const MOST_BYTES: usize = 256 * 1024;
const MOST_PIXELS: usize = 2048;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(put, delete)).routes(routes!(get))
}

/// Where a picture is.
#[derive(Debug, Serialize, ToSchema)]
struct Avatar {
    /// A path of this server; another one for each picture.
    avatar_url: String,
    /// What to send as `If-Match` with a change that is for it as it is here.
    version: Version,
}

impl Versioned for Avatar {
    fn version(&self) -> &Version {
        &self.version
    }
}

/// Returns the version of somebody's picture, also where they have none.
pub(super) fn version_of(user: &UserRow) -> Version {
    Version::of(&user.avatar_url)
}

/// Which picture.
#[derive(Debug, Deserialize)]
struct AvatarPath {
    avatar: Uuid,
}

/// Sets one's picture: PNG, JPEG or WebP, of at most 256 KiB and 2048 pixels a side. The body is the file.
#[utoipa::path(put, path = "/me/avatar", tag = "accounts", operation_id = "put_avatar", params(IfMatch),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Avatar, description = "Where it is."), Problems))]
async fn put(
    account: Account,
    if_match: IfMatch,
    body: std::result::Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Tagged<Avatar>> {
    let app = account.app();
    let picture = body.map_err(|_| Error::PictureTooLarge)?;
    let content_type = kind_of(&picture)?;
    let row = AvatarRow {
        id: app.clock().new_id(),
        user_id: account.user,
        content_type: content_type.to_owned(),
        picture: picture.to_vec(),
        created_at: app.now(),
    };
    let url = format!("/api/v1/avatars/{}", row.id);
    let put: std::result::Result<(), Error> = transact!(app.metadata(), |tx| {
        let user = store::get(tx, account.user).await?;
        let about = Change::new("avatar.update").on(user.id.0);
        let names = Names::Own(account.user);
        versions::require::<Error>(tx, &if_match, Some(&version_of(&user)), (&about, names)).await?;
        belongings::put_avatar(tx, row.clone()).await?;
        set_url(&account, tx, Some(url.clone()), "avatar.update").await
    });
    put?;
    Ok(Tagged(Avatar { version: Version::of(&Some(&url)), avatar_url: url }))
}

/// Removes one's picture.
#[utoipa::path(delete, path = "/me/avatar", tag = "accounts", operation_id = "delete_avatar",
    responses((status = 204, description = "Removed."), Problems))]
async fn delete(account: Account) -> Result<StatusCode> {
    let app = account.app();
    let deleted: std::result::Result<(), Error> = transact!(app.metadata(), |tx| {
        belongings::delete_avatar(tx, account.user).await?;
        set_url(&account, tx, None, "avatar.delete").await
    });
    deleted?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_url(
    account: &Account,
    tx: &metadata_store::Transaction,
    url: Option<String>,
    action: &'static str,
) -> std::result::Result<(), Error> {
    let app = account.app();
    let user = store::get(tx, account.user).await?;
    if user.avatar_url == url {
        return Ok(());
    }
    let user = store::update(tx, UserRow { avatar_url: url, updated_at: app.now(), ..user }).await?;
    let change = Change::new(action).on(user.id.0).details(json!({ "name": user.email }));
    Ok(audit::record(app, tx, &account.actor, change).await?)
}

/// Returns a picture, to whoever is signed in.
#[utoipa::path(get, path = "/avatars/{avatar}", tag = "accounts", operation_id = "get_avatar",
    params(("avatar" = Uuid, Path, description = "The picture's id, from `avatar_url`.")),
    responses((status = 200, body = Vec<u8>, content_type = "image/*", description = "The picture."), Problems))]
async fn get(account: Account, Path(AvatarPath { avatar }): Path<AvatarPath>) -> Result<impl IntoResponse> {
    let row = belongings::find_avatar(account.app().db(), avatar).await.map_err(Error::from)?;
    let row = row.ok_or_else(Problem::not_found)?;
    // The layers around all routes add nosniff and a policy that lets nothing run.
    let headers = [
        (header::CONTENT_TYPE, row.content_type),
        (header::CACHE_CONTROL, "private, max-age=604800, immutable".to_owned()),
        (header::CONTENT_DISPOSITION, "inline; filename=\"avatar\"".to_owned()),
    ];
    Ok((headers, row.picture))
}

/// Looks into a file for what it is; what its sender calls it doesn't matter.
fn kind_of(bytes: &[u8]) -> std::result::Result<&'static str, Error> {
    let wrong = |detail| Err(Error::field("body", "invalid", detail));
    if bytes.len() > MOST_BYTES {
        return Err(Error::PictureTooLarge);
    }
    let kind = match imagesize::image_type(bytes) {
        Ok(ImageType::Png) => "image/png",
        Ok(ImageType::Jpeg) => "image/jpeg",
        Ok(ImageType::Webp) => "image/webp",
        _ => return wrong("must be a PNG, JPEG or WebP picture"),
    };
    match imagesize::blob_size(bytes) {
        Ok(size) if (1..=MOST_PIXELS).contains(&size.width) && (1..=MOST_PIXELS).contains(&size.height) => Ok(kind),
        _ => wrong("must have 1 to 2048 pixels a side"),
    }
}
