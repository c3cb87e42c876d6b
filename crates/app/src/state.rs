//! What every request can reach: the stores, the clock, the settings, and what features keep in memory.

use std::sync::Arc;

use analytics_store::Store;
use chrono::{DateTime, Utc};
use collector::Writer;
use metadata_store::{Clock, Connection, Metadata};
use shared_cache::Cache;

use crate::{
    MasterKey, accounts, audit, collection,
    limits::Limits,
    mail::{Delivery, Letter, MailSettings, Mailer},
    setup, system,
    tasks::Tasks,
    tenancy,
};

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
    /// What servers share: limits, cached answers, word of changes.
    pub cache: Cache,
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
    /// The work factor of password hashes; 10 at least, 12 unless told.
    pub bcrypt_cost: u32,
    /// Who else people may sign in with.
    pub providers: accounts::Providers,
    /// What the instance signs and seals with.
    pub master_key: MasterKey,
    /// The address people use, without a slash at its end: links in mails begin with it.
    pub public_url: String,
    /// Who may make an account of their own: people with an e-mail address of one of these domains. Nobody where
    /// there are none.
    pub allowed_email_domains: Vec<String>,
    /// How mail leaves.
    pub mail: MailSettings,
}

impl Settings {
    /// Returns settings with a key, and all else as it is unless told.
    pub fn new(master_key: MasterKey) -> Self {
        let mail = MailSettings {
            delivery: Delivery::Folder("data/mail".into()),
            from: "RadixInsight <radixinsight@localhost>".to_owned(),
        };
        Self {
            https: false,
            bcrypt_cost: 12,
            providers: accounts::Providers::default(),
            master_key,
            public_url: "http://127.0.0.1:8080".to_owned(),
            allowed_email_domains: Vec::new(),
            mail,
        }
    }
}

pub(crate) struct Inner {
    parts: Parts,
    passwords: accounts::Passwords,
    sessions: accounts::SessionCache,
    access_tokens: accounts::AccessTokens,
    mail: Mailer,
    limits: Limits,
    keys: tenancy::KeyCache,
    accesses: tenancy::AccessCache,
    ticket: setup::Ticket,
    system_settings: system::SettingsCache,
    collection_settings: collection::SettingsCache,
    quotas: collection::Quotas,
    tasks: Tasks,
    months_sent: collection::MonthsSent,
    activities: system::ActivityQueue,
    refusals: audit::Refusals,
    hot_properties: collection::HotProperties,
}

impl App {
    /// Puts the product together.
    pub fn new(parts: Parts) -> Self {
        let passwords = accounts::Passwords::new(parts.settings.bcrypt_cost);
        let access_tokens = accounts::AccessTokens::new(&parts.settings.master_key);
        let limits = Limits::new(parts.cache.clone());
        let mail = Mailer::new(parts.settings.mail.clone(), parts.clock.clone());
        let collection_settings = collection::SettingsCache::new(parts.metadata.clone());
        let app = Self(Arc::new(Inner {
            parts,
            passwords,
            sessions: accounts::SessionCache::default(),
            access_tokens,
            mail,
            limits,
            keys: tenancy::KeyCache::default(),
            accesses: tenancy::AccessCache::default(),
            ticket: setup::Ticket::default(),
            system_settings: system::SettingsCache::default(),
            collection_settings,
            quotas: collection::Quotas::default(),
            tasks: Tasks::default(),
            months_sent: collection::MonthsSent::default(),
            activities: system::ActivityQueue::default(),
            refusals: audit::Refusals::default(),
            hot_properties: collection::HotProperties::default(),
        }));
        app.listen_to_others();
        app
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

    /// Returns what servers share.
    pub fn cache(&self) -> &Cache {
        &self.0.parts.cache
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

    /// Returns what sends mail.
    pub fn mail(&self) -> &Mailer {
        &self.0.mail
    }

    /// Sends a mail in the instance's name, soon. Call it after the change it tells of was committed.
    pub(crate) fn send_mail(&self, letter: Letter) {
        self.mail().send(letter.signed(&system::last_known(self).instance_name));
    }

    /// Makes this server ask the store again who may do what. Other servers do so within a second by themselves.
    pub fn forget_authority(&self) {
        self.0.sessions.forget();
        self.0.accesses.forget();
        self.0.keys.doubt_secret();
    }

    pub(crate) fn sessions(&self) -> &accounts::SessionCache {
        &self.0.sessions
    }

    pub(crate) fn access_tokens(&self) -> &accounts::AccessTokens {
        &self.0.access_tokens
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn keys(&self) -> &tenancy::KeyCache {
        &self.0.keys
    }

    pub(crate) fn accesses(&self) -> &tenancy::AccessCache {
        &self.0.accesses
    }

    pub(crate) fn system_settings(&self) -> &system::SettingsCache {
        &self.0.system_settings
    }

    pub(crate) fn collection_settings(&self) -> &collection::SettingsCache {
        &self.0.collection_settings
    }

    /// Returns the tasks that run as long as the server does.
    pub fn tasks(&self) -> &Tasks {
        &self.0.tasks
    }

    pub(crate) fn months_sent(&self) -> &collection::MonthsSent {
        &self.0.months_sent
    }

    pub(crate) fn quotas(&self) -> &collection::Quotas {
        &self.0.quotas
    }

    pub(crate) fn activities(&self) -> &system::ActivityQueue {
        &self.0.activities
    }

    pub(crate) fn refusals(&self) -> &audit::Refusals {
        &self.0.refusals
    }

    pub(crate) fn hot_properties(&self) -> &collection::HotProperties {
        &self.0.hot_properties
    }

    pub(crate) fn ticket(&self) -> &setup::Ticket {
        &self.0.ticket
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.0
    }

    pub(crate) fn from_inner(inner: Arc<Inner>) -> Self {
        Self(inner)
    }
}
