//! A breakdown without buckets: groups, totals and the order of the values in one pass over the events.
//!
//! Only what is counted can be done this way: of the values beyond the limit the states are merged, and states of sums
//! or percentiles cost more than reading the events again.

use analytics_model::{Breakdown, Measure};

use crate::lines::{NONE, OTHER};
use crate::property::Operand;
use crate::sessions::indent;
use crate::statement::{Series, Source, Writer};
use crate::timeline::Timeline;

/// Tells whether one pass answers a breakdown.
pub(crate) fn is_enough(timeline: &Timeline, parts: &[Vec<usize>], series: &[Series]) -> bool {
    let is_counted =
        |series: &Series| matches!(series.measure, Measure::Count | Measure::UniqueUsers | Measure::UniqueSessions);
    !timeline.has_buckets && !timeline.is_compared && parts.len() == 1 && series.iter().all(is_counted)
}

impl Writer<'_> {
    /// Returns the statement for the totals of each value.
    pub(crate) fn one_pass(
        &mut self,
        breakdown: &Breakdown,
        operand: &Operand,
        members: &[&Series],
        filter: Option<&str>,
    ) -> String {
        let limit = self.parameters.bind_as("limit", "UInt64", u64::from(breakdown.limit));
        let columns = vec![format!("{} as value", operand.text())];
        let source =
            self.source(Source { columns, members, measured: members, filter, current_only: true, condition: None });
        let (mut grouped, mut ranked, mut totals) = (vec!["value".to_owned()], vec!["value".to_owned()], Vec::new());
        for series in members {
            let letter = series.letter;
            let condition = self.own_condition(series, members).map(|_| letter);
            match unique(series.measure, condition) {
                None => {
                    let count = condition.map_or_else(|| "count()".to_owned(), |own| format!("countIf({own})"));
                    grouped.push(format!("{count} as total_{letter}"));
                    totals.push(format!("toFloat64(sum(total_{letter}))"));
                }
                Some((function, state)) => {
                    grouped.push(format!("{state} as state_{letter}"));
                    grouped.push(format!("finalizeAggregation(state_{letter}) as total_{letter}"));
                    ranked.push(format!("state_{letter}"));
                    let merged = format!("{function}MergeIf(state_{letter}, place = {OTHER})");
                    totals.push(format!("toFloat64(if(place = {OTHER}, {merged}, any(total_{letter})))"));
                }
            }
            ranked.push(format!("total_{letter}"));
        }
        grouped.push("count() as events".to_owned());
        let is_set = operand.named_value().is_set();
        let first = members.first().map_or('a', |series| series.letter);
        let order = format!("order by total_{first} desc, events desc, value");
        ranked.push(format!("row_number() over (partition by {is_set} {order}) as number"));
        ranked.push(format!("if({is_set}, if(number <= {limit}, number, {OTHER}), {NONE}) as place"));
        let groups =
            format!("select\n    {}\nfrom (\n    {}\n)\ngroup by value", grouped.join(",\n    "), indent(&source));
        let places = format!("select\n    {}\nfrom (\n    {}\n)", ranked.join(",\n    "), indent(&groups));
        let selected = [
            "toUInt8(0) as part".to_owned(),
            "toInt64(0) as bucket".to_owned(),
            "toUInt8(1) as is_total".to_owned(),
            "toUInt8(0) as previous".to_owned(),
            "toUInt16(place) as breakdown_rank".to_owned(),
            format!("if(place in ({OTHER}, {NONE}), '', ifNull(toString(any(value)), '')) as breakdown_value"),
            format!("[{}] as values", totals.join(", ")),
            format!("arrayWithConstant({}, toUInt64(0)) as without_number", members.len()),
        ];
        format!("select\n    {}\nfrom (\n    {}\n)\ngroup by place", selected.join(",\n    "), indent(&places))
    }
}

/// Returns the function and the state of a measure that counts what is different.
fn unique(measure: &Measure, condition: Option<char>) -> Option<(&'static str, String)> {
    let column = match measure {
        Measure::UniqueUsers => "person_id",
        Measure::UniqueSessions => "session_id",
        _ => return None,
    };
    let is_there = (column == "session_id").then(|| "session_id != ''".to_owned());
    let conditions: Vec<String> = condition.map(String::from).into_iter().chain(is_there).collect();
    Some(match conditions.as_slice() {
        [] => ("uniqExact", format!("uniqExactState({column})")),
        some => ("uniqExactIf", format!("uniqExactIfState({column}, {})", some.join(" and "))),
    })
}
