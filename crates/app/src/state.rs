//! What every request can reach: the stores, the clock, the settings, and what features keep in memory.

use std::sync::Arc;

use analytics_store::Store;
use chrono::{DateTime, TimeDelta, Utc};
use collector::{Enricher, Writer};
use metadata_store::{Clock, Connection, Metadata};

use crate::{MasterKey, accounts, limits::Limits, setup, tenancy};

/// The running product. Clones share everything.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// What an [`App`] is made of.
pub struct Parts {
    /// Where accounts, projects and all that people edit live; migrated already.
    pub metadata: Metadata,
    /// Where events live; it may be away.
    pub analytics: Store,
    /// What stores events; absent where a process collects none.
    pub writer: Option<Writer>,
    /// The time it is.
    pub clock: Clock,
    /// How the product behaves.
    pub settings: Settings,
}

/// How the product behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether people reach the pages by https, so that cookies never travel otherwise.
    pub https: bool,
    /// How long after its last use a session ends (`session_timeout_minutes`); 30 days unless told.
    pub session_timeout: TimeDelta,
    /// The work factor of password hashes; 10 at least, 12 unless told.
    pub bcrypt_cost: u32,
    /// The address people reach the pages at, without a slash at its end.
    pub public_url: String,
    /// Who else people may sign in with.
    pub providers: accounts::Providers,
    /// Whose addresses may make an account of their own: `example.com`; nobody's where there are none.
    pub allowed_email_domains: Vec<String>,
    /// What the instance signs and seals with.
    pub master_key: MasterKey,
}

impl Settings {
    /// Returns settings with a key, and all else as it is unless told.
    pub fn new(master_key: MasterKey) -> Self {
        Self {
            https: false,
            session_timeout: TimeDelta::days(30),
            bcrypt_cost: 12,
            public_url: "http://127.0.0.1:8080".to_owned(),
            providers: accounts::Providers::default(),
            allowed_email_domains: Vec::new(),
            master_key,
        }
    }
}

struct Inner {
    parts: Parts,
    passwords: accounts::Passwords,
    limits: Limits,
    keys: tenancy::KeyCache,
    ticket: setup::Ticket,
    enricher: Enricher,
}

impl App {
    /// Puts the product together.
    pub fn new(parts: Parts) -> Self {
        let passwords = accounts::Passwords::new(parts.settings.bcrypt_cost);
        Self(Arc::new(Inner {
            parts,
            passwords,
            limits: Limits::default(),
            keys: tenancy::KeyCache::default(),
            ticket: setup::Ticket::default(),
            enricher: Enricher::new(),
        }))
    }

    /// Returns the metadata store.
    pub fn metadata(&self) -> &Metadata {
        &self.0.parts.metadata
    }

    /// Returns the analytics store.
    pub fn analytics(&self) -> &Store {
        &self.0.parts.analytics
    }

    /// Returns what stores events; absent where this process collects none.
    pub fn writer(&self) -> Option<&Writer> {
        self.0.parts.writer.as_ref()
    }

    /// Returns what makes events of what was sent; it knows the sessions under way.
    pub fn enricher(&self) -> &Enricher {
        &self.0.enricher
    }

    /// Returns the clock.
    pub fn clock(&self) -> &Clock {
        &self.0.parts.clock
    }

    /// Returns the time it is.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock().now()
    }

    /// Returns the settings.
    pub fn settings(&self) -> &Settings {
        &self.0.parts.settings
    }

    pub(crate) fn db(&self) -> &Connection {
        self.metadata().read()
    }

    pub(crate) fn passwords(&self) -> &accounts::Passwords {
        &self.0.passwords
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn keys(&self) -> &tenancy::KeyCache {
        &self.0.keys
    }

    pub(crate) fn ticket(&self) -> &setup::Ticket {
        &self.0.ticket
    }
}
