//! Events as PostHog exports them: batch exports, the API's lists, and tables of events saved as JSON.

use chrono_tz::Tz;

use super::super::table::columns::address;
use super::super::times;
use super::exports::{missing, properties, text};
use crate::json::Object;
use crate::{Incoming, Properties, Rejection, properties as own};

/// Reads an event. Person and elements go into its properties; what PostHog notes for itself is left out.
pub(super) fn event(object: &Object<'_>, zone: Option<Tz>) -> Result<Incoming, Rejection> {
    let name = text(object, "event").ok_or_else(|| missing("event"))?;
    let who = text(object, "distinct_id").ok_or_else(|| missing("distinct_id"))?;
    let mut event = Incoming::new(name, who);
    let id = text(object, "uuid").or_else(|| text(object, "id"));
    event.event_id = id.and_then(|id| uuid::Uuid::parse_str(&id).ok());
    let at = text(object, "timestamp").ok_or_else(|| missing("timestamp"))?;
    event.timestamp = Some(times::parse("timestamp", &at, zone)?);
    event.properties = properties(object, "properties")?;
    let mut added = Vec::new();
    for (name, property) in [("elements_chain", "$elements_chain"), ("person_id", "$person_id")] {
        if let Some(value) = text(object, name) {
            added.push((property, own::quoted(&value)));
        }
    }
    let added: Vec<(&str, &str)> = added.iter().map(|(name, value)| (*name, value.as_str())).collect();
    event.properties.add_missing_values(&added);
    event.ip = text(object, "ip").map(|ip| address(&ip)).transpose()?.flatten();
    event.set = first_filled(&[properties(object, "set")?, properties(object, "person_properties")?]);
    event.set_once = first_filled(&[properties(object, "set_once")?]);
    Ok(event)
}

fn first_filled(said: &[Properties]) -> Option<Properties> {
    said.iter().find(|said| !said.is_empty()).cloned()
}
