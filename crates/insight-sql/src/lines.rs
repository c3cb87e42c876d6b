//! The rows of a trends statement as aligned, zero-filled lines.

use std::cmp::Ordering;
use std::collections::HashMap;

use analytics_model::{BreakdownValue, Line, Period, TrendsAnswer};
use serde::Deserialize;

use crate::error::Error;
use crate::formula::Formula;
use crate::measure;
use crate::trends::Compiled;

/// What a trends statement returns: one bucket, or the whole period, of one breakdown value.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Row {
    /// Which part of the statement it comes from.
    pub part: u8,
    /// Where the bucket begins, in seconds since 1970.
    pub bucket: i64,
    /// 1 where the row is over the whole period.
    pub is_total: u8,
    /// 1 where the row belongs to the compared period.
    pub previous: u8,
    /// 1 and up for a value of the breakdown, [`OTHER`] or [`NONE`].
    pub breakdown_rank: u16,
    /// The value of the breakdown.
    pub breakdown_value: String,
    /// The measure of each series of the part.
    pub values: Vec<Option<f64>>,
    /// How many events of each series of the part have no number where one is measured.
    pub without_number: Vec<u64>,
}

/// The rank of breakdown values beyond the limit.
pub(crate) const OTHER: u16 = 0;

/// The rank of events without the breakdown's property.
pub(crate) const NONE: u16 = u16::MAX;

/// What is known of one breakdown value in one period.
#[derive(Clone)]
struct Cells {
    /// By series, then by bucket.
    values: Vec<Vec<Option<f64>>>,
    /// By series.
    totals: Vec<Option<f64>>,
    without_number: Vec<u64>,
}

type Key = (Option<BreakdownValue>, Period);

pub(crate) fn answer(compiled: &Compiled, results: Vec<Vec<Row>>) -> Result<TrendsAnswer, Error> {
    let mut cells: HashMap<Key, Cells> = HashMap::new();
    for row in results.into_iter().flatten() {
        place(compiled, row, &mut cells)?;
    }
    let lines =
        if compiled.formulas.is_empty() { series_lines(compiled, &cells) } else { formula_lines(compiled, &cells) };
    Ok(TrendsAnswer {
        interval: compiled.trends.interval,
        zone: compiled.zone.name().to_owned(),
        buckets: compiled.timeline.current.clone(),
        previous_buckets: compiled.timeline.previous.clone(),
        lines,
        before_all_time: compiled.before_all_time,
        traffic: compiled.trends.traffic,
        elapsed_ms: 0.0,
    })
}

fn place(compiled: &Compiled, row: Row, cells: &mut HashMap<Key, Cells>) -> Result<(), Error> {
    let series = compiled.parts.get(usize::from(row.part)).map(Vec::as_slice).unwrap_or_default();
    if row.values.len() != series.len() || row.without_number.len() != series.len() {
        return Err(Error::Result(format!("{} values for {} series", row.values.len(), series.len())));
    }
    let breakdown = match (&compiled.trends.breakdown, row.breakdown_rank) {
        (None, _) => None,
        (Some(_), NONE) => Some(BreakdownValue::None),
        (Some(_), OTHER) => Some(BreakdownValue::Other),
        (Some(_), _) => Some(BreakdownValue::Value(row.breakdown_value)),
    };
    let period = if row.previous == 1 { Period::Previous } else { Period::Current };
    let cells = cells.entry((breakdown, period)).or_insert_with(|| nothing(compiled, period));
    if row.is_total == 1 {
        for (index, &series) in series.iter().enumerate() {
            cells.totals[series] = row.values[index];
            cells.without_number[series] = row.without_number[index];
        }
        return Ok(());
    }
    let bucket = match compiled.timeline.position(row.bucket) {
        Some((of, bucket)) if of == period => bucket,
        _ => return Err(Error::Result(format!("a bucket at {} that was not asked for", row.bucket))),
    };
    for (&series, value) in series.iter().zip(row.values) {
        cells.values[series][bucket] = value;
    }
    Ok(())
}

