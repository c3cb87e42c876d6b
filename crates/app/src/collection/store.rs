//! Asks the analytics store for what has arrived.

use std::time::Duration;

use analytics_model::Sql;
use analytics_store::Options;
use chrono::TimeDelta;
use indoc::formatdoc;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::catalogue::{EventName, Kind, Property, PropertyValue, Source};
use super::error::Error;
use super::live::{Choice, Place, StoredEvent};
use crate::Scope;

/// How many of the newest events the catalogue looks into: enough for every property in use, and quick at any size.
const SAMPLE: u32 = 100_000;

/// How many event names, properties or values a list holds.
const LONGEST_LIST: u32 = 1_000;

/// How many values are proposed.
const PROPOSALS: u32 = 50;

/// Returns the last events to arrive, before `place` where one is given.
pub(super) async fn arrivals(
    scope: &Scope,
    choice: &Choice,
    place: Option<Place>,
    limit: usize,
) -> Result<Vec<StoredEvent>, Error> {
    let recent = arrivals_since(scope, choice, place.as_ref(), limit, Some(RECENT)).await?;
    if recent.len() == limit {
        return Ok(recent);
    }
    let within = choice.search.is_some().then_some(SEARCHED);
    arrivals_since(scope, choice, place.as_ref(), limit, within).await
}

/// Live pages ask every few seconds: most often the last hour holds enough, and its granules are few.
const RECENT: TimeDelta = TimeDelta::hours(1);

/// Looking for a text reads all that was sent with the events.
const SEARCHED: TimeDelta = TimeDelta::days(30);

async fn arrivals_since(
    scope: &Scope,
    choice: &Choice,
    place: Option<&Place>,
    limit: usize,
    within: Option<TimeDelta>,
) -> Result<Vec<StoredEvent>, Error> {
    let mut conditions = conditions(choice);
    if place.is_some() {
        conditions.push(
            "received_at <= {received_at:DateTime64(3, 'UTC')} \
             and (received_at, event_id) < ({received_at:DateTime64(3, 'UTC')}, {event_id:UUID})"
                .to_owned(),
        );
    }
    if within.is_some() {
        conditions.push("received_at >= {since:DateTime64(3, 'UTC')}".to_owned());
    }
    let conditions: String = conditions.iter().map(|condition| format!(" and {condition}")).collect();
    let text = |events: &str| {
        formatdoc! {"
        select
            event_id, event_type, event_name, timestamp, received_at, user_id, person_id, session_id, ip_address, user_agent,
            device_type, os, os_version, browser, browser_version, country, city,
            url, host, path, referrer, referrer_domain, channel,
            utm_source, utm_medium, utm_campaign, utm_term, utm_content, traffic, library, properties
        from events
        where {events}{conditions}
        order by received_at desc, event_id desc
        limit {{limit:UInt64}}
    "}
    };
    let mut statement = scope.events().statement(text)?.bind("limit", limit as u64);
    for (name, value) in [("event", &choice.event), ("person", &choice.person), ("search", &choice.search)] {
        if let Some(value) = value {
            statement = statement.bind(name, value.as_str());
        }
    }
    if let Some(place) = place {
        statement = statement.bind("received_at", place.received_at).bind("event_id", place.event_id);
    }
    if let Some(within) = within {
        statement = statement.bind("since", scope.now() - within);
    }
    rows(scope, &statement).await
}

fn conditions(choice: &Choice) -> Vec<String> {
    let mut conditions = Vec::new();
    if choice.event.is_some() {
        conditions.push("event_name = {event:String}".to_owned());
    }
    if let Some(person) = &choice.person {
        conditions.push(match person.parse::<Uuid>() {
            Ok(_) => "(user_id = {person:String} or person_id = toUUID({person:String}))".to_owned(),
            Err(_) => "user_id = {person:String}".to_owned(),
        });
    }
    conditions.extend(choice.traffic.and_then(insight_sql::traffic));
    if choice.search.is_some() {
        let columns = ["event_name", "user_id", "url", "user_agent", "properties"];
        let found = columns.map(|column| format!("positionCaseInsensitiveUTF8({column}, {{search:String}}) > 0"));
        conditions.push(format!("({})", found.join(" or ")));
    }
    conditions
}

/// Returns all event names, the most frequent first.
pub(super) async fn event_names(scope: &Scope) -> Result<Vec<EventName>, Error> {
    let text = |events: &str| {
        formatdoc! {"
        select event_name as name, count() as count, max(timestamp) as last_seen_at
        from events
        where {events}
        group by name
        order by count desc, name
        limit {LONGEST_LIST}
    "}
    };
    rows(scope, &scope.events().statement(text)?).await
}

/// Returns the properties that the newest events were sent with, the most frequent first.
pub(super) async fn property_names(scope: &Scope, event: Option<&str>) -> Result<Vec<Property>, Error> {
    #[derive(Deserialize)]
    struct Name {
        name: String,
        count: u64,
        text: u64,
        number: u64,
        boolean: u64,
    }
    // What has a column of its own is listed as that column.
    let own: Vec<&str> = insight_sql::BUILT_IN.iter().map(|column| column.name).collect();
    let condition = if event.is_some() { "and event_name = {event:String}" } else { "" };
    let text = |events: &str| {
        formatdoc! {"
        select
            pair.1 as name,
            countIf(pair.2 != 'null') as count,
            countIf(startsWith(pair.2, '\"')) as text,
            countIf(match(pair.2, '^-?[0-9]')) as number,
            countIf(pair.2 in ('true', 'false')) as boolean
        from (
            select arrayJoin(JSONExtractKeysAndValuesRaw(properties)) as pair
            from (
                select properties
                from events
                where {events} and properties != '{{}}' {condition}
                order by project_id desc, date desc
                limit {SAMPLE}
            )
        )
        where name not in {{own:Array(String)}}
        group by name
        having count > 0
        order by count desc, name
        limit {LONGEST_LIST}
    "}
    };
    let mut statement = scope.events().statement(text)?.bind("own", own);
    if let Some(event) = event {
        statement = statement.bind("event", event);
    }
    let names = rows::<Name>(scope, &statement).await?;
    let property = |row: Name| Property {
        kind: match row.count {
            count if count == row.text => Kind::Text,
            count if count == row.number => Kind::Number,
            count if count == row.boolean => Kind::Boolean,
            _ => Kind::Mixed,
        },
        label: row.name.clone(),
        name: row.name,
        source: Source::Property,
        count: Some(row.count),
    };
    Ok(names.into_iter().map(property).collect())
}

/// Returns the most frequent values of a property in the newest events.
pub(super) async fn property_values(scope: &Scope, property: &str, search: &str) -> Result<Vec<PropertyValue>, Error> {
    let value = match insight_sql::column(property) {
        Some(column) => format!("toString({column})"),
        None => "JSONExtract(properties, {property:String}, 'Nullable(String)')".to_owned(),
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

async fn rows<T: DeserializeOwned>(scope: &Scope, statement: &Sql) -> Result<Vec<T>, Error> {
    let options = Options { timeout: Duration::from_secs(20), read_only: true, ..Options::default() };
    Ok(scope.app().analytics().rows(statement, &options).await?.rows)
}
