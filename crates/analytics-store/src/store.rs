//! The store's client: run, stream, insert, cancel.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use analytics_model::{Sql, sql};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use reqwest::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::connection::{Connection, identifier};
use crate::request::{Request, Settings, Wait, header, valid_query_id};
use crate::shares::{Shares, Turn};
use crate::{Block, Error, InsertOptions, Options, stream};

/// Answers begin when the statement has ended: what fails late fails as a whole.
const FINISHED: [(&str, &str); 1] = [("wait_end_of_query", "1")];

/// What the types of rows are read with: see [`Store::rows`].
const ROWS: [(&str, &str); 4] = [
    ("wait_end_of_query", "1"),
    ("output_format_json_quote_64bit_integers", "0"),
    ("output_format_json_validate_utf8", "1"),
    ("date_time_output_format", "iso"),
];

/// No number may change on its way through a JSON reader that has only doubles.
const STREAM: [(&str, &str); 3] = [
    ("output_format_json_quote_64bit_integers", "1"),
    ("output_format_json_quote_denormals", "1"),
    // An exception written as a JSON row would pass for one.
    ("http_write_exception_in_output_format", "0"),
];

/// Events that come late or from a file may belong to any month: without a limit on them, one odd row can't make the
/// store refuse the rows beside it.
const INSERT: [(&str, &str); 2] = [("wait_end_of_query", "1"), ("max_partitions_per_insert_block", "0")];

/// A connection pool to one analytics store and database; a clone shares it.
///
/// Dropping the future of any call closes its connection, which ends a reading query.
#[derive(Clone)]
pub struct Store {
    pub(crate) connection: Arc<Connection>,
    shares: Shares,
    question_memory: Option<u64>,
}

/// What questions that have an asker may take of the store together, so that inserts and upkeep always go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuestionLimits {
    /// How many run at the same time; the others wait for their turn.
    pub places: usize,
    /// The most memory each may use, in bytes: half of it before sorting and grouping go on on disk. As much as the
    /// store allows where absent.
    pub memory: Option<u64>,
}

/// Places where nothing else is told: fewer than the embedded engine has connections.
const PLACES: usize = 6;

/// Typed rows and what they cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T> {
    /// The rows in the statement's order.
    pub rows: Vec<T>,
    /// What the store did for them.
    pub summary: Summary,
}

