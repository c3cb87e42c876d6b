//! Measures as SQL aggregates.

use analytics_model::Measure;

/// Returns the aggregate of a measure over the rows where `condition` holds (all where there is none); `number` is the
/// column that holds the measured property's number or null.
pub(crate) fn aggregate(measure: &Measure, condition: Option<&str>, number: &str) -> String {
    let sessions = match condition {
        None => "session_id != ''".to_owned(),
        Some(condition) => format!("{condition} and session_id != ''"),
    };
    let call = |function: &str, argument: &str| match condition {
        None => format!("{function}({argument})"),
        Some(condition) if argument.is_empty() => format!("{}({condition})", with_if(function)),
        Some(condition) => format!("{}({argument}, {condition})", with_if(function)),
    };
    match measure {
        Measure::Count => call("count", ""),
        Measure::UniqueUsers => call("uniqExact", "person_id"),
        Measure::UniqueSessions => format!("uniqExactIf(session_id, {sessions})"),
        Measure::BounceRate => format!("{} / {}", call("sum", "is_bounce"), call("count", "")),
        Measure::SessionDuration => call("avg", "duration"),
        // Compensated summation: prices add up to cents, and the order in which threads finish hardly matters.
        Measure::Sum { .. } => format!("ifNull({}, 0)", call("sumKahan", number)),
        Measure::Average { .. } => format!("{} / {}", call("sumKahan", number), call("count", number)),
        Measure::Minimum { .. } => call("min", number),
        Measure::Maximum { .. } => call("max", number),
        Measure::Median { .. } => call("quantileExactInclusive(0.5)", number),
        Measure::P90 { .. } => call("quantileExactInclusive(0.9)", number),
    }
}

/// Returns how many of those rows have no number.
pub(crate) fn without_number(measure: &Measure, condition: Option<&str>, number: &str) -> String {
    match (measure.property(), condition) {
        (None, _) => "0".to_owned(),
        (Some(_), None) => format!("countIf(isNull({number}))"),
        (Some(_), Some(condition)) => format!("countIf({condition} and isNull({number}))"),
    }
}

/// Whether a total of the measure says how much there is of a breakdown's value; an average doesn't.
pub(crate) fn is_amount(measure: &Measure) -> bool {
    matches!(measure, Measure::Count | Measure::UniqueUsers | Measure::UniqueSessions | Measure::Sum { .. })
}

/// What a bucket without events has.
pub(crate) fn of_nothing(measure: &Measure) -> Option<f64> {
    is_amount(measure).then_some(0.0)
}

/// Returns the words for a legend.
pub(crate) fn label(event: Option<&str>, measure: &Measure) -> String {
    let event = event.unwrap_or("Any event");
    let words = match measure {
        Measure::Count => return event.to_owned(),
        Measure::UniqueUsers => "unique users".to_owned(),
        Measure::UniqueSessions => "unique sessions".to_owned(),
        Measure::BounceRate => "bounce rate".to_owned(),
        Measure::SessionDuration => "session duration".to_owned(),
        Measure::Sum { property } => format!("sum of {property}"),
        Measure::Average { property } => format!("average of {property}"),
        Measure::Minimum { property } => format!("minimum of {property}"),
        Measure::Maximum { property } => format!("maximum of {property}"),
        Measure::Median { property } => format!("median of {property}"),
        Measure::P90 { property } => format!("p90 of {property}"),
    };
    format!("{event}: {words}")
}

/// `quantile(0.5)` becomes `quantileIf(0.5)`.
fn with_if(function: &str) -> String {
    match function.split_once('(') {
        Some((name, parameters)) => format!("{name}If({parameters}"),
        None => format!("{function}If"),
    }
}
