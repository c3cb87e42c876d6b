//! Which project a key belongs to, answered from memory: events must not wait for the metadata store.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use analytics_model::{ApiKeyId, ProjectId};
use chrono::{DateTime, TimeDelta, Utc};
use metadata_store::transact;
use tokio::time::timeout;

use super::{
    Action, Error, Resource, key_access,
    rights::HeldRole,
    scopes::KeyKind,
    store::{self, KeyRow},
};
use crate::{App, secret};

/// How long an answer is good: a key that another server has withdrawn is refused here after this time.
const FRESH: TimeDelta = TimeDelta::milliseconds(800);
/// How long a known key is still good while the metadata store is away.
const FRESH_WHILE_AWAY: TimeDelta = TimeDelta::hours(1);
/// How long the metadata store is waited for where a known key could do.
const PATIENCE: Duration = Duration::from_millis(500);
/// How exactly the last use of a key is kept.
const USE_STEP: TimeDelta = TimeDelta::minutes(1);
const MOST_KEPT: usize = 10_000;
const SECRET_CHARACTERS: usize = 43;

/// What a good key stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectKey {
    /// The project it belongs to.
    pub project: ProjectId,
    /// The key.
    pub key: ApiKeyId,
    /// What it is for.
    pub kind: KeyKind,
    /// What it may do.
    pub(super) roles: Arc<[HeldRole]>,
}

impl ProjectKey {
    /// Returns what a key of the store stands for; none for one that is switched off or may do nothing.
    async fn of(app: &App, row: &KeyRow, hash: &str) -> Result<Option<Self>, Error> {
        let Some(kind) = KeyKind::of(&row.kind).filter(|_| row.is_active) else { return Ok(None) };
        let roles = key_access::rights_of(app, row, hash).await?;
        let key = Self { project: row.project_id, key: row.id, kind, roles: roles.into() };
        Ok(Some(key).filter(|key| !key.roles.is_empty()))
    }

    /// Returns whether the key may do this.
    pub fn may(&self, action: Action, resource: Resource) -> bool {
        let mut held = self.roles.iter().flat_map(|role| &role.permissions);
        held.any(|permission| permission.action == action && permission.resource == resource)
    }
}

/// What is known of keys, by their hashes; wrong keys are known too.
#[derive(Default)]
pub(crate) struct KeyCache(Mutex<HashMap<String, Known>>);

#[derive(Clone)]
struct Known {
    key: Option<ProjectKey>,
    expires_at: Option<DateTime<Utc>>,
    /// When the metadata store said so.
    confirmed_at: DateTime<Utc>,
    /// When it was last asked.
    asked_at: DateTime<Utc>,
}

/// Returns what a key stands for, if it is good now.
pub async fn find_key(app: &App, key: &str) -> Result<Option<ProjectKey>, Error> {
    if !is_formed(key) {
        return Ok(None);
    }
    let (hash, now) = (secret::hash(key), app.now());
    let known = app.keys().get(&hash);
    if let Some(known) = known.as_ref().filter(|known| is_within(FRESH, known.asked_at, now)) {
        return Ok(known.at(now));
    }
    let fallback = known.filter(|known| known.key.is_some() && is_within(FRESH_WHILE_AWAY, known.confirmed_at, now));
    let (row, key) = match ask(app, &hash, fallback.is_some()).await {
        Ok(found) => found,
        Err(error) => {
            let known = Known { asked_at: now, ..fallback.ok_or(error)? };
            app.keys().put(hash, known.clone());
            return Ok(known.at(now));
        }
    };
    let known =
        Known { key, expires_at: row.as_ref().and_then(|row| end_of(row, &hash)), confirmed_at: now, asked_at: now };
    app.keys().put(hash, known.clone());
    let found = known.at(now);
    if let Some(row) = row.filter(|_| found.is_some()) {
        note_use(app, &row, now);
    }
    Ok(found)
}

/// Asks the metadata store; not for long where there is something to fall back on.
async fn ask(app: &App, hash: &str, in_haste: bool) -> Result<(Option<KeyRow>, Option<ProjectKey>), Error> {
    let answer = async {
        let Some(row) = store::find_key_by_hash(app.db(), hash).await? else { return Ok((None, None)) };
        let key = ProjectKey::of(app, &row, hash).await?;
        Ok((Some(row), key))
    };
    if !in_haste {
        return answer.await;
    }
    match timeout(PATIENCE, answer).await {
        Ok(found) => found,
        Err(_) => Err(Error::Slow),
    }
}

impl KeyCache {
    /// Forgets a key that has changed.
    pub(super) fn forget(&self, hash: &str) {
        self.lock().remove(hash);
    }

    /// Forgets the keys of a project that was deleted.
    pub(super) fn forget_project(&self, project: ProjectId) {
        self.lock().retain(|_, known| known.key.as_ref().is_none_or(|key| key.project != project));
    }

    /// Makes the metadata store be asked again for every key; should it be away, what is known still does.
    pub(crate) fn doubt(&self) {
        for known in self.lock().values_mut() {
            known.asked_at = DateTime::<Utc>::MIN_UTC;
        }
    }

    /// Makes the metadata store be asked again for the keys that have the rights of people, after those may have changed.
    pub(crate) fn doubt_secret(&self) {
        let is_secret = |known: &&mut Known| known.key.as_ref().is_none_or(|key| key.kind == KeyKind::Secret);
        for known in self.lock().values_mut().filter(is_secret) {
            known.asked_at = DateTime::<Utc>::MIN_UTC;
        }
    }

    fn get(&self, hash: &str) -> Option<Known> {
        self.lock().get(hash).cloned()
    }

    fn put(&self, hash: String, known: Known) {
        let mut all = self.lock();
        if all.len() >= MOST_KEPT {
            // Wrong keys are cheap to make: they must not push out good ones.
            all.retain(|_, known| known.key.is_some());
        }
        if all.len() < MOST_KEPT {
            all.insert(hash, known);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn at(&self, now: DateTime<Utc>) -> Option<ProjectKey> {
        self.key.clone().filter(|_| self.expires_at.is_none_or(|end| now < end))
    }
}

/// Returns from when on a secret is refused: with its key, and the one before the last rotation when its grace ends.
fn end_of(row: &KeyRow, hash: &str) -> Option<DateTime<Utc>> {
    if row.key_hash == hash {
        return row.expires_at;
    }
    // Without an end it has none to wait for.
    let grace = row.previous_expires_at.unwrap_or(row.created_at);
    Some(row.expires_at.map_or(grace, |end| end.min(grace)))
}

/// Tells whether something is less than `limit` ago; a clock that was set back makes everything stale.
fn is_within(limit: TimeDelta, at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (TimeDelta::zero()..limit).contains(&(now - at))
}

/// Tells a key of ours from what can't be one, so that noise costs no query.
fn is_formed(key: &str) -> bool {
    let secret = key.strip_prefix(KeyKind::Write.mark()).or_else(|| key.strip_prefix(KeyKind::Secret.mark()));
    let Some(secret) = secret else { return false };
    secret.len() == SECRET_CHARACTERS
        && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Writes down the use of a key, beside the request and no more than once a minute.
fn note_use(app: &App, row: &KeyRow, now: DateTime<Utc>) {
    if row.last_used_at.is_some_and(|last| now - last < USE_STEP) {
        return;
    }
    let (app, id) = (app.clone(), row.id);
    tokio::spawn(async move {
        if let Err(error) = transact!(app.metadata(), |tx| store::set_key_used(tx, id, now).await) {
            tracing::debug!(%error, "the use of a key could not be written down");
        }
    });
}
