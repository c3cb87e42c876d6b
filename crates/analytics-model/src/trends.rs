//! Trends: how much of something happened, over time.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Filter, Interval, Range, Traffic};

/// A trends question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Trends {
    /// What is counted: 1 to 10 series, called A, B, C … in formulas.
    pub series: Vec<Series>,
    /// Calculations over the series, such as `A / B * 100`: at most 5. Where there are any, only they are answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formulas: Vec<Formula>,
    /// From when to when, in the project's time zone.
    pub range: Range,
    /// How long a bucket is; absent for totals only, which are found sooner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// Which events count, for every series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// Whose session's events count, for every series: those of sessions that the filter holds for, all their events.
    ///
    /// A condition on a property holds for a session if it holds for any of its events; one that denies (is not,
    /// doesn't contain, doesn't match, is not set) if its opposite holds for none. `$entry_…` and `$exit_…` are the
    /// session's own. Events without a session never count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_filter: Option<Filter>,
    /// Whose events count: people's unless told.
    #[serde(default, skip_serializing_if = "Traffic::is_people")]
    pub traffic: Traffic,
    /// One line for each value of a property.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breakdown: Option<Breakdown>,
    /// Draws a second line for an earlier time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare: Option<Compare>,
}

/// One thing that is counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// The event's name; absent for any event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "$pageview")]
    pub event: Option<String>,
    /// What of it is counted.
    pub measure: Measure,
    /// Which of its events count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// What the series is called in legends; absent for a name made from the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What is computed over the events of a bucket.
///
/// Measures of a property use the events that have a number there (a JSON number, or text that is one) and pass over
/// the others, which the answer counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Measure {
    /// The number of events.
    Count,
    /// The number of different people, exact.
    UniqueUsers,
    /// The number of different sessions, exact.
    UniqueSessions,
    /// The share of bounces among the sessions that began in the bucket and had such an event, from 0 to 1.
    ///
    /// A bounce is a session of one page or screen at most, without a click or an event of the product's own, and
    /// under ten seconds from the first event to the last.
    BounceRate,
    /// The mean time from the first event to the last of the sessions that began in the bucket and had such an event,
    /// in seconds.
    SessionDuration,
    /// The sum of a property.
    Sum {
        /// The property's name.
        property: String,
    },
    /// The mean of a property.
    Average {
        /// The property's name.
        property: String,
    },
    /// The least value of a property.
    Minimum {
        /// The property's name.
        property: String,
    },
    /// The greatest value of a property.
    Maximum {
        /// The property's name.
        property: String,
    },
    /// The median of a property, exact; between two middle values, halfway.
    Median {
        /// The property's name.
        property: String,
    },
    /// The 90th percentile of a property, exact, interpolated linearly between neighbours.
    P90 {
        /// The property's name.
        property: String,
    },
}

impl Measure {
    /// Returns the property the measure is over, if any.
    pub fn property(&self) -> Option<&str> {
        match self {
            Self::Count | Self::UniqueUsers | Self::UniqueSessions | Self::BounceRate | Self::SessionDuration => None,
            Self::Sum { property }
            | Self::Average { property }
            | Self::Minimum { property }
            | Self::Maximum { property }
            | Self::Median { property }
            | Self::P90 { property } => Some(property),
        }
    }

    /// Tells whether sessions are measured, each of them once and as a whole, rather than events.
    pub fn is_of_sessions(&self) -> bool {
        matches!(self, Self::BounceRate | Self::SessionDuration)
    }
}

/// A calculation over the series of one question, bucket by bucket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Formula {
    /// Letters of series, numbers, `+ - * /` and parentheses. Dividing by zero gives no value.
    #[schema(example = "A / B * 100")]
    pub expression: String,
    /// What it is called in legends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// One line for each of the greatest values of a property.
///
/// Greatest by the first series in the current period: by its total for counts, unique people, unique sessions and
/// sums, else by its number of events. "None" (events without the property) is never among them and never counts
/// against the limit; "other" is computed over the events with any further value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Breakdown {
    /// The property's name.
    #[schema(example = "$browser")]
    pub property: String,
    /// How many values get a line of their own (1 to 100, without buckets 1 to 1,000; 10 unless told); the rest becomes
    /// "other".
    #[serde(default = "default_limit")]
    #[schema(minimum = 1, maximum = 1000, default = 10)]
    pub limit: u32,
}

fn default_limit() -> u32 {
    10
}

/// What a question's time is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// The same number of days (hours for ranges of hours) right before; not for all time.
    PreviousPeriod,
    /// The same days (hours, for ranges of hours) a year before; not for all time, nor for more than a year.
    PreviousYear,
}
