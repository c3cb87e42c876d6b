//! Asks the analytics store for what has arrived.

use std::time::Duration;

use analytics_model::Sql;
use analytics_store::Options;
use chrono::TimeDelta;
use indoc::formatdoc;
use serde::de::DeserializeOwned;

use super::error::Error;
use super::live::{Place, StoredEvent};
use crate::Scope;

/// Returns the last events to arrive, before `place` where one is given.
pub(super) async fn arrivals(
    scope: &Scope,
    event: Option<&str>,
    place: Option<Place>,
    limit: usize,
) -> Result<Vec<StoredEvent>, Error> {
    let recent = arrivals_since(scope, event, place.as_ref(), limit, Some(RECENT)).await?;
    if recent.len() == limit {
        return Ok(recent);
    }
    arrivals_since(scope, event, place.as_ref(), limit, None).await
}

/// Live pages ask every few seconds: most often the last hour holds enough, and its granules are few.
const RECENT: TimeDelta = TimeDelta::hours(1);

async fn arrivals_since(
    scope: &Scope,
    event: Option<&str>,
    place: Option<&Place>,
    limit: usize,
    within: Option<TimeDelta>,
) -> Result<Vec<StoredEvent>, Error> {
    let mut conditions = Vec::new();
    if event.is_some() {
        conditions.push("event_name = {event:String}");
    }
    if place.is_some() {
        conditions.push(
            "received_at <= {received_at:DateTime64(3, 'UTC')} \
             and (received_at, event_id) < ({received_at:DateTime64(3, 'UTC')}, {event_id:UUID})",
        );
    }
    if within.is_some() {
        conditions.push("received_at >= {since:DateTime64(3, 'UTC')}");
    }
    let conditions: String = conditions.iter().map(|condition| format!(" and {condition}")).collect();
    let text = |events: &str| {
        formatdoc! {"
        select
            event_id, event_type, event_name, timestamp, received_at, user_id, person_id, session_id, ip_address, user_agent,
            device_type, os, os_version, browser, browser_version, country, city,
            url, host, path, referrer, referrer_domain, channel,
            utm_source, utm_medium, utm_campaign, utm_term, utm_content, library, properties
        from events
        where {events}{conditions}
        order by received_at desc, event_id desc
        limit {{limit:UInt64}}
    "}
    };
    let mut statement = scope.events().statement(text)?.bind("limit", limit as u64);
    if let Some(event) = event {
        statement = statement.bind("event", event);
    }
    if let Some(place) = place {
        statement = statement.bind("received_at", place.received_at).bind("event_id", place.event_id);
    }
    if let Some(within) = within {
        statement = statement.bind("since", scope.now() - within);
    }
    rows(scope, &statement).await
}

async fn rows<T: DeserializeOwned>(scope: &Scope, statement: &Sql) -> Result<Vec<T>, Error> {
    let options = Options { timeout: Duration::from_secs(20), read_only: true, ..Options::default() };
    Ok(scope.app().analytics().rows(statement, &options).await?.rows)
}
