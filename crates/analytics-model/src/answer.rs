//! What a trends question is answered with.

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Interval, Traffic};

/// The answer to a trends question: aligned lines over common buckets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TrendsAnswer {
    /// How long a bucket is; absent where only totals were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// The IANA time zone the buckets follow.
    #[schema(example = "Europe/Berlin")]
    pub zone: String,
    /// The buckets, oldest first, without gaps; none where only totals were asked for.
    pub buckets: Vec<Bucket>,
    /// The buckets of the compared period; empty without comparison.
    ///
    /// Its first stands beside the first of `buckets`, and so on. There may be more or fewer of them: a day when the
    /// clocks change has 23 or 25 hours, and days make up different numbers of weeks and months.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous_buckets: Vec<Bucket>,
    /// The lines: series by series, or formula by formula where there are formulas. Within each the breakdown values in
    /// one order for all (by total of the first, greatest first), then "none", then "other"; and after each line the
    /// one it is compared with.
    pub lines: Vec<Line>,
    /// Events before all time: so far from the others that it doesn't begin with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_all_time: Option<Outliers>,
    /// Whose events it is about; absent for people's.
    #[serde(default, skip_serializing_if = "Traffic::is_people")]
    pub traffic: Traffic,
    /// How long the analytics store worked, in milliseconds.
    pub elapsed_ms: f64,
}

/// Events whose time is far from all others', as that of a clock that was never set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Outliers {
    /// How many they are.
    pub events: u64,
    /// The time of the first.
    pub first: DateTime<Utc>,
}

/// A stretch of time that one point of a line stands for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Bucket {
    /// When it begins, with the zone's offset at that time.
    pub start: DateTime<FixedOffset>,
    /// When it ends (exclusive).
    pub end: DateTime<FixedOffset>,
    /// Whether the range covers it whole and it has ended: an incomplete bucket is no basis for a comparison.
    pub complete: bool,
}

/// One line of a chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Line {
    /// The series' letter, or the formula's expression.
    #[schema(example = "A")]
    pub key: String,
    /// What the line is called, without the breakdown's value.
    pub label: String,
    /// The breakdown's value; absent without breakdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breakdown: Option<BreakdownValue>,
    /// Which of the compared periods it belongs to.
    pub period: Period,
    /// A value for each bucket of its period; null where there is none (no number to average, division by zero).
    pub values: Vec<Option<f64>>,
    /// The measure over the whole range: for unique people each once, so not the sum of the values.
    #[schema(required = true)]
    pub total: Option<f64>,
    /// For measures of a property: how many events of the range had no number there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events_without_number: Option<u64>,
}

/// Which value of the breakdown's property a line stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum BreakdownValue {
    /// Events with this value.
    Value(String),
    /// Events that have no such property, or null.
    None,
    /// Events with one of the values beyond the limit.
    Other,
}

/// Now or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// The range asked for.
    Current,
    /// The range it is compared with.
    Previous,
}
