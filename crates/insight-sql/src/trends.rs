//! Trends: a question is checked and compiled, and its result shaped into the answer.

use std::sync::Arc;

use analytics_model::{Calendar, Filter, Outliers, ProjectId, Range, Sql, Trends, TrendsAnswer};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::error::{Error, Reason};
use crate::formula::Formula;
use crate::lines::{self, Row};
use crate::property::PropertyColumns;
use crate::statement::{self, Statement};
use crate::timeline::Timeline;

/// How many series a question may have: the letters A to J.
const MAX_SERIES: usize = 10;

/// How many formulas a question may have.
const MAX_FORMULAS: usize = 5;

/// How many breakdown values may get lines of their own.
const MAX_LINES: u32 = 100;

/// The same where there are no buckets.
const MAX_TOTALS: u32 = 1_000;

/// How many values an answer may hold in all its lines.
const MAX_POINTS: usize = 1_000_000;

/// Whose events are asked about, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// The project.
    pub project: ProjectId,
    /// The rows that who asks may see; all where absent.
    pub rows: Option<Filter>,
    /// Properties that were given columns.
    pub columns: Arc<PropertyColumns>,
    /// Its calendar, with the time the question is asked at.
    pub calendar: Calendar,
    /// The timestamp of its first event; needed for ranges over all time only.
    pub first_event: Option<DateTime<Utc>>,
    /// The events before that, which are too far from it to be part of all time.
    pub before_all_time: Option<Outliers>,
}

/// A question that has passed validation: its statement, and what is needed to read the result.
#[derive(Debug, Clone)]
pub struct Compiled {
    pub(crate) trends: Trends,
    pub(crate) formulas: Vec<Formula>,
    pub(crate) timeline: Timeline,
    pub(crate) zone: Tz,
    pub(crate) before_all_time: Option<Outliers>,
    /// The series that each part of the statement computes.
    pub(crate) parts: Vec<Vec<usize>>,
    statements: Vec<Sql>,
    properties: Vec<String>,
    /// Field and text of each regular expression.
    regexes: Vec<(String, String)>,
}

/// Checks a trends question and compiles it.
pub fn compile(trends: &Trends, context: &Context) -> Result<Compiled, Error> {
    check_series(trends)?;
    let formulas = parse_formulas(trends)?;
    let calendar = &context.calendar;
    let timeline = Timeline::new(calendar, &trends.range, context.first_event, trends.interval, trends.compare)?;
    check_size(trends, &timeline)?;
    let Statement { sql, parts, properties, regexes } = statement::write(trends, context, &timeline)?;
    Ok(Compiled {
        trends: trends.clone(),
        formulas,
        timeline,
        zone: calendar.zone,
        before_all_time: context.before_all_time.filter(|_| trends.range == Range::All),
        parts,
        statements: vec![sql],
        properties,
        regexes,
    })
}

impl Compiled {
    /// Returns what to run, in any order.
    pub fn statements(&self) -> &[Sql] {
        &self.statements
    }

    /// Returns the properties it asks for that have no column by themselves, whether they were given one or not.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        self.properties.iter().map(String::as_str)
    }

    /// Shapes the rows of each statement into the answer; how long it took is for the caller to fill in.
    pub fn answer(&self, results: Vec<Vec<Row>>) -> Result<TrendsAnswer, Error> {
        lines::answer(self, results)
    }

    /// Returns the field to blame when ClickHouse refuses a statement: `code` is its error code.
    ///
    /// Regular expressions can be checked by nobody but RE2 itself, so this is where a bad one is found.
    pub fn refusal(&self, code: u32, message: &str) -> Option<Error> {
        const CANNOT_COMPILE_REGEXP: u32 = 427;
        if code != CANNOT_COMPILE_REGEXP {
            return None;
        }
        // The statement stands in the message as well, so a pattern alone may be found there by accident.
        let named = self
            .regexes
            .iter()
            .find(|(_, pattern)| message.contains(&format!("cannot compile re2: {pattern}, error:")));
        let (field, pattern) = named.or(self.regexes.first())?;
        Some(Reason::BadRegex(pattern.clone()).at(field))
    }
}

fn check_series(trends: &Trends) -> Result<(), Error> {
    if trends.series.is_empty() {
        return Err(Reason::Empty.at("series"));
    }
    if trends.series.len() > MAX_SERIES {
        return Err(Reason::TooMany { limit: MAX_SERIES, what: "series" }.at("series"));
    }
    if let Some(index) = trends.series.iter().position(|series| series.event.as_deref() == Some("")) {
        return Err(Reason::Empty.at(format!("series[{index}].event")));
    }
    let most = if trends.interval.is_some() { MAX_LINES } else { MAX_TOTALS };
    match &trends.breakdown {
        Some(breakdown) if !(1..=most).contains(&breakdown.limit) => {
            Err(Reason::OutOfRange(1, most).at("breakdown.limit"))
        }
        _ => Ok(()),
    }
}

fn parse_formulas(trends: &Trends) -> Result<Vec<Formula>, Error> {
    if trends.formulas.len() > MAX_FORMULAS {
        return Err(Reason::TooMany { limit: MAX_FORMULAS, what: "formulas" }.at("formulas"));
    }
    let mut formulas = Vec::new();
    for (index, formula) in trends.formulas.iter().enumerate() {
        let parsed = Formula::parse(&formula.expression, trends.series.len());
        formulas.push(parsed.map_err(|reason| reason.at(format!("formulas[{index}].expression")))?);
    }
    Ok(formulas)
}

fn check_size(trends: &Trends, timeline: &Timeline) -> Result<(), Error> {
    // "None" and "other" come on top of the values.
    let lines = trends.breakdown.as_ref().map_or(1, |breakdown| breakdown.limit as usize + 2);
    let buckets = timeline.current.len() + timeline.previous.len();
    if trends.series.len() * lines * buckets > MAX_POINTS {
        return Err(Reason::TooMany { limit: MAX_POINTS, what: "values (series × lines × buckets)" }.at("interval"));
    }
    Ok(())
}
