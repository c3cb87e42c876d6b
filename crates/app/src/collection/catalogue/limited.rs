//! The catalogue of who is limited to some rows: from the newest of the events they may see.

use indoc::formatdoc;

use super::ask::{PROPOSALS, listed_elsewhere, property_column, rows};
use super::list::{EventName, NameRow, Property, PropertyRow, PropertyValue, Source};
use crate::Scope;
use crate::collection::error::Error;

/// How many of the newest events are looked into: enough for every property in use, and quick at any size.
const SAMPLE: u32 = 100_000;

/// How many event names or properties a list holds.
const LONGEST_LIST: u32 = 1_000;

pub(super) async fn event_names(scope: &Scope, with: Option<(&str, Source)>) -> Result<Vec<EventName>, Error> {
    let condition = match with {
        None => "",
        Some((_, Source::Person)) => {
            "and (JSONHas(properties, '$set', {property:String}) or JSONHas(properties, '$set_once', {property:String}))"
        }
        Some(_) => "and JSONHas(properties, {property:String})",
    };
    let text = |events: &str| {
        formatdoc! {"
        select event_name as name, count() as count, min(timestamp) as first_seen_at, max(timestamp) as last_seen_at
        from events
        where {events} {condition}
        group by name
        order by count desc, name
        limit {LONGEST_LIST}
    "}
    };
    let mut statement = scope.events().statement(text)?;
    if let Some((property, _)) = with {
        statement = statement.bind("property", property);
    }
    Ok(rows::<NameRow>(scope, &statement).await?.into_iter().map(EventName::from).collect())
}

pub(super) async fn properties(scope: &Scope, event: Option<&str>, source: Source) -> Result<Vec<Property>, Error> {
    let condition = if event.is_some() { "and event_name = {event:String}" } else { "" };
    let pairs = match source {
        Source::Person => {
            "arrayConcat(JSONExtractKeysAndValuesRaw(properties, '$set'), \
             JSONExtractKeysAndValuesRaw(properties, '$set_once'))"
        }
        Source::Column | Source::Property => "JSONExtractKeysAndValuesRaw(properties)",
    };
    let text = |events: &str| {
        formatdoc! {"
        select name, countIf(kind = 'text') as texts, countIf(kind = 'number') as numbers,
            countIf(kind = 'boolean') as booleans, countIf(kind = 'time') as times, countIf(kind = 'list') as lists,
            countIf(kind = 'object') as objects, null as first_seen_at, max(timestamp) as last_seen_at
        from (
            select timestamp, pair.1 as name, pair.2 as raw, multiIf(
                match(raw, '^\"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([T ][0-9]{{2}}:[0-9]{{2}}[0-9:.+Z -]*)?\"$'), 'time',
                startsWith(raw, '\"'), 'text', raw in ('true', 'false'), 'boolean',
                startsWith(raw, '['), 'list', startsWith(raw, '{{'), 'object', 'number') as kind
            from (
                select timestamp, arrayJoin({pairs}) as pair
                from (
                    select timestamp, properties
                    from events
                    where {events} and properties != '{{}}' {condition}
                    order by project_id desc, date desc
                    limit {SAMPLE}
                )
            )
            where raw != 'null' and name not in {{elsewhere:Array(String)}}
        )
        group by name
        order by count() desc, name
        limit {LONGEST_LIST}
    "}
    };
    let mut statement = scope.events().statement(text)?.bind("elsewhere", listed_elsewhere(source));
    if let Some(event) = event {
        statement = statement.bind("event", event);
    }
    Ok(rows::<PropertyRow>(scope, &statement).await?.into_iter().map(|row| row.property(source)).collect())
}

pub(super) async fn values(
    scope: &Scope,
    (property, source): (&str, Source),
    search: &str,
) -> Result<Vec<PropertyValue>, Error> {
    let value = match (property_column(property, source), source) {
        (Some(column), _) => format!("toString({column})"),
        (None, Source::Person) => "coalesce(JSONExtract(properties, '$set', {property:String}, 'Nullable(String)'), \
             JSONExtract(properties, '$set_once', {property:String}, 'Nullable(String)'))"
            .to_owned(),
        (None, _) => "JSONExtract(properties, {property:String}, 'Nullable(String)')".to_owned(),
    };
    let text = |events: &str| {
        formatdoc! {"
        select assumeNotNull(found) as value, count() as count
        from (
            select {value} as found
            from events
            where {events}
            order by project_id desc, date desc
            limit {SAMPLE}
        )
        where isNotNull(found) and found != '' and positionCaseInsensitiveUTF8(assumeNotNull(found), {{search:String}}) > 0
        group by value
        order by count desc, value
        limit {PROPOSALS}
    "}
    };
    let statement = scope.events().statement(text)?.bind("property", property).bind("search", search);
    rows(scope, &statement).await
}
