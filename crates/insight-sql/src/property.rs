//! Where a property's value is found: in a column of its own, or in the JSON the event came with.

use std::collections::BTreeMap;

use crate::error::{Error, Reason};
use crate::parameters::Parameters;

/// A property with a column of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltIn {
    /// What questions call it.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// The column of `events`.
    pub column: &'static str,
}

const fn built_in(name: &'static str, label: &'static str, column: &'static str) -> BuiltIn {
    BuiltIn { name, label, column }
}

/// Every property with a column of its own, in the order pickers show them. All are text; an empty one is not set.
pub const BUILT_IN: &[BuiltIn] = &[
    built_in("$event", "Event", "event_name"),
    built_in("$event_type", "Event type", "event_type"),
    built_in("$pathname", "Page path", "path"),
    built_in("$host", "Host", "host"),
    built_in("$current_url", "Page URL", "url"),
    built_in("$channel", "Channel", "channel"),
    built_in("$referring_domain", "Referring domain", "referrer_domain"),
    built_in("$referrer", "Referrer", "referrer"),
    built_in("utm_source", "UTM source", "utm_source"),
    built_in("utm_medium", "UTM medium", "utm_medium"),
    built_in("utm_campaign", "UTM campaign", "utm_campaign"),
    built_in("utm_term", "UTM term", "utm_term"),
    built_in("utm_content", "UTM content", "utm_content"),
    built_in("$country", "Country", "country"),
    built_in("$city", "City", "city"),
    built_in("$device_type", "Device type", "device_type"),
    built_in("$os", "Operating system", "os"),
    built_in("$os_version", "Operating system version", "os_version"),
    built_in("$browser", "Browser", "browser"),
    built_in("$browser_version", "Browser version", "browser_version"),
    built_in("$user_id", "User id", "user_id"),
    built_in("$person_id", "Person id", "person_id"),
    built_in("$session_id", "Session id", "session_id"),
    built_in("$ip", "IP address", "ip_address"),
    built_in("$raw_user_agent", "User agent", "user_agent"),
    built_in("$lib", "Library", "library"),
    built_in("$traffic", "Traffic", "traffic"),
];

/// A property of a session as a whole: what its first page view or its last one says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OfSession {
    /// What questions call it.
    pub(crate) name: &'static str,
    /// The column it has beside a session.
    pub(crate) column: &'static str,
    /// How it is found among a session's page views.
    pub(crate) aggregate: &'static str,
    /// The column's value beside an event: an event may have no session.
    text: &'static str,
}

macro_rules! of_session {
    ($name:literal, $column:literal, $pick:literal, $of:literal) => {
        OfSession {
            name: $name,
            column: $column,
            aggregate: concat!($pick, "If(", $of, ", (timestamp, event_id), event_name = '$pageview')"),
            text: concat!("ifNull(", $column, ", '')"),
        }
    };
}

/// Every property of sessions. All are text; an empty one is not set.
pub(crate) const OF_SESSIONS: &[OfSession] = &[
    of_session!("$entry_pathname", "entry_path", "argMin", "path"),
    of_session!("$exit_pathname", "exit_path", "argMax", "path"),
    of_session!("$entry_channel", "entry_channel", "argMin", "channel"),
    of_session!("$entry_referring_domain", "entry_referrer_domain", "argMin", "referrer_domain"),
    of_session!("$entry_referrer", "entry_came_from", "argMin", "referrer"),
    of_session!("$entry_utm_source", "entry_utm_source", "argMin", "utm_source"),
    of_session!("$entry_utm_medium", "entry_utm_medium", "argMin", "utm_medium"),
    of_session!("$entry_utm_campaign", "entry_utm_campaign", "argMin", "utm_campaign"),
    of_session!("$entry_utm_term", "entry_utm_term", "argMin", "utm_term"),
    of_session!("$entry_utm_content", "entry_utm_content", "argMin", "utm_content"),
];

/// Returns the column a property has, if it has one of its own.
pub fn column(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|property| property.name == name).map(|property| property.column)
}

/// Properties that were given a column of `events` while the product runs, and the columns' names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PropertyColumns(BTreeMap<String, String>);

impl PropertyColumns {
    /// Returns the column of a property.
    pub fn find(&self, property: &str) -> Option<&str> {
        self.0.get(property).map(String::as_str)
    }
}

impl FromIterator<(String, String)> for PropertyColumns {
    /// Leaves out columns whose name is not a plain one: names stand in statements as they are.
    fn from_iter<I: IntoIterator<Item = (String, String)>>(columns: I) -> Self {
        let is_plain = |name: &str| {
            name.starts_with(|first: char| first.is_ascii_lowercase())
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        };
        Self(columns.into_iter().filter(|(_, column)| is_plain(column)).collect())
    }
}

/// The longest name a property may have, in bytes.
const MAX_NAME: usize = 1_000;

/// A property's value as SQL.
#[derive(Debug, Clone)]
pub(crate) enum Operand {
    /// A text column: never null, empty where not set.
    Column(&'static str),
    /// The name of text or null, out of the event's JSON or a column that was made of it.
    Json(String),
}

impl Operand {
    pub(crate) fn of(property: &str, field: &str, parameters: &mut Parameters) -> Result<Self, Error> {
        if property.is_empty() {
            return Err(Reason::Empty.at(field));
        }
        if property.len() > MAX_NAME {
            return Err(Reason::TooMany { limit: MAX_NAME, what: "bytes" }.at(field));
        }
        Ok(match column(property) {
            Some("person_id") => Self::Column("toString(person_id)"),
            Some(column) => Self::Column(column),
            None => {
                if let Some(of_session) = parameters.of_session(property) {
                    return Ok(Self::Column(of_session.text));
                }
                if let Some(column) = parameters.ask_for(property) {
                    return Ok(Self::Json(column));
                }
                let key = parameters.property(property);
                let text = format!("JSONExtract(properties, {key}, 'Nullable(String)')");
                // There is one zero, whatever its sign; the text "-0" stays the text it is.
                let text = format!("if({text} = '-0' and JSONType(properties, {key}) = 'Double', '0', {text})");
                Self::Json(parameters.name("property", &text))
            }
        })
    }

    /// The same property, where its value has been named `value`.
    pub(crate) fn named_value(&self) -> Self {
        match self {
            Self::Column(_) => Self::Column("value"),
            Self::Json(_) => Self::Json("value".to_owned()),
        }
    }

    /// The value as text: strings as they are, everything else as JSON writes it.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Column(column) => column,
            Self::Json(name) => name,
        }
    }

    /// Whether there is a value.
    pub(crate) fn is_set(&self) -> String {
        match self {
            Self::Column(column) => format!("{column} != ''"),
            Self::Json(name) => format!("isNotNull({name})"),
        }
    }

    /// The name of the value as a number: null unless it is a finite one, or text that is one. `true` is not 1.
    pub(crate) fn number(&self, parameters: &mut Parameters) -> String {
        let number = format!("toFloat64OrNull({})", self.text());
        parameters.name("number", &format!("if(isFinite({number}), {number}, null)"))
    }

    /// A condition on the value's text that doesn't hold where there is none.
    pub(crate) fn when_set(&self, condition: &str) -> String {
        match self {
            Self::Column(column) => format!("({column} != '' and {condition})"),
            Self::Json(_) => format!("ifNull({condition}, 0)"),
        }
    }
}
