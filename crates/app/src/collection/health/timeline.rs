//! The stretches of time that counts are told for.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// How long one stretch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = IngestionInterval)]
#[serde(rename_all = "snake_case")]
pub(super) enum Interval {
    /// 15 minutes: for up to two days.
    QuarterHour,
    /// For up to two weeks.
    Hour,
    /// A day of UTC.
    Day,
}

impl Interval {
    /// Returns the one that reads best over a time.
    pub(super) fn over(from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        let length = to - from;
        if length <= TimeDelta::days(2) {
            Self::QuarterHour
        } else if length <= TimeDelta::days(14) {
            Self::Hour
        } else {
            Self::Day
        }
    }

    /// Returns its length in seconds.
    pub(super) fn seconds(self) -> i64 {
        match self {
            Self::QuarterHour => 900,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }

    /// Returns when the stretches between two times begin.
    pub(super) fn starts(self, from: DateTime<Utc>, to: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        let step = self.seconds();
        let first = from.timestamp().div_euclid(step) * step;
        let begins = (first..to.timestamp()).step_by(step.unsigned_abs() as usize);
        begins.filter_map(|seconds| DateTime::from_timestamp(seconds, 0))
    }
}
