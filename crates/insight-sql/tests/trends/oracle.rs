//! Trends computed slowly and plainly from the events: no SQL, no calendar of ours.

use std::collections::{BTreeMap, BTreeSet};

use analytics_model::{
    Breakdown, BreakdownValue, Calendar, Compare, Condition, Filter, Interval, Measure, Operator, Period, Range,
    Series, Traffic, Trends, Unit, WeekStart,
};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Offset, TimeDelta, Timelike, Utc};
use serde_json::Value;

use crate::events::Event;
use crate::sessions::{self, Session, with_entries};

/// What tells buckets apart: a date, and within it hour and UTC offset. In order of time.
pub type Label = (NaiveDate, i64, i32);

/// An expected line.
#[derive(Debug, PartialEq)]
pub struct Expected {
    pub key: String,
    pub breakdown: Option<BreakdownValue>,
    pub period: Period,
    pub values: Vec<Option<f64>>,
    pub total: Option<f64>,
    pub events_without_number: Option<u64>,
}

/// Clocks of the zones asked about change on full quarters of an hour only, and all hours and days begin on one.
const STEP: TimeDelta = TimeDelta::minutes(15);

/// The labels of both periods' buckets, the compared period's second.
pub struct Time<'a> {
    calendar: &'a Calendar,
    interval: Option<Interval>,
    pub buckets: [Vec<Label>; 2],
    /// The first and the first-after instant of each period.
    pub ends: [(DateTime<Utc>, DateTime<Utc>); 2],
}

/// Computes the lines of a question without formulas.
pub fn lines(trends: &Trends, calendar: &Calendar, events: &[Event]) -> Vec<Expected> {
    let time = Time::new(trends, calendar);
    let periods: &[Period] =
        if trends.compare.is_some() { &[Period::Current, Period::Previous] } else { &[Period::Current] };
    let events = with_entries(trends, &time, events);
    let sessions = sessions::of(trends, &time, &events);
    let asked: Vec<&Event> = events
        .iter()
        .filter(|event| is_asked(trends.traffic, event))
        .filter(|event| trends.session_filter.is_none() || sessions.iter().any(|one| one.id == event.session))
        .filter(|event| trends.filter.as_ref().is_none_or(|filter| holds(filter, event)))
        .filter(|event| trends.series.iter().any(|series| belongs(series, event)))
        .filter(|event| periods.iter().any(|period| time.covers(*period, event.timestamp)))
        .collect();
    let kinds = breakdowns(trends, &time, &asked, &sessions);
    let mut lines = Vec::new();
    for (series, letter) in trends.series.iter().zip('A'..) {
        for kind in kinds.values() {
            for &period in periods {
                if series.measure.is_of_sessions() {
                    let own: Vec<&Session> = sessions
                        .iter()
                        .filter(|session| time.covers(period, session.started))
                        .filter(|session| session.is_counted(trends, series))
                        .filter(|session| {
                            kind.as_ref().is_none_or(|kind| *kind == kinds.of_session(trends, series, session))
                        })
                        .collect();
                    lines.push(sessions::line(&time, series, letter, kind.clone(), period, &own));
                    continue;
                }
                let own: Vec<&Event> = asked
                    .iter()
                    .copied()
                    .filter(|event| belongs(series, event) && time.covers(period, event.timestamp))
                    .filter(|event| kind.as_ref().is_none_or(|kind| *kind == kinds.of(trends, event)))
                    .collect();
                lines.push(line(&time, series, letter, kind.clone(), period, &own));
            }
        }
    }
    lines
}

/// The published rule: only people's events count, unless others are asked for.
pub fn is_asked(traffic: Traffic, event: &Event) -> bool {
    match traffic {
        Traffic::People => event.traffic.is_empty(),
        Traffic::Bots => event.traffic == "bot",
        Traffic::Internal => event.traffic == "internal",
        Traffic::All => true,
    }
}

