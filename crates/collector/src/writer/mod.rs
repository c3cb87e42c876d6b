//! Stores events in blocks, each event once, and says so only when the analytics store has said so.
//!
//! Requests hand over events and wait. One task takes everything that waits, leaves out what is stored already, makes
//! one block of the rest, inserts it and answers. So a hundred small requests cost one insert, and the time an insert
//! takes gathers the next block by itself.
//!
//! # Each once
//!
//! - Two events of one project with the same id are one event. The ids of the last 24 hours are remembered, up to
//!   [`Options::remembered_ids`] of them at least; they are read back from the table at start. Until that is done, for
//!   [`Mode::Historical`], and for ids whose fate is unknown, the table itself is asked.
//! - When the connection breaks during an insert, nobody knows whether the block is stored. The same block is sent
//!   again with the same deduplication token, which the store recognises, for [`Options::patience`]. After that the
//!   requests fail, their ids are in doubt, and the table is asked when the sender tries again.
//! - A block the store refuses is halved until the event at fault stands alone; the others are stored.

mod batch;
mod commit;
mod ids;
mod table;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use analytics_store::Store;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::{Event, Rejection};
use table::{EventsTable, Table};

/// How events are gathered and how long is tried.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long an event waits for company; not applied once 1,000 rows wait, nor to the first after a pause.
    pub linger: Duration,
    /// Rows of a block.
    pub block_rows: usize,
    /// Bytes of a block, roughly.
    pub block_bytes: usize,
    /// Bytes of events that may wait; more are refused with [`WriteError::Busy`].
    pub waiting_bytes: usize,
    /// How long a block is tried again before its requests fail.
    pub patience: Duration,
    /// Ids remembered at least, twice as many at most; 10 bytes each.
    pub remembered_ids: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            linger: Duration::from_millis(10),
            block_rows: 50_000,
            block_bytes: 32 << 20,
            waiting_bytes: 128 << 20,
            patience: Duration::from_secs(20),
            // Hash tables double: this many just fit into one of 2^21 places.
            remembered_ids: 1_800_000,
        }
    }
}

/// How far back duplicates are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// Why no event of a request can be acknowledged; all may be sent again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Too much waits already: try again in some seconds.
    #[error("too many events wait to be stored")]
    Busy,
    /// The analytics store is away, or does not take anything.
    #[error("the events could not be stored: {0}")]
    Unavailable(String),
    /// The writer was stopped.
    #[error("the server is shutting down")]
    Stopped,
}

/// Why a writer can't start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The analytics store is there and has no table of events for us.
    #[error("the table of events can't be used")]
    Table(#[source] analytics_store::Error),
}

/// What a writer has done since its start.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Statistics {
    /// Events stored.
    pub stored: u64,
    /// Events not stored because they were.
    pub duplicates: u64,
    /// Events the store refused.
    pub rejected: u64,
    /// Events not acknowledged because the store was away.
    pub failed: u64,
    /// Blocks inserted.
    pub blocks: u64,
    /// Time spent waiting for inserts, in seconds.
    pub insert_seconds: f64,
    /// Bytes of events waiting now.
    pub waiting_bytes: u64,
}

/// Stores events; a clone shares everything.
#[derive(Clone)]
pub struct Writer {
    shared: Arc<Shared>,
}

struct Shared {
    /// Gone once stopped.
    jobs: Mutex<Option<mpsc::UnboundedSender<Job>>>,
    task: Mutex<Option<JoinHandle<()>>>,
    /// In units of [`UNIT`] bytes.
    room: Arc<Semaphore>,
    room_units: u32,
    counters: Arc<Counters>,
}

const UNIT: usize = 1024;

/// Events of one request and where to tell what became of them.
struct Job {
    events: Vec<Event>,
    mode: Mode,
    reply: oneshot::Sender<Result<Vec<Outcome>, WriteError>>,
    _room: OwnedSemaphorePermit,
}

#[derive(Debug, Default)]
struct Counters {
    stored: AtomicU64,
    duplicates: AtomicU64,
    rejected: AtomicU64,
    failed: AtomicU64,
    blocks: AtomicU64,
    insert_micros: AtomicU64,
}

