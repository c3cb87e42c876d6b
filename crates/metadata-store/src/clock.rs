//! The time it is, passed in so that tests can move it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use uuid::{NoContext, Timestamp, Uuid};

/// Tells the time, cut to microseconds: what PostgreSQL would cut, SQLite must not keep.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// Microseconds since 1970 that a test has set; the system's clock where absent.
    set: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// Returns the system's clock.
    pub fn system() -> Self {
        Self { set: None }
    }

    /// Returns the time it is.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.set {
            Some(micros) => DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or_default(),
            None => Utc::now().trunc_subsecs(6),
        }
    }

    /// Makes an id for a new row: random, and ordered by the time of its making (UUIDv7).
    pub fn new_id(&self) -> Uuid {
        let now = self.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
    }
}

/// Returns the nearest time that both stores keep and order alike: of the years 1 to 9999.
pub fn keepable(at: DateTime<Utc>) -> DateTime<Utc> {
    const FIRST: i64 = -62_135_596_800;
    const LAST: i64 = 253_402_300_799;
    let within = at.timestamp().clamp(FIRST, LAST);
    if within == at.timestamp() { at } else { DateTime::from_timestamp(within, 0).unwrap_or(at) }
}

/// A clock that stands still until a test moves it.
#[derive(Debug, Clone)]
pub struct TestClock {
    micros: Arc<AtomicI64>,
}

impl TestClock {
    /// Stops a clock at `start`.
    pub fn at(start: DateTime<Utc>) -> Self {
        Self { micros: Arc::new(AtomicI64::new(start.timestamp_micros())) }
    }

    /// Returns the clock to pass in; all of them move together.
    pub fn clock(&self) -> Clock {
        Clock { set: Some(Arc::clone(&self.micros)) }
    }

    /// Returns the time it shows.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock().now()
    }

    /// Moves it on (or back, by a negative amount).
    pub fn advance(&self, by: TimeDelta) {
        self.micros.fetch_add(by.num_microseconds().unwrap_or_default(), Ordering::SeqCst);
    }
}
