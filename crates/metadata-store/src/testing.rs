//! Empty databases for tests, on both stores.
//!
//! PostgreSQL is a cluster of the test process's own, from the installed package, on a socket in a temporary folder.
//! A shell watches over it: when the test process ends, however it ends, the cluster stops and its folder goes.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
};

use sea_orm::ConnectionTrait;
use tempfile::TempDir;
use url::Url;

use crate::{Metadata, sqlite_url};

/// Which store a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file in a temporary folder.
    Sqlite,
    /// A database of the process's own cluster.
    Postgres,
}

/// An empty database of a test's own; it goes with this value.
#[derive(Debug)]
pub struct TestDatabase {
    /// Its address.
    pub url: Url,
    folder: Option<TempDir>,
}

impl TestDatabase {
    /// Makes an empty database.
    ///
    /// # Panics
    /// Where the store can't be started, with a message that says what is missing.
    pub async fn create(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let url = sqlite_url(&folder.path().join("metadata.db")).expect("an absolute path");
                Self { url, folder: Some(folder) }
            }
            Kind::Postgres => Self { url: create_postgres_database().await, folder: None },
        }
    }

    /// Connects to it.
    ///
    /// # Panics
    /// Where that fails.
    pub async fn connect(&self) -> Metadata {
        Metadata::connect(&self.url).await.expect("a connection to the test's database")
    }
}

impl Drop for TestDatabase {
    /// Hundreds of databases that nobody needs any more would fill a small disk before the last test has run.
    fn drop(&mut self) {
        if self.folder.is_none() {
            let name = self.url.path().trim_start_matches('/').to_owned();
            // The thread ends with the process only.
            let _ = cluster().unneeded.send(name);
        }
    }
}

async fn create_postgres_database() -> Url {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let cluster = cluster();
    let admin = Metadata::connect(&cluster.url("postgres")).await.expect("a connection to the test cluster");
    admin.read().execute_unprepared(&format!("create database {name}")).await.expect("a new database");
    admin.close().await.expect("the connection to close");
    cluster.url(&name)
}

/// A running PostgreSQL; it lives as long as the process holds its standard input open.
struct Cluster {
    folder: String,
    unneeded: Sender<String>,
    _stdin: ChildStdin,
    _watcher: Child,
}

impl Cluster {
    fn url(&self, database: &str) -> Url {
        database_url(&self.folder, database)
    }
}

fn database_url(folder: &str, database: &str) -> Url {
    let mut url = Url::parse("postgres://postgres@localhost/").expect("a valid address");
    url.set_path(database);
    url.query_pairs_mut().append_pair("host", folder);
    url
}

/// Drops databases, beside the tests: in a runtime of its own, since a test's ends with the test.
fn drop_databases(admin: &Url, unneeded: &Receiver<String>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let admin = Metadata::connect(admin).await.expect("a connection to the test cluster");
        while let Ok(name) = unneeded.recv() {
            admin.read().execute_unprepared(&format!("drop database {name} with (force)")).await.expect("a drop");
        }
    });
}

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(start_cluster)
}

fn start_cluster() -> Cluster {
    let mut command = Command::new("sh");
    command.args(["-c", include_str!("testing/postgres.sh")]);
    // A process group of its own, so that Ctrl-C in the terminal reaches the tests first and the cluster through them.
    command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut watcher = command.spawn().expect("a shell to start PostgreSQL");
    let stdin = watcher.stdin.take().expect("a piped input");
    let stdout = watcher.stdout.take().expect("a piped output");
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).expect("output of the shell");
    match line.trim().split_once(' ') {
        Some(("ready", folder)) => {
            let (unneeded, received) = channel();
            let admin = database_url(folder, "postgres");
            std::thread::spawn(move || drop_databases(&admin, &received));
            Cluster { folder: folder.to_owned(), unneeded, _stdin: stdin, _watcher: watcher }
        }
        _ => panic!("PostgreSQL for tests did not start: {}", line.trim()),
    }
}
