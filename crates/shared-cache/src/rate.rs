//! Rate limits: a few attempts at once, then one each so often.

use chrono::{DateTime, TimeDelta, Utc};

/// A few attempts at once, then one each so often.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// How many may come at once.
    pub burst: i32,
    /// After how many seconds one more is free.
    pub every_seconds: i32,
}

/// What is counted, and how much of it is too much.
#[derive(Debug, Clone)]
pub struct Limit {
    /// What is counted and for whom; the same on all servers.
    pub key: String,
    /// How much is too much.
    pub rate: Rate,
}

impl Limit {
    pub(crate) fn step(&self) -> TimeDelta {
        TimeDelta::seconds(self.rate.every_seconds.into())
    }

    /// How far ahead of now forgiveness may lie.
    pub(crate) fn reach(&self) -> TimeDelta {
        self.step() * self.rate.burst
    }

    /// Returns when all attempts are forgiven once this one is counted too.
    ///
    /// Each attempt moves the time of forgiveness by one step; too far ahead is too many.
    pub(crate) fn next(&self, forgiven: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
        forgiven.unwrap_or(now).max(now) + self.step()
    }
}
