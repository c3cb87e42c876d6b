//! The threads that talk to the library, and what they are asked to do.
//!
//! Requests are asynchronous, the library blocks: a fixed number of threads stands between them. Each takes a job,
//! opens a connection for it, sends back what comes, and closes the connection.

use std::ffi::CString;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::exception::Exception;
use super::format::{Pieces, header_length};
use super::running::Query;
use super::session::{Answer, Connection, Library, Progress};

/// One statement with everything it runs under.
pub(super) struct Job {
    pub(super) query: Arc<Query>,
    pub(super) sql: String,
    pub(super) format: String,
    pub(super) database: Option<String>,
    pub(super) settings: Vec<(String, String)>,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) work: Work,
    pub(super) events: mpsc::Sender<Event>,
}

/// How a job is run.
pub(super) enum Work {
    /// To its end, the result in one piece.
    Whole,
    /// Piece by piece, where the library can; else whole.
    Stream(Pieces),
    /// With data that arrives meanwhile.
    Insert(mpsc::Receiver<Data>),
}

/// A part of an insert's data. A channel that closes without `End` means that the client has gone.
pub(super) enum Data {
    Chunk(Bytes),
    End,
}

/// What a job sends back.
pub(super) enum Event {
    Piece(Bytes, Progress),
    Done(Progress),
    Failed(Exception),
}

/// Threads that take nothing but data: however many questions run, what arrives is stored.
const INSERTING_THREADS: usize = 2;

/// A fixed number of threads, each with one connection at a time.
pub(super) struct Pool {
    statements: std::sync::mpsc::Sender<Job>,
    inserts: std::sync::mpsc::Sender<Job>,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Starts `size` threads for statements, and a few beside them for inserts with data, that connect with
    /// `arguments`.
    pub(super) fn start(library: &Library, arguments: &[CString], size: usize) -> anyhow::Result<Pool> {
        let mut threads = Vec::with_capacity(size + INSERTING_THREADS);
        let mut start = |name: &str, count: usize| -> anyhow::Result<std::sync::mpsc::Sender<Job>> {
            let (jobs, queue) = std::sync::mpsc::channel::<Job>();
            let queue = Arc::new(Mutex::new(queue));
            for number in 0..count {
                let (queue, library, arguments) = (queue.clone(), library.clone(), arguments.to_vec());
                let work = move || {
                    loop {
                        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok(job) = job else { return };
                        run(&library, &arguments, job);
                    }
                };
                threads.push(std::thread::Builder::new().name(format!("{name}-{number}")).spawn(work)?);
            }
            Ok(jobs)
        };
        let (statements, inserts) = (start("connection", size)?, start("insert", INSERTING_THREADS)?);
        Ok(Pool { statements, inserts, threads })
    }

    /// Queues a job; its events tell how it goes.
    pub(super) fn submit(&self, job: Job) {
        let jobs = if matches!(job.work, Work::Insert(_)) { &self.inserts } else { &self.statements };
        // The threads end only after the pool is closed, so there is always a receiver.
        let _ = jobs.send(job);
    }

