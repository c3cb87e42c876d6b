//! The documented tables of sessions, people and counts: selects over the states.
//!
//! Only people count in them (`traffic = ''`). Who is merged with whom is looked up when they are asked, so a merge
//! shows at once; `aggregated_events` alone waits for its days to be computed anew.

use super::{Column, View, column};

/// Which person a distinct id belongs to where it was given to another.
macro_rules! merged {
    () => {
        "(
        select project_id, user_id, argMax(person_id, version) as survivor
        from {database}.person_overrides
        group by project_id, user_id
    )"
    };
}

/// The survivor where there is one: zeros and null both mean that there is none.
macro_rules! person {
    ($own:literal) => {
        concat!("coalesce(nullIf(merged.survivor, toUUID('00000000-0000-0000-0000-000000000000')), ", $own, ")")
    };
}

/// A row for each session of a person.
pub static USER_SESSIONS: View = View {
    name: "user_sessions",
    comment: "Sessions: a row for each, with what its first event says",
    columns: &SESSION_COLUMNS,
    // A bounce is a session of one page at most, without a click or an event of the product's own, under ten seconds.
    select: concat!(
        "\
select
    session_id, user_id, project_id, person_id, started_at, ended_at, duration_seconds,
    row_number() over (partition by project_id, person_id order by started_at, session_id) = 1 as is_first_session,
    events_count, pages_count,
    pages_count <= 1 and actions_count = 0 and duration_seconds < 10 as is_bounce,
    revenue,
    entry.ip_address as ip_address, entry.user_agent as user_agent, entry.device_type as device_type, entry.os as os,
    entry.browser as browser, entry.country as country, entry.city as city,
    entry.referrer as entry_referrer, entry.referrer_domain as entry_referrer_domain, entry.channel as channel,
    entry.utm_source as utm_source, entry.utm_medium as utm_medium, entry.utm_campaign as utm_campaign,
    entry.utm_term as utm_term, entry.utm_content as utm_content,
    entry.host as entry_host, entry.path as entry_path, exit_path,
    toDate(started_at) as date
from (
    select
        session.*,
        (toUnixTimestamp64Milli(ended_at) - toUnixTimestamp64Milli(started_at)) / 1000 as duration_seconds,
        ",
        person!("entry.person_id"),
        " as person_id
    from (
        select
            project_id, session_id,
            min(started_at) as started_at, max(ended_at) as ended_at,
            sum(events_count) as events_count, sum(pages_count) as pages_count, sum(actions_count) as actions_count,
            sum(revenue) as revenue, argMinMerge(entry) as entry, argMaxMerge(exit_path) as exit_path,
            entry.user_id as user_id
        from {database}.session_states
        where session_id != '' and traffic = ''
        group by project_id, session_id
    ) as session
    left join ",
        merged!(),
        " as merged on merged.project_id = session.project_id and merged.user_id = session.user_id
)"
    ),
};

/// A row for each person.
pub static USER_PROFILES: View = View {
    name: "user_profiles",
    comment: "People: a row for each, with all that was said about them",
    columns: &PROFILE_COLUMNS,
    // Of several distinct ids the person's own is the one whose hash the person's id is: see PersonId::of.
    select: concat!(
        "\
select
    if(length(user_ids) = 1, user_ids[1], ifNull(
        arrayFirstOrNull(id -> substring(hex(SHA1(concat(unhex('726164697869506592736f6e00000001'),
            UUIDStringToNum(toString(person.project_id)), id))), 1, 12)
            = upper(substring(replaceAll(toString(person.person_id), '-', ''), 1, 12)), user_ids),
        first_user)) as user_id,
    person.project_id as project_id, person.person_id as person_id,
    first_seen_at, last_seen_at, sessions_count, events_count,
    ifNull(nullIf(said.attributes, ''), '{}') as attributes,
    lifetime_value, average_session_duration,
    toDate(last_seen_at) as date
from (
    select
        project_id, person_id,
        arraySort(groupUniqArrayArray(ids)) as user_ids,
        argMin(part_user, (part_started_at, part_user)) as first_user,
        min(part_started_at) as first_seen_at, max(part_ended_at) as last_seen_at,
        countIf(session_id != '') as sessions_count, sum(part_events) as events_count,
        sum(part_revenue) as lifetime_value,
        sumIf(toUnixTimestamp64Milli(part_ended_at) - toUnixTimestamp64Milli(part_started_at), session_id != '')
            / greatest(countIf(session_id != ''), 1) / 1000 as average_session_duration
    from (
        select
            states.project_id as project_id, ",
        person!("states.person_id"),
        " as person_id, session_id,
            groupUniqArray(states.user_id) as ids,
            argMin(states.user_id, (started_at, states.user_id)) as part_user,
            min(started_at) as part_started_at, max(ended_at) as part_ended_at,
            sum(events_count) as part_events, sum(revenue) as part_revenue
        from (select * from {database}.session_states where traffic = '') as states
        left join ",
        merged!(),
        " as merged on merged.project_id = states.project_id and merged.user_id = states.user_id
        group by project_id, person_id, session_id
    )
    group by project_id, person_id
) as person
left join (
    select
        project_id, person_id,
        concat('{', arrayStringConcat(arraySort(groupArray(concat(toJSONString(property), ':', value))), ','), '}')
            as attributes
    from (
        select
            states.project_id as project_id, ",
        person!("states.person_id"),
        " as person_id, property,
            max(last) as latest, min(first) as earliest,
            multiIf(latest.3 = 1, latest.4, latest.3 = 2, '', earliest.3) as value
        from (select * from {database}.person_property_states) as states
        left join ",
        merged!(),
        " as merged on merged.project_id = states.project_id and merged.user_id = states.user_id
        group by project_id, person_id, property
        having value != ''
    )
    group by project_id, person_id
) as said on said.project_id = person.project_id and said.person_id = person.person_id"
    ),
};

