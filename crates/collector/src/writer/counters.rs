//! What a writer has done.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::Outcome;
use super::plan::Plan;
use crate::Delivery;

/// What a writer has done since its start, and how things stand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Statistics {
    /// Events kept on disk: acknowledged.
    pub accepted: u64,
    /// Events that were not taken, because disk or memory were full.
    pub turned_away: u64,
    /// Events stored.
    pub stored: u64,
    /// Events not stored because they were.
    pub duplicates: u64,
    /// Events the analytics store refused.
    pub rejected: u64,
    /// Blocks inserted.
    pub blocks: u64,
    /// Time spent waiting for inserts, in seconds.
    pub insert_seconds: f64,
    /// When the last event that was stored had arrived.
    pub reached: Option<DateTime<Utc>>,
    /// How long the first event of the last block had waited to be stored; none before the first block.
    pub lag: Option<Duration>,
    /// Events accepted since the start that are not stored yet.
    pub waiting: u64,
    /// Bytes of the spool on disk.
    pub spool_bytes: u64,
    /// What the analytics store says, while it takes nothing.
    pub trouble: Option<String>,
    /// For how long it has been taking nothing.
    pub away_for: Option<Duration>,
    /// Whether the disk, or what of it the spool may use, was full a moment ago.
    pub refuses: bool,
    /// What made storing begin anew, until something was stored since.
    pub stumble: Option<String>,
    /// Bytes the spool may have on disk.
    pub spool_limit_bytes: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    accepted: AtomicU64,
    turned_away: AtomicU64,
    /// Events accepted since the start that are done with.
    taken: AtomicU64,
    stored: AtomicU64,
    duplicates: AtomicU64,
    rejected: AtomicU64,
    blocks: AtomicU64,
    insert_micros: AtomicU64,
    /// How long the first event of the last block had waited, in milliseconds.
    lag_ms: AtomicU64,
    /// Milliseconds since 1970; 0 for none.
    reached: AtomicI64,
}

impl Counters {
    pub(super) fn accepted(&self, delivery: &Delivery) {
        self.accepted.fetch_add(delivery.events.len() as u64, Ordering::Relaxed);
        metrics::counter!("radixinsight_events_accepted_total").increment(delivery.events.len() as u64);
        if !delivery.refused.is_empty() {
            metrics::counter!("radixinsight_events_rejected_total").increment(delivery.refused.len() as u64);
        }
    }

    pub(super) fn turned_away(&self, events: usize) {
        self.turned_away.fetch_add(events as u64, Ordering::Relaxed);
        metrics::counter!("radixinsight_events_turned_away_total").increment(events as u64);
    }

    pub(super) fn inserted(&self, rows: usize, took: Duration) {
        self.blocks.fetch_add(1, Ordering::Relaxed);
        self.insert_micros.fetch_add(took.as_micros() as u64, Ordering::Relaxed);
        metrics::counter!("radixinsight_event_blocks_total").increment(1);
        metrics::histogram!("radixinsight_event_block_rows").record(rows as f64);
        metrics::histogram!("radixinsight_event_insert_seconds").record(took);
    }

    pub(super) fn lagged(&self, lag: TimeDelta) {
        self.lag_ms.store(lag.num_milliseconds().unsigned_abs(), Ordering::Relaxed);
        metrics::histogram!("radixinsight_event_lag_seconds").record(lag.num_milliseconds() as f64 / 1e3);
    }

    pub(super) fn settled(&self, plan: &Plan, outcomes: &[Outcome], is_of_this_run: bool) {
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
        if is_of_this_run {
            self.taken.fetch_add((plan.rows.len() + plan.refused) as u64, Ordering::Relaxed);
        }
    }

    pub(super) fn reached(&self, received_at: DateTime<Utc>) {
        self.reached.store(received_at.timestamp_millis(), Ordering::Relaxed);
    }

    pub(super) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    pub(super) fn statistics(&self) -> Statistics {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let reached = self.reached.load(Ordering::Relaxed);
        Statistics {
            accepted: get(&self.accepted),
            turned_away: get(&self.turned_away),
            stored: get(&self.stored),
            duplicates: get(&self.duplicates),
            rejected: get(&self.rejected),
            blocks: get(&self.blocks),
            insert_seconds: get(&self.insert_micros) as f64 / 1e6,
            lag: Some(Duration::from_millis(get(&self.lag_ms))).filter(|_| reached > 0),
            reached: DateTime::from_timestamp_millis(reached).filter(|_| reached > 0),
            ..Statistics::default()
        }
    }
}
