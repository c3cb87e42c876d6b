//! The buckets of a question on one line of time: the compared period first, then the range itself.

use analytics_model::{Bucket, Calendar, Compare, Interval, Period, Range, Span};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::error::{Error, Reason};
use crate::parameters::Parameters;

/// Buckets, and the seconds since 1970 that tell them apart.
///
/// The calendar alone decides where buckets begin; ClickHouse is handed the edges, so it needs no time zones, and a
/// repeated hour, a skipped midnight or a missing day can't be counted twice or differently.
#[derive(Debug, Clone)]
pub(crate) struct Timeline {
    pub(crate) current: Vec<Bucket>,
    pub(crate) previous: Vec<Bucket>,
    /// Whether there are buckets at all, or totals only.
    pub(crate) has_buckets: bool,
    /// Whether there is a compared period.
    pub(crate) is_compared: bool,
    from: DateTime<Utc>,
    /// When the compared period ends: a year before, that is not when the range begins.
    gap: DateTime<Utc>,
    split: DateTime<Utc>,
    to: DateTime<Utc>,
    /// Where each bucket begins, those of the compared period first; the first of the range at its first instant, for
    /// a week may belong to both.
    edges: Vec<i64>,
}

/// How far before and after a range the events of its sessions are looked for: no session is longer than a day.
const SESSION: TimeDelta = TimeDelta::days(1);

impl Timeline {
    pub(crate) fn new(
        calendar: &Calendar,
        range: &Range,
        first_event: Option<DateTime<Utc>>,
        interval: Option<Interval>,
        compare: Option<Compare>,
    ) -> Result<Self, Error> {
        let field = match range {
            Range::Last { .. } => "range.count",
            Range::Dates { .. } => "range.to",
            Range::All => "range",
        };
        let span = calendar.span(range, first_event).map_err(|error| Reason::from(error).at(field))?;
        let buckets = |span: &Span| match interval {
            None => Ok(Vec::new()),
            Some(interval) => calendar.buckets(span, interval).map_err(|error| Reason::from(error).at("interval")),
        };
        let current = buckets(&span)?;
        let (split, to) = calendar.instants(&span);
        let (previous, (from, gap)) = match compared(calendar, range, &span, compare)? {
            None => (Vec::new(), (split, split)),
            Some(before) => (buckets(&before)?, calendar.instants(&before)),
        };
        let mut edges: Vec<i64> = previous.iter().map(|bucket| bucket.start.timestamp()).collect();
        edges.extend(current.iter().map(|bucket| bucket.start.timestamp()));
        if let Some(first_of_range) = edges.get_mut(previous.len()).filter(|_| !previous.is_empty()) {
            *first_of_range = split.timestamp();
        }
        Ok(Self {
            current,
            previous,
            has_buckets: interval.is_some(),
            is_compared: from < gap,
            from,
            gap,
            split,
            to,
            edges,
        })
    }

    /// The buckets of a period.
    pub(crate) fn buckets(&self, period: Period) -> &[Bucket] {
        match period {
            Period::Current => &self.current,
            Period::Previous => &self.previous,
        }
    }

