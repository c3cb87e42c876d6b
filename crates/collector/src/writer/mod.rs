//! Keeps events on disk and says so, then stores them in the analytics store, each once.
//!
//! Requests hand over deliveries and wait until the spool has them: that is when they are acknowledged. One task reads
//! the spool, leaves out what is stored already, makes blocks of the rest and inserts them. While the analytics store
//! is away the spool grows, and nothing is lost.
//!
//! # Each once
//!
//! - Two events of one project with the same id are one event. The ids of the last 24 hours are remembered, up to
//!   [`Options::remembered_ids`] of them at least; they are read back from the table at start. Until that is done, and
//!   for [`Mode::Historical`], the table itself is asked.
//! - Before a chunk of the spool is stored, its end, its deduplication token and what is left out of it are noted on
//!   disk. When the outcome of an insert is unknown, because the connection broke or somebody ended, the same rows are
//!   sent again under the same token, which the store recognises.
//! - A project that needs more than its share of the time is stored in turns of its own, so that nobody waits for it.
//! - A block the store refuses is halved until the event at fault stands alone; it goes into the table of refused
//!   events, the others are stored.

mod batch;
mod beside;
mod catalogue;
mod counters;
mod counts;
mod doubts;
mod drain;
mod existing;
mod identity;
mod ids;
mod insert;
mod keeping;
mod lanes;
mod merging;
mod panicked;
mod patience;
mod placing;
mod plan;
mod rejected;
mod sayings;
mod table;
mod trouble;
mod worker;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use analytics_store::Store;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::JoinHandle;

use crate::spool::{self, Position, Refusal, Spool};
use crate::{Delivery, Places, Rejection, Rulebook};
use counters::Counters;
pub use counters::Statistics;
pub use counts::UNTIMED_LAG_MS;
use keeping::Keeping;
pub(crate) use merging::Move;
use table::{EventsTable, Table};
use trouble::Trouble;
use worker::Worker;

/// Where events are kept and how they are gathered.
#[derive(Debug, Clone)]
pub struct Options {
    /// The spool's folder; it belongs to this writer alone.
    pub folder: PathBuf,
    /// Bytes the spool may have on disk; more is refused with [`WriteError::Full`].
    pub spool_bytes: u64,
    /// Bytes of one file of the spool.
    pub segment_bytes: u64,
    /// Bytes of events that may wait to be written to disk; more is refused with [`WriteError::Busy`].
    pub waiting_bytes: usize,
    /// How long an event waits for company on its way into the table; not the first after a pause.
    pub linger: Duration,
    /// Rows of a block.
    pub block_rows: usize,
    /// Bytes of a block, roughly.
    pub block_bytes: usize,
    /// Ids remembered at least, twice as many at most; 10 bytes each.
    pub remembered_ids: usize,
    /// How often counts of known properties and values are written, at most.
    pub catalogue_pause: Duration,
    /// Where addresses are.
    pub places: Places,
}

impl Options {
    /// Returns the usual options for a spool in this folder.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            spool_bytes: 4 << 30,
            segment_bytes: 64 << 20,
            waiting_bytes: 64 << 20,
            linger: Duration::from_secs(1),
            block_rows: 50_000,
            block_bytes: 80 << 20,
            // Hash tables double: this many just fit into one of 2^21 places.
            remembered_ids: 1_800_000,
            catalogue_pause: Duration::from_secs(60),
            places: Places::none(),
        }
    }
}

/// For so long after the disk kept nothing a server counts as one that takes nothing: then others should be sent events,
/// and then it is tried again.
const REFUSING: Duration = Duration::from_secs(15);

/// How far back duplicates are looked for. The order is what the spool keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// Among the ids remembered: for events as they happen.
    Live,
    /// In the whole table: for imports.
    Historical,
}

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is stored.
    Stored,
    /// One of the same id was stored before.
    Duplicate,
    /// The analytics store does not take it.
    Rejected(Rejection),
}

