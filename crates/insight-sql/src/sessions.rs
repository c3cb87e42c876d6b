//! Sessions as a whole: what a session's page views say, which sessions a filter lets through, and how sessions are
//! measured.
//!
//! They are read from the events, and not from the table of sessions, because who asks may be limited to some events,
//! and because a session is what it is among the events that are asked about.

use crate::condition::OfSessions;
use crate::parameters::{Parameters, mentions};
use crate::property::OF_SESSIONS;

/// Tells whether a select's text uses anything of sessions.
pub(crate) fn is_used(text: &str) -> bool {
    OF_SESSIONS.iter().any(|known| mentions(text, known.column))
}

/// Returns the join that puts what `text` uses of sessions beside events; `conditions` are those for the events of
/// sessions.
pub(crate) fn join(text: &str, conditions: &[String]) -> String {
    let mut columns = vec!["session_id as entered_session".to_owned()];
    let used = OF_SESSIONS.iter().filter(|known| mentions(text, known.column));
    columns.extend(used.map(|known| format!("{} as {}", known.aggregate, known.column)));
    let select = grouped(&columns, conditions, "event_name = '$pageview'");
    format!("\nglobal any left join (\n    {}\n) as entries on session_id = entered_session", indent(&select))
}

/// Returns the condition that an event's session is let through by a filter.
pub(crate) fn is_let_through(filter: &OfSessions, conditions: &[String], parameters: &Parameters) -> String {
    let names = parameters.definitions(&filter.held.join("\n"));
    if let ([only], "held_1") = (filter.held.as_slice(), filter.condition.as_str()) {
        let conditions = [conditions, &["session_id != ''".to_owned(), only.clone()]].concat();
        let select = format!("{names}select session_id\nfrom events\nwhere {}", conditions.join("\n    and "));
        return format!("session_id global in (\n        {}\n    )", indent(&indent(&select)));
    }
    let mut columns = vec!["session_id".to_owned()];
    let held = filter.held.iter().enumerate();
    columns.extend(held.map(|(index, test)| format!("max({test}) as held_{}", index + 1)));
    let outer_names = parameters.definitions(&filter.condition);
    let outer = format!("{outer_names}{}", filter.condition);
    let of_sessions = OF_SESSIONS.iter().filter(|known| mentions(&outer, known.column));
    columns.extend(of_sessions.map(|known| format!("{} as {}", known.aggregate, known.column)));
    let sessions = format!("{names}{}", grouped(&columns, conditions, ""));
    let select =
        format!("{outer_names}select session_id\nfrom (\n    {}\n)\nwhere {}", indent(&sessions), filter.condition);
    format!("session_id global in (\n        {}\n    )", indent(&indent(&select)))
}

/// Returns the select for a row of each session out of its events; `rows` are the select for those, with their time as
/// `at`.
pub(crate) fn whole(rows: &str, has_value: bool) -> String {
    let mut columns = vec![
        "min(at) as timestamp",
        "(toUnixTimestamp64Milli(max(at)) - toUnixTimestamp64Milli(min(at))) / 1000 as duration",
        "countIf(is_page) <= 1 and countIf(is_action) = 0 and duration < 10 as is_bounce",
        "max(is_counted) as has_counted",
    ];
    if has_value {
        // In a tuple, for a value that is null is one too.
        columns.push("tupleElement(argMinIf(tuple(row_value), (at, event_id), is_counted), 1) as value");
    }
    format!("select\n    {}\nfrom (\n    {}\n)\ngroup by session_id", columns.join(",\n    "), indent(rows))
}

/// What a session's row is made of, besides its time: the published definition of a bounce, as in the table of
/// sessions.
pub(crate) const MADE_OF: [&str; 4] = [
    "session_id",
    "timestamp as at",
    "event_type in ('page', 'screen') as is_page",
    "(event_name = '$autocapture' or (event_type = 'track' and not startsWith(event_name, '$'))) as is_action",
];

fn grouped(columns: &[String], conditions: &[String], also: &str) -> String {
    let mut conditions = conditions.to_vec();
    conditions.push("session_id != ''".to_owned());
    if !also.is_empty() {
        conditions.push(also.to_owned());
    }
    format!(
        "select\n    {}\nfrom events\nwhere {}\ngroup by session_id",
        columns.join(",\n    "),
        conditions.join("\n    and ")
    )
}

/// Indents all lines but the first: no value of a user stands in the text, so every line break is ours.
pub(crate) fn indent(text: &str) -> String {
    text.replace('\n', "\n    ")
}