/// What the store says it did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The query's id, as the store's own tables name it.
    pub query_id: String,
    /// Rows read.
    pub read_rows: u64,
    /// Bytes read, uncompressed.
    pub read_bytes: u64,
    /// Rows written, of all tables fed by the insert.
    pub written_rows: u64,
    /// Bytes written, uncompressed.
    pub written_bytes: u64,
    /// How long the store worked.
    pub elapsed: Duration,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("endpoint", &self.connection.endpoint)
            .field("database", &self.connection.database)
            .field("cluster", &self.connection.cluster)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a client of the embedded engine; connects when first used.
    pub fn unix(socket: &Path, database: &str) -> Result<Self, Error> {
        Ok(Self::over(Connection::unix(socket, database)?))
    }

    /// Opens a client of a ClickHouse server at `http(s)://user:password@host:8123/database`; connects when first
    /// used. With a cluster's name, tables are spread over it.
    pub fn http(url: &str, cluster: Option<&str>) -> Result<Self, Error> {
        Ok(Self::over(Connection::http(url, cluster)?))
    }

    pub(crate) fn over(connection: Connection) -> Self {
        Self { connection: Arc::new(connection), shares: Shares::new(PLACES), question_memory: None }
    }

    /// Limits what questions take. Call it before the store is cloned: the limits belong to what is returned.
    pub fn with_limits(self, limits: QuestionLimits) -> Self {
        Self { shares: Shares::new(limits.places), question_memory: limits.memory, ..self }
    }

    /// Returns the database's name.
    pub fn database(&self) -> &str {
        &self.connection.database
    }

    /// Returns the socket's path, or scheme, host and port: fit to be shown.
    pub fn endpoint(&self) -> &str {
        &self.connection.endpoint
    }

    /// Returns the cluster that tables are spread over, if any.
    pub fn cluster(&self) -> Option<&str> {
        self.connection.cluster.as_deref()
    }

    /// Succeeds if the store is reached, lets us in and answers; the database need not exist yet.
    pub async fn ping(&self) -> Result<(), Error> {
        let options = Options { timeout: Duration::from_secs(5), read_only: true, ..Options::default() };
        let request = Request::new(&self.connection, &Settings::of(&[], &options)?, options.timeout);
        let response = request.statement(&sql("select 1")).await?;
        self.body(response, options.timeout).await.map(drop)
    }

    /// Runs a statement and returns its rows, whole: for answers that fit in memory.
    ///
    /// Columns are matched with the fields of `T` by name. 64-bit integers arrive exact, decimals as text, instants
    /// as RFC 3339 text in UTC, NaN and infinities as null.
    pub async fn rows<T: DeserializeOwned>(&self, sql: &Sql, options: &Options) -> Result<Answer<T>, Error> {
        let _turn = self.turn(options).await?;
        let settings = self.settings_of(&ROWS, options)?;
        let request = Request::new(&self.connection, &settings, options.timeout);
        let response = request.database().format("JSONEachRow").statement(sql).await?;
        let summary = Summary::of(&response);
        let body = self.body(response, options.timeout).await?;
        let mut rows = Vec::new();
        for row in serde_json::Deserializer::from_slice(&body).into_iter() {
            rows.push(row.map_err(|error| Error::Decode(error.to_string()))?);
        }
        Ok(Answer { rows, summary })
    }

    /// Runs a statement that has no answer.
    pub async fn execute(&self, sql: &Sql, options: &Options) -> Result<Summary, Error> {
        let request = Request::new(&self.connection, &Settings::of(&FINISHED, options)?, options.timeout).database();
        self.finish(request.statement(sql).await?, options.timeout).await
    }

    /// Runs a statement outside of the database, which may not exist.
    pub(crate) async fn execute_anywhere(&self, sql: &Sql, options: &Options) -> Result<Summary, Error> {
        let request = Request::new(&self.connection, &Settings::of(&FINISHED, options)?, options.timeout);
        self.finish(request.statement(sql).await?, options.timeout).await
    }

    /// Runs a statement and passes its answer on in `format` as it comes, unless the statement names another.
    ///
    /// In JSON formats 64-bit integers and decimals are text, as are NaN and infinities. An error as the stream's
    /// last item means that what came before is not whole.
    pub async fn stream(
        &self,
        sql: &Sql,
        format: &str,
        options: &Options,
    ) -> Result<impl Stream<Item = Result<Bytes, Error>> + Send + use<>, Error> {
        let turn = self.turn(options).await?;
        let settings = self.settings_of(&STREAM, options)?;
        let request = Request::new(&self.connection, &settings, options.timeout).database().format(format);
        let response = request.statement(sql).await?;
        Ok(stream::bytes(self.connection.clone(), response, options.timeout).inspect(move |_| {
            let _held_until_the_stream_ends = &turn;
        }))
    }

    /// Inserts a block into a table of the database; on success it is stored.
    pub async fn insert(&self, table: &str, block: &Block, options: &InsertOptions) -> Result<Summary, Error> {
        let table = identifier("table", table).map_err(Error::Block)?;
        let columns: Vec<String> = block.names().map(|name| format!("`{name}`")).collect();
        let statement = format!("insert into `{table}` ({}) format Native", columns.join(", "));
        let mut settings = Settings::of_insert(&INSERT, options);
        // What is fed by the table recognises a block that is sent again by itself: the first time may have ended
        // between the two.
        settings.set("deduplicate_blocks_in_dependent_materialized_views", 1);
        if self.connection.cluster.is_some() {
            // Otherwise the server that takes the insert says yes before any shard has it.
            settings.set("distributed_foreground_insert", 1);
            // And one replica that has it may be the one that is lost. One after the other, because only then a reader
            // can ask for all that was answered (`Options::up_to_date`).
            settings.set("insert_quorum", "auto");
            settings.set("insert_quorum_parallel", 0);
        }
        let request = Request::new(&self.connection, &settings, options.timeout).database();
        self.finish(request.data(&statement, block.encode()?).await?, options.timeout).await
    }

    /// Ends a running query of that id; succeeds also if there is none.
    pub async fn cancel(&self, query_id: &str) -> Result<(), Error> {
        let place = self.cluster().map(|cluster| format!(" on cluster `{cluster}`")).unwrap_or_default();
        // KILL QUERY takes no parameter everywhere; what an id may hold needs no escape.
        let query_id = valid_query_id(query_id)?;
        let statement = sql(format!("kill query{place} where query_id = '{query_id}' async"));
        let options = Options { timeout: Duration::from_secs(10), ..Options::default() };
        self.execute_anywhere(&statement, &options).await.map(drop)
    }

    /// Waits until it is the asker's turn, if there is an asker.
    async fn turn(&self, options: &Options) -> Result<Option<Turn>, Error> {
        match options.asker {
            Some(asker) => self.shares.turn(asker, options.timeout).await.map(Some),
            None => Ok(None),
        }
    }

    fn settings_of(&self, defaults: &[(&str, &str)], options: &Options) -> Result<Settings, Error> {
        match self.question_memory {
            Some(memory) if options.asker.is_some() && options.max_memory.is_none() => {
                let half = (memory / 2).to_string();
                let spill =
                    [("max_bytes_before_external_group_by", &*half), ("max_bytes_before_external_sort", &*half)];
                let defaults: Vec<_> = defaults.iter().copied().chain(spill).collect();
                Settings::of(&defaults, &Options { max_memory: Some(memory), ..options.clone() })
            }
            _ => Settings::of(defaults, options),
        }
    }

    async fn finish(&self, response: Response, timeout: Duration) -> Result<Summary, Error> {
        let summary = Summary::of(&response);
        self.body(response, timeout).await?;
        Ok(summary)
    }

    async fn body(&self, response: Response, timeout: Duration) -> Result<Bytes, Error> {
        Wait { endpoint: &self.connection.endpoint, timeout }.on(response.bytes()).await
    }
}

/// The numbers of `X-ClickHouse-Summary`, which are JSON strings.
#[derive(Deserialize, Default)]
#[serde(default)]
struct SummaryHeader {
    read_rows: String,
    read_bytes: String,
    written_rows: String,
    written_bytes: String,
    elapsed_ns: String,
}

impl Summary {
    fn of(response: &Response) -> Self {
        let text = header(response, "x-clickhouse-summary").unwrap_or("{}");
        // The numbers are for display: an answer is no worse without them.
        let header_values: SummaryHeader = serde_json::from_str(text).unwrap_or_default();
        let number = |text: &str| text.parse().unwrap_or(0);
        Self {
            query_id: header(response, "x-clickhouse-query-id").unwrap_or_default().to_owned(),
            read_rows: number(&header_values.read_rows),
            read_bytes: number(&header_values.read_bytes),
            written_rows: number(&header_values.written_rows),
            written_bytes: number(&header_values.written_bytes),
            elapsed: Duration::from_nanos(number(&header_values.elapsed_ns)),
        }
    }
}