/// Why no event of a request is acknowledged; all may be sent again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Too much waits to be written to disk: try again in some seconds.
    #[error("too many events wait to be written to disk")]
    Busy,
    /// The disk, or what of it the spool may use, is full: try again later.
    #[error("{0}")]
    Full(String),
    /// The project's events take as much of the spool as one project may have: try again later.
    #[error("{0}")]
    ProjectFull(String),
    /// The disk does not keep anything.
    #[error("{0}")]
    Failed(String),
    /// The writer was stopped.
    #[error("the server is shutting down")]
    Stopped,
}

/// Why a writer can't start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The spool's folder can't be used.
    #[error("the spool in {} can't be used", folder.display())]
    Spool {
        /// The folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// Keeps and stores events; a clone shares everything.
#[derive(Clone)]
pub struct Writer {
    shared: Arc<Shared>,
    settled: watch::Receiver<Position>,
}

/// What requests and the drainer share.
struct Shared {
    spool: Spool,
    /// Where the frames of this run begin.
    begin: Position,
    waiters: Mutex<HashMap<Position, oneshot::Sender<Vec<Outcome>>>>,
    counters: Counters,
    task: Mutex<Option<JoinHandle<()>>>,
    is_stopping: AtomicBool,
    /// How many wait for what is accepted to be stored.
    hurried: AtomicUsize,
    hurry: Notify,
    /// What the analytics store said last, while it takes nothing.
    trouble: Mutex<Option<Trouble>>,
    /// What made storing begin anew, until something was stored since.
    stumble: Mutex<Option<String>>,
    /// Whether what an earlier run left is counted.
    has_stock: AtomicBool,
    /// When the disk took something last that it did not keep.
    refused_at: Mutex<Option<Instant>>,
    spool_limit_bytes: u64,
}

impl Writer {
    /// Opens the spool and starts to store what it holds. The analytics store may be away.
    pub fn start(store: Store, options: Options, rulebook: Arc<dyn Rulebook>) -> Result<Self, Error> {
        Self::on(EventsTable::new(store), options, rulebook)
    }

    fn on(table: impl Table, options: Options, rulebook: Arc<dyn Rulebook>) -> Result<Self, Error> {
        let folder = options.folder.clone();
        let spool = spool::Options {
            folder: folder.clone(),
            max_bytes: options.spool_bytes,
            segment_bytes: options.segment_bytes,
            waiting_bytes: options.waiting_bytes,
        };
        let opened = Spool::open(spool).map_err(|source| Error::Spool { folder: folder.clone(), source })?;
        let shared = Arc::new(Shared {
            begin: *opened.spool.durable().borrow(),
            spool: opened.spool,
            waiters: Mutex::default(),
            counters: Counters::default(),
            task: Mutex::default(),
            is_stopping: AtomicBool::new(false),
            hurried: AtomicUsize::new(0),
            hurry: Notify::new(),
            trouble: Mutex::default(),
            stumble: Mutex::default(),
            has_stock: AtomicBool::new(false),
            refused_at: Mutex::default(),
            spool_limit_bytes: options.spool_bytes,
        });
        let (settles, settled) = watch::channel(opened.cursor.position());
        let worker = Worker::start().map_err(|source| Error::Spool { folder, source })?;
        let table = Arc::new(table);
        let keeping = Keeping { table, options, rulebook, shared: Arc::clone(&shared), settled: settles };
        *lock(&shared.task) = Some(tokio::spawn(keeping.run((opened.reader, opened.cursor), worker)));
        Ok(Self { shared, settled })
    }

    /// Keeps a delivery on disk; when this returns it is kept, and will be stored.
    ///
    /// On an error nothing of it is kept. A caller that stops waiting changes nothing.
    pub async fn accept(&self, delivery: &Delivery) -> Result<(), WriteError> {
        self.append(delivery, None).await
    }

    /// Keeps a delivery on disk, and returns what became of its events when they are stored.
    ///
    /// That lasts as long as the analytics store is away; whoever stops waiting knows that the events are kept only
    /// if `kept` has been called.
    pub async fn store(&self, delivery: &Delivery, kept: impl FnOnce()) -> Result<Vec<Outcome>, WriteError> {
        let (waiter, outcomes) = oneshot::channel();
        let _hurried = Hurried::new(&self.shared);
        self.append(delivery, Some(waiter)).await?;
        kept();
        if delivery.len() == 0 {
            return Ok(Vec::new());
        }
        outcomes.await.map_err(|_| WriteError::Stopped)
    }

    async fn append(
        &self,
        delivery: &Delivery,
        waiter: Option<oneshot::Sender<Vec<Outcome>>>,
    ) -> Result<(), WriteError> {
        if delivery.len() == 0 {
            return Ok(());
        }
        let frame = delivery.to_frame().map_err(|error| WriteError::Failed(error.to_string()))?;
        let registered = waiter.map(|waiter| {
            let shared = Arc::clone(&self.shared);
            let register = move |position| {
                shared.waiters().insert(position, waiter);
            };
            Box::new(register) as Box<dyn FnOnce(Position) + Send>
        });
        let appended = self.shared.spool.append(frame, (delivery.arrival.project, delivery.len()), registered).await;
        match &appended {
            Ok(()) => self.shared.counters.accepted(delivery),
            Err(refusal) => {
                self.shared.counters.turned_away(delivery.len());
                if matches!(refusal, Refusal::Full(_) | Refusal::Failed(_)) {
                    *lock(&self.shared.refused_at) = Some(Instant::now());
                }
            }
        }
        Ok(appended?)
    }

    /// Returns when everything accepted so far is stored.
    pub async fn settle(&self) {
        let _hurried = Hurried::new(&self.shared);
        let until = *self.shared.spool.durable().borrow();
        // An error means that the writer has stopped: nothing more will be stored.
        let _ = self.settled.clone().wait_for(|settled| *settled >= until).await;
    }

    /// Takes nothing more, and returns when everything taken is stored, or at once while the analytics store is away:
    /// what is not stored waits in the spool for the next start.
    pub async fn stop(&self) {
        self.shared.spool.close();
        self.shared.is_stopping.store(true, Ordering::Relaxed);
        self.shared.hurry.notify_one();
        let task = lock(&self.shared.task).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the writer ended badly");
        }
    }

    /// Returns what was done since the start, and how things stand.
    pub fn statistics(&self) -> Statistics {
        let mut statistics = self.shared.counters.statistics();
        statistics.spool_bytes = self.shared.spool.bytes();
        statistics.waiting = self.shared.backlog();
        statistics.spool_limit_bytes = self.shared.spool_limit_bytes;
        if let Some(trouble) = &*lock(&self.shared.trouble) {
            statistics.trouble = Some(trouble.said.clone());
            statistics.away_for = Some(trouble.since.elapsed());
        }
        statistics.refuses = lock(&self.shared.refused_at).is_some_and(|at| at.elapsed() < REFUSING);
        statistics.stumble.clone_from(&lock(&self.shared.stumble));
        statistics
    }
}

