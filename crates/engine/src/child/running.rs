//! The queries that run, by their id, so that they can be cancelled.
//!
//! The library gives every query an id of its own choice. Ours travels as the first line of the setting `log_comment`,
//! which `system.processes` shows, and `KILL QUERY` finds it there.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::exception::Exception;

const RUNNING: u8 = 0;
const CANCELLED: u8 = 1;
const FINISHED: u8 = 2;

/// One running or queued query.
pub(super) struct Query {
    pub(super) id: String,
    state: AtomicU8,
}

impl Query {
    pub(super) fn is_cancelled(&self) -> bool {
        self.state.load(Ordering::Acquire) == CANCELLED
    }

    pub(super) fn is_finished(&self) -> bool {
        self.state.load(Ordering::Acquire) == FINISHED
    }

    /// Marks the query as ended, and its connection as closed.
    pub(super) fn finish(&self) {
        self.state.store(FINISHED, Ordering::Release);
    }

    /// The `log_comment` to run under: the id, then the comment the request asked for.
    pub(super) fn comment(&self, settings: &[(String, String)]) -> String {
        match settings.iter().find(|(name, _)| name == "log_comment") {
            Some((_, comment)) => format!("{}\n{comment}", self.id),
            None => self.id.clone(),
        }
    }

    fn cancel(&self) -> bool {
        self.state.compare_exchange(RUNNING, CANCELLED, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// All running queries, and the way to the thread that kills.
#[derive(Clone)]
pub(super) struct Running {
    queries: Arc<Mutex<HashMap<String, Arc<Query>>>>,
    kills: std::sync::mpsc::Sender<Arc<Query>>,
}

impl Running {
    pub(super) fn new(kills: std::sync::mpsc::Sender<Arc<Query>>) -> Running {
        Running { queries: Arc::default(), kills }
    }

    /// Registers a query; it is cancelled when the entry is dropped before it finished.
    pub(super) fn enter(&self, id: String) -> Result<Entered, Exception> {
        let mut queries = self.queries.lock().unwrap_or_else(PoisonError::into_inner);
        match queries.entry(id) {
            Entry::Occupied(taken) => Err(Exception::new(
                216,
                "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING",
                format!("Query with id = {} is already running", taken.key()),
            )),
            Entry::Vacant(free) => {
                let query = Arc::new(Query { id: free.key().clone(), state: AtomicU8::new(RUNNING) });
                free.insert(query.clone());
                Ok(Entered { query, running: self.clone(), detached: false })
            }
        }
    }

    /// Cancels the query of this id; false if none runs.
    pub(super) fn cancel(&self, id: &str) -> bool {
        let query = self.queries.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        query.is_some_and(|query| self.kill(query))
    }

    /// Whether a query of this id runs or waits.
    pub(super) fn contains(&self, id: &str) -> bool {
        self.queries.lock().unwrap_or_else(PoisonError::into_inner).contains_key(id)
    }

    /// The number of queries that run or wait.
    pub(super) fn count(&self) -> usize {
        self.queries.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Cancels whatever runs.
    pub(super) fn cancel_all(&self) {
        let all: Vec<_> = self.queries.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        for query in all {
            self.kill(query);
        }
    }

    fn kill(&self, query: Arc<Query>) -> bool {
        query.cancel() && self.kills.send(query).is_ok()
    }
}

/// A registered query. Dropping it ends the registration, and the query if it still runs.
pub(super) struct Entered {
    pub(super) query: Arc<Query>,
    running: Running,
    detached: bool,
}

impl Entered {
    /// Lets the query run to its end even if the client leaves now.
    pub(super) fn detach(&mut self) {
        self.detached = true;
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.running.queries.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.query.id);
        if !self.detached {
            self.running.kill(self.query.clone());
        }
    }
}

/// The condition that finds a query of ours in `system.processes`.
pub(super) fn condition(id: &str) -> String {
    let id = id.replace('\\', "\\\\").replace('\'', "\\'");
    format!("splitByChar('\\n', Settings['log_comment'])[1] = '{id}'")
}