    /// The periods there are, the current first.
    pub(crate) fn periods(&self) -> &'static [Period] {
        if self.is_compared { &[Period::Current, Period::Previous] } else { &[Period::Current] }
    }

    /// Returns the condition that an event lies on the line, or in the current period only.
    pub(crate) fn condition(&self, current_only: bool, parameters: &mut Parameters) -> Vec<String> {
        let to = ("to", self.to);
        if current_only {
            return stretch(("split", self.split), to, parameters).to_vec();
        }
        if self.gap >= self.split {
            return stretch(("from", self.from), to, parameters).to_vec();
        }
        let before = stretch(("from", self.from), ("gap", self.gap), parameters).join(" and ");
        let current = stretch(("split", self.split), to, parameters).join(" and ");
        vec![format!("(({before}) or ({current}))")]
    }

    /// Returns the condition that a session, whose `timestamp` is when it began, began on the line.
    pub(crate) fn began(&self, parameters: &mut Parameters) -> Vec<String> {
        let to = ("to", self.to);
        let within = |from, to, parameters: &mut Parameters| {
            let [_, within] = stretch(from, to, parameters);
            within
        };
        if self.gap >= self.split {
            return vec![within(("from", self.from), to, parameters)];
        }
        let before = within(("from", self.from), ("gap", self.gap), parameters);
        let current = within(("split", self.split), to, parameters);
        vec![format!("({before} or {current})")]
    }

    /// Returns the condition that an event may belong to a session with an event on the line.
    pub(crate) fn session_condition(&self, parameters: &mut Parameters) -> Vec<String> {
        let to = ("session_to", self.to + SESSION);
        if self.gap + SESSION >= self.split - SESSION {
            return stretch(("session_from", self.from - SESSION), to, parameters).to_vec();
        }
        let before = ("session_from", self.from - SESSION);
        let before = stretch(before, ("session_gap", self.gap + SESSION), parameters).join(" and ");
        let current = stretch(("session_split", self.split - SESSION), to, parameters).join(" and ");
        vec![format!("(({before}) or ({current}))")]
    }

    /// Returns the expression for whether an event lies in the compared period.
    pub(crate) fn is_previous(&self, parameters: &mut Parameters) -> String {
        let split = parameters.bind_as("split", "DateTime64(3, 'UTC')", stored(self.split));
        format!("timestamp < {split}")
    }

    /// Returns the expression for the edge of an event's bucket.
    pub(crate) fn bucket(&self, parameters: &mut Parameters) -> String {
        let second = "toInt64(toUnixTimestamp(timestamp))";
        if self.edges.is_empty() {
            // A day that a country left out: no event can lie in it, but ClickHouse knows no empty list of edges.
            return second.to_owned();
        }
        match self.evenly() {
            Some((first, length)) => {
                let first = parameters.bind_as("first_edge", "Int64", first);
                let length = parameters.bind_as("bucket_seconds", "Int64", length);
                format!("{first} + {length} * intDiv({second} - {first}, {length})")
            }
            None => {
                let edges = parameters.bind_as("edges", "Array(Int64)", self.edges.clone());
                format!("roundDown({second}, {edges})")
            }
        }
    }

    /// Returns the first edge and the distance, if all edges are equally far apart and the end no farther.
    fn evenly(&self) -> Option<(i64, i64)> {
        let (first, last) = (*self.edges.first()?, *self.edges.last()?);
        let end = self.to.timestamp();
        let length = self.edges.get(1).unwrap_or(&end) - first;
        let is_even = self.edges.windows(2).all(|pair| pair[1] - pair[0] == length) && end - last <= length;
        is_even.then_some((first, length))
    }

    /// Returns which bucket of which period begins at an edge that ClickHouse returned.
    pub(crate) fn position(&self, edge: i64) -> Option<(Period, usize)> {
        let index = self.edges.binary_search(&edge).ok()?;
        Some(match index.checked_sub(self.previous.len()) {
            Some(index) => (Period::Current, index),
            None => (Period::Previous, index),
        })
    }
}

/// Returns the span that a question compares with, if it compares.
fn compared(calendar: &Calendar, range: &Range, span: &Span, compare: Option<Compare>) -> Result<Option<Span>, Error> {
    match compare {
        None => Ok(None),
        Some(_) if *range == Range::All => Err(Reason::NothingBefore.at("compare")),
        Some(Compare::PreviousPeriod) => Ok(Some(calendar.previous(span))),
        Some(Compare::PreviousYear) => {
            let before = calendar.year_before(span);
            // An event would belong to both.
            if calendar.instants(&before).1 > calendar.instants(span).0 {
                return Err(Reason::LongerThanYear.at("compare"));
            }
            Ok(Some(before))
        }
    }
}

/// Returns the conditions that an event lies between two named instants.
fn stretch(from: (&str, DateTime<Utc>), to: (&str, DateTime<Utc>), parameters: &mut Parameters) -> [String; 2] {
    let mut bind = |(name, instant): (&str, DateTime<Utc>)| {
        let instant = stored(instant);
        // `date` is the timestamp's date in UTC: it spares ClickHouse the days outside.
        let date = parameters.bind_as(&format!("{name}_date"), "Date", instant.date_naive());
        (date, parameters.bind_as(name, "DateTime64(3, 'UTC')", instant))
    };
    let ((first_date, from), (last_date, to)) = (bind(from), bind(to));
    [format!("date >= {first_date} and date <= {last_date}"), format!("(timestamp >= {from} and timestamp < {to})")]
}

/// Pulls an end of a range into the years events can have (1970 to 2105): beyond them a `Date` would wrap around.
fn stored(instant: DateTime<Utc>) -> DateTime<Utc> {
    let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default().and_time(chrono::NaiveTime::MIN).and_utc();
    instant.clamp(day(1970), day(2106))
}
