//! What runs over each block of events as it comes in.
//!
//! A block that is sent again, because nobody knew whether it was stored, is recognised in each of these tables by
//! itself: see [`crate::Store::insert`].

use super::{EVENT_NAMES, EVENT_STATES, EVENTS, Feed, PERSON_PROPERTY_STATES, SESSION_STATES};

/// Feeds sessions and people.
pub static SESSION_FEED: Feed = Feed {
    name: "session_feed",
    comment: "Adds up sessions as events come in",
    source: &EVENTS,
    target: &SESSION_STATES,
    select: "\
select
    project_id, date, user_id, session_id, person_id, traffic,
    min(timestamp) as started_at,
    max(timestamp) as ended_at,
    count() as events_count,
    countIf(event_type in ('page', 'screen')) as pages_count,
    countIf(event_name = '$autocapture' or (event_type = 'track' and not startsWith(event_name, '$'))) as actions_count,
    sum(revenue) as revenue,
    argMinState(
        (person_id, user_id, ip_address, user_agent, device_type, os, browser, country, city, referrer,
         referrer_domain, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content, host, path),
        (timestamp, event_id)
    ) as entry,
    argMaxState(path, (timestamp, event_id)) as exit_path
from {source}
group by project_id, date, user_id, session_id, person_id, traffic",
};

/// Feeds counts of events.
pub static EVENT_FEED: Feed = Feed {
    name: "event_feed",
    comment: "Counts events and people by the quarter of an hour as events come in",
    source: &EVENTS,
    target: &EVENT_STATES,
    select: "\
select
    project_id, date, event_name,
    toStartOfFifteenMinutes(toDateTime(timestamp, 'UTC')) as bucket,
    event_type, traffic,
    count() as events_count,
    uniqExactState(person_id) as users
from {source}
group by project_id, date, event_name, bucket, event_type, traffic",
};

/// Feeds people's attributes.
pub static PERSON_PROPERTY_FEED: Feed = Feed {
    name: "person_property_feed",
    comment: "Keeps what is said about people as events come in",
    source: &EVENTS,
    target: &PERSON_PROPERTY_STATES,
    // The search for the word is quick and spares most events the reading of their JSON.
    select: "\
select
    project_id, date, user_id, person_id,
    change.2 as property,
    maxIf((timestamp, event_id, change.1, change.3), change.1 != 0) as last,
    min(if(change.1 = 0,
        (timestamp, event_id, change.3),
        (toDateTime64('2299-01-01 00:00:00', 3, 'UTC'), toUUID('00000000-0000-0000-0000-000000000000'), '')
    )) as first
from (
    select
        project_id, date, user_id, person_id, timestamp, event_id,
        arrayJoin(arrayConcat(
            arrayMap(pair -> (toUInt8(0), pair.1, pair.2), JSONExtractKeysAndValuesRaw(properties, '$set_once')),
            arrayMap(pair -> (toUInt8(1), pair.1, pair.2), JSONExtractKeysAndValuesRaw(properties, '$set')),
            arrayMap(name -> (toUInt8(2), name, ''), JSONExtract(properties, '$unset', 'Array(String)'))
        )) as change
    from {source}
    where multiSearchAny(properties, ['$set', '$unset', '\\\\u0024'])
)
group by project_id, date, user_id, person_id, property",
};

/// Feeds names of events.
pub static EVENT_NAME_FEED: Feed = Feed {
    name: "event_name_feed",
    comment: "Counts events by name and day as they come in",
    source: &EVENTS,
    target: &EVENT_NAMES,
    select: "\
select
    project_id, event_name, date,
    count() as events_count,
    min(timestamp) as first_seen,
    max(timestamp) as last_seen
from {source}
group by project_id, event_name, date",
};
