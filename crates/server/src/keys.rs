//! What each key of the configuration means.

use serde_json::Value;

use crate::{config::Config, masking::written, providers};

/// What each key means, for `config show` and the configuration page of the guide.
const MEANINGS: [(&str, &str); 30] = [
    ("data_dir", "Folder of everything this server stores itself"),
    ("server.listen", "Address and port to listen on"),
    ("server.public_url", "The address people use, where it is not the listening one (behind a proxy)"),
    (
        "server.behind_proxy",
        "true where a proxy of your own stands in front: its X-Forwarded-For (or Forwarded) and X-Forwarded-Proto are believed",
    ),
    (
        "server.trusted_proxies",
        "Networks of further proxies, such as [\"10.0.0.0/8\"]: X-Forwarded-For is read from the right through them",
    ),
    (
        "server.address_header",
        "A header that your proxy sets to the client's address and that counts alone, such as CF-Connecting-IP",
    ),
    (
        "server.max_connections",
        "How many connections there may be: those at rest make room for new ones; as many as the limit of open files lets there be, up to 10,000, if empty",
    ),
    (
        "server.max_connections_per_address",
        "How many connections of one address there may be, where no proxy stands in front; a quarter of all if empty",
    ),
    (
        "server.request_memory_mib",
        "Memory that bodies of requests may take while they are read and answered, in MiB; those without a good key in front of them get a quarter",
    ),
    ("server.head_seconds", "Seconds a connection may take to bring its first request"),
    ("server.idle_seconds", "Seconds a connection may stay without a request, or not take what it is answered"),
    (
        "server.body_seconds",
        "Seconds in which nothing of a request's body may come; beyond, it has to bring 2 KiB a second",
    ),
    (
        "metadata.url",
        "Metadata store: postgres://user:password@host/database; a SQLite file in the data folder if empty",
    ),
    ("analytics.url", "Analytics store: http(s)://user:password@host:8123/database; the embedded engine if empty"),
    ("analytics.cluster", "ClickHouse cluster to create replicated and distributed tables on"),
    (
        "analytics.concurrent_questions",
        "How many questions this server asks the analytics store at once, shared fairly by project and person: one project has all but one at most, one person half. The embedded engine keeps two of its connections free of them",
    ),
    ("engine.library", "Where libchdb is, if not in one of the usual places"),
    ("engine.connections", "How many queries the embedded engine runs at the same time"),
    ("engine.max_memory_mib", "The most memory the embedded engine may use, in MiB; a share of the machine's if empty"),
    (
        "collection.spool_mib",
        "How much of the disk accepted events may take that wait to be stored, in MiB: 4096 hold some 5 million that came one by one, and several times as many that came in batches",
    ),
    (
        "collection.places_database",
        "File in MaxMind's format (GeoLite2 City, DB-IP City Lite, …) that tells countries and cities by addresses; nothing is told by them if empty",
    ),
    (
        "cache.url",
        "Redis that several servers share limits and cached answers through: redis(s)://user:password@host:6379/database; nothing is shared if empty",
    ),
    ("accounts.bcrypt_cost", "Rounds a password is hashed with, as a power of two; at least 10"),
    (
        "accounts.key_file",
        "File with the key the instance signs and seals with, made where missing and shared by its servers; secret.key in the data folder if empty",
    ),
    (
        "accounts.allowed_email_domains",
        "Domains whose e-mail addresses may make an account of their own, as [\"radix-int.com\"]; by invitation only if empty",
    ),
    (
        "mail.smtp_url",
        "Mail server: smtps://user:password@host:465, or smtp://user:password@host:587?tls=required; if empty, mails are files in the folder mail of the data folder",
    ),
    ("mail.from", "Whom mail comes from, as RadixInsight <radix@example.com>; made of the public address if empty"),
    (
        "metrics.token",
        "What /metrics is read with, as authorization: Bearer TOKEN, 20 characters at least; if empty, metrics are read from this machine alone, and by nobody where a proxy stands in front",
    ),
    ("log.level", "error, warn, info, debug, trace, or a filter such as info,collector=debug"),
    ("log.format", "text for people, json for machines"),
];

/// Returns every key with its meaning.
pub(crate) fn meanings() -> impl Iterator<Item = (&'static str, &'static str)> {
    MEANINGS.into_iter().chain(providers::MEANINGS)
}

/// Returns the guide's page of all keys.
pub(crate) fn guide() -> String {
    let mut page = String::from(GUIDE_HEAD);
    let values = serde_json::to_value(Config::default()).unwrap_or_default();
    for (key, meaning) in meanings() {
        let value = written(key, values.pointer(&format!("/{}", key.replace('.', "/"))).unwrap_or(&Value::Null));
        let variable = key.to_uppercase().replace('.', "__");
        let default = if value.is_empty() { "empty".to_owned() } else { format!("`{value}`") };
        page.push_str(&format!("| `{key}` | {default} | `RADIX__{variable}` | {meaning} |\n"));
    }
    page
}

const GUIDE_HEAD: &str = "# Configuration

Every key has a default. A file `radixinsight.toml` in the current folder (or `--config FILE`) overrides it, an
environment variable overrides the file, a flag (`--set KEY=VALUE`, `--data-dir`, `--listen`) overrides all. A key that
does not exist is an error. `radixinsight config show` prints each value and where it came from.

`RADIX_ENGINE_LIB` is another name for `engine.library`.

| key | default | variable | meaning |
|---|---|---|---|
";
