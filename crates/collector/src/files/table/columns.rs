//! What the columns of a table mean, by their names; for CSV and Parquet.

use std::borrow::Cow;
use std::net::IpAddr;

use chrono_tz::Tz;

use super::super::times;
use crate::{Incoming, Properties, Rejection};

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Meaning {
    Event,
    DistinctId,
    EventId,
    Timestamp,
    SessionId,
    Properties,
    /// What is set on the person; where they were set before, `SetOnce` does nothing.
    Set,
    SetOnce,
    Ip,
    UserAgent,
    /// A property of this name.
    Property(String),
    /// What another system notes for itself.
    Ignored,
}

/// The columns of a table.
#[derive(Debug, Clone)]
pub(in super::super) struct Columns {
    pub(in super::super) meanings: Vec<Meaning>,
    /// What there is to say about them.
    pub(in super::super) notes: Vec<String>,
    /// Whether PostHog has exported it.
    pub(in super::super) is_posthog: bool,
}

/// Columns that only an export of PostHog has.
const POSTHOG_ONLY: [&str; 5] =
    ["person_id", "person_properties", "elements_chain", "team_id", "bq_ingested_timestamp"];

/// What PostHog notes for itself; properties and elements are in other columns of the same export.
const POSTHOG_NOTES: [&str; 11] = [
    "team_id",
    "project_id",
    "site_url",
    "created_at",
    "inserted_at",
    "_inserted_at",
    "bq_ingested_timestamp",
    "elements",
    "elements_hash",
    "person_created_at",
    "person_mode",
];

/// Properties that columns of PostHog become.
const POSTHOG_TEXTS: [&str; 2] = ["$elements_chain", "$person_id"];

impl Columns {
    /// Reads the names of columns; says why they can't make events, if they can't.
    pub(in super::super) fn of(names: &[String]) -> Result<Self, String> {
        let keys: Vec<String> = names.iter().map(|name| key_of(name)).collect();
        let has = |wanted: &str| keys.iter().any(|key| key == wanted);
        let is_posthog = has("event") && has("distinct_id") && POSTHOG_ONLY.iter().any(|name| has(name));
        let mut columns = Self { meanings: Vec::with_capacity(names.len()), notes: Vec::new(), is_posthog };
        for (place, (name, key)) in names.iter().zip(&keys).enumerate() {
            let meaning = Meaning::known(key).or_else(|| is_posthog.then(|| Meaning::of_posthog(key)).flatten());
            let meaning = match meaning {
                Some(meaning) => meaning,
                None => Meaning::Property(columns.property(place, name.trim())),
            };
            let same = columns.meanings.iter().position(|known| *known == meaning && meaning != Meaning::Ignored);
            if let Some(same) = same {
                return Err(format!(
                    "columns {} ({:?}) and {} ({:?}) both say {}: rename or remove one",
                    same + 1,
                    names[same].trim(),
                    place + 1,
                    name.trim(),
                    meaning.told(),
                ));
            }
            columns.meanings.push(meaning);
        }
        for (needed, names) in
            [(Meaning::Event, "event or event_name"), (Meaning::DistinctId, "distinct_id or user_id")]
        {
            if !columns.meanings.contains(&needed) {
                return Err(format!("no column is named {names}; there are {}", listed(&keys)));
            }
        }
        if !columns.meanings.contains(&Meaning::Timestamp) {
            columns.notes.push("no column is named timestamp: events get the time of the import".to_owned());
        }
        Ok(columns)
    }

    /// Returns the name of a property: what has none is named after its place, what is there twice is told apart.
    fn property(&mut self, place: usize, name: &str) -> String {
        let own = name.strip_prefix("properties.").filter(|own| !own.is_empty()).unwrap_or(name);
        let is_taken = |columns: &Self, name: &str| {
            columns.meanings.iter().any(|known| matches!(known, Meaning::Property(known) if known == name))
        };
        let wanted = if own.is_empty() { format!("column_{}", place + 1) } else { own.to_owned() };
        let mut chosen = wanted.clone();
        let mut number = 2;
        while is_taken(self, &chosen) {
            chosen = format!("{wanted}_{number}");
            number += 1;
        }
        if own.is_empty() {
            self.notes.push(format!("column {} has no name and becomes {chosen:?}", place + 1));
        } else if chosen != wanted {
            self.notes.push(format!("column {} is named {wanted:?} like another and becomes {chosen:?}", place + 1));
        }
        chosen
    }
}

/// Returns a column's name as it is compared: `Distinct ID` is `distinct_id`.
fn key_of(name: &str) -> String {
    name.trim().to_lowercase().replace(' ', "_")
}

fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(20).map(|name| format!("{:.60}", name)).collect();
    let more = names.len().saturating_sub(shown.len());
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}: {}{rest}", names.len(), shown.join(", "))
}

impl Meaning {
    fn known(key: &str) -> Option<Self> {
        Some(match key {
            "event" | "event_name" => Self::Event,
            "distinct_id" | "user_id" => Self::DistinctId,
            "event_id" | "uuid" => Self::EventId,
            "timestamp" => Self::Timestamp,
            "session_id" => Self::SessionId,
            "properties" => Self::Properties,
            "ip" | "ip_address" => Self::Ip,
            "user_agent" => Self::UserAgent,
            _ => return None,
        })
    }

