//! How many events of each project came in, what became of them and how soon: one small block beside those of a chunk.
//!
//! It is inserted under a token of the chunk, so that a chunk that is done again after a crash is counted once.

use std::collections::BTreeMap;

use analytics_model::ProjectId;
use analytics_store::{Block, Column, Texts};
use chrono::{DateTime, TimeDelta, Utc};

use super::plan::Plan;
use super::{Mode, Outcome};

/// Where the counts go.
pub(super) const TABLE: &str = "ingestion_counts";

/// The lag of imported events: nobody waits for what was in a file, and its arrival may be of any time.
pub const UNTIMED_LAG_MS: u32 = u32::MAX;

/// Events that happened longer than this before they arrived are late.
const LATE: TimeDelta = TimeDelta::hours(1);

const QUARTER_SECONDS: i64 = 900;

/// What is the same of events that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    project: ProjectId,
    /// When the quarter of an hour begins, in seconds since 1970.
    bucket: i64,
    outcome: &'static str,
    lag_ms: u32,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    events: u64,
    late: u64,
    last_received_ms: i64,
}

/// The counts of a chunk, as far as it is stored.
#[derive(Debug, Default)]
pub(super) struct Counts(BTreeMap<Key, Count>);

/// What is the same of events of one block, before it is known when they were stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Arrived {
    project: ProjectId,
    received_at: DateTime<Utc>,
    outcome: &'static str,
    is_live: bool,
}

/// The events of one block, and those of them that are late.
#[derive(Debug, Default)]
pub(super) struct Seen(BTreeMap<Arrived, (u64, u64)>);

impl Seen {
    /// Counts an event that is about to be stored.
    pub(super) fn see(
        &mut self,
        project: ProjectId,
        (timestamp, received_at): (DateTime<Utc>, DateTime<Utc>),
        traffic: &'static str,
        mode: Mode,
    ) {
        let outcome = if traffic.is_empty() { "people" } else { traffic };
        let is_live = mode == Mode::Live;
        let (events, late) = self.0.entry(Arrived { project, received_at, outcome, is_live }).or_default();
        *events += 1;
        // What a file holds is old by nature.
        *late += u64::from(is_live && received_at - timestamp > LATE);
    }
}

impl Counts {
    /// Counts the events of a block that has been stored now, and returns how long the first to arrive had waited;
    /// nothing of imports.
    pub(super) fn stored(&mut self, seen: &Seen, now: DateTime<Utc>) -> Option<TimeDelta> {
        for (Arrived { project, received_at, outcome, is_live }, counts) in &seen.0 {
            let lag_ms = if *is_live { rounded((now - received_at).num_milliseconds()) } else { UNTIMED_LAG_MS };
            self.add(*project, *received_at, (outcome, lag_ms), *counts);
        }
        let timed = seen.0.keys().filter(|arrived| arrived.is_live);
        let first = timed.map(|arrived| arrived.received_at).min()?;
        Some((now - first).max(TimeDelta::zero()))
    }

    /// Counts what of a chunk is not stored.
    pub(super) fn settled(&mut self, plan: &Plan, outcomes: &[Outcome]) {
        for delivery in &plan.deliveries {
            let own = &outcomes[delivery.first_row..delivery.first_row + delivery.rows];
            let count = |is_one: fn(&Outcome) -> bool| own.iter().filter(|outcome| is_one(outcome)).count() as u64;
            let duplicates = count(|outcome| matches!(outcome, Outcome::Duplicate));
            let refused = count(|outcome| matches!(outcome, Outcome::Rejected(_))) + delivery.refused as u64;
            for (outcome, events) in [("duplicate", duplicates), ("refused", refused)] {
                if events > 0 {
                    self.add(delivery.project, delivery.received_at, (outcome, 0), (events, 0));
                }
            }
        }
    }

