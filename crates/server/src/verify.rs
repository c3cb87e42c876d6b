//! `radixinsight verify`: is everything as it should be, and what to do where it is not.

#![expect(clippy::print_stdout, reason = "prints its findings")]

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use app::audit::Verdict;

use crate::config::{Config, Loaded};
use crate::observe::{Check, CheckState, Readiness, checks};
use crate::stores::{self, Stores};

/// Below this the disk is called nearly full.
const LEAST_FREE_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// What to check.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Checks the audit log instead: that no row of it was changed, moved or taken out. Works beside a running server.
    #[arg(long)]
    audit: bool,
}

/// Runs every check and prints a line each.
pub(crate) async fn run(loaded: Loaded, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let config = loaded.config;
    if arguments.audit {
        return audit(&config).await;
    }
    let mut found = vec![disk(&config), clock()];
    match running_server(&config).await {
        Some(mut theirs) => {
            println!("a server uses the data folder: asking it");
            found.append(&mut theirs);
        }
        None => found.append(&mut open_and_check(&config).await),
    }
    for check in &found {
        let mark = match check.state {
            CheckState::Fine => "ok     ",
            CheckState::Warning => "warning",
            CheckState::Failed => "FAILED ",
        };
        println!("{mark}  {:16}  {}", check.name, check.detail);
    }
    let failed = found.iter().any(|check| check.state == CheckState::Failed);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Walks along the audit log; only the metadata store is needed.
async fn audit(config: &Config) -> anyhow::Result<ExitCode> {
    let metadata = stores::open_metadata(config).await?;
    let app = stores::accounts_only(config, metadata)?;
    Ok(match app::audit::verify(&app).await? {
        Verdict::Whole { rows, hash } => {
            println!(
                "ok       audit log         {rows} rows, none missing, none changed; the last one's hash is {hash}"
            );
            ExitCode::SUCCESS
        }
        Verdict::Broken { number, fault } => {
            println!("FAILED   audit log         row {number}: {fault}");
            ExitCode::FAILURE
        }
    })
}

async fn open_and_check(config: &Config) -> Vec<Check> {
    match Stores::open(config).await {
        Ok(stores) => {
            let mut found = checks(&stores).await;
            found.push(Check::of("migrations", migrations(&stores).await));
            if let Err(error) = stores.stop_engine().await {
                found.push(Check::new("engine", CheckState::Failed, format!("{error:#}")));
            }
            found
        }
        Err(error) => vec![Check::new("stores", CheckState::Failed, format!("{error:#}"))],
    }
}

/// Opening has applied what was missing: anything left over is a fault.
async fn migrations(stores: &Stores) -> anyhow::Result<String> {
    let pending = stores.analytics.pending_migrations().await?;
    anyhow::ensure!(pending.is_empty(), "not applied to the analytics store: {}", pending.join(", "));
    Ok("both stores are up to date".into())
}

/// Asks a server that holds the data folder; `None` where the folder is free.
async fn running_server(config: &Config) -> Option<Vec<Check>> {
    if stores::lock(config).is_ok() {
        return None;
    }
    let url = stores::announced(config).unwrap_or_else(|| format!("http://{}", config.server.listen));
    let answer = ask(&format!("{url}/readyz")).await;
    Some(answer.unwrap_or_else(|error| vec![Check::new("server", CheckState::Failed, format!("{error:#}"))]))
}

async fn ask(url: &str) -> anyhow::Result<Vec<Check>> {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).build()?;
    let answer = client.get(url).send().await.context("the data folder is in use, but no server answers")?;
    let readiness: Readiness = answer.json().await.context("what answers is not this server")?;
    Ok(readiness.checks)
}

fn disk(config: &Config) -> Check {
    const NAME: &str = "disk space";
    let existing = config.data_dir.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    match free_bytes(existing) {
        Some(free) if free < LEAST_FREE_BYTES => Check::new(
            NAME,
            CheckState::Warning,
            format!("{} left for {}: make room, or move data_dir", gib(free), config.data_dir.display()),
        ),
        Some(free) => Check::new(NAME, CheckState::Fine, format!("{} left", gib(free))),
        None => Check::new(NAME, CheckState::Warning, "cannot be told on this system"),
    }
}

fn gib(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30))
}

/// Asks `df`, which every Unix has: counting blocks by hand would need unsafe code here.
fn free_bytes(path: &Path) -> Option<u64> {
    let output = std::process::Command::new("df").arg("-Pk").arg(path).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let kib: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kib * 1024)
}

/// A clock that was never set puts every event into the wrong year.
fn clock() -> Check {
    const BUILT_AFTER: Duration = Duration::from_secs(1_767_225_600);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    if now < BUILT_AFTER {
        return Check::new("clock", CheckState::Failed, "the system's clock is years behind: set it, or start NTP");
    }
    let text = chrono::DateTime::from_timestamp(now.as_secs().cast_signed(), 0).map(|at| at.to_rfc3339());
    Check::new("clock", CheckState::Fine, text.unwrap_or_default())
}
