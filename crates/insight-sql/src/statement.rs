//! The SQL of a trends question.
//!
//! It is one statement with a part for each event that is asked about: the parts read different stretches of the
//! table, so nothing is read twice, and an event whose JSON is not needed is not read with it. A part computes all
//! its series, both compared periods, buckets and totals in one pass. Measures of sessions are one more part, which
//! reads whole sessions.

use std::sync::Arc;

use analytics_model::{Breakdown, Filter, Measure, Sql, Trends};

use crate::condition::{self, Used};
use crate::error::Error;
use crate::lines::{NONE, OTHER};
use crate::parameters::Parameters;
use crate::property::Operand;
use crate::rows::{self, rows};
use crate::sessions::{self, indent};
use crate::timeline::Timeline;
use crate::trends::Context;
use crate::{measure, one_pass};

/// A statement, and what is needed to understand what comes of it.
pub(crate) struct Statement {
    pub(crate) sql: Sql,
    /// The series that each part computes.
    pub(crate) parts: Vec<Vec<usize>>,
    /// The properties it asks for that have no column by themselves.
    pub(crate) properties: Vec<String>,
    /// Field and text of each regular expression.
    pub(crate) regexes: Vec<(String, String)>,
}

/// Writes the statement.
pub(crate) fn write(trends: &Trends, context: &Context, timeline: &Timeline) -> Result<Statement, Error> {
    let parameters = Parameters::default().with_columns(Arc::clone(&context.columns));
    let traffic = rows::traffic(trends.traffic);
    let mut writer = Writer { parameters, used: Used::default(), rows: None, traffic, timeline, session_filter: None };
    writer.parameters.bind_as("project", "UUID", context.project);
    writer.rows = rows(context.rows.as_ref(), &mut writer.parameters)?;
    writer.parameters.know_sessions();
    writer.session_filter = writer.session_filter(trends.session_filter.as_ref())?;
    let series = writer.series(trends)?;
    let filter = writer.filter(trends.filter.as_ref(), "filter")?;
    let operand = match &trends.breakdown {
        None => None,
        Some(breakdown) => Some(Operand::of(&breakdown.property, "breakdown.property", &mut writer.parameters)?),
    };
    let parts = by_event(&series);
    let mut text = String::new();
    match (&trends.breakdown, &operand) {
        (Some(breakdown), Some(operand)) if one_pass::is_enough(timeline, &parts, &series) => {
            let members: Vec<&Series> = series.iter().collect();
            text = writer.one_pass(breakdown, operand, &members, filter.as_deref());
        }
        _ => {
            if let (Some(breakdown), Some(operand)) = (&trends.breakdown, &operand) {
                let top = writer.top(breakdown, operand, &series, filter.as_deref());
                text = format!("with (\n    {}\n) as top\n", indent(&top));
            }
            let selects: Vec<String> = parts
                .iter()
                .enumerate()
                .map(|(index, part)| {
                    let members: Vec<&Series> = part.iter().map(|&member| &series[member]).collect();
                    writer.part(index, &members, filter.as_deref(), operand.as_ref())
                })
                .collect();
            text += &selects.join("\nunion all\n");
        }
    }
    let properties = writer.parameters.asked();
    Ok(Statement { properties, sql: writer.parameters.into_sql(text), parts, regexes: writer.used.regexes })
}

/// One series in SQL.
pub(crate) struct Series<'a> {
    /// The series' letter in lower case: the beginning of its columns' names.
    pub(crate) letter: char,
    event: Option<&'a str>,
    pub(crate) measure: &'a Measure,
    filter: Option<String>,
    /// The measured number or null.
    number: Option<String>,
}

/// Which events a select reads, and what of them.
pub(crate) struct Source<'a> {
    pub(crate) columns: Vec<String>,
    /// The series whose events they are.
    pub(crate) members: &'a [&'a Series<'a>],
    /// The series that are computed.
    pub(crate) measured: &'a [&'a Series<'a>],
    pub(crate) filter: Option<&'a str>,
    pub(crate) current_only: bool,
    pub(crate) condition: Option<String>,
}

pub(crate) struct Writer<'a> {
    pub(crate) parameters: Parameters,
    used: Used,
    /// The condition for the rows that who asks may see.
    rows: Option<String>,
    /// The condition for whose events are asked about.
    traffic: Option<String>,
    timeline: &'a Timeline,
    /// The condition for the events of the sessions that the question's filter lets through.
    session_filter: Option<String>,
}