fn line(
    time: &Time,
    series: &Series,
    letter: char,
    breakdown: Option<BreakdownValue>,
    period: Period,
    events: &[&Event],
) -> Expected {
    let labels = &time.buckets[period as usize];
    let values = labels.iter().map(|label| {
        let within: Vec<&Event> =
            events.iter().copied().filter(|event| time.label(event.timestamp) == *label).collect();
        measure(&series.measure, &within)
    });
    Expected {
        key: letter.to_string(),
        breakdown,
        period,
        values: values.collect(),
        total: measure(&series.measure, events),
        events_without_number: series
            .measure
            .property()
            .map(|name| events.iter().filter(|event| number(name, event).is_none()).count() as u64),
    }
}

impl<'a> Time<'a> {
    fn new(trends: &Trends, calendar: &'a Calendar) -> Self {
        let today = calendar.now.with_timezone(&calendar.zone).date_naive();
        let mut time = Self {
            calendar,
            interval: trends.interval,
            buckets: [Vec::new(), Vec::new()],
            ends: [(calendar.now, calendar.now); 2],
        };
        let (from, to) = match trends.range {
            Range::Dates { from, to } => (from, to),
            Range::Last { count, unit } => {
                let before = count - 1;
                let first = match unit {
                    Unit::Hour => {
                        time.hours(count as usize);
                        if trends.compare == Some(Compare::PreviousYear) {
                            time.hours_a_year_before(count as usize);
                        }
                        return time;
                    }
                    Unit::Day => today - Days::new(before.into()),
                    Unit::Week => time.week(today) - Days::new(u64::from(7 * before)),
                    Unit::Month => today.with_day(1).expect("a day") - Months::new(before),
                };
                (first, today)
            }
            Range::All => panic!("the oracle is asked about dates only"),
        };
        let length = (to - from).num_days() + 1;
        time.days(0, from, to);
        match trends.compare {
            Some(Compare::PreviousYear) => time.days(1, from - Months::new(12), to - Months::new(12)),
            _ => time.days(1, from - TimeDelta::days(length), from - Days::new(1)),
        }
        time
    }

    /// Looks at every quarter of an hour to see which belong to the days.
    fn days(&mut self, period: usize, from: NaiveDate, to: NaiveDate) {
        let mut quarter = from.and_hms_opt(0, 0, 0).expect("midnight").and_utc() - TimeDelta::days(2);
        let end = to.and_hms_opt(0, 0, 0).expect("midnight").and_utc() + TimeDelta::days(3);
        let mut inside = Vec::new();
        while quarter < end {
            if (from..=to).contains(&self.date(quarter)) {
                inside.push(quarter);
            }
            quarter += STEP;
        }
        if let (Some(first), Some(last)) = (inside.first(), inside.last()) {
            self.ends[period] = (*first, *last + STEP);
        }
        self.cut(period, &inside);
    }

    fn cut(&mut self, period: usize, inside: &[DateTime<Utc>]) {
        if self.interval.is_some() {
            self.buckets[period] = inside.iter().map(|quarter| self.label(*quarter)).collect();
            self.buckets[period].dedup();
        }
    }

    /// Looks for as many hours from an instant on.
    fn hours_from(&mut self, period: usize, first: DateTime<Utc>, count: usize) {
        let mut quarter = first;
        let (mut hours, mut inside): (Vec<Label>, Vec<DateTime<Utc>>) = (Vec::new(), Vec::new());
        loop {
            let label = self.hour_label(quarter);
            if hours.last() != Some(&label) {
                if hours.len() == count {
                    break;
                }
                hours.push(label);
            }
            inside.push(quarter);
            quarter += STEP;
        }
        self.ends[period] = (first, quarter);
        self.cut(period, &inside);
    }

    /// Looks for the first quarter of an hour whose clock shows what it showed a year later.
    fn hours_a_year_before(&mut self, count: usize) {
        let local = self.ends[0].0.with_timezone(&self.calendar.zone).naive_local() - Months::new(12);
        let mut quarter = self.ends[0].0 - TimeDelta::days(368);
        while quarter.with_timezone(&self.calendar.zone).naive_local() < local {
            quarter += STEP;
        }
        self.hours_from(1, quarter, count);
    }

