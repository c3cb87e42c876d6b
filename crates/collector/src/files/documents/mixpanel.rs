//! Events as Mixpanel's raw export has them: a name, and everything else among the properties.

use chrono::DateTime;
use chrono_tz::Tz;

use super::super::times;
use super::exports::{id, missing, properties, renamed, said, text};
use crate::json::{self, Object};
use crate::{Incoming, Rejection};

/// Reads an event.
pub(super) fn event(object: &Object<'_>, zone: Option<Tz>) -> Result<Incoming, Rejection> {
    let name = text(object, "event").ok_or_else(|| missing("event"))?;
    let checked = properties(object, "properties")?;
    let entries = json::entries(checked.as_str());
    let find = |name: &str| said(json::last(&entries, name));
    let who = find("distinct_id").or_else(|| find("$user_id")).or_else(|| find("$device_id"));
    let who = who.ok_or_else(|| missing("distinct_id"))?;
    let time = find("time").ok_or_else(|| missing("timestamp"))?;
    let called = match name.as_ref() {
        "$mp_web_page_view" => "$pageview",
        other => other,
    };
    let mut event = Incoming::new(called, who.as_ref());
    event.timestamp = Some(instant(&time, zone)?);
    event.event_id = find("$insert_id").map(|insert_id| id(&insert_id, &[&name, &who, &time]));
    event.ip = find("ip")
        .or_else(|| find("$ip"))
        .and_then(|ip| ip.trim().parse::<std::net::IpAddr>().ok())
        .map(|ip| ip.to_string());
    event.properties = renamed(entries.iter().cloned(), name_here, |name| matches!(name, "time" | "distinct_id"));
    Ok(event)
}

fn name_here(name: &str) -> Option<&'static str> {
    Some(match name {
        "mp_country_code" => "$geoip_country_code",
        "mp_lib" => "$lib",
        "current_url_search" => "$search",
        "$identified_id" => "$user_id",
        "$anon_id" => "$anon_distinct_id",
        _ => return None,
    })
}

/// Seconds or milliseconds since 1970 by the project's clock.
fn instant(time: &str, zone: Option<Tz>) -> Result<DateTime<chrono::Utc>, Rejection> {
    let instant = times::parse("properties.time", time, zone)?;
    let is_count = time.trim().parse::<f64>().is_ok();
    if is_count { times::instant("properties.time", instant.naive_utc(), zone) } else { Ok(instant) }
}
