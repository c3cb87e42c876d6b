//! How a statement is run.

use std::time::Duration;

use crate::Asker;

/// How a statement is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Names the query, so that it can be cancelled by [`crate::Store::cancel`]: at most 200 letters, digits and
    /// `- _ . :`, different from those of all running queries. A random one if absent.
    pub query_id: Option<String>,
    /// How long it may run.
    pub timeout: Duration,
    /// Reads all that was answered to be stored, whichever replica reads; one that lags refuses. For what must not miss
    /// a row.
    pub up_to_date: bool,
    /// Allows reading only, and forbids the statement to change settings.
    pub read_only: bool,
    /// Refuses an answer of more rows.
    pub max_rows: Option<u64>,
    /// Refuses an answer of more bytes.
    pub max_bytes: Option<u64>,
    /// Refuses to use more memory, in bytes.
    pub max_memory: Option<u64>,
    /// Who asks: the question waits for its turn, at most as long as it may run. What the product does by itself has
    /// no asker and never waits.
    pub asker: Option<Asker>,
    /// Further ClickHouse settings; they win over everything above but `read_only`.
    pub settings: Vec<(String, String)>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            query_id: None,
            timeout: Duration::from_secs(60),
            up_to_date: false,
            read_only: false,
            max_rows: None,
            max_bytes: None,
            max_memory: None,
            asker: None,
            settings: Vec::new(),
        }
    }
}

/// How a block is inserted.
#[derive(Debug, Clone)]
pub struct InsertOptions {
    /// Makes a repeated insert of the same block a success that stores nothing: to be set wherever an insert may be
    /// tried again.
    pub deduplication_token: Option<String>,
    /// How long it may take.
    pub timeout: Duration,
}

impl Default for InsertOptions {
    fn default() -> Self {
        Self { deduplication_token: None, timeout: Duration::from_secs(60) }
    }
}
