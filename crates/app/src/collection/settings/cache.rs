//! The settings of projects from memory: what arrives must not wait for the metadata store.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use analytics_model::ProjectId;
use collector::{Rulebook, Rules, UnknownRules};
use futures::future::BoxFuture;
use metadata_store::Metadata;

use super::{CollectionSettings, store};

/// How long settings are good without asking: a change elsewhere counts here after this time.
const FRESH: Duration = Duration::from_secs(2);
const MOST_KEPT: usize = 10_000;

/// Settings as they were last read; a clone shares them.
#[derive(Clone)]
pub(crate) struct SettingsCache {
    metadata: Metadata,
    known: Arc<Mutex<HashMap<ProjectId, Known>>>,
}

#[derive(Clone)]
struct Known {
    settings: Arc<CollectionSettings>,
    rules: Arc<Rules>,
    read_at: Instant,
}

impl SettingsCache {
    pub(crate) fn new(metadata: Metadata) -> Self {
        Self { metadata, known: Arc::default() }
    }

    /// Returns a project's settings; those known last while the metadata store is away.
    pub(crate) async fn get(&self, project: ProjectId) -> metadata_store::Result<Arc<CollectionSettings>> {
        Ok(self.find(project).await?.settings)
    }

    /// Makes the next look read them anew.
    pub(super) fn forget(&self, project: ProjectId) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&project);
    }

    async fn find(&self, project: ProjectId) -> metadata_store::Result<Known> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&project).cloned();
        if let Some(known) = &known
            && known.read_at.elapsed() < FRESH
        {
            return Ok(known.clone());
        }
        let settings = match store::find(self.metadata.read(), project).await {
            Ok(stored) => of(stored),
            Err(error) => return known.ok_or(error),
        };
        let rules = Arc::new(settings.rules());
        let fresh = Known { settings: Arc::new(settings), rules, read_at: Instant::now() };
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_KEPT {
            all.retain(|_, known| known.read_at.elapsed() < FRESH);
        }
        all.insert(project, fresh.clone());
        Ok(fresh)
    }
}

/// Reads what is stored; what another version stored and this one can't read counts as nothing.
pub(super) fn of(stored: Option<serde_json::Value>) -> CollectionSettings {
    stored.and_then(|stored| serde_json::from_value(stored).ok()).unwrap_or_default()
}

/// The rules of projects as they are stored: what a collector's writer asks.
pub struct StoredRules(SettingsCache);

impl StoredRules {
    /// Reads them from a metadata store.
    pub fn new(metadata: Metadata) -> Self {
        Self(SettingsCache::new(metadata))
    }
}

impl Rulebook for StoredRules {
    fn of(&self, project: ProjectId) -> BoxFuture<'_, Result<Arc<Rules>, UnknownRules>> {
        Box::pin(async move {
            let found = self.0.find(project).await;
            found.map(|known| known.rules).map_err(|error| UnknownRules(error.to_string()))
        })
    }
}