impl Shared {
    fn waiters(&self) -> MutexGuard<'_, HashMap<Position, oneshot::Sender<Vec<Outcome>>>> {
        lock(&self.waiters)
    }

    fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }

    fn is_hurried(&self) -> bool {
        self.is_stopping() || self.hurried.load(Ordering::Relaxed) > 0
    }

    /// How many events wait to be stored, of those accepted since the start.
    fn backlog(&self) -> u64 {
        self.spool.appended().saturating_sub(self.counters.taken())
    }
}

/// As long as one of these lives, nothing waits for company.
struct Hurried<'a>(&'a Shared);

impl<'a> Hurried<'a> {
    fn new(shared: &'a Shared) -> Self {
        shared.hurried.fetch_add(1, Ordering::Relaxed);
        shared.hurry.notify_one();
        Self(shared)
    }
}

impl Drop for Hurried<'_> {
    fn drop(&mut self) {
        self.0.hurried.fetch_sub(1, Ordering::Relaxed);
    }
}

impl From<Refusal> for WriteError {
    fn from(refusal: Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            Refusal::Busy => Self::Busy,
            Refusal::Share(_) => Self::ProjectFull(text),
            Refusal::Full(_) => Self::Full(text),
            Refusal::Failed(_) => Self::Failed(text),
            Refusal::Closed => Self::Stopped,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
