//! The rules of settings, and what the instance does by itself.

use std::time::Duration;

use analytics_model::UserId;
use chrono::TimeDelta;
use http_kit::{IfMatch, Version};
use metadata_store::transact;
use serde_json::{Map, Value, json};

use super::{
    LogQueue, activity,
    error::Error,
    logs,
    registry::{self, Definition},
    settings,
    store::{self, SettingRow},
};
use crate::{
    Administrator, App,
    audit::{self, Change},
    versions::{self, Names},
};

/// How often what has been gathered is written.
const WRITE_EVERY: Duration = Duration::from_secs(1);
/// How often what is too old is deleted.
const CLEAN_EVERY: Duration = Duration::from_secs(3_600);

/// What the instance does by itself while it serves.
#[derive(Debug)]
pub struct Background(Vec<tokio::task::JoinHandle<()>>);

/// Writes down settings that have no row yet, and begins to write logs and activity in the background.
pub async fn start(app: &App, warnings: LogQueue) -> Result<Background, metadata_store::Error> {
    ensure_rows(app).await?;
    settings(app).await;
    let writing = app.tasks().keep("writing the system log", {
        let app = app.clone();
        move || {
            let (app, warnings) = (app.clone(), warnings.clone());
            async move {
                loop {
                    tokio::time::sleep(WRITE_EVERY).await;
                    settings(&app).await;
                    logs::write(&app, &warnings).await;
                    activity::write(&app).await;
                }
            }
        }
    });
    let cleaning = app.tasks().keep("deleting old lines of the system log", {
        let app = app.clone();
        move || {
            let app = app.clone();
            async move {
                loop {
                    clean(&app).await;
                    tokio::time::sleep(CLEAN_EVERY).await;
                }
            }
        }
    });
    Ok(Background(vec![writing, cleaning]))
}

impl Background {
    /// Stops, and writes what is left.
    pub async fn stop(self, app: &App, warnings: &LogQueue) {
        for task in self.0 {
            task.abort();
            // What it was in the middle of is tried again below, or by the next start.
            let _ = task.await;
        }
        logs::write(app, warnings).await;
        activity::write(app).await;
    }
}

/// Deletes what is older than the settings want it.
pub(super) async fn clean(app: &App) {
    let settings = settings(app).await;
    let before = app.now() - TimeDelta::days(settings.system_log_retention_days.into());
    match transact!(app.metadata(), |tx| store::delete_logs_before(tx, before).await) {
        Ok(0) => {}
        Ok(lines) => tracing::info!(lines, "old lines of the system log are deleted"),
        Err(error) => tracing::warn!(%error, "old lines of the system log could not be deleted"),
    }
    activity::clean(app, settings.user_activity_retention_days).await;
}

async fn ensure_rows(app: &App) -> Result<(), metadata_store::Error> {
    transact!(app.metadata(), |tx| {
        let rows = store::settings(tx).await?;
        for definition in &registry::DEFINITIONS {
            if !rows.iter().any(|row| row.setting_key == definition.key) {
                store::insert_setting(tx, new_row(app, definition)).await?;
            }
        }
        Ok(())
    })
}

fn new_row(app: &App, definition: &Definition) -> SettingRow {
    SettingRow {
        id: app.clock().new_id(),
        setting_key: definition.key.to_owned(),
        setting_value: definition.default_value(),
        description: definition.description.to_owned(),
        is_public: definition.is_public,
        updated_at: app.now(),
        updated_by: None,
    }
}

/// A setting, and its row where it has one.
pub(super) type Setting = (&'static Definition, Option<SettingRow>);

/// Returns all settings, in the order of the page.
pub(super) async fn list(app: &App) -> Result<Vec<Setting>, Error> {
    let mut rows = store::settings(app.db()).await?;
    let with_row = registry::DEFINITIONS.iter().map(|definition| {
        let place = rows.iter().position(|row| row.setting_key == definition.key);
        (definition, place.map(|place| rows.swap_remove(place)))
    });
    Ok(with_row.collect())
}

/// Returns a setting.
pub(super) async fn get(app: &App, key: &str) -> Result<Setting, Error> {
    let definition = registry::find(key).ok_or(Error::NoSuchSetting)?;
    Ok((definition, store::find_setting(app.db(), key).await?))
}

/// Gives a setting a value; its default where there is none.
pub(super) async fn set(
    admin: &Administrator,
    key: &str,
    (value, if_match): (Option<Value>, &IfMatch),
) -> Result<Setting, Error> {
    let Administrator(account) = admin;
    let app = account.app();
    let definition = registry::find(key).ok_or(Error::NoSuchSetting)?;
    let (value, action) = match value {
        Some(value) => (definition.check(&value).map_err(Error::Invalid)?, "setting.update"),
        None => (definition.default_value(), "setting.reset"),
    };
    let row: Result<_, Error> = transact!(app.metadata(), |tx| {
        let row = store::find_setting(tx, key).await?;
        let (row, is_new) = row.map_or_else(|| (new_row(app, definition), true), |row| (row, false));
        // What is not allowed is not in force.
        let in_force = definition.check(&row.setting_value).unwrap_or_else(|_| definition.default_value());
        let about = Change::new(action).on(row.id);
        let current = version_of(definition, &in_force);
        versions::require::<Error>(tx, if_match, Some(&current), (&about, Names::All)).await?;
        let changed = changed(row.clone(), value.clone(), account.user, app);
        if is_new {
            store::insert_setting(tx, changed.clone()).await?;
        } else {
            store::update_setting(tx, changed.clone()).await?;
        }
        let change = about
            .changed(&named(key, &row.setting_value), &named(key, &changed.setting_value))
            .details(json!({ "name": key }));
        audit::record(app, tx, &account.actor, change).await?;
        Ok(changed)
    });
    let row = row?;
    app.system_settings().expire();
    Ok((definition, Some(row)))
}

/// Returns the version of a setting with this value.
pub(super) fn version_of(definition: &Definition, value: &Value) -> Version {
    Version::of(&named(definition.key, value))
}

fn changed(row: SettingRow, value: Value, by: UserId, app: &App) -> SettingRow {
    SettingRow { setting_value: value, updated_at: app.now(), updated_by: Some(by), ..row }
}

/// The trail shows a setting under its own name.
fn named(key: &str, value: &Value) -> Value {
    Value::Object(Map::from_iter([(key.to_owned(), value.clone())]))
}