    /// Waits until the jobs taken are done and the connections are closed.
    pub(super) fn close(self) {
        drop((self.statements, self.inserts));
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}

fn run(library: &Library, arguments: &[CString], job: Job) {
    let Job { query, sql, format, database, settings, parameters, work, events } = job;
    let outcome = if query.is_cancelled() {
        Err(Exception::cancelled())
    } else {
        connect(library, arguments, &query, &settings).and_then(|connection| {
            prepare(&connection, database.as_deref(), &settings)?;
            match work {
                Work::Insert(data) => insert(&connection, &query, &sql, &format, &parameters, data),
                _ if connection.count_statements(&sql) > 1 => {
                    Err(Exception::new(62, "SYNTAX_ERROR", "Multi-statements are not allowed"))
                }
                Work::Whole => whole(&connection, &sql, &format, &parameters, &events),
                Work::Stream(pieces) => stream(&connection, &query, &sql, &format, &parameters, pieces, &events),
            }
        })
    };
    // The connection is closed by now: what the client hears of as finished is finished.
    query.finish();
    let _ = events.blocking_send(match outcome {
        Ok(progress) => Event::Done(progress),
        Err(exception) => Event::Failed(exception),
    });
}

/// Opens a connection that carries the query's id.
fn connect(
    library: &Library,
    arguments: &[CString],
    query: &Query,
    settings: &[(String, String)],
) -> Result<Connection, Exception> {
    let comment = CString::new(format!("--log_comment={}", query.comment(settings)))
        .map_err(|_| Exception::bad_arguments("log_comment must not hold a zero byte"))?;
    let mut all = arguments.to_vec();
    all.push(comment);
    library.connect(&all)
}

/// Sets what the request asks for, on a connection that ends with it.
fn prepare(connection: &Connection, database: Option<&str>, settings: &[(String, String)]) -> Result<(), Exception> {
    if let Some(database) = database {
        connection.query(&format!("use {}", quote(database, '`')), "Null", &[])?;
    }
    let asked = settings.iter().filter(|(name, _)| name != "log_comment");
    let changes: Vec<String> = asked.map(|(name, value)| format!("{name} = {}", quote(value, '\''))).collect();
    if !changes.is_empty() {
        connection.query(&format!("set {}", changes.join(", ")), "Null", &[])?;
    }
    Ok(())
}

fn quote(text: &str, mark: char) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push(mark);
    for character in text.chars() {
        if character == mark || character == '\\' {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push(mark);
    quoted
}

fn whole(
    connection: &Connection,
    sql: &str,
    format: &str,
    parameters: &[(String, String)],
    events: &mpsc::Sender<Event>,
) -> Result<Progress, Exception> {
    let answer = connection.query(sql, format, parameters)?;
    let progress = answer.progress();
    if !answer.as_ref().is_empty() {
        let _ = events.blocking_send(Event::Piece(answer.into_bytes(), progress));
    }
    Ok(progress)
}

fn stream(
    connection: &Connection,
    query: &Query,
    sql: &str,
    format: &str,
    parameters: &[(String, String)],
    pieces: Pieces,
    events: &mpsc::Sender<Event>,
) -> Result<Progress, Exception> {
    let mut stream = match connection.stream(sql, format, parameters) {
        Ok(stream) => stream,
        // SHOW, EXPLAIN, DDL: nothing has run yet.
        Err(refused) if refused.message.contains("Streaming query is not supported") => {
            return whole(connection, sql, format, parameters, events);
        }
        Err(exception) => return Err(exception),
    };
    let mut total = Progress::default();
    let mut is_first = true;
    while let Some(piece) = stream.fetch()? {
        add(&mut total, &piece);
        let bytes = piece.into_bytes();
        let header = if is_first { 0 } else { header_length(pieces, &bytes) };
        is_first = false;
        if events.blocking_send(Event::Piece(bytes.slice(header..), total)).is_err() || query.is_cancelled() {
            return Err(Exception::cancelled());
        }
    }
    Ok(total)
}

fn add(total: &mut Progress, piece: &Answer) {
    let part = piece.progress();
    total.read_rows += part.read_rows;
    total.read_bytes += part.read_bytes;
    total.result_rows += part.result_rows;
}

fn insert(
    connection: &Connection,
    query: &Query,
    sql: &str,
    format: &str,
    parameters: &[(String, String)],
    mut data: mpsc::Receiver<Data>,
) -> Result<Progress, Exception> {
    let mut insert = connection.insert(sql, format, parameters)?;
    loop {
        match data.blocking_recv() {
            Some(Data::Chunk(chunk)) if !query.is_cancelled() => insert.append(&chunk)?,
            Some(Data::End) => return Ok(insert.finish()?.progress()),
            _ => return Err(Exception::cancelled()),
        }
    }
}