    fn add(
        &mut self,
        project: ProjectId,
        received_at: DateTime<Utc>,
        (outcome, lag_ms): (&'static str, u32),
        (events, late): (u64, u64),
    ) {
        let seconds = received_at.timestamp();
        let key = Key { project, bucket: seconds - seconds.rem_euclid(QUARTER_SECONDS), outcome, lag_ms };
        let count = self.0.entry(key).or_default();
        count.events += events;
        count.late += late;
        count.last_received_ms = count.last_received_ms.max(received_at.timestamp_millis());
    }

    /// Returns the rows; none where nothing was counted.
    pub(super) fn block(&self) -> Option<Block> {
        if self.0.is_empty() {
            return None;
        }
        let outcomes: Texts = self.0.keys().map(|key| key.outcome.to_owned()).collect();
        let block = Block::new()
            .column("project_id", Column::Uuid(self.0.keys().map(|key| key.project.0).collect()))
            .column("bucket", Column::Instant(self.0.keys().map(|key| key.bucket * 1_000).collect()))
            .column("outcome", Column::Text(outcomes))
            .column("lag_ms", Column::UInt32(self.0.keys().map(|key| key.lag_ms).collect()))
            .column("events", Column::UInt64(self.0.values().map(|count| count.events).collect()))
            .column("late", Column::UInt64(self.0.values().map(|count| count.late).collect()))
            .column("last_received_at", Column::Instant(self.0.values().map(|count| count.last_received_ms).collect()));
        Some(block)
    }
}

/// Two digits are enough to tell how soon, and keep the rows few; upwards, so that nothing looks quicker than it is.
fn rounded(lag_ms: i64) -> u32 {
    let lag = u32::try_from(lag_ms.max(0)).unwrap_or(u32::MAX);
    let digits = lag.checked_ilog10().unwrap_or(0);
    let step = 10_u32.pow(digits.saturating_sub(1));
    lag.div_ceil(step).saturating_mul(step).min(UNTIMED_LAG_MS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_lag_keeps_two_digits_and_never_gets_smaller() {
        let cases = [(-5, 0), (0, 0), (7, 7), (10, 10), (99, 99), (100, 100), (101, 110), (433, 440), (12_001, 13_000)];
        for (lag, wanted) in cases {
            assert_eq!(rounded(lag), wanted, "{lag}");
        }
        assert_eq!(rounded(i64::MAX), UNTIMED_LAG_MS - 1);
    }

    #[test]
    fn events_are_counted_by_quarter_traffic_and_lag() {
        let at = |seconds: i64| DateTime::from_timestamp(1_777_636_800 + seconds, 0).unwrap();
        let project = ProjectId(Uuid::from_u128(1));
        let (mut seen, mut counts) = (Seen::default(), Counts::default());
        for (timestamp, received_at, traffic, mode) in [
            (at(10), at(10), "", Mode::Live),
            (at(-4_000), at(10), "", Mode::Live),
            (at(-4_000), at(10), "", Mode::Historical),
            (at(10), at(10), "bot", Mode::Live),
            (at(905), at(905), "", Mode::Live),
        ] {
            seen.see(project, (timestamp, received_at), traffic, mode);
        }
        assert_eq!(counts.stored(&seen, at(910)), Some(TimeDelta::seconds(900)));
        let found: Vec<_> = counts.0.iter().map(|(key, count)| (key.bucket, key.outcome, key.lag_ms, count)).collect();
        let quarter = at(0).timestamp();
        let count = |events, late, last: i64| Count { events, late, last_received_ms: at(last).timestamp_millis() };
        assert_eq!(
            found,
            [
                (quarter, "bot", 900_000, &count(1, 0, 10)),
                (quarter, "people", 900_000, &count(2, 1, 10)),
                (quarter, "people", UNTIMED_LAG_MS, &count(1, 0, 10)),
                (quarter + 900, "people", 5_000, &count(1, 0, 905)),
            ]
        );
        assert_eq!(counts.block().unwrap().rows(), 4);
        let mut imported = Seen::default();
        imported.see(project, (at(0), at(0)), "", Mode::Historical);
        assert_eq!(counts.stored(&imported, at(910)), None);
    }
}