    /// Looks back in quarters of an hour until there are enough hours for both periods.
    fn hours(&mut self, count: usize) {
        let past = self.calendar.now.timestamp() % STEP.num_seconds();
        let mut quarter = self.calendar.now - TimeDelta::seconds(past);
        let running = self.hour_label(quarter);
        while self.hour_label(quarter) == running {
            quarter += STEP;
        }
        for period in [0, 1] {
            let end = quarter;
            let mut hours: Vec<Label> = Vec::new();
            let mut inside = Vec::new();
            loop {
                let label = self.hour_label(quarter - STEP);
                if hours.last() != Some(&label) {
                    if hours.len() == count {
                        break;
                    }
                    hours.push(label);
                }
                quarter -= STEP;
                inside.insert(0, quarter);
            }
            self.ends[period] = (quarter, end);
            self.cut(period, &inside);
        }
    }

    pub fn covers(&self, period: Period, instant: DateTime<Utc>) -> bool {
        let (from, to) = self.ends[period as usize];
        from <= instant && instant < to
    }

    pub fn label(&self, instant: DateTime<Utc>) -> Label {
        let date = self.date(instant);
        match self.interval {
            None => panic!("there are no buckets"),
            Some(Interval::Hour) => self.hour_label(instant),
            Some(Interval::Day) => (date, 0, 0),
            Some(Interval::Week) => (self.week(date), 0, 0),
            Some(Interval::Month) => (date.with_day(1).expect("a day"), 0, 0),
        }
    }

    /// The offset tells a repeated hour from the first; it goes down then, so it is negated to keep the order.
    fn hour_label(&self, instant: DateTime<Utc>) -> Label {
        let local = instant.with_timezone(&self.calendar.zone);
        (local.date_naive(), i64::from(local.hour()), -local.offset().fix().local_minus_utc())
    }

    fn date(&self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.calendar.zone).date_naive()
    }

    fn week(&self, date: NaiveDate) -> NaiveDate {
        let first = match self.calendar.week_start {
            WeekStart::Monday => chrono::Weekday::Mon,
            WeekStart::Sunday => chrono::Weekday::Sun,
        };
        let mut day = date;
        while day.weekday() != first {
            day = day.pred_opt().expect("a day before");
        }
        day
    }
}

/// The breakdown's values in the order of lines.
pub struct Kinds {
    top: BTreeSet<String>,
    order: Vec<BreakdownValue>,
    is_asked: bool,
}

impl Kinds {
    fn values(&self) -> Vec<Option<BreakdownValue>> {
        if self.is_asked { self.order.iter().cloned().map(Some).collect() } else { vec![None] }
    }

    /// A session is of the kind of the first of its events that is counted.
    fn of_session(&self, trends: &Trends, series: &Series, session: &Session) -> BreakdownValue {
        self.of(trends, session.counted(trends, series).next().expect("a counted event"))
    }

    fn of(&self, trends: &Trends, event: &Event) -> BreakdownValue {
        let property = &trends.breakdown.as_ref().expect("a breakdown").property;
        match text(property, event) {
            None => BreakdownValue::None,
            Some(value) if self.top.contains(&value) => BreakdownValue::Value(value),
            Some(_) => BreakdownValue::Other,
        }
    }
}

