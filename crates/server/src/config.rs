//! Configuration: defaults ← `radixinsight.toml` ← `RADIX__SECTION__KEY` ← flags. Unknown keys are errors.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use crate::{http_settings::Server, log::LogFormat};
use crate::{
    keys::meanings,
    masking::written,
    providers, proxies,
    scrape::{self, Metrics},
};

/// Everything that can be configured.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Where everything is kept that this server stores itself.
    pub(crate) data_dir: PathBuf,
    /// The HTTP side.
    pub(crate) server: Server,
    /// The store of what people edit.
    pub(crate) metadata: Metadata,
    /// The store of what arrives.
    pub(crate) analytics: Analytics,
    /// The embedded engine, used while `analytics.url` is empty.
    pub(crate) engine: Engine,
    /// How events come in.
    pub(crate) collection: Collection,
    /// What several servers share.
    pub(crate) cache: Cache,
    /// Accounts and sign-in.
    pub(crate) accounts: Accounts,
    /// How mail leaves.
    pub(crate) mail: Mail,
    /// What operators read of how the server does.
    pub(crate) metrics: Metrics,
    /// What is logged and how.
    pub(crate) log: Log,
}

/// The store of what people edit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Metadata {
    /// `postgres://…` or `sqlite:…`; a file in the data folder where absent.
    pub(crate) url: Option<String>,
}

/// The store of what arrives.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Analytics {
    /// `http(s)://user:password@host:8123/database`; the embedded engine where absent.
    pub(crate) url: Option<String>,
    /// The name of the ClickHouse cluster to create replicated and distributed tables on.
    pub(crate) cluster: Option<String>,
    /// How many questions of people and keys run at the same time.
    pub(crate) concurrent_questions: usize,
}

/// The embedded engine.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Engine {
    /// Where libchdb is, if not in one of the usual places.
    pub(crate) library: Option<PathBuf>,
    /// How many queries run at the same time.
    pub(crate) connections: usize,
    /// The most memory it may use, in MiB; a share of the machine's where absent.
    pub(crate) max_memory_mib: Option<u64>,
}

/// How events come in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Collection {
    /// How much of the disk events may take that wait to be stored, in MiB.
    pub(crate) spool_mib: u64,
    /// A file in MaxMind's format that tells countries and cities by addresses.
    pub(crate) places_database: Option<PathBuf>,
}

/// What several servers share.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cache {
    /// `redis(s)://user:password@host:6379/database`; nothing is shared where absent.
    pub(crate) url: Option<String>,
}

/// Accounts and sign-in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accounts {
    /// How many rounds (as a power of two) a password is hashed with: at least 10.
    pub(crate) bcrypt_cost: u32,
    /// The file that holds what the instance signs and seals with.
    pub(crate) key_file: Option<PathBuf>,
    /// The domains whose e-mail addresses may make an account of their own.
    pub(crate) allowed_email_domains: Vec<String>,
    /// Sign-in with Google.
    pub(crate) google: providers::Client,
    /// Sign-in with GitHub.
    pub(crate) github: providers::Client,
    /// Sign-in with an OpenID Connect provider.
    pub(crate) oidc: providers::OpenId,
}

impl Default for Accounts {
    fn default() -> Self {
        let (google, github, oidc) = Default::default();
        Self { bcrypt_cost: 12, key_file: None, allowed_email_domains: Vec::new(), google, github, oidc }
    }
}

/// How mail leaves.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mail {
    /// `smtp(s)://user:password@host:port`; files in the data folder where absent.
    pub(crate) smtp_url: Option<String>,
    /// Whom mail comes from; made of the public address where absent.
    pub(crate) from: Option<String>,
}

/// What is logged and how.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Log {
    /// `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,collector=debug`.
    pub(crate) level: String,
    /// How a line looks.
    pub(crate) format: LogFormat,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("data"),
            server: Server::default(),
            metadata: Metadata { url: None },
            analytics: Analytics { url: None, cluster: None, concurrent_questions: 6 },
            engine: Engine { library: None, connections: 8, max_memory_mib: None },
            accounts: Accounts::default(),
            mail: Mail { smtp_url: None, from: None },
            collection: Collection { spool_mib: 4096, places_database: None },
            cache: Cache { url: None },
            metrics: Metrics { token: None },
            log: Log { level: "info".into(), format: LogFormat::Text },
        }
    }
}

