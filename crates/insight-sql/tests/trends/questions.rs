//! Random questions.

use analytics_model::{
    Breakdown, Calendar, Compare, Condition, Filter, Interval, Measure, Operator, Range, Series, Traffic, Trends, Unit,
    WeekStart,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::events::{BROWSERS, CHANNELS, MOMENTS, NAMES, PATHS, PROPERTIES, property_values};
use crate::random::Random;

const ZONES: [&str; 10] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "America/St_Johns",
];

const BUILT_IN: [&str; 9] = [
    "$browser",
    "$pathname",
    "$event",
    "$session_id",
    "$person_id",
    "$channel",
    "$entry_channel",
    "$entry_pathname",
    "$exit_pathname",
];

/// Makes a calendar somewhere on earth, close to one of the events' moments.
pub fn calendar(random: &mut Random) -> Calendar {
    let moment: DateTime<Utc> = random.pick(&MOMENTS).parse().expect("a moment");
    Calendar {
        zone: random.pick(&ZONES).parse().expect("a zone"),
        week_start: random.pick(&[WeekStart::Monday, WeekStart::Sunday]),
        now: moment + TimeDelta::seconds(random.below(4 * 86_400) as i64 - 86_400),
    }
}

/// Makes a question without formulas.
pub fn trends(random: &mut Random, calendar: &Calendar) -> Trends {
    let interval =
        (!random.once_in(3)).then(|| random.pick(&[Interval::Hour, Interval::Day, Interval::Week, Interval::Month]));
    Trends {
        series: (0..=random.below(3)).map(|_| series(random)).collect(),
        formulas: Vec::new(),
        range: range(random, calendar),
        interval,
        filter: random.once_in(3).then(|| filter(random, 2)),
        session_filter: random.once_in(4).then(|| filter(random, 2)),
        traffic: if random.once_in(2) {
            random.pick(&[Traffic::Bots, Traffic::Internal, Traffic::All])
        } else {
            Traffic::People
        },
        breakdown: random
            .once_in(2)
            .then(|| Breakdown { property: property(random), limit: 1 + random.below(4) as u32 }),
        compare: random.once_in(3).then(|| random.pick(&[Compare::PreviousPeriod, Compare::PreviousYear])),
    }
}

fn range(random: &mut Random, calendar: &Calendar) -> Range {
    let kind = random.below(5);
    let mut last = |unit, most| Range::Last { count: 1 + random.below(most) as u32, unit };
    match kind {
        0 => last(Unit::Hour, 60),
        1 => last(Unit::Day, 7),
        2 => last(Unit::Week, 3),
        3 => last(Unit::Month, 2),
        _ => {
            let today = calendar.now.with_timezone(&calendar.zone).date_naive();
            let from = today - TimeDelta::days(random.below(6) as i64);
            Range::Dates { from, to: from + TimeDelta::days(random.below(8) as i64) }
        }
    }
}

fn series(random: &mut Random) -> Series {
    Series {
        event: (!random.once_in(4)).then(|| random.pick(&NAMES).to_owned()),
        measure: measure(random),
        filter: random.once_in(2).then(|| filter(random, 3)),
        name: None,
    }
}

fn measure(random: &mut Random) -> Measure {
    let property = property(random);
    match random.below(13) {
        11 => Measure::BounceRate,
        12 => Measure::SessionDuration,
        0 | 1 => Measure::Count,
        2 | 3 => Measure::UniqueUsers,
        4 => Measure::UniqueSessions,
        5 => Measure::Sum { property },
        6 => Measure::Average { property },
        7 => Measure::Minimum { property },
        8 => Measure::Maximum { property },
        9 => Measure::Median { property },
        _ => Measure::P90 { property },
    }
}

fn property(random: &mut Random) -> String {
    let names: &[&str] = if random.once_in(3) { &BUILT_IN } else { &PROPERTIES };
    random.pick(names).to_owned()
}

fn filter(random: &mut Random, depth: u64) -> Filter {
    let parts = |random: &mut Random| (0..random.below(4)).map(|_| filter(random, depth - 1)).collect();
    match random.below(if depth == 0 { 1 } else { 3 }) {
        0 => Filter::Condition(condition(random)),
        1 => Filter::And { and: parts(random) },
        _ => Filter::Or { or: parts(random) },
    }
}

fn condition(random: &mut Random) -> Condition {
    const OPERATORS: [Operator; 13] = [
        Operator::Is,
        Operator::IsNot,
        Operator::Contains,
        Operator::NotContains,
        Operator::StartsWith,
        Operator::Matches,
        Operator::NotMatches,
        Operator::GreaterThan,
        Operator::AtLeast,
        Operator::LessThan,
        Operator::AtMost,
        Operator::IsSet,
        Operator::IsNotSet,
    ];
    let operator = random.pick(&OPERATORS);
    let several = 1 + random.below(3);
    let values = match operator {
        Operator::IsSet | Operator::IsNotSet => Vec::new(),
        Operator::GreaterThan | Operator::AtLeast | Operator::LessThan | Operator::AtMost => {
            vec![random.pick(&["12", "0", "-3", "12.5", "1e1"]).to_owned()]
        }
        Operator::Matches | Operator::NotMatches => vec![random.pick(&["^(?i)pro$", ".*"]).to_owned()],
        Operator::Is | Operator::IsNot => (0..several).map(|_| value(random)).collect(),
        _ => (0..several).map(|_| part_of_value(random)).collect(),
    };
    Condition { property: property(random), operator, values }
}

fn value(random: &mut Random) -> String {
    match random.below(5) {
        4 => random.pick(&CHANNELS).to_owned(),
        0 => random.pick(&BROWSERS).to_owned(),
        1 => random.pick(&PATHS).to_owned(),
        _ => match random.pick(&property_values()) {
            Value::String(text) => text,
            other => other.to_string(),
        },
    }
}

fn part_of_value(random: &mut Random) -> String {
    const PARTS: [&str; 10] = ["P", "pro", "_", "%", "a_b", "100%", "ÄR", "'", "\\", "\n"];
    random.pick(&PARTS).to_owned()
}