/// Returns the values that get lines of their own.
fn greatest(breakdown: &Breakdown, first: &Series, time: &Time, asked: &[&Event]) -> BTreeSet<String> {
    let mut groups: BTreeMap<String, Vec<&Event>> = BTreeMap::new();
    for &event in asked.iter().filter(|event| time.covers(Period::Current, event.timestamp)) {
        if let Some(value) = text(&breakdown.property, event) {
            groups.entry(value).or_default().push(event);
        }
    }
    let amount = |events: &[&Event]| {
        let own: Vec<&Event> = events.iter().copied().filter(|event| belongs(first, event)).collect();
        match first.measure {
            Measure::Count | Measure::UniqueUsers | Measure::UniqueSessions | Measure::Sum { .. } => {
                measure(&first.measure, &own).expect("an amount")
            }
            _ => own.len() as f64,
        }
    };
    let mut ranked: Vec<(f64, usize, &String)> =
        groups.iter().map(|(value, events)| (amount(events), events.len(), value)).collect();
    ranked.sort_by(|left, right| right.0.total_cmp(&left.0).then(right.1.cmp(&left.1)).then(left.2.cmp(right.2)));
    ranked.iter().take(breakdown.limit as usize).map(|(_, _, value)| (*value).clone()).collect()
}

fn breakdowns(trends: &Trends, time: &Time, asked: &[&Event], sessions: &[Session]) -> Kinds {
    let Some(breakdown) = &trends.breakdown else {
        return Kinds { top: BTreeSet::new(), order: Vec::new(), is_asked: false };
    };
    let first = &trends.series[0];
    let top = greatest(breakdown, first, time, asked);
    let mut kinds = Kinds { top, order: Vec::new(), is_asked: true };

    let of_events = |series: &&Series| !series.measure.is_of_sessions();
    let mut occurring: BTreeSet<BreakdownValue> = asked
        .iter()
        .filter(|event| trends.series.iter().filter(of_events).any(|series| belongs(series, event)))
        .map(|event| kinds.of(trends, event))
        .collect();
    for series in trends.series.iter().filter(|series| series.measure.is_of_sessions()) {
        let counted = sessions.iter().filter(|session| session.is_counted(trends, series));
        let began = counted.filter(|session| {
            time.covers(Period::Current, session.started)
                || (trends.compare.is_some() && time.covers(Period::Previous, session.started))
        });
        occurring.extend(began.map(|session| kinds.of_session(trends, series, session)));
    }
    let total = |kind: &BreakdownValue| {
        if first.measure.is_of_sessions() {
            let own: Vec<&Session> = sessions
                .iter()
                .filter(|session| time.covers(Period::Current, session.started) && session.is_counted(trends, first))
                .filter(|session| kinds.of_session(trends, first, session) == *kind)
                .collect();
            return sessions::measure(&first.measure, &own).unwrap_or(f64::NEG_INFINITY);
        }
        let own: Vec<&Event> = asked
            .iter()
            .copied()
            .filter(|event| kinds.of(trends, event) == *kind && belongs(first, event))
            .filter(|event| time.covers(Period::Current, event.timestamp))
            .collect();
        measure(&first.measure, &own).unwrap_or(f64::NEG_INFINITY)
    };
    let mut values: Vec<(f64, BreakdownValue)> = occurring
        .iter()
        .filter(|kind| matches!(kind, BreakdownValue::Value(_)))
        .map(|kind| (total(kind), kind.clone()))
        .collect();
    values.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    let rest = [BreakdownValue::None, BreakdownValue::Other].into_iter().filter(|kind| occurring.contains(kind));
    let order = values.into_iter().map(|(_, kind)| kind).chain(rest).collect();
    kinds.order = order;
    kinds
}

pub fn belongs(series: &Series, event: &Event) -> bool {
    let is_named = series.event.as_ref().is_none_or(|name| name == event.name);
    is_named && series.filter.as_ref().is_none_or(|filter| holds(filter, event))
}