    fn of_posthog(key: &str) -> Option<Self> {
        Some(match key {
            "set" | "person_properties" => Self::Set,
            "set_once" => Self::SetOnce,
            "elements_chain" => Self::Property("$elements_chain".to_owned()),
            "person_id" => Self::Property("$person_id".to_owned()),
            _ if POSTHOG_NOTES.contains(&key) => Self::Ignored,
            _ => return None,
        })
    }

    fn told(&self) -> Cow<'_, str> {
        match self {
            Self::Event => "what happened".into(),
            Self::DistinctId => "who did it".into(),
            Self::EventId => "the event's id".into(),
            Self::Timestamp => "when it happened".into(),
            Self::SessionId => "in which session".into(),
            Self::Properties => "the properties".into(),
            Self::Set => "what is set on the person".into(),
            Self::SetOnce => "what is set once on the person".into(),
            Self::Ip => "the address".into(),
            Self::UserAgent => "the user agent".into(),
            Self::Property(name) => name.into(),
            Self::Ignored => "nothing".into(),
        }
    }
}

/// A row's value: as text, and as JSON for properties.
pub(in super::super) struct Value<'a> {
    pub(in super::super) text: &'a str,
    pub(in super::super) json: Cow<'a, str>,
    /// Whether there is none at all, which an empty text is not.
    pub(in super::super) is_absent: bool,
}

/// Makes an event of a row's values.
pub(in super::super) fn event<'a>(
    values: impl Iterator<Item = (&'a Meaning, Value<'a>)>,
    zone: Option<Tz>,
) -> Result<Incoming, Rejection> {
    let mut event = Incoming::new("", "");
    let mut members = Vec::new();
    let mut own = None;
    for (meaning, value) in values {
        if value.is_absent {
            continue;
        }
        // Where PostHog knows of none it writes an empty text.
        let is_of_posthog = matches!(meaning, Meaning::Property(name) if POSTHOG_TEXTS.contains(&name.as_str()));
        if is_of_posthog && value.text.is_empty() {
            continue;
        }
        if let Meaning::Property(name) = meaning {
            members.push(format!("{}:{}", serde_json::Value::from(name.as_str()), value.json));
            continue;
        }
        let text = value.text.trim();
        if text.is_empty() {
            continue;
        }
        match meaning {
            Meaning::Event => event.event = text.to_owned(),
            Meaning::DistinctId => event.distinct_id = text.to_owned(),
            Meaning::SessionId => event.session_id = Some(text.to_owned()),
            Meaning::Ip => event.ip = address(text)?,
            Meaning::UserAgent => event.user_agent = Some(text.to_owned()),
            Meaning::EventId => {
                let id = text.parse().map_err(|_| {
                    Rejection::field("event_id_invalid", "event_id", format!("{:.60?} is no UUID", text))
                })?;
                event.event_id = Some(id);
            }
            Meaning::Timestamp => event.timestamp = Some(times::parse("timestamp", text, zone)?),
            Meaning::Properties => own = Some(object("properties", text)?),
            Meaning::Set => event.set = filled(event.set.take(), object("set", text)?),
            Meaning::SetOnce => event.set_once = filled(event.set_once.take(), object("set_once", text)?),
            Meaning::Property(_) | Meaning::Ignored => {}
        }
    }
    if event.event.is_empty() {
        return Err(Rejection::field("event_missing", "event", "the event's name is missing"));
    }
    if event.distinct_id.is_empty() {
        return Err(Rejection::field("distinct_id_missing", "distinct_id", "who did it is missing"));
    }
    // The names in the column of properties win: of a repeated name the last value counts.
    let inner = own.as_ref().map(inner_of).unwrap_or_default();
    if !inner.trim().is_empty() {
        members.push(inner.to_owned());
    }
    event.properties = Properties::parse(&format!("{{{}}}", members.join(",")))?;
    Ok(event)
}

fn object(field: &str, text: &str) -> Result<Properties, Rejection> {
    if text == "null" {
        return Ok(Properties::default());
    }
    Properties::parse_field(field, &crate::json::repaired(text))
}

/// What the event itself says comes first.
fn filled(said: Option<Properties>, more: Properties) -> Option<Properties> {
    said.filter(|said| !said.is_empty()).or(Some(more).filter(|more| !more.is_empty()))
}

/// Returns what stands between an object's braces.
fn inner_of(properties: &Properties) -> &str {
    let text = properties.as_str();
    text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default()
}

/// Reads an address, also with a port or in brackets; nothing where a file says that it knows none.
pub(in super::super) fn address(text: &str) -> Result<Option<String>, Rejection> {
    let text = text.trim();
    if matches!(text, "" | "-" | "null" | "NULL" | "unknown" | "(not set)") {
        return Ok(None);
    }
    match ip_of(text) {
        Some(address) => Ok(Some(address.to_string())),
        None => Err(Rejection::field("ip_invalid", "ip", format!("{text:.60?} is no IPv4 or IPv6 address"))),
    }
}

/// Returns the address in `203.0.113.7`, `203.0.113.7:51234`, `2001:db8::1`, `[2001:db8::1]` and `[2001:db8::1]:443`.
pub(in super::super) fn ip_of(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_number);
        return address.parse().ok().filter(|_| is_port);
    }
    let (address, port) = text.rsplit_once(':')?;
    address.parse().ok().filter(|address: &IpAddr| is_number(port) && address.is_ipv4())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
