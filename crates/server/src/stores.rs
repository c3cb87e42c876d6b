//! Opens what a command needs: the data folder, the engine, both stores.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use analytics_model::ProjectId;
use analytics_store::{QuestionLimits, Store};
use anyhow::{Context, bail};
use app::mail::{Delivery, MailSettings};
use app::tenancy::{self, FirstProject, Project};
use app::{App, MasterKey, Parts, Settings};
use collector::{Places, Writer};
use engine::{Engine, Launch};
use metadata_store::{Clock, Metadata, sqlite_url};
use shared_cache::Cache;
use uuid::Uuid;

use crate::{config::Config, providers};

/// The open stores of one process.
pub(crate) struct Stores {
    /// The embedded engine; absent where a ClickHouse server is configured.
    pub(crate) engine: Option<Engine>,
    pub(crate) analytics: Store,
    pub(crate) metadata: Metadata,
    /// What this server shares with others.
    pub(crate) cache: Cache,
    /// Whether the analytics store's schema is up to date.
    pub(crate) is_prepared: AtomicBool,
    // Held for the life of the process: two servers on one data folder would fight over the engine.
    lock: File,
}

/// Returns the address of the server that uses the data folder, as it left it.
pub(crate) fn announced(config: &Config) -> Option<String> {
    fs::read_to_string(config.file("lock")).ok().filter(|url| !url.is_empty())
}

