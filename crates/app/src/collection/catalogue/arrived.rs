//! The catalogue of who may see all rows: from the tables that are filled as events arrive, at any size.

use analytics_model::{Sql, sql};
use indoc::formatdoc;

use super::ask::{PROPOSALS, listed_elsewhere, rows};
use super::list::{EventName, NameRow, Property, PropertyRow, PropertyValue, Source};
use crate::Scope;
use crate::collection::error::Error;

/// How many names a list holds: more than anybody looks through.
const LONGEST_LIST: u32 = 10_000;

fn word(source: Source) -> &'static str {
    if source == Source::Person { "person" } else { "event" }
}

fn statement(scope: &Scope, text: String, source: Source) -> Sql {
    sql(text).bind("project", scope.project).bind("source", word(source))
}

pub(super) async fn event_names(scope: &Scope, with: Option<(&str, Source)>) -> Result<Vec<EventName>, Error> {
    let statement = match with {
        None => statement(
            scope,
            formatdoc! {"
            select event_name as name, sum(events_count) as count, min(first_seen) as first_seen_at,
                max(last_seen) as last_seen_at
            from event_names
            where project_id = {{project:UUID}}
            group by name
            order by count desc, name
            limit {LONGEST_LIST}
        "},
            Source::Property,
        ),
        Some((property, source)) => statement(
            scope,
            formatdoc! {"
            select event_name as name, sum(texts + numbers + booleans + times + lists + objects) as count,
                min(first_seen) as first_seen_at, max(last_seen) as last_seen_at
            from event_properties
            where project_id = {{project:UUID}} and source = {{source:String}} and property = {{property:String}}
            group by name
            order by count desc, name
            limit {LONGEST_LIST}
        "},
            source,
        )
        .bind("property", property),
    };
    Ok(rows::<NameRow>(scope, &statement).await?.into_iter().map(EventName::from).collect())
}

pub(super) async fn properties(scope: &Scope, event: Option<&str>, source: Source) -> Result<Vec<Property>, Error> {
    let condition = if event.is_some() { "and event_name = {event:String}" } else { "" };
    let text = formatdoc! {"
        select property as name,
            sum(texts) as texts, sum(numbers) as numbers, sum(booleans) as booleans,
            sum(times) as times, sum(lists) as lists, sum(objects) as objects,
            min(first_seen) as first_seen_at, max(last_seen) as last_seen_at
        from event_properties
        where project_id = {{project:UUID}} and source = {{source:String}} {condition}
            and property not in {{elsewhere:Array(String)}}
        group by name
        order by texts + numbers + booleans + times + lists + objects desc, name
        limit {LONGEST_LIST}
    "};
    let mut statement = statement(scope, text, source).bind("elsewhere", listed_elsewhere(source));
    if let Some(event) = event {
        statement = statement.bind("event", event);
    }
    Ok(rows::<PropertyRow>(scope, &statement).await?.into_iter().map(|row| row.property(source)).collect())
}

pub(super) async fn event_values(scope: &Scope, search: &str) -> Result<Vec<PropertyValue>, Error> {
    let text = formatdoc! {"
        select event_name as value, sum(events_count) as count
        from event_names
        where project_id = {{project:UUID}} and positionCaseInsensitiveUTF8(toString(event_name), {{search:String}}) > 0
        group by value
        order by count desc, value
        limit {PROPOSALS}
    "};
    rows(scope, &sql(text).bind("project", scope.project).bind("search", search)).await
}

pub(super) async fn values(
    scope: &Scope,
    (property, source): (&str, Source),
    search: &str,
) -> Result<Vec<PropertyValue>, Error> {
    let text = formatdoc! {"
        select value, sum(count) as count
        from property_values
        where project_id = {{project:UUID}} and source = {{source:String}} and property = {{property:String}}
            and positionCaseInsensitiveUTF8(value, {{search:String}}) > 0
        group by value
        order by count desc, value
        limit {PROPOSALS}
    "};
    rows(scope, &statement(scope, text, source).bind("property", property).bind("search", search)).await
}
