//! The settings in force, as every request asks for them.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::{
    registry::{self, SystemSettings},
    store,
};
use crate::App;

/// How old what is answered may be: a change on one server is in force on all within a second.
const FRESH: TimeDelta = TimeDelta::milliseconds(800);
/// How long a store that gives no answer is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// What was last read, and when.
#[derive(Default)]
pub(crate) struct SettingsCache {
    read: Mutex<Read>,
    /// Held by the one who reads anew.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Clone, Default)]
struct Read {
    settings: Arc<SystemSettings>,
    at: Option<DateTime<Utc>>,
}

impl SettingsCache {
    fn fresh(&self, now: DateTime<Utc>) -> Option<Arc<SystemSettings>> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not keep what was read before.
        let is_fresh = read.at.is_some_and(|at| (now - at).abs() < FRESH);
        is_fresh.then(|| Arc::clone(&read.settings))
    }

    fn keep(&self, settings: Option<SystemSettings>, now: DateTime<Utc>) -> Arc<SystemSettings> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(settings) = settings {
            read.settings = Arc::new(settings);
        }
        read.at = Some(now);
        Arc::clone(&read.settings)
    }

    /// Forgets when it was read, so that who asks next reads anew.
    pub(super) fn expire(&self) {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).at = None;
    }
}

/// Returns the settings as they were last read, without asking the store: for where nothing can be waited for, such as
/// within a transaction. A server reads them anew every second.
pub(crate) fn last_known(app: &App) -> Arc<SystemSettings> {
    Arc::clone(&app.system_settings().read.lock().unwrap_or_else(PoisonError::into_inner).settings)
}

/// Returns the settings in force, less than a second old; those last known where the store is away.
///
/// Ask before a transaction, not within one: it may read from the store.
pub async fn settings(app: &App) -> Arc<SystemSettings> {
    let cache = app.system_settings();
    if let Some(settings) = cache.fresh(app.now()) {
        return settings;
    }
    let _turn = cache.turn.lock().await;
    if let Some(settings) = cache.fresh(app.now()) {
        return settings;
    }
    let rows = tokio::time::timeout(PATIENCE, store::settings(app.db())).await;
    let read = match rows {
        Ok(Ok(rows)) => Some(typed(rows)),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the system settings could not be read: those last known stay in force");
            None
        }
        Err(_) => {
            tracing::warn!("the metadata store is slow: the system settings last known stay in force");
            None
        }
    };
    cache.keep(read, app.now())
}

/// A value that is not allowed, written by hand or by another version, counts as not set.
fn typed(rows: Vec<store::SettingRow>) -> SystemSettings {
    let valid = rows.into_iter().filter_map(|row| {
        let definition = registry::find(&row.setting_key)?;
        let value = definition.check(&row.setting_value).ok()?;
        Some((row.setting_key, value))
    });
    serde_json::from_value(Value::Object(valid.collect::<Map<_, _>>())).unwrap_or_default()
}