/// Opens the data folder for this process alone.
pub(crate) fn lock(config: &Config) -> anyhow::Result<File> {
    let folder = &config.data_dir;
    create_private(folder).with_context(|| format!("cannot create the data folder {}", folder.display()))?;
    let path = config.file("lock");
    let file = private_file(&path).with_context(|| format!("cannot write to {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another radixinsight uses the data folder {}: stop it, choose another --data-dir, or talk to it with a key",
            folder.display()
        ),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

/// Opens a file that nobody but its owner may read; folders that were there before may be open to all.
fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn create_private(folder: &PathBuf) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

impl Stores {
    /// Opens both stores and brings their schemas up to date.
    pub(crate) async fn open(config: &Config) -> anyhow::Result<Self> {
        let lock = lock(config)?;
        // First, because a refusal here should not leave an engine behind.
        let cache = open_cache(config).await?;
        let (analytics, metadata) = tokio::join!(open_analytics(config), open_metadata(config));
        let (engine, analytics) = analytics?;
        Ok(Self { engine, analytics, metadata: metadata?, cache, is_prepared: AtomicBool::new(true), lock })
    }

    /// Opens both stores; the analytics store may come later, as collecting does without it.
    pub(crate) async fn open_for_collecting(config: &Config) -> anyhow::Result<Self> {
        let lock = lock(config)?;
        let cache = open_cache(config).await?;
        let metadata = open_metadata(config).await?;
        let (engine, analytics) = connect_analytics(config)?;
        let stores = Self { engine, analytics, metadata, cache, is_prepared: AtomicBool::new(false), lock };
        if let Err(error) = stores.prepare(Some(FIRST_PATIENCE)).await {
            if !is_away(&error) {
                return Err(error).context("cannot bring the analytics store's schema up to date");
            }
            tracing::warn!("the analytics store is not there ({error}): events are kept until it is");
        }
        Ok(stores)
    }

    /// Brings the analytics store's schema up to date as soon as the store is there; gives up after `patience`.
    async fn prepare(&self, patience: Option<Duration>) -> Result<(), analytics_store::Error> {
        let begun = tokio::time::Instant::now();
        loop {
            match self.analytics.migrate().await {
                Err(error) if is_away(&error) && patience.is_none_or(|most| begun.elapsed() < most) => {
                    tracing::debug!(%error, "the analytics store is not there yet");
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
                result => {
                    self.is_prepared.store(result.is_ok(), Ordering::Relaxed);
                    return result.map(drop);
                }
            }
        }
    }

    /// Goes on until the analytics store is there and its schema up to date.
    pub(crate) async fn prepare_later(&self) {
        while !self.is_prepared.load(Ordering::Relaxed) {
            match self.prepare(None).await {
                Ok(()) => tracing::info!("the analytics store is there: what was kept is stored now"),
                Err(error) => {
                    tracing::error!("cannot bring the analytics store's schema up to date: {error}");
                    tokio::time::sleep(Duration::from_secs(10)).await;
                }
            }
        }
    }

    /// Leaves the server's address in the data folder, for commands that want to ask it.
    pub(crate) fn announce(&self, url: &str) -> anyhow::Result<()> {
        self.lock.set_len(0)?;
        (&self.lock).write_all(url.as_bytes()).context("cannot write to the data folder")
    }

    /// Stores what the product has accepted, then stops the engine.
    pub(crate) async fn close(&self, app: &App) -> anyhow::Result<()> {
        if let Some(writer) = app.writer() {
            writer.stop().await;
        }
        self.stop_engine().await
    }

    /// Stops the engine; running inserts end first.
    pub(crate) async fn stop_engine(&self) -> anyhow::Result<()> {
        if let Some(engine) = &self.engine {
            engine.stop().await.context("cannot stop the engine")?;
        }
        Ok(())
    }
}

async fn open_cache(config: &Config) -> anyhow::Result<Cache> {
    match &config.cache.url {
        Some(url) => Cache::redis(url, shared_cache::Options::default()).await.context("cannot open the cache"),
        None => Ok(Cache::in_process()),
    }
}

/// Connects to the metadata store and applies missing migrations.
pub(crate) async fn open_metadata(config: &Config) -> anyhow::Result<Metadata> {
    let url = match &config.metadata.url {
        Some(url) => url.parse()?,
        None => {
            create_private(&config.data_dir)?;
            let file = fs::canonicalize(&config.data_dir)?.join("metadata.db");
            // SQLite gives the files beside it the same rights.
            private_file(&file).with_context(|| format!("cannot write to {}", file.display()))?;
            sqlite_url(&file)?
        }
    };
    let metadata = Metadata::connect(&url).await?;
    metadata.migrate(&app::migrations(), &Clock::system()).await?;
    Ok(metadata)
}

/// Puts the product together on open stores.
pub(crate) async fn app(config: &Config, stores: &Stores) -> anyhow::Result<App> {
    let spool = collector::Options {
        spool_bytes: config.collection.spool_mib << 20,
        places: match &config.collection.places_database {
            Some(path) => Places::open(path)?,
            None => Places::none(),
        },
        ..collector::Options::in_folder(config.file("spool"))
    };
    let rules = Arc::new(app::StoredRules::new(stores.metadata.clone()));
    let writer = Writer::start(stores.analytics.clone(), spool, rules).context("cannot start collecting")?;
    Ok(App::new(Parts {
        metadata: stores.metadata.clone(),
        analytics: stores.analytics.clone(),
        writer: Some(writer),
        cache: stores.cache.clone(),
        clock: Clock::system(),
        settings: settings(config)?,
    }))
}

/// Puts the product together without the analytics store, for work on accounts alone.
pub(crate) fn accounts_only(config: &Config, metadata: Metadata) -> anyhow::Result<App> {
    let analytics = Store::unix(&config.file("run/engine.sock"), DATABASE)?;
    Ok(App::new(Parts {
        metadata,
        analytics,
        writer: None,
        cache: Cache::in_process(),
        clock: Clock::system(),
        settings: settings(config)?,
    }))
}

fn settings(config: &Config) -> anyhow::Result<Settings> {
    Ok(Settings {
        https: config.public_url().starts_with("https://"),
        bcrypt_cost: config.accounts.bcrypt_cost,
        public_url: config.public_url(),
        allowed_email_domains: config.accounts.allowed_email_domains.clone(),
        mail: MailSettings {
            delivery: match &config.mail.smtp_url {
                Some(url) => Delivery::Smtp(url.clone()),
                None => Delivery::Folder(config.file("mail")),
            },
            from: config.mail_from(),
        },
        providers: providers::providers(&config.accounts)?,
        ..Settings::new(master_key(config)?)
    })
}

/// Reads the instance's key, after making one at the first start.
fn master_key(config: &Config) -> anyhow::Result<MasterKey> {
    let path = match &config.accounts.key_file {
        Some(path) => path.clone(),
        None => {
            create_private(&config.data_dir)?;
            config.file("secret.key")
        }
    };
    let mut file = private_file(&path).with_context(|| format!("cannot open the key file {}", path.display()))?;
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&file.metadata()?.permissions()) & 0o077 != 0 {
        bail!("others may read the key file {}: run chmod 600 on it", path.display());
    }
    // Two processes that start together must end up with one key.
    file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    let mut text = String::new();
    file.read_to_string(&mut text).with_context(|| format!("cannot read {}", path.display()))?;
    if text.is_empty() {
        let key = MasterKey::generate();
        file.write_all(format!("{}\n", key.to_text()).as_bytes())?;
        file.sync_all()?;
        return Ok(key);
    }
    MasterKey::from_text(&text)
        .with_context(|| format!("{} holds no usable key: put back the one this instance began with", path.display()))
}

/// The demo project has the same id everywhere.
const DEMO_PROJECT: ProjectId = ProjectId(Uuid::from_u128(0x0000_de30_0000_8000_8000_0000_0000_0001));

/// Returns the project that holds the demo, made where missing.
pub(crate) async fn demo_project(app: &App) -> anyhow::Result<Project> {
    let demo = FirstProject { name: "Demo".into(), id: Some(DEMO_PROJECT) };
    Ok(tenancy::ensure_project(app, demo).await?)
}

/// Returns the project of this name or id.
pub(crate) async fn find_project(app: &App, wanted: &str) -> anyhow::Result<Project> {
    let projects = tenancy::list_projects(app).await?;
    let names: Vec<String> = projects.iter().map(|project| project.name.clone()).collect();
    let id: Option<ProjectId> = wanted.parse().ok();
    let mut found = projects.into_iter().filter(|project| Some(project.id) == id || project.name == wanted);
    match (found.next(), found.next()) {
        (Some(project), None) => Ok(project),
        (Some(_), Some(_)) => bail!("several projects are named “{wanted}”: give the id"),
        (None, _) => bail!("there is no project “{wanted}”; there are: {}", names.join(", ")),
    }
}

/// The database of the embedded engine; on a server it is part of `analytics.url`.
const DATABASE: &str = "radixinsight";

/// For so long a start waits for the analytics store: one that starts together with this server takes a moment.
const FIRST_PATIENCE: Duration = Duration::from_secs(10);

/// Tells whether the store is not there, rather than in a state that nothing will change by itself.
fn is_away(error: &analytics_store::Error) -> bool {
    error.is_temporary() || matches!(error, analytics_store::Error::Unexpected { .. })
}

/// Connects to the analytics store without waiting for it; an embedded engine is started.
fn connect_analytics(config: &Config) -> anyhow::Result<(Option<Engine>, Store)> {
    match &config.analytics.url {
        Some(_) => Ok((None, remote(config)?)),
        None => {
            let launch = launch(config)?;
            let limits = embedded_limits(config, &launch);
            let engine = Engine::launch(launch)?;
            let store = Store::unix(engine.socket(), DATABASE)?.with_limits(limits);
            Ok((Some(engine), store))
        }
    }
}

fn remote(config: &Config) -> anyhow::Result<Store> {
    let url = config.analytics.url.as_deref().unwrap_or_default();
    let limits = QuestionLimits { places: config.analytics.concurrent_questions, memory: None };
    Ok(Store::http(url, config.analytics.cluster.as_deref())?.with_limits(limits))
}

/// Connects to the analytics store, starting the embedded engine where none is configured.
async fn open_analytics(config: &Config) -> anyhow::Result<(Option<Engine>, Store)> {
    let (engine, store) = match &config.analytics.url {
        Some(_) => (None, remote(config)?),
        None => {
            let launch = launch(config)?;
            let limits = embedded_limits(config, &launch);
            let engine = Engine::start(launch).await?;
            let store = Store::unix(engine.socket(), DATABASE)?.with_limits(limits);
            (Some(engine), store)
        }
    };
    migrate_patiently(&store).await.context("cannot bring the analytics store's schema up to date")?;
    Ok((engine, store))
}

/// A ClickHouse server that starts together with this one may need a moment.
async fn migrate_patiently(store: &Store) -> Result<(), analytics_store::Error> {
    const TRIES: u32 = 10;
    for attempt in 1..TRIES {
        match store.migrate().await {
            Err(error) if error.is_unavailable() => {
                tracing::warn!("the analytics store is not there yet ({error}): trying again ({attempt} of {TRIES})");
                tokio::time::sleep(Duration::from_secs(3)).await;
            }
            result => return result.map(drop),
        }
    }
    store.migrate().await.map(drop)
}

/// Some connections are never taken by questions, and three of them together leave memory for the rest.
fn embedded_limits(config: &Config, launch: &Launch) -> QuestionLimits {
    const KEPT_FREE: usize = 2;
    let spare = launch.connections.saturating_sub(KEPT_FREE).max(1);
    QuestionLimits { places: config.analytics.concurrent_questions.min(spare), memory: Some(launch.memory_bytes() / 4) }
}

fn launch(config: &Config) -> anyhow::Result<Launch> {
    let data = config.file("engine");
    create_private(&data)?;
    Ok(Launch {
        program: std::env::current_exe().context("cannot tell where this program is")?,
        arguments: vec!["engine".into()],
        socket: socket_path(config)?,
        data: fs::canonicalize(data)?,
        library: engine::find_library(config.engine.library.as_deref())?,
        connections: config.engine.connections,
        max_memory_bytes: config.engine.max_memory_mib.map(|mib| mib * 1024 * 1024),
    })
}

/// A Unix socket's path holds about 100 bytes: deep data folders get one beside the system's temporary files.
fn socket_path(config: &Config) -> anyhow::Result<PathBuf> {
    const LONGEST: usize = 100;
    let run = config.file("run");
    create_private(&run)?;
    let path = fs::canonicalize(&run)?.join("engine.sock");
    if path.as_os_str().len() <= LONGEST {
        return Ok(path);
    }
    let short = std::env::temp_dir().join(format!("radixinsight-{}", std::process::id()));
    create_private(&short)?;
    Ok(short.join("engine.sock"))
}
