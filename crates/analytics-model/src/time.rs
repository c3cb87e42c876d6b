//! Calendar time: ranges and buckets in a project's zone, by date arithmetic, right across clock changes.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::{GapInfo, Tz};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Bucket;

/// How long a bucket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// From full hour to full hour on the project's clock; where the clock is moved, up to then and from then.
    Hour,
    /// From midnight to midnight: 23 or 25 hours where the clock is moved.
    Day,
    /// Seven days from the project's first day of the week.
    Week,
    /// A calendar month.
    Month,
}

/// The day a week begins on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WeekStart {
    /// As in ISO 8601.
    #[default]
    Monday,
    /// As in the Americas and much of Asia.
    Sunday,
}

/// What a range of whole units is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Full hours.
    Hour,
    /// Calendar days.
    Day,
    /// Calendar weeks.
    Week,
    /// Calendar months.
    Month,
}

/// From when to when, before it is known what time it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Range {
    /// The last units, the running one included: "last 7 days" are today and the six days before.
    Last {
        /// How many units, at least 1.
        count: u32,
        /// Which units.
        unit: Unit,
    },
    /// From one date to another, both included.
    Dates {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        to: NaiveDate,
    },
    /// From the first event to today.
    All,
}

/// Where and when a question is asked: what turns a [`Range`] into a [`Span`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calendar {
    /// The project's time zone.
    pub zone: Tz,
    /// The project's first day of the week.
    pub week_start: WeekStart,
    /// The time it is.
    pub now: DateTime<Utc>,
}

/// A range with known ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Calendar days, however long each is.
    Days {
        /// The first day.
        from: NaiveDate,
        /// The first day after it.
        to: NaiveDate,
    },
    /// Full hours.
    Hours {
        /// When the first hour begins.
        from: DateTime<Utc>,
        /// When the last hour has ended.
        to: DateTime<Utc>,
        /// How many hours they are.
        count: u32,
    },
}

/// Why a range is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// The count of units is not usable.
    #[error("must be 1 to {0}")]
    Count(u32),
    /// The last day lies before the first.
    #[error("the last day ({to}) is before the first ({from})")]
    Backwards {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        to: NaiveDate,
    },
    /// A chart of that many points helps nobody.
    #[error("the range has more than {0} buckets: choose a longer interval")]
    TooManyBuckets(usize),
    /// Outside the years 1900 to 2299 that the analytics store can hold.
    #[error("{0} is outside the years 1900 to 2299")]
    OutOfYears(NaiveDate),
}

/// The most buckets one question may have: a year of hours, and decades of days.
pub const MAX_BUCKETS: usize = 10_000;

impl Calendar {
    /// Returns the range's ends; `first_event` is used by [`Range::All`] (today where there is none).
    pub fn span(&self, range: &Range, first_event: Option<DateTime<Utc>>) -> Result<Span, TimeError> {
        let today = self.date(self.now);
        match range {
            Range::Last { count, unit } => self.last(*count, *unit),
            Range::Dates { from, to } => days(*from, *to),
            Range::All => {
                let first = first_event.map_or(today, |instant| self.date(instant));
                days(first.min(today), today)
            }
        }
    }

    fn last(&self, count: u32, unit: Unit) -> Result<Span, TimeError> {
        let limit = match unit {
            Unit::Hour => 1_440,
            Unit::Day => 3_660,
            Unit::Week => 522,
            Unit::Month => 120,
        };
        if count == 0 || count > limit {
            return Err(TimeError::Count(limit));
        }
        let today = self.date(self.now);
        let before = count - 1;
        let first = match unit {
            Unit::Hour => {
                let running = self.hour_start(self.now);
                return Ok(Span::Hours {
                    from: self.hours_before(running, before),
                    to: self.next_hour(running),
                    count,
                });
            }
            Unit::Day => today - Days::new(u64::from(before)),
            Unit::Week => self.week_of(today) - Days::new(7 * u64::from(before)),
            Unit::Month => month_of(today) - Months::new(before),
        };
        days(first, today)
    }

    /// Returns the span right before `span`, of as many days or hours.
    pub fn previous(&self, span: &Span) -> Span {
        match *span {
            Span::Days { from, to } => Span::Days { from: from - (to - from), to: from },
            Span::Hours { from, count, .. } => Span::Hours { from: self.hours_before(from, count), to: from, count },
        }
    }

    /// Returns the span a year before `span`: the same dates, 28 February for the 29th; of hours, as many from the same
    /// hour on.
    pub fn year_before(&self, span: &Span) -> Span {
        let year = Months::new(12);
        match *span {
            Span::Days { from, to } => Span::Days { from: from - year, to: (to - Days::new(1)) - year + Days::new(1) },
            Span::Hours { from, count, .. } => {
                let local = from.with_timezone(&self.zone).naive_local() - year;
                let same_time = self.zone.from_local_datetime(&local).earliest().map(|found| found.with_timezone(&Utc));
                let from = self.hour_start(same_time.unwrap_or_else(|| self.start_of(local.date())));
                let to = (0..count).fold(from, |hour, _| self.next_hour(hour));
                Span::Hours { from, to, count }
            }
        }
    }

    /// Returns the first and the first-after instant of `span`.
    pub fn instants(&self, span: &Span) -> (DateTime<Utc>, DateTime<Utc>) {
        match *span {
            Span::Days { from, to } => (self.start_of(from), self.start_of(to)),
            Span::Hours { from, to, .. } => (from, to),
        }
    }

