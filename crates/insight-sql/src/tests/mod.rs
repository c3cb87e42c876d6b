//! What needs no engine: the SQL's text, what is refused, formulas, and how rows become lines.

mod all_time;
mod formulas;
mod lines;
mod refusals;
mod statements;

use analytics_model::{Calendar, ProjectId, WeekStart};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Compiled, Context, Error, PropertyColumns, compile};

/// Compiles a definition as it comes over the wire, asked in Berlin on a Wednesday at noon.
fn compiled(definition: Value) -> Result<Compiled, Error> {
    compiled_with(definition, PropertyColumns::default())
}

/// The same where properties were given columns.
fn compiled_with(definition: Value, columns: PropertyColumns) -> Result<Compiled, Error> {
    let trends = serde_json::from_value(definition).expect("a trends definition");
    let calendar = Calendar {
        zone: chrono_tz::Europe::Berlin,
        week_start: WeekStart::Monday,
        now: "2026-11-18T11:00:00Z".parse().expect("a time"),
    };
    let project = ProjectId(Uuid::from_u128(7));
    let context =
        Context { project, rows: None, columns: columns.into(), calendar, first_event: None, before_all_time: None };
    compile(&trends, &context)
}

/// Completes a definition with one series, a range and an interval where it has none.
fn question(part: Value) -> Value {
    let mut definition = json!({
        "series": [{ "event": "$pageview", "measure": { "kind": "count" } }],
        "range": { "kind": "last", "count": 7, "unit": "day" },
        "interval": "day",
    });
    let (Value::Object(whole), Value::Object(part)) = (&mut definition, part) else { panic!("an object is needed") };
    whole.extend(part);
    definition
}
