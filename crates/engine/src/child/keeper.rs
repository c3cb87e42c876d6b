//! The thread that keeps the engine open, and kills queries.
//!
//! Its connection is the first and the last: while it is open, the engine stays up between requests.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context;

use super::exception::Exception;
use super::options::Options;
use super::running::{Query, condition};
use super::session::{Connection, Library};

/// A query may be registered but not yet started: it is killed again until it has ended.
const AGAIN: Duration = Duration::from_millis(20);

/// The keeping thread, and what it learned at start.
pub(super) struct Keeper {
    pub(super) version: String,
    pub(super) time_zone: String,
    thread: JoinHandle<()>,
}

impl Keeper {
    /// Starts the engine; it stays until the sender of `kills` is dropped.
    pub(super) fn start(library: &Library, options: &Options, kills: Receiver<Arc<Query>>) -> anyhow::Result<Keeper> {
        let (library, arguments) = (library.clone(), options.server.clone());
        let (report, facts) = channel();
        let thread = std::thread::Builder::new().name("keeper".into()).spawn(move || {
            let opened = library.connect(&arguments).and_then(|connection| {
                let facts = (single(&connection, "select version()")?, single(&connection, "select timezone()")?);
                Ok((connection, facts))
            });
            match opened {
                Ok((connection, facts)) => {
                    let _ = report.send(Ok(facts));
                    kill_on_demand(&connection, &kills);
                }
                Err(exception) => drop(report.send(Err(exception))),
            }
        })?;
        let (version, time_zone) =
            facts.recv().context("the engine ended while starting")?.context("cannot start the engine")?;
        Ok(Keeper { version, time_zone, thread })
    }

    /// Waits until the engine is closed.
    pub(super) fn join(self) {
        let _ = self.thread.join();
    }
}

fn single(connection: &Connection, sql: &str) -> Result<String, Exception> {
    let answer = connection.query(sql, "TabSeparatedRaw", &[])?;
    Ok(String::from_utf8_lossy(answer.as_ref()).trim().to_owned())
}

fn kill_on_demand(connection: &Connection, kills: &Receiver<Arc<Query>>) {
    let mut pending: Vec<Arc<Query>> = Vec::new();
    loop {
        let next = if pending.is_empty() {
            kills.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            kills.recv_timeout(AGAIN)
        };
        match next {
            Ok(query) => pending.push(query),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        pending.retain(|query| !query.is_finished());
        for query in &pending {
            let sql = format!("kill query where {} async", condition(&query.id));
            if let Err(exception) = connection.query(&sql, "Null", &[]) {
                tracing::warn!(query_id = query.id, %exception, "cannot kill a query");
            }
        }
    }
}
