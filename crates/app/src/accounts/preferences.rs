//! What the page remembers for somebody, on all their devices.

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use http_kit::{IfMatch, Json, Page, Path, Problems, Result, Tagged, Version, Versioned};
use metadata_store::transact;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Account, Error,
    store::belongings::{self, PreferenceRow},
};
use crate::{
    App,
    audit::{self, Change},
    versions::{self, Names},
};

const MOST_BYTES: usize = 16 * 1024;
const MOST_PREFERENCES: u64 = 200;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get, put, delete))
}

/// Something remembered.
#[derive(Debug, Serialize, ToSchema)]
struct Preference {
    #[schema(example = "home.range")]
    key: String,
    /// Any JSON.
    #[schema(value_type = Value)]
    value: Value,
    updated_at: DateTime<Utc>,
    /// What to send as `If-Match` with a change that is for it as it is here.
    version: Version,
}

impl Versioned for Preference {
    fn version(&self) -> &Version {
        &self.version
    }
}

fn version_of(row: &PreferenceRow) -> Version {
    Version::of(&row.preference_value)
}

impl From<PreferenceRow> for Preference {
    fn from(row: PreferenceRow) -> Self {
        Self {
            version: version_of(&row),
            key: row.preference_key,
            value: row.preference_value,
            updated_at: row.updated_at,
        }
    }
}

/// What to remember.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PreferenceValue {
    /// Any JSON of at most 16 KiB.
    #[schema(value_type = Value)]
    value: Value,
}

/// Which one.
#[derive(Debug, Deserialize)]
struct PreferencePath {
    preference: String,
}

/// Lists all that is remembered for who asks.
#[utoipa::path(get, path = "/me/preferences", tag = "accounts", operation_id = "list_preferences",
    responses((status = 200, body = Page<Preference>, description = "The preferences."), Problems))]
async fn list(account: Account) -> Result<Json<Page<Preference>>> {
    let rows = belongings::preferences_of(account.app().db(), account.user).await.map_err(Error::from)?;
    Ok(Json(Page { items: rows.into_iter().map(Into::into).collect(), next_cursor: None }))
}

/// Returns one thing that is remembered.
#[utoipa::path(get, path = "/me/preferences/{preference}", tag = "accounts", operation_id = "get_preference",
    params(("preference" = String, Path, description = "Its name.")),
    responses((status = 200, body = Preference, description = "The preference."), Problems))]
async fn get(
    account: Account,
    Path(PreferencePath { preference: key }): Path<PreferencePath>,
) -> Result<Tagged<Preference>> {
    let row = belongings::find_preference(account.app().db(), account.user, &key).await.map_err(Error::from)?;
    Ok(Tagged(row.ok_or(Error::NotFound)?.into()))
}

/// Remembers something, in place of what was remembered by this name.
#[utoipa::path(put, path = "/me/preferences/{preference}", tag = "accounts", operation_id = "put_preference",
    params(("preference" = String, Path, description = "Its name: 1 to 255 of the characters A-Z a-z 0-9 . _ : -"),
        IfMatch),
    responses((status = 200, body = Preference, description = "Remembered."), Problems))]
async fn put(
    account: Account,
    Path(PreferencePath { preference: key }): Path<PreferencePath>,
    if_match: IfMatch,
    Json(PreferenceValue { value }): Json<PreferenceValue>,
) -> Result<Tagged<Preference>> {
    let app = account.app();
    check(&key, &value)?;
    let put: std::result::Result<PreferenceRow, Error> = transact!(app.metadata(), |tx| {
        let old = belongings::find_preference(tx, account.user, &key).await?;
        let row = PreferenceRow {
            id: old.as_ref().map_or_else(|| app.clock().new_id(), |old| old.id),
            user_id: account.user,
            preference_key: key.clone(),
            preference_value: value.clone(),
            updated_at: app.now(),
        };
        let change = Change::new("preference.update").on(row.id).details(json!({ "name": key }));
        let names = Names::Own(account.user);
        versions::require::<Error>(tx, &if_match, old.as_ref().map(version_of).as_ref(), (&change, names)).await?;
        match old {
            Some(old) if old.preference_value == value => return Ok(old),
            Some(_) => belongings::update_preference(tx, row.clone()).await?,
            None if belongings::count_preferences(tx, account.user).await? >= MOST_PREFERENCES => {
                return Err(Error::field("key", "too_many", "there are 200 preferences already: delete one first"));
            }
            None => belongings::insert_preference(tx, row.clone()).await?,
        }
        audit::record(app, tx, &account.actor, change).await?;
        Ok(row)
    });
    Ok(Tagged(put?.into()))
}

/// Forgets something.
#[utoipa::path(delete, path = "/me/preferences/{preference}", tag = "accounts", operation_id = "delete_preference",
    params(("preference" = String, Path, description = "Its name.")),
    responses((status = 204, description = "Forgotten."), Problems))]
async fn delete(
    account: Account,
    Path(PreferencePath { preference: key }): Path<PreferencePath>,
) -> Result<StatusCode> {
    let app = account.app();
    let deleted: std::result::Result<(), Error> = transact!(app.metadata(), |tx| {
        let row = belongings::find_preference(tx, account.user, &key).await?.ok_or(Error::NotFound)?;
        belongings::delete_preference(tx, row.id).await?;
        let change = Change::new("preference.delete").on(row.id).details(json!({ "name": key }));
        Ok(audit::record(app, tx, &account.actor, change).await?)
    });
    deleted?;
    Ok(StatusCode::NO_CONTENT)
}

fn check(key: &str, value: &Value) -> std::result::Result<(), Error> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._:-".contains(letter);
    if !(1..=255).contains(&key.len()) || !key.chars().all(allowed) {
        return Err(Error::field("key", "invalid", "must have 1 to 255 of the characters A-Z a-z 0-9 . _ : -"));
    }
    if value.to_string().len() > MOST_BYTES {
        return Err(Error::field("value", "too_long", "must have at most 16 KiB"));
    }
    Ok(())
}
