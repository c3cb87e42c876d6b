//! Sessions computed slowly and plainly from the events.

use analytics_model::{BreakdownValue, Condition, Filter, Measure, Operator, Period, Series, Trends};
use chrono::{DateTime, TimeDelta, Utc};

use crate::events::{Entry, Event};
use crate::oracle::{Expected, Label, Time, belongs, holds, is_asked, satisfies};

/// A session with all its events that may be seen, in order.
pub struct Session {
    pub id: String,
    pub started: DateTime<Utc>,
    events: Vec<Event>,
}

impl Session {
    /// The events of the session that a series counts.
    pub fn counted<'a>(&'a self, trends: &'a Trends, series: &'a Series) -> impl Iterator<Item = &'a Event> {
        let is_asked = |event: &&Event| trends.filter.as_ref().is_none_or(|filter| holds(filter, event));
        self.events.iter().filter(is_asked).filter(|event| belongs(series, event))
    }

    pub fn is_counted(&self, trends: &Trends, series: &Series) -> bool {
        self.counted(trends, series).next().is_some()
    }

    fn seconds(&self) -> f64 {
        let last = self.events.last().expect("an event").timestamp;
        (last - self.started).num_milliseconds() as f64 / 1_000.0
    }

    /// The published definition.
    fn is_bounce(&self) -> bool {
        let pages = self.events.iter().filter(|event| ["page", "screen"].contains(&event.kind())).count();
        let acts =
            |event: &Event| event.name == "$autocapture" || (event.kind() == "track" && !event.name.starts_with('$'));
        pages <= 1 && !self.events.iter().any(acts) && self.seconds() < 10.0
    }

    fn entry(&self) -> Entry {
        let mut views = self.events.iter().filter(|event| event.name == "$pageview");
        let Some(first) = views.next() else { return Entry::default() };
        let last = views.next_back().unwrap_or(first);
        Entry { path: first.path, exit_path: last.path, channel: first.channel }
    }
}

/// A question's sessions are looked at from a day before the range to a day after it, and so for the compared range.
fn is_near(trends: &Trends, time: &Time, instant: DateTime<Utc>) -> bool {
    let day = TimeDelta::days(1);
    let near = |(from, to): (DateTime<Utc>, DateTime<Utc>)| from - day <= instant && instant < to + day;
    near(time.ends[0]) || (trends.compare.is_some() && near(time.ends[1]))
}

fn all(trends: &Trends, time: &Time, events: &[Event]) -> Vec<Session> {
    let mut sessions: Vec<Session> = Vec::new();
    let near = events.iter().filter(|event| is_asked(trends.traffic, event) && is_near(trends, time, event.timestamp));
    for event in near.filter(|event| !event.session.is_empty()) {
        match sessions.iter_mut().find(|session| session.id == event.session) {
            Some(session) => session.events.push(event.clone()),
            None => sessions.push(Session {
                id: event.session.clone(),
                started: event.timestamp,
                events: vec![event.clone()],
            }),
        }
    }
    for session in &mut sessions {
        // Stable: what happens at once stays in the order of the ids.
        session.events.sort_by_key(|event| event.timestamp);
        session.started = session.events[0].timestamp;
    }
    sessions
}

/// Says beside each event what its session's page views say.
pub fn with_entries(trends: &Trends, time: &Time, events: &[Event]) -> Vec<Event> {
    let sessions = all(trends, time, events);
    let entry = |event: &Event| sessions.iter().find(|session| session.id == event.session).map(Session::entry);
    events.iter().map(|event| Event { entry: entry(event).unwrap_or_default(), ..event.clone() }).collect()
}

/// Returns the sessions that are let through.
pub fn of(trends: &Trends, time: &Time, events: &[Event]) -> Vec<Session> {
    let mut sessions = all(trends, time, events);
    if let Some(filter) = &trends.session_filter {
        sessions.retain(|session| lets_through(filter, session));
    }
    sessions
}

/// A condition holds for a session if it holds for any of its events; what denies, if its opposite holds for none.
fn lets_through(filter: &Filter, session: &Session) -> bool {
    let condition = match filter {
        Filter::And { and } => return and.iter().all(|part| lets_through(part, session)),
        Filter::Or { or } => return or.iter().any(|part| lets_through(part, session)),
        Filter::Condition(condition) => condition,
    };
    if condition.property.starts_with("$entry_") || condition.property.starts_with("$exit_") {
        return satisfies(condition, &session.events[0]);
    }
    let opposite = match condition.operator {
        Operator::IsNot => Operator::Is,
        Operator::NotContains => Operator::Contains,
        Operator::NotMatches => Operator::Matches,
        Operator::IsNotSet => Operator::IsSet,
        _ => return session.events.iter().any(|event| satisfies(condition, event)),
    };
    let opposite = Condition { operator: opposite, ..condition.clone() };
    !session.events.iter().any(|event| satisfies(&opposite, event))
}

pub fn measure(measure: &Measure, sessions: &[&Session]) -> Option<f64> {
    let count = sessions.len() as f64;
    let sum: f64 = match measure {
        Measure::BounceRate => sessions.iter().filter(|session| session.is_bounce()).count() as f64,
        _ => sessions.iter().map(|session| session.seconds()).sum(),
    };
    (count > 0.0).then(|| sum / count)
}

pub fn line(
    time: &Time,
    series: &Series,
    letter: char,
    breakdown: Option<BreakdownValue>,
    period: Period,
    sessions: &[&Session],
) -> Expected {
    let within = |label: &Label| -> Vec<&Session> {
        sessions.iter().copied().filter(|session| time.label(session.started) == *label).collect()
    };
    Expected {
        key: letter.to_string(),
        breakdown,
        period,
        values: time.buckets[period as usize].iter().map(|label| measure(&series.measure, &within(label))).collect(),
        total: measure(&series.measure, sessions),
        events_without_number: None,
    }
}
