//! Events as Amplitude's export has them.

use chrono_tz::Tz;

use super::super::table::columns::address;
use super::super::times;
use super::exports::{id, missing, properties, text};
use crate::json::Object;
use crate::{Incoming, Rejection, properties as own};

/// What Amplitude has in fields of its own, and what it is called among properties here.
const FIELDS: [(&str, &str); 8] = [
    ("os_name", "$os"),
    ("os_version", "$os_version"),
    ("device_family", "$device"),
    ("city", "$city"),
    ("region", "$region"),
    ("language", "$locale"),
    ("library", "$lib"),
    ("version_name", "$app_version"),
];

/// Reads an event. Times are UTC unless told.
pub(super) fn event(object: &Object<'_>, zone: Option<Tz>) -> Result<Incoming, Rejection> {
    let name = text(object, "event_type").ok_or_else(|| missing("event"))?;
    let who = text(object, "user_id").or_else(|| text(object, "device_id")).or_else(|| text(object, "amplitude_id"));
    let who = who.ok_or_else(|| missing("user_id"))?;
    let time =
        text(object, "event_time").or_else(|| text(object, "client_event_time")).or_else(|| text(object, "time"));
    let time = time.ok_or_else(|| missing("timestamp"))?;
    let mut event = Incoming::new(name.as_ref(), who.as_ref());
    event.timestamp = Some(times::parse("event_time", &time, zone)?);
    event.event_id = match (text(object, "uuid"), text(object, "$insert_id").or_else(|| text(object, "insert_id"))) {
        (Some(uuid), _) => Some(id(&uuid, &[])),
        (None, Some(insert_id)) => Some(id(&insert_id, &[&name, &who, &time])),
        (None, None) => None,
    };
    event.ip = match text(object, "ip_address").or_else(|| text(object, "ip")) {
        Some(ip) => address(&ip)?,
        None => None,
    };
    // -1 is what it says outside of sessions.
    event.session_id = text(object, "session_id").filter(|id| id != "-1").map(|id| format!("{who}-{id}"));
    event.properties = properties(object, "event_properties")?;
    let mut added: Vec<(&str, String)> = FIELDS
        .iter()
        .filter_map(|(field, name)| text(object, field).map(|value| (*name, own::quoted(&value))))
        .collect();
    if let Some(country) = text(object, "country") {
        let is_code = country.len() == 2;
        added.push((if is_code { "$geoip_country_code" } else { "$geoip_country_name" }, own::quoted(&country)));
    }
    let added: Vec<(&str, &str)> = added.iter().map(|(name, value)| (*name, value.as_str())).collect();
    event.properties.add_missing_values(&added);
    event.set = Some(properties(object, "user_properties")?).filter(|set| !set.is_empty());
    Ok(event)
}