/// Flags that stand for configuration keys, common to all commands.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Flags {
    /// Configuration file; `radixinsight.toml` in the current folder where absent.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Same as the key `data_dir`.
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Same as the key `server.listen`.
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// Sets any key, as `--set engine.connections=4`; may be repeated.
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
}

impl Flags {
    fn values(&self) -> anyhow::Result<Vec<Flag>> {
        let mut flags = Vec::new();
        if let Some(folder) = &self.data_dir {
            flags.push(Flag { name: "--data-dir", key: "data_dir".into(), value: serde_json::to_value(folder)? });
        }
        if let Some(address) = self.listen {
            flags.push(Flag { name: "--listen", key: "server.listen".into(), value: address.to_string().into() });
        }
        for setting in &self.set {
            let (key, value) = setting.split_once('=').context("--set takes KEY=VALUE")?;
            flags.push(Flag { name: "--set", key: key.trim().to_owned(), value: parse(value.trim()) });
        }
        Ok(flags)
    }
}

/// A loaded configuration and where each value came from.
pub(crate) struct Loaded {
    /// The values.
    pub(crate) config: Config,
    figment: Figment,
}

/// Reads all layers.
pub(crate) fn load(flags: &Flags) -> anyhow::Result<Loaded> {
    let file = flags.config.clone().unwrap_or_else(|| PathBuf::from("radixinsight.toml"));
    if flags.config.is_some() && !file.exists() {
        bail!("the configuration file {} does not exist", file.display());
    }
    let mut figment = Figment::from(Serialized::defaults(Config::default()));
    if file.exists() {
        figment = figment.merge(Toml::file_exact(&file));
    }
    figment = figment
        .merge(Env::raw().only(&["RADIX_ENGINE_LIB"]).map(|_| "engine.library".into()))
        .merge(Env::prefixed("RADIX__").split("__"));
    for flag in flags.values()? {
        figment = figment.merge(flag);
    }
    let config: Config = figment.extract().map_err(explain)?;
    check(&config)?;
    Ok(Loaded { config, figment })
}

/// A value given on the command line; it keeps the flag's name, so that messages can tell.
struct Flag {
    name: &'static str,
    key: String,
    value: Value,
}

impl figment::Provider for Flag {
    fn metadata(&self) -> figment::Metadata {
        figment::Metadata::named(format!("flag {}", self.name))
    }

    fn data(&self) -> Result<figment::value::Map<figment::Profile, figment::value::Dict>, figment::Error> {
        Serialized::default(&self.key, &self.value).data()
    }
}

fn parse(value: &str) -> Value {
    serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()))
}

fn explain(error: figment::Error) -> anyhow::Error {
    let lines: Vec<String> = error.into_iter().map(|one| one.to_string()).collect();
    anyhow::anyhow!("the configuration is not usable: {}", lines.join("; "))
}

