//! Connecting, reading, and writing in transactions.

use std::{path::Path, time::Duration};

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::time::Instant;
use url::Url;

use crate::{
    Error, Result,
    error::{is_conflict, is_duplicate},
};

/// A pool of connections, for reading.
pub type Connection = DatabaseConnection;
/// An open transaction.
pub type Transaction = DatabaseTransaction;

const POOL_SIZE: u32 = 8;
/// How long SQLite waits for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a caller waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a transaction that loses against others is tried again.
const PATIENCE: Duration = Duration::from_secs(10);

/// The metadata store. Clones share one pool.
#[derive(Debug, Clone)]
pub struct Metadata {
    pool: DatabaseConnection,
}

/// Returns the address of the SQLite file at an absolute path.
pub fn sqlite_url(file: &Path) -> Result<Url> {
    let address = Url::from_file_path(file).map_err(|()| Error::Url(format!("{} is not absolute", file.display())))?;
    address.as_str().replacen("file:", "sqlite:", 1).parse().map_err(|error| Error::Url(format!("{error}")))
}

impl Metadata {
    /// Connects to `sqlite:///path/of/file`, made where missing, or to `postgres://user:password@host:port/database`.
    pub async fn connect(url: &Url) -> Result<Self> {
        let options = match url.scheme() {
            "sqlite" => sqlite(url)?,
            "postgres" | "postgresql" => postgres(url),
            other => return Err(Error::Url(format!("{other}: is neither"))),
        };
        let pool = Database::connect(options).await.map_err(Error::Unavailable)?;
        Ok(Self { pool })
    }

    /// Returns the pool, for reading.
    ///
    /// Never use it while a transaction of the same task is open: with every connection taken, both would wait.
    pub fn read(&self) -> &Connection {
        &self.pool
    }

    /// Begins a transaction; [`transact!`](crate::transact) is the way to it.
    #[doc(hidden)]
    pub async fn begin(&self) -> Result<Transaction> {
        let options = match self.backend() {
            // A lock taken at the first write instead of here could not be waited for.
            DbBackend::Sqlite => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            },
            _ => TransactionOptions {
                isolation_level: Some(IsolationLevel::Serializable),
                ..TransactionOptions::default()
            },
        };
        Ok(self.pool.begin_with_options(options).await?)
    }

    /// Checks that the store answers.
    pub async fn ping(&self) -> Result<()> {
        self.pool.ping().await.map_err(Error::Unavailable)
    }

    /// Returns `sqlite` or `postgresql`.
    pub fn kind(&self) -> &'static str {
        if self.backend() == DbBackend::Sqlite { "sqlite" } else { "postgresql" }
    }

    /// Closes all connections once they are idle.
    pub async fn close(&self) -> Result<()> {
        Ok(self.pool.close_by_ref().await?)
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }
}

/// Runs work in a transaction, as if no other ran at the same time, and commits where it returns `Ok`.
///
/// Work that loses against another transaction runs again, so it must change nothing but the database. Within it `?`
/// and `return` leave the work, not the function around it.
///
/// ```ignore
/// transact!(scope.metadata(), |tx| {
///     let board = store::get(tx, id).await?;
///     store::rename(tx, board, &name).await
/// })?;
/// ```
// A macro, because a method that takes an async closure makes futures that are not provably `Send`.
#[macro_export]
macro_rules! transact {
    ($metadata:expr, |$tx:ident| $work:expr) => {{
        let metadata: &$crate::Metadata = $metadata;
        let mut attempts = $crate::Attempts::new();
        loop {
            let outcome = match metadata.begin().await {
                Ok(transaction) => {
                    let $tx = &transaction;
                    let outcome = async { $work }.await;
                    $crate::Attempts::finish(transaction, outcome).await
                }
                Err(error) => Err(::std::convert::From::from(error)),
            };
            if let Some(outcome) = attempts.settle(outcome).await {
                break outcome;
            }
        }
    }};
}

/// How often a piece of work was tried; [`transact!`](crate::transact) counts.
#[doc(hidden)]
#[derive(Debug)]
pub struct Attempts {
    give_up: Instant,
    made: u32,
}

impl Attempts {
    #[expect(clippy::new_without_default, reason = "it begins to count")]
    pub fn new() -> Self {
        Self { give_up: Instant::now() + PATIENCE, made: 0 }
    }

    /// Commits what went well; what didn't is rolled back.
    pub async fn finish<T, E: From<Error>>(
        transaction: Transaction,
        outcome: std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        match outcome {
            Ok(value) => transaction.commit().await.map(|()| value).map_err(|error| Error::from(error).into()),
            Err(error) => {
                // The work's error says more than a failure to roll back, after which the connection is gone anyway.
                let _ = transaction.rollback().await;
                Err(error)
            }
        }
    }

    /// Returns the outcome, unless it was lost against another transaction and patience lasts: then it waits a while.
    pub async fn settle<T, E: std::error::Error + 'static>(
        &mut self,
        outcome: std::result::Result<T, E>,
    ) -> Option<std::result::Result<T, E>> {
        let Err(error) = &outcome else { return Some(outcome) };
        // Where two insert the same row at once, the second is refused; run again, it finds the row of the first.
        let may_go_well = is_conflict(error) || (self.made == 0 && is_duplicate(error));
        if !may_go_well || Instant::now() >= self.give_up {
            return Some(outcome);
        }
        tokio::time::sleep(pause(self.made)).await;
        self.made += 1;
        None
    }
}

fn sqlite(url: &Url) -> Result<ConnectOptions> {
    let address = url.as_str().strip_prefix("sqlite:///").map(|path| format!("file:///{path}"));
    let file = address
        .and_then(|address| Url::parse(&address).ok())
        .and_then(|address| address.to_file_path().ok())
        .ok_or_else(|| Error::Url("the path of the file must be absolute".to_owned()))?;
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(POOL_SIZE).acquire_timeout(ACQUIRE_TIMEOUT).test_before_acquire(false).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(move |options| {
        options
            .filename(&file)
            .in_memory(false)
            .shared_cache(false)
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "NORMAL")
    });
    Ok(options)
}

fn postgres(url: &Url) -> ConnectOptions {
    let mut options = ConnectOptions::new(url.as_str());
    options
        .max_connections(POOL_SIZE)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_timeout(ACQUIRE_TIMEOUT)
        // A round trip before each statement would double its time: only rested connections are asked first.
        .test_before_acquire(false)
        .test_before_acquire_if_idle_for(Duration::from_secs(10))
        .set_application_name("radixinsight")
        .sqlx_logging(false);
    options
}

/// Waits longer each time, by chance, so that transactions which met once don't meet again.
fn pause(attempt: u32) -> Duration {
    let most_ms = 4_u64 << attempt.min(6);
    Duration::from_millis(rand::random_range(1..=most_ms))
}