fn measure(measure: &Measure, events: &[&Event]) -> Option<f64> {
    let mut numbers: Vec<f64> = match measure.property() {
        Some(name) => events.iter().filter_map(|event| number(name, event)).collect(),
        None => Vec::new(),
    };
    numbers.sort_by(f64::total_cmp);
    match measure {
        Measure::Count => Some(events.len() as f64),
        Measure::UniqueUsers => Some(events.iter().map(|event| event.person).collect::<BTreeSet<_>>().len() as f64),
        Measure::UniqueSessions => {
            let sessions: BTreeSet<_> = events.iter().map(|event| &event.session).filter(|id| !id.is_empty()).collect();
            Some(sessions.len() as f64)
        }
        Measure::Sum { .. } => Some(numbers.iter().sum()),
        Measure::Average { .. } if numbers.is_empty() => None,
        Measure::Average { .. } => Some(numbers.iter().sum::<f64>() / numbers.len() as f64),
        Measure::Minimum { .. } => numbers.first().copied(),
        Measure::Maximum { .. } => numbers.last().copied(),
        Measure::Median { .. } => percentile(&numbers, 0.5),
        Measure::P90 { .. } => percentile(&numbers, 0.9),
        Measure::BounceRate | Measure::SessionDuration => panic!("sessions are measured elsewhere"),
    }
}

fn percentile(sorted: &[f64], level: f64) -> Option<f64> {
    let place = level * (sorted.len().checked_sub(1)? as f64);
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Some(below + (above - below) * place.fract())
}

pub fn text(property: &str, event: &Event) -> Option<String> {
    let column = |value: &str| (!value.is_empty()).then(|| value.to_owned());
    match property {
        "$event" => column(event.name),
        "$browser" => column(event.browser),
        "$pathname" => column(event.path),
        "$session_id" => column(&event.session),
        "$channel" => column(event.channel),
        "$entry_channel" => column(event.entry.channel),
        "$entry_pathname" => column(event.entry.path),
        "$exit_pathname" => column(event.entry.exit_path),
        "$person_id" => Some(event.person.to_string()),
        own => match event.properties.get(own)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        },
    }
}

/// An optional sign, digits with at most one point, an optional exponent: nothing else is a number.
fn number(property: &str, event: &Event) -> Option<f64> {
    if matches!(event.properties.get(property), Some(Value::Bool(_))) {
        return None;
    }
    let text = text(property, event)?;
    let only = text.chars().all(|char| char.is_ascii_digit() || "+-.eE".contains(char));
    text.parse::<f64>().ok().filter(|number| only && number.is_finite())
}

pub fn holds(filter: &Filter, event: &Event) -> bool {
    match filter {
        Filter::And { and } => and.iter().all(|part| holds(part, event)),
        Filter::Or { or } => or.iter().any(|part| holds(part, event)),
        Filter::Condition(condition) => satisfies(condition, event),
    }
}

pub fn satisfies(condition: &Condition, event: &Event) -> bool {
    let text = text(&condition.property, event);
    let any = |test: fn(&str, &str) -> bool| {
        text.as_ref().is_some_and(|text| condition.values.iter().any(|value| test(text, value)))
    };
    let number = |test: fn(&f64, &f64) -> bool| {
        number(&condition.property, event)
            .is_some_and(|number| test(&number, &condition.values[0].parse().expect("a number")))
    };
    let contains = |text: &str, value: &str| text.to_lowercase().contains(&value.to_lowercase());
    // Two expressions whose meaning can be written down without a regex engine.
    let matches = |text: &str, value: &str| match value {
        "^(?i)pro$" => text.eq_ignore_ascii_case("pro"),
        ".*" => true,
        _ => panic!("the oracle doesn't know {value}"),
    };
    match condition.operator {
        Operator::Is => any(|text, value| text == value),
        Operator::IsNot => !any(|text, value| text == value),
        Operator::Contains => any(contains),
        Operator::NotContains => !any(contains),
        Operator::StartsWith => any(|text, value| text.starts_with(value)),
        Operator::Matches => any(matches),
        Operator::NotMatches => !any(matches),
        Operator::GreaterThan => number(f64::gt),
        Operator::AtLeast => number(f64::ge),
        Operator::LessThan => number(f64::lt),
        Operator::AtMost => number(f64::le),
        Operator::IsSet => text.is_some(),
        Operator::IsNotSet => text.is_none(),
    }
}