/// What a period without events looks like.
fn nothing(compiled: &Compiled, period: Period) -> Cells {
    let buckets = compiled.timeline.buckets(period).len();
    let totals: Vec<_> = compiled.trends.series.iter().map(|series| measure::of_nothing(&series.measure)).collect();
    Cells {
        values: totals.iter().map(|nothing| vec![*nothing; buckets]).collect(),
        without_number: vec![0; totals.len()],
        totals,
    }
}

fn series_lines(compiled: &Compiled, cells: &HashMap<Key, Cells>) -> Vec<Line> {
    let series = &compiled.trends.series;
    let breakdowns = in_order(compiled, cells, |cells| cells.totals[0]);
    let mut lines = Vec::new();
    for (index, (series, letter)) in series.iter().zip('A'..='J').enumerate() {
        let label = series.name.clone();
        let label = label.unwrap_or_else(|| measure::label(series.event.as_deref(), &series.measure));
        for_each_line(compiled, cells, &breakdowns, |breakdown, period, cells| {
            lines.push(Line {
                key: letter.to_string(),
                label: label.clone(),
                breakdown,
                period,
                values: cells.values[index].clone(),
                total: cells.totals[index],
                events_without_number: series.measure.property().map(|_| cells.without_number[index]),
            });
        });
    }
    lines
}

fn formula_lines(compiled: &Compiled, cells: &HashMap<Key, Cells>) -> Vec<Line> {
    let formulas = &compiled.formulas;
    let breakdowns = in_order(compiled, cells, |cells| formulas[0].evaluate(&cells.totals));
    let mut lines = Vec::new();
    for (formula, asked) in formulas.iter().zip(&compiled.trends.formulas) {
        for_each_line(compiled, cells, &breakdowns, |breakdown, period, cells| {
            lines.push(Line {
                key: asked.expression.clone(),
                label: asked.name.clone().unwrap_or_else(|| asked.expression.clone()),
                breakdown,
                period,
                values: evaluate_buckets(formula, cells, compiled.timeline.buckets(period).len()),
                total: formula.evaluate(&cells.totals),
                events_without_number: None,
            });
        });
    }
    lines
}

fn evaluate_buckets(formula: &Formula, cells: &Cells, buckets: usize) -> Vec<Option<f64>> {
    let at = |bucket: usize| cells.values.iter().map(|series| series[bucket]).collect::<Vec<_>>();
    (0..buckets).map(|bucket| formula.evaluate(&at(bucket))).collect()
}

/// Calls `add` for each breakdown value and period, also where one period of a value has no events.
fn for_each_line(
    compiled: &Compiled,
    cells: &HashMap<Key, Cells>,
    breakdowns: &[Option<BreakdownValue>],
    mut add: impl FnMut(Option<BreakdownValue>, Period, &Cells),
) {
    for breakdown in breakdowns {
        for period in compiled.timeline.periods() {
            match cells.get(&(breakdown.clone(), *period)) {
                Some(found) => add(breakdown.clone(), *period, found),
                None => add(breakdown.clone(), *period, &nothing(compiled, *period)),
            }
        }
    }
}

/// Returns the breakdown values that occur: the greatest total first, equal ones by value; "none" and "other" last.
fn in_order(
    compiled: &Compiled,
    cells: &HashMap<Key, Cells>,
    total: impl Fn(&Cells) -> Option<f64>,
) -> Vec<Option<BreakdownValue>> {
    if compiled.trends.breakdown.is_none() {
        return vec![None];
    }
    let current = |value: &BreakdownValue| {
        let found = cells.get(&(Some(value.clone()), Period::Current));
        found.and_then(&total).unwrap_or(f64::NEG_INFINITY)
    };
    let place = |value: &BreakdownValue| match value {
        BreakdownValue::Value(_) => 0,
        BreakdownValue::None => 1,
        BreakdownValue::Other => 2,
    };
    let mut values: Vec<BreakdownValue> = cells.keys().filter_map(|(value, _)| value.clone()).collect();
    values.sort_by(|left, right| {
        let by_place = place(left).cmp(&place(right));
        let by_total = current(right).partial_cmp(&current(left)).unwrap_or(Ordering::Equal);
        by_place.then(by_total).then_with(|| left.cmp(right))
    });
    values.dedup();
    values.into_iter().map(Some).collect()
}
