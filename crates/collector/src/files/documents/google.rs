//! Events as Google Analytics 4 exports them to BigQuery, saved as JSON.

use super::super::times;
use super::exports::{missing, said, text};
use crate::json::{self, Entry, Json, Object};
use crate::{Incoming, Properties, Rejection, properties as own};

/// What Google's parameters and fields are called among properties here.
const NAMES: [(&str, &str); 5] = [
    ("page_location", "$current_url"),
    ("page_referrer", "$referrer"),
    ("page_title", "title"),
    ("source", "utm_source"),
    ("medium", "utm_medium"),
];

/// Reads an event.
pub(super) fn event(object: &Object<'_>) -> Result<Incoming, Rejection> {
    let name = text(object, "event_name").ok_or_else(|| missing("event"))?;
    let device = text(object, "user_pseudo_id");
    let who = text(object, "user_id").or_else(|| device.clone()).ok_or_else(|| missing("user_pseudo_id"))?;
    let time = text(object, "event_timestamp").ok_or_else(|| missing("timestamp"))?;
    let called = if name == "page_view" { "$pageview" } else { name.as_ref() };
    let mut event = Incoming::new(called, who);
    event.timestamp = Some(times::parse("event_timestamp", &time, None)?);
    let mut members: Vec<String> = Vec::new();
    let mut put = |name: &str, value: &str| members.push(format!("{}:{value}", own::quoted(name)));
    let mut session = None;
    for parameter in items(object.get("event_params")) {
        let Some(name) = parameter.text("key") else { continue };
        let Some(value) = parameter.value() else { continue };
        if name == "ga_session_id" {
            session = json::scalar(value).map(|id| format!("{}.{id}", device.as_deref().unwrap_or_default()));
        }
        let known = NAMES.iter().find(|(theirs, _)| *theirs == name).map(|(_, ours)| *ours);
        put(known.unwrap_or(&name), value.get());
    }
    event.session_id = session;
    let inner = |name: &str, field: &str| {
        let entries = json::entries(object.get(name).map(Json::get).unwrap_or_default());
        said(json::last(&entries, field)).map(std::borrow::Cow::into_owned)
    };
    for (group, field, name) in [
        ("device", "operating_system", "$os"),
        ("device", "operating_system_version", "$os_version"),
        ("device", "language", "$locale"),
        ("device", "category", "$device_type"),
        ("geo", "city", "$city"),
        ("geo", "country", "$geoip_country_name"),
    ] {
        if let Some(value) = inner(group, field) {
            put(name, &own::quoted(&value));
        }
    }
    event.properties = Properties::parse(&format!("{{{}}}", members.join(",")))?;
    Ok(event)
}

/// A name and a value in one of several fields, by its type.
struct Parameter<'a>(Vec<Entry<'a>>);

impl<'a> Parameter<'a> {
    fn text(&self, name: &str) -> Option<String> {
        said(json::last(&self.0, name)).map(std::borrow::Cow::into_owned)
    }

    fn value(&self) -> Option<Json<'a>> {
        let values = json::entries(json::last(&self.0, "value")?.get());
        values.into_iter().map(|(_, value)| value).find(|value| !json::is_null(*value))
    }
}

fn items(list: Option<Json<'_>>) -> Vec<Parameter<'_>> {
    let read = list.and_then(|list| json::List::read(list.get()).ok());
    let items = read.map(|list| list.items).unwrap_or_default();
    items.into_iter().filter_map(|item| item.object.ok()).map(|object| Parameter(object.entries)).collect()
}