impl Writer<'_> {
    fn series<'a>(&mut self, trends: &'a Trends) -> Result<Vec<Series<'a>>, Error> {
        let mut all = Vec::new();
        for (index, (series, letter)) in trends.series.iter().zip('a'..='j').enumerate() {
            let filter = self.filter(series.filter.as_ref(), &format!("series[{index}].filter"))?;
            let number = match series.measure.property() {
                None => None,
                Some(name) => {
                    let field = format!("series[{index}].measure.property");
                    Some(Operand::of(name, &field, &mut self.parameters)?.number(&mut self.parameters))
                }
            };
            all.push(Series { letter, event: series.event.as_deref(), measure: &series.measure, filter, number });
        }
        Ok(all)
    }

    fn filter(&mut self, filter: Option<&Filter>, field: &str) -> Result<Option<String>, Error> {
        let Some(filter) = filter else { return Ok(None) };
        condition::compile(filter, field, &mut self.parameters, &mut self.used).map(Some)
    }

    /// Returns the conditions for the events of the sessions that are asked about.
    fn of_sessions(&mut self) -> Vec<String> {
        let mut conditions = vec!["project_id = {project:UUID}".to_owned()];
        conditions.extend(self.timeline.session_condition(&mut self.parameters));
        conditions.extend(self.traffic.clone());
        conditions.extend(self.rows.clone());
        conditions
    }

    fn session_filter(&mut self, filter: Option<&Filter>) -> Result<Option<String>, Error> {
        let Some(filter) = filter else { return Ok(None) };
        let field = "session_filter";
        let filter = condition::compile_of_sessions(filter, field, &mut self.parameters, &mut self.used)?;
        let conditions = self.of_sessions();
        Ok(Some(sessions::is_let_through(&filter, &conditions, &self.parameters)))
    }

    /// Returns the select for the array of the breakdown's values that get lines of their own.
    fn top(&mut self, breakdown: &Breakdown, operand: &Operand, all: &[Series], filter: Option<&str>) -> String {
        let limit = self.parameters.bind_as("limit", "UInt64", u64::from(breakdown.limit));
        let members: Vec<&Series> = all.iter().collect();
        let first = &all[0];
        let condition = self.own_condition(first, &members).map(|_| first.letter.to_string());
        let amount = if measure::is_amount(first.measure) { first.measure } else { &Measure::Count };
        let amount = measure::aggregate(amount, condition.as_deref(), &number_column(first));
        let columns = vec![format!("{} as value", operand.text())];
        let source = self.source(Source {
            columns,
            members: &members,
            measured: &members[..1],
            filter,
            current_only: true,
            condition: Some(operand.is_set()),
        });
        let values = format!(
            "select value\nfrom (\n    {}\n)\ngroup by value\norder by {amount} desc, count() desc, value\nlimit {limit}",
            indent(&source)
        );
        format!("select groupArray(toString(value))\nfrom (\n    {}\n)", indent(&values))
    }

    /// Returns the select for the series of one event, or for those that measure sessions.
    fn part(&mut self, index: usize, members: &[&Series], filter: Option<&str>, operand: Option<&Operand>) -> String {
        let of_sessions = members.iter().any(|series| series.measure.is_of_sessions());
        let rank = operand.map(|operand| rank_of(&if of_sessions { operand.named_value() } else { operand.clone() }));
        let (mut columns, mut keys) = (Vec::new(), Vec::new());
        let (mut bucket, mut is_total) = ("toInt64(0)", "toUInt8(1)");
        let (mut previous, mut rank_column, mut value) = ("toUInt8(0)", "toUInt16(0)", "''");
        if self.timeline.is_compared {
            columns.push(format!("{} as is_previous", self.timeline.is_previous(&mut self.parameters)));
            keys.push("is_previous");
            previous = "toUInt8(is_previous)";
        }
        if let Some(rank) = &rank {
            columns.push(format!("{rank} as rank"));
            keys.push("rank");
            (rank_column, value) = ("rank", "if(rank between 1 and length(top), top[rank], '')");
        }
        let mut groups = if keys.is_empty() { String::new() } else { format!("\ngroup by {}", keys.join(", ")) };
        if self.timeline.has_buckets {
            columns.insert(0, format!("{} as bucket", self.timeline.bucket(&mut self.parameters)));
            (bucket, is_total) = ("bucket", "grouping(bucket)");
            let total = keys.join(", ");
            keys.push("bucket");
            groups = format!("\ngroup by grouping sets (({}), ({total}))", keys.join(", "));
        }
        let source = if of_sessions {
            self.session_source(columns, members, filter, operand)
        } else {
            self.source(Source { columns, members, measured: members, filter, current_only: false, condition: None })
        };
        let selected = [
            format!("toUInt8({index}) as part"),
            if bucket == "bucket" { bucket.to_owned() } else { format!("{bucket} as bucket") },
            format!("{is_total} as is_total"),
            format!("{previous} as previous"),
            format!("{rank_column} as breakdown_rank"),
            format!("{value} as breakdown_value"),
            self.values(members),
            self.without_number(members),
        ];
        format!("select\n    {}\nfrom (\n    {}\n){groups}", selected.join(",\n    "), indent(&source))
    }

    /// Returns the select for the sessions that began on the line and have events of some series.
    fn session_source(
        &mut self,
        mut columns: Vec<String>,
        members: &[&Series],
        filter: Option<&str>,
        operand: Option<&Operand>,
    ) -> String {
        let mut rows: Vec<String> = sessions::MADE_OF.map(str::to_owned).to_vec();
        if let Some(operand) = operand {
            rows.push("event_id".to_owned());
            rows.push(format!("{} as row_value", operand.text()));
        }
        // All members count the same events.
        let mut tests: Vec<String> = self.is_event(members[0]).into_iter().collect();
        tests.extend(filter.map(str::to_owned));
        tests.extend(members[0].filter.clone());
        let counts = if tests.is_empty() { "toUInt8(1)".to_owned() } else { tests.join(" and ") };
        rows.push(format!("{counts} as is_counted"));
        columns.extend(["is_bounce".to_owned(), "duration".to_owned()]);
        let mut conditions = self.of_sessions();
        conditions.push("session_id != ''".to_owned());
        let rows = self.select(&rows, conditions);
        let whole = sessions::whole(&rows, operand.is_some());
        let mut begun = self.timeline.began(&mut self.parameters);
        begun.push("has_counted".to_owned());
        format!(
            "select\n    {}\nfrom (\n    {}\n)\nwhere {}",
            columns.join(",\n    "),
            indent(&whole),
            begun.join("\n    and ")
        )
    }

    /// Returns the select for the events of some series.
    pub(crate) fn source(&mut self, source: Source) -> String {
        let Source { mut columns, members, measured, filter, current_only, condition } = source;
        if measured.iter().any(|series| matches!(series.measure, Measure::UniqueUsers)) {
            columns.push("person_id".to_owned());
        }
        if measured.iter().any(|series| matches!(series.measure, Measure::UniqueSessions)) {
            columns.push("session_id".to_owned());
        }
        let mut conditions = vec!["project_id = {project:UUID}".to_owned()];
        conditions.extend(self.timeline.condition(current_only, &mut self.parameters));
        conditions.extend(self.event(members));
        conditions.extend(self.traffic.clone());
        conditions.extend(self.rows.clone());
        conditions.extend(filter.map(str::to_owned));
        let mut own = Vec::new();
        for series in members {
            if let Some(condition) = self.own_condition(series, members) {
                columns.push(format!("{condition} as {}", series.letter));
                own.push(series.letter.to_string());
            }
        }
        match members {
            [only] => conditions.extend(only.filter.clone()),
            several if several.len() == own.len() => conditions.push(format!("({})", own.join(" or "))),
            // A series without a condition of its own takes every event.
            _ => {}
        }
        conditions.extend(condition);
        for series in measured {
            columns.extend(self.number(series, members));
        }
        self.select(&columns, conditions)
    }

    /// Returns a select of events, of those sessions that are let through; what it uses of sessions is put beside them.
    fn select(&mut self, columns: &[String], mut conditions: Vec<String>) -> String {
        // Totals of counts need no column at all.
        let columns = if columns.is_empty() { "1".to_owned() } else { columns.join(",\n    ") };
        let names = self.parameters.definitions(&format!("{columns} {}", conditions.join(" ")));
        let used = format!("{names} {columns} {}", conditions.join(" "));
        let join = if sessions::is_used(&used) { sessions::join(&used, &self.of_sessions()) } else { String::new() };
        conditions.extend(self.session_filter.clone());
        format!("{names}select\n    {columns}\nfrom events{join}\nwhere {}", conditions.join("\n    and "))
    }

    /// Returns the column for the number a series measures.
    fn number(&mut self, series: &Series, members: &[&Series]) -> Option<String> {
        let number = series.number.as_ref()?;
        let column = number_column(series);
        Some(match self.own_condition(series, members) {
            None => format!("{number} as {column}"),
            // Reading JSON is the dear part: `if` spares it the events of the other series.
            Some(_) => format!("if({}, {number}, null) as {column}", series.letter),
        })
    }

    /// Returns the condition for the events of all members, as the primary key can use it.
    fn event(&mut self, members: &[&Series]) -> Option<String> {
        let mut names: Vec<&str> = members.iter().map(|series| series.event).collect::<Option<_>>()?;
        names.sort_unstable();
        names.dedup();
        Some(match names.as_slice() {
            [_] => self.is_event(members[0])?,
            several => {
                let list = several.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
                format!("event_name in {}", self.parameters.bind_as("events", "Array(String)", list))
            }
        })
    }

    /// Returns what tells a series' events from those of the other members, if anything does.
    pub(crate) fn own_condition(&mut self, series: &Series, members: &[&Series]) -> Option<String> {
        if members.len() == 1 {
            return None;
        }
        let same_event = members.iter().all(|other| other.event == series.event);
        let event = if same_event { None } else { self.is_event(series) };
        match (event, &series.filter) {
            (None, None) => None,
            (Some(event), None) => Some(event),
            (None, Some(filter)) => Some(filter.clone()),
            (Some(event), Some(filter)) => Some(format!("({event} and {filter})")),
        }
    }

    fn is_event(&mut self, series: &Series) -> Option<String> {
        let name = format!("{}_event", series.letter);
        series.event.map(|event| format!("event_name = {}", self.parameters.bind_as(&name, "String", event)))
    }

    fn values(&mut self, members: &[&Series]) -> String {
        let mut values = Vec::new();
        for series in members {
            let condition = self.own_condition(series, members).map(|_| series.letter.to_string());
            let value = measure::aggregate(series.measure, condition.as_deref(), &number_column(series));
            values.push(format!("toFloat64({value})"));
        }
        // The average of nothing is NaN, a sum may overflow: no numbers.
        format!("arrayMap(number -> if(isFinite(number), number, null), [{}]) as values", values.join(", "))
    }

    fn without_number(&mut self, members: &[&Series]) -> String {
        let mut counts = Vec::new();
        for series in members {
            let condition = self.own_condition(series, members).map(|_| series.letter.to_string());
            let count = measure::without_number(series.measure, condition.as_deref(), &number_column(series));
            counts.push(format!("toUInt64({count})"));
        }
        format!("[{}] as without_number", counts.join(", "))
    }
}

/// Returns the expression for a breakdown value's place in `top`.
fn rank_of(operand: &Operand) -> String {
    let places = "arrayMap(place -> toUInt16(place), arrayEnumerate(top))";
    let text = operand.text();
    format!("if({}, transform({text}, top, {places}, toUInt16({OTHER})), toUInt16({NONE}))", operand.is_set())
}

/// Returns the series of each event, in the order of their first series. Those that measure sessions are apart, and each
/// that has a filter of its own, for what a session is broken down by is said by the events that are counted.
fn by_event(series: &[Series]) -> Vec<Vec<usize>> {
    let kind = |one: &Series| {
        let of_sessions = one.measure.is_of_sessions();
        let alone = one.filter.as_ref().filter(|_| of_sessions).map(|_| one.letter);
        (of_sessions, alone, one.event.map(str::to_owned))
    };
    let mut parts: Vec<Vec<usize>> = Vec::new();
    for (index, one) in series.iter().enumerate() {
        match parts.iter_mut().find(|part| kind(&series[part[0]]) == kind(one)) {
            Some(part) => part.push(index),
            None => parts.push(vec![index]),
        }
    }
    parts
}

fn number_column(series: &Series) -> String {
    format!("{}_number", series.letter)
}