fn check(config: &Config) -> anyhow::Result<()> {
    proxies::check(&config.server)?;
    if config.data_dir.as_os_str().is_empty() {
        bail!("data_dir must not be empty");
    }
    let level = config.log.level.as_str();
    let is_filter = level.contains(['=', ',']);
    if !is_filter && !["off", "error", "warn", "info", "debug", "trace"].contains(&level) {
        bail!("log.level must be off, error, warn, info, debug, trace or a filter, not “{level}”");
    }
    if !(10..=20).contains(&config.accounts.bcrypt_cost) {
        bail!("accounts.bcrypt_cost must be 10 to 20, not {}", config.accounts.bcrypt_cost);
    }
    for domain in &config.accounts.allowed_email_domains {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '.' || letter == '-';
        if domain.is_empty() || !domain.chars().all(plain) {
            bail!("accounts.allowed_email_domains holds domains such as radix-int.com, not “{domain}”");
        }
    }
    if let Some(url) = &config.mail.smtp_url {
        app::mail::check_smtp_url(url).map_err(|error| anyhow::anyhow!("mail.smtp_url is not usable: {error}"))?;
    }
    app::mail::check_sender(&config.mail_from())
        .map_err(|error| anyhow::anyhow!("mail.from is not usable: {error}"))?;
    providers::providers(&config.accounts)?;
    scrape::check(&config.metrics)?;
    if !(1..=64).contains(&config.engine.connections) {
        bail!("engine.connections must be 1 to 64, not {}", config.engine.connections);
    }
    if !(1..=1_000).contains(&config.analytics.concurrent_questions) {
        bail!("analytics.concurrent_questions must be 1 to 1000, not {}", config.analytics.concurrent_questions);
    }
    config.server.check()?;
    if config.collection.spool_mib < 128 {
        bail!("collection.spool_mib must be 128 at least, not {}", config.collection.spool_mib);
    }
    if config.analytics.cluster.is_some() && config.analytics.url.is_none() {
        bail!("analytics.cluster needs analytics.url: the embedded engine has no cluster");
    }
    for (key, url, schemes) in [
        ("metadata.url", &config.metadata.url, &["postgres", "postgresql", "sqlite"][..]),
        ("analytics.url", &config.analytics.url, &["http", "https"][..]),
        ("server.public_url", &config.server.public_url, &["http", "https"][..]),
        ("cache.url", &config.cache.url, &["redis", "rediss"][..]),
    ] {
        let Some(url) = url else { continue };
        // The value may hold a password: name the key and what is expected, not the value.
        let parsed = url::Url::parse(url).map_err(|error| anyhow::anyhow!("{key} is not a URL: {error}"))?;
        if !schemes.contains(&parsed.scheme()) {
            bail!("{key} must begin with {}", schemes.join(":// or ") + "://");
        }
    }
    Ok(())
}

impl Config {
    /// Returns the address to print and to put into links, without a slash at its end.
    pub(crate) fn public_url(&self) -> String {
        match &self.server.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.server.listen),
        }
    }

    /// Returns whom mail comes from.
    pub(crate) fn mail_from(&self) -> String {
        if let Some(from) = &self.mail.from {
            return from.clone();
        }
        let url = url::Url::parse(&self.public_url()).ok();
        let host = url.as_ref().and_then(url::Url::domain).unwrap_or("localhost");
        format!("RadixInsight <radixinsight@{host}>")
    }

    /// Returns the path of something in the data folder.
    pub(crate) fn file(&self, name: impl AsRef<Path>) -> PathBuf {
        self.data_dir.join(name)
    }
}

/// The origin of a value that nobody has set.
const DEFAULT: &str = "default";

/// One line of `config show`.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    /// The key, with its section.
    pub(crate) key: &'static str,
    /// Its value; passwords are masked.
    pub(crate) value: String,
    /// Where the value came from.
    pub(crate) origin: String,
    /// What the key means.
    pub(crate) meaning: &'static str,
}

impl Loaded {
    /// Returns every key with its value and origin.
    pub(crate) fn show(&self) -> anyhow::Result<Vec<Shown>> {
        let values = serde_json::to_value(&self.config)?;
        let mut lines = Vec::new();
        for (key, meaning) in meanings() {
            let pointer = format!("/{}", key.replace('.', "/"));
            let value = values.pointer(&pointer).cloned().unwrap_or(Value::Null);
            lines.push(Shown { key, value: written(key, &value), origin: self.origin(key), meaning });
        }
        Ok(lines)
    }

    /// Tells whether nobody has set the key.
    pub(crate) fn is_default(&self, key: &str) -> bool {
        self.origin(key) == DEFAULT
    }

    fn origin(&self, key: &str) -> String {
        let Some(metadata) = self.figment.find_metadata(key) else { return DEFAULT.into() };
        let name = metadata.name.as_ref();
        if let Some(figment::Source::File(path)) = &metadata.source {
            return path.display().to_string();
        }
        if name.starts_with("flag ") {
            return name.to_owned();
        }
        if name.contains("RADIX__") {
            return format!("RADIX__{}", key.to_uppercase().replace('.', "__"));
        }
        if name.contains("environment") { "RADIX_ENGINE_LIB".into() } else { DEFAULT.into() }
    }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