/// A row for each quarter of an hour and event.
pub static AGGREGATED_EVENTS: View = View {
    name: "aggregated_events",
    comment: "Events and people by the quarter of an hour, which every zone's hours and days are made of",
    columns: &AGGREGATED_COLUMNS,
    select: "\
select
    project_id, event_type, event_name, bucket, toDate(bucket) as date, toHour(bucket) as hour,
    sum(states.events_count) as events_count, uniqExactMerge(states.users) as users_count
from {database}.event_states as states
where traffic = ''
group by project_id, event_type, event_name, bucket",
};

const INSTANT: &str = "DateTime64(3, 'UTC')";

static SESSION_COLUMNS: [Column; 31] = [
    column("session_id", "String", "The session"),
    column("user_id", "String", "The distinct id of its first event"),
    column("project_id", "UUID", "The project"),
    column("person_id", "UUID", "The person, after all merges"),
    column("started_at", INSTANT, "The first event's time"),
    column("ended_at", INSTANT, "The last event's time"),
    column("duration_seconds", "Float64", "From the first event to the last"),
    column("is_first_session", "Bool", "Whether it is the person's first"),
    column("events_count", "UInt32", "Events"),
    column("pages_count", "UInt32", "Pages and screens seen"),
    column("is_bounce", "Bool", "One page at most, no click, no event of the product's own, under ten seconds"),
    column("revenue", "Float64", "Money earned"),
    column("ip_address", "String", "The sender's address"),
    column("user_agent", "String", "The browser or program, as it says"),
    column("device_type", "String", "desktop, mobile, tablet and the like"),
    column("os", "String", "The operating system"),
    column("browser", "String", "The browser"),
    column("country", "String", "Two-letter code of the country"),
    column("city", "String", "The city"),
    column("entry_referrer", "String", "The address of the page before the first"),
    column("entry_referrer_domain", "String", "The host of the page before the first"),
    column("channel", "String", "How the visitor came"),
    column("utm_source", "String", "Where the campaign ran"),
    column("utm_medium", "String", "By which medium"),
    column("utm_campaign", "String", "The campaign"),
    column("utm_term", "String", "The campaign's search term"),
    column("utm_content", "String", "Which of the campaign's links"),
    column("entry_host", "String", "The first page's host"),
    column("entry_path", "String", "The first page's path"),
    column("exit_path", "String", "The last page's path"),
    column("date", "Date", "The day it began, in UTC"),
];

static PROFILE_COLUMNS: [Column; 11] = [
    column("user_id", "String", "The person's own distinct id"),
    column("project_id", "UUID", "The project"),
    column("person_id", "UUID", "The person, after all merges"),
    column("first_seen_at", INSTANT, "The first event's time"),
    column("last_seen_at", INSTANT, "The last event's time"),
    column("sessions_count", "UInt32", "Sessions the person had a part in"),
    column("events_count", "UInt32", "Events"),
    column("attributes", "String", "What was said about the person: a JSON object"),
    column("lifetime_value", "Float64", "Money earned"),
    column("average_session_duration", "Float64", "Seconds from first to last event, averaged over the sessions"),
    column("date", "Date", "The day of the last event, in UTC"),
];

static AGGREGATED_COLUMNS: [Column; 8] = [
    column("project_id", "UUID", "The project"),
    column("event_type", "String", "page, track, identify, screen, group or alias"),
    column("event_name", "String", "What happened"),
    column("bucket", "DateTime('UTC')", "When the quarter of an hour begins"),
    column("date", "Date", "Its day, in UTC"),
    column("hour", "UInt8", "Its hour, in UTC"),
    column("events_count", "UInt32", "Events"),
    column("users_count", "UInt32", "People, exactly; those of several rows can't be added up"),
];
