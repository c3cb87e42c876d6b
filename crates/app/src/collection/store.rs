//! Asks the analytics store for what has arrived.

use std::time::Duration;

use analytics_model::Sql;
use chrono::TimeDelta;
use indoc::formatdoc;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::error::Error;
use super::live::{Choice, Place, StoredEvent};
use crate::Scope;

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
async fn rows<T: DeserializeOwned>(scope: &Scope, statement: &Sql) -> Result<Vec<T>, Error> {
    Ok(scope.ask(statement, Duration::from_secs(20)).await?)
}