    /// Returns the buckets of `span`, oldest first, without gaps.
    ///
    /// Buckets at both ends may reach beyond the span and then are not complete. An hour that the clocks repeat in
    /// autumn is two buckets, one that they skip in spring is none; a day that a country left out is none either.
    pub fn buckets(&self, span: &Span, interval: Interval) -> Result<Vec<Bucket>, TimeError> {
        let (begin, end) = self.instants(span);
        let mut edges = vec![self.bucket_start(begin, interval)];
        let mut edge = edges[0];
        while edge < end {
            if edges.len() > MAX_BUCKETS {
                return Err(TimeError::TooManyBuckets(MAX_BUCKETS));
            }
            edge = self.next_start(edge, interval);
            edges.push(edge);
        }
        let buckets = edges.windows(2).map(|pair| {
            let covered = pair[0] >= begin && pair[1] <= end;
            Bucket {
                start: pair[0].with_timezone(&self.zone).fixed_offset(),
                end: pair[1].with_timezone(&self.zone).fixed_offset(),
                complete: covered && pair[1] <= self.now,
            }
        });
        Ok(buckets.collect())
    }

    /// Returns the start of the bucket that holds `instant`.
    pub fn bucket_start(&self, instant: DateTime<Utc>, interval: Interval) -> DateTime<Utc> {
        let first_day = match interval {
            Interval::Hour => return self.hour_start(instant),
            Interval::Day => self.day_of(instant),
            Interval::Week => self.week_of(self.day_of(instant)),
            Interval::Month => month_of(self.day_of(instant)),
        };
        self.start_of(first_day)
    }

    fn next_start(&self, start: DateTime<Utc>, interval: Interval) -> DateTime<Utc> {
        let date = self.day_of(start);
        match interval {
            Interval::Hour => self.next_hour(start),
            Interval::Day => self.start_of(date + Days::new(1)),
            Interval::Week => self.start_of(self.week_of(date) + Days::new(7)),
            Interval::Month => self.start_of(month_of(date) + Months::new(1)),
        }
    }

    /// Full hours of the wall clock, cut where the clock is moved: so every bucket is one stretch of one hour, even
    /// in zones that move by half an hour or at a minute past midnight.
    fn hour_start(&self, instant: DateTime<Utc>) -> DateTime<Utc> {
        let local = instant.with_timezone(&self.zone);
        let past = TimeDelta::seconds(i64::from(local.minute() * 60 + local.second()))
            + TimeDelta::nanoseconds(i64::from(local.nanosecond()));
        let full_hour = instant - past;
        self.clock_moved(full_hour, instant).unwrap_or(full_hour)
    }

    fn next_hour(&self, start: DateTime<Utc>) -> DateTime<Utc> {
        let local = start.with_timezone(&self.zone);
        let left = TimeDelta::seconds(3600 - i64::from(local.minute() * 60 + local.second()));
        self.clock_moved(start, start + left).unwrap_or(start + left)
    }

    fn hours_before(&self, start: DateTime<Utc>, count: u32) -> DateTime<Utc> {
        (0..count).fold(start, |hour, _| self.hour_start(hour - TimeDelta::milliseconds(1)))
    }

    /// Returns when, after `from` and not after `to` (an hour apart at most), the clock was moved, if it was.
    fn clock_moved(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let offset = |second: i64| {
            let instant = DateTime::from_timestamp(second, 0).unwrap_or(from);
            self.zone.offset_from_utc_datetime(&instant.naive_utc()).fix()
        };
        let (mut before, mut after) = (from.timestamp(), to.timestamp());
        let old = offset(before);
        if offset(after) == old {
            return None;
        }
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if offset(middle) == old { before = middle } else { after = middle }
        }
        DateTime::from_timestamp(after, 0)
    }

    fn date(&self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.zone).date_naive()
    }

    /// Returns the day an instant counts for: its date, but the later one where clocks went back over midnight, so
    /// that a day is one stretch of time.
    fn day_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        let date = self.date(instant);
        let tomorrow = date + Days::new(1);
        if self.start_of(tomorrow) <= instant { tomorrow } else { date }
    }

    fn week_of(&self, date: NaiveDate) -> NaiveDate {
        let past = match self.week_start {
            WeekStart::Monday => date.weekday().num_days_from_monday(),
            WeekStart::Sunday => date.weekday().num_days_from_sunday(),
        };
        date - Days::new(u64::from(past))
    }

    /// Returns when a day begins: the first midnight where clocks repeat it, the end of the gap where they skip it
    /// (Cairo in April, and the whole 30 December 2011 in Samoa).
    fn start_of(&self, date: NaiveDate) -> DateTime<Utc> {
        let midnight = date.and_time(NaiveTime::MIN);
        if let Some(found) = self.zone.from_local_datetime(&midnight).earliest() {
            return found.with_timezone(&Utc);
        }
        let gap_end = GapInfo::new(&midnight, &self.zone).and_then(|gap| gap.end);
        gap_end.map_or_else(|| Utc.from_utc_datetime(&midnight), |end| end.with_timezone(&Utc))
    }
}

fn days(from: NaiveDate, to: NaiveDate) -> Result<Span, TimeError> {
    for date in [from, to] {
        if !(1900..=2299).contains(&date.year()) {
            return Err(TimeError::OutOfYears(date));
        }
    }
    if to < from {
        return Err(TimeError::Backwards { from, to });
    }
    Ok(Span::Days { from, to: to + Days::new(1) })
}

fn month_of(date: NaiveDate) -> NaiveDate {
    date - Days::new(u64::from(date.day0()))
}