impl Writer {
    /// Starts a writer; fails if the store answers and has no fit table. A store that is away is waited for.
    pub async fn start(store: Store, options: Options) -> Result<Self, Error> {
        let table = EventsTable::new(store);
        match table.check().await {
            Err(error) if !error.is_temporary() => Err(Error::Table(error)),
            _ => Ok(Self::on(table, options)),
        }
    }

    fn on(table: impl Table, options: Options) -> Self {
        let (jobs, waiting) = mpsc::unbounded_channel();
        let room_units = u32::try_from(options.waiting_bytes / UNIT).unwrap_or(u32::MAX).max(1);
        let counters = Arc::new(Counters::default());
        let committer = commit::Committer::new(table, options, waiting, counters.clone());
        let shared = Shared {
            jobs: Mutex::new(Some(jobs)),
            task: Mutex::new(Some(tokio::spawn(committer.run()))),
            room: Arc::new(Semaphore::new(room_units as usize)),
            room_units,
            counters,
        };
        Self { shared: Arc::new(shared) }
    }

    /// Stores events and returns what became of each, in order.
    ///
    /// On an error some may be stored; sent again they are duplicates. A caller that stops waiting changes nothing.
    pub async fn write(&self, events: Vec<Event>, mode: Mode) -> Result<Vec<Outcome>, WriteError> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let bytes: usize = events.iter().map(batch::bytes_of).sum();
        // What is larger than all room together is let in when nothing else waits.
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX).min(self.shared.room_units);
        let room = self.shared.room.clone().try_acquire_many_owned(units).map_err(|_| WriteError::Busy)?;
        let (reply, answer) = oneshot::channel();
        self.submit(Job { events, mode, reply, _room: room })?;
        answer.await.map_err(|_| WriteError::Stopped)?
    }

    fn submit(&self, job: Job) -> Result<(), WriteError> {
        let jobs = self.shared.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = jobs.as_ref().ok_or(WriteError::Stopped)?;
        sender.send(job).map_err(|_| WriteError::Stopped)
    }

    /// Takes nothing more, and returns when everything taken is stored or has failed.
    pub async fn stop(&self) {
        self.shared.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
        let task = self.shared.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the writer ended badly");
        }
    }

    /// Returns what was done since the start.
    pub fn statistics(&self) -> Statistics {
        let counters = &self.shared.counters;
        let free = self.shared.room.available_permits();
        Statistics {
            stored: counters.stored.load(Ordering::Relaxed),
            duplicates: counters.duplicates.load(Ordering::Relaxed),
            rejected: counters.rejected.load(Ordering::Relaxed),
            failed: counters.failed.load(Ordering::Relaxed),
            blocks: counters.blocks.load(Ordering::Relaxed),
            insert_seconds: counters.insert_micros.load(Ordering::Relaxed) as f64 / 1e6,
            waiting_bytes: ((self.shared.room_units as usize).saturating_sub(free) * UNIT) as u64,
        }
    }
}

impl Counters {
    fn inserted(&self, rows: usize, took: Duration) {
        self.blocks.fetch_add(1, Ordering::Relaxed);
        self.insert_micros.fetch_add(took.as_micros() as u64, Ordering::Relaxed);
        metrics::counter!("radixinsight_event_blocks_total").increment(1);
        metrics::histogram!("radixinsight_event_block_rows").record(rows as f64);
        metrics::histogram!("radixinsight_event_insert_seconds").record(took);
    }

    fn answered(&self, outcomes: &[Outcome]) {
        let count = |is_one: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| is_one(outcome)).count() as u64;
        let kinds = [
            (&self.stored, "radixinsight_events_stored_total", count(|one| matches!(one, Outcome::Stored))),
            (&self.duplicates, "radixinsight_events_duplicate_total", count(|one| matches!(one, Outcome::Duplicate))),
            (&self.rejected, "radixinsight_events_rejected_total", count(|one| matches!(one, Outcome::Rejected(_)))),
        ];
        for (counter, name, count) in kinds {
            counter.fetch_add(count, Ordering::Relaxed);
            metrics::counter!(name).increment(count);
        }
    }

    fn failed(&self, events: usize) {
        self.failed.fetch_add(events as u64, Ordering::Relaxed);
        metrics::counter!("radixinsight_events_failed_total").increment(events as u64);
    }
}

#[cfg(test)]
mod tests;
