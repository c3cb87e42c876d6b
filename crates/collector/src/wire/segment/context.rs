//! What a call says of the page, the device and the library, under the names that have columns.

use std::borrow::Cow;

use analytics_model::read_sender;

use crate::json::{self, Entry, Json, Object};
use crate::properties::quoted;
use crate::{Incoming, Properties, Rejection};

/// A call's context as properties; values are JSON.
#[derive(Default)]
pub(super) struct Context<'a> {
    said: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// What no property is made of.
    rest: Vec<(Cow<'a, str>, Json<'a>)>,
    /// What somebody is like, said beside what they did.
    pub(super) traits: Option<Json<'a>>,
    /// The group it happened in.
    pub(super) group: Option<Cow<'a, str>>,
    session: Option<Cow<'a, str>>,
    ip: Option<Cow<'a, str>>,
    user_agent: Option<Cow<'a, str>>,
}

impl<'a> Context<'a> {
    /// Reads a context; what it says counts more than what was read before.
    pub(super) fn read(&mut self, context: Json<'a>) -> Result<(), Rejection> {
        for (name, value) in object("context", context)? {
            let scalar = || json::scalar(value).filter(|text| !text.trim().is_empty());
            match name.as_ref() {
                "page" => self.page(value)?,
                "campaign" => self.campaign(value)?,
                "library" => self.part("library", value, |name| match name {
                    "name" => Some("$lib"),
                    "version" => Some("$lib_version"),
                    _ => None,
                })?,
                "os" => self.part("os", value, |name| match name {
                    "name" => Some("$os"),
                    "version" => Some("$os_version"),
                    _ => None,
                })?,
                "device" => self.device(value)?,
                "app" => self.part("app", value, |name| match name {
                    "name" => Some("$app_name"),
                    "version" => Some("$app_version"),
                    "build" => Some("$app_build"),
                    "namespace" => Some("$app_namespace"),
                    _ => None,
                })?,
                "screen" => self.part("screen", value, |name| match name {
                    "width" => Some("$screen_width"),
                    "height" => Some("$screen_height"),
                    "innerWidth" => Some("$viewport_width"),
                    "innerHeight" => Some("$viewport_height"),
                    "density" => Some("$screen_density"),
                    _ => None,
                })?,
                "traits" => self.traits = Some(value),
                "groupId" => self.group = scalar(),
                "ip" => self.ip = scalar().filter(|text| read_sender(text).is_some()),
                "userAgent" => self.user_agent = scalar(),
                "locale" => self.say_text("$locale", value),
                "timezone" => self.say_text("$timezone", value),
                "sessionId" => self.session = scalar(),
                "sessionStart" => {}
                _ => self.keep(name, value),
            }
        }
        Ok(())
    }

    /// Reads a page from the properties of a call about one: they win over the context's.
    pub(super) fn read_page(&mut self, properties: Json<'a>) -> Result<(), Rejection> {
        for (name, value) in object("properties", properties)? {
            if let Some(known) = page(&name) {
                self.say_text(known, value);
            }
        }
        Ok(())
    }

    /// Says something in place of what was said before under this name.
    pub(super) fn say(&mut self, name: impl Into<Cow<'a, str>>, json: impl Into<Cow<'a, str>>) {
        let name = name.into();
        self.said.retain(|(known, _)| *known != name);
        self.said.push((name, json.into()));
    }

    /// Gives an event its properties: its own, which win, and what was said beside them.
    pub(super) fn end(mut self, event: &mut Incoming, own: Option<Json<'_>>) -> Result<(), Rejection> {
        if !self.rest.is_empty() {
            let rest: Vec<String> =
                self.rest.iter().map(|(name, value)| format!("{}:{}", quoted(name), value.get())).collect();
            self.say("$context", format!("{{{}}}", rest.join(",")));
        }
        let own = own.map_or("{}", Json::get);
        let Some(inner) = own.strip_prefix('{').and_then(|own| own.strip_suffix('}')) else {
            return Err(Rejection::field("properties_invalid", "properties", "properties must be an object"));
        };
        let mut text = String::with_capacity(own.len() + 64 * self.said.len());
        for (name, value) in &self.said {
            text.push(if text.is_empty() { '{' } else { ',' });
            text.push_str(&quoted(name));
            text.push(':');
            text.push_str(value);
        }
        if !inner.trim().is_empty() {
            text.push(if text.is_empty() { '{' } else { ',' });
            text.push_str(inner);
        }
        // Of a name given twice the last counts.
        event.properties = if text.is_empty() { Properties::default() } else { Properties::parse(&(text + "}"))? };
        event.session_id = self.session.map(Cow::into_owned);
        event.ip = self.ip.map(|ip| ip.trim().to_owned());
        event.user_agent = self.user_agent.map(Cow::into_owned);
        Ok(())
    }

    fn page(&mut self, value: Json<'a>) -> Result<(), Rejection> {
        for (name, value) in object("context.page", value)? {
            match page(&name) {
                Some(known) => self.say_text(known, value),
                // A part of the address, and the address with its secrets behind the hash.
                None if matches!(name.as_ref(), "search" | "tab_url") => {}
                None => self.say_text(format!("$page_{name}"), value),
            }
        }
        Ok(())
    }

    fn campaign(&mut self, value: Json<'a>) -> Result<(), Rejection> {
        for (name, value) in object("context.campaign", value)? {
            let name = if name == "name" { "campaign" } else { name.as_ref() };
            self.say_text(format!("utm_{name}"), value);
        }
        Ok(())
    }

    fn device(&mut self, value: Json<'a>) -> Result<(), Rejection> {
        for (name, value) in object("context.device", value)? {
            let kind = json::scalar(value).unwrap_or_default();
            match name.as_ref() {
                // What runs on it is no kind of device; both run on what is carried about.
                "type" if ["ios", "android"].iter().any(|os| kind.eq_ignore_ascii_case(os)) => {
                    self.say("$device_type", "\"Mobile\"");
                }
                _ => self.say_text(format!("$device_{name}"), value),
            }
        }
        Ok(())
    }

    /// Says what of a part has a name of its own, and keeps the others by both names.
    fn part(
        &mut self,
        part: &str,
        value: Json<'a>,
        named: impl Fn(&str) -> Option<&'static str>,
    ) -> Result<(), Rejection> {
        for (name, value) in object(&format!("context.{part}"), value)? {
            match named(&name) {
                Some(known) => self.say_text(known, value),
                None => self.say_text(format!("${part}_{name}"), value),
            }
        }
        Ok(())
    }

    /// Says what is neither null nor an empty text.
    fn say_text(&mut self, name: impl Into<Cow<'a, str>>, value: Json<'a>) {
        if !matches!(value.get(), "null" | "\"\"") {
            self.say(name, value.get());
        }
    }

    fn keep(&mut self, name: Cow<'a, str>, value: Json<'a>) {
        self.rest.retain(|(known, _)| *known != name);
        self.rest.push((name, value));
    }
}

fn page(name: &str) -> Option<&'static str> {
    Some(match name {
        "url" => "$current_url",
        "path" => "$pathname",
        "referrer" => "$referrer",
        "referring_domain" => "$referring_domain",
        "title" => "$title",
        "initial_referrer" => "$initial_referrer",
        "initial_referring_domain" => "$initial_referring_domain",
        _ => return None,
    })
}

fn object<'a>(field: &str, value: Json<'a>) -> Result<Vec<Entry<'a>>, Rejection> {
    if json::is_null(value) {
        return Ok(Vec::new());
    }
    let object = Object::read(value.get());
    object
        .map(|object| object.entries)
        .map_err(|error| Rejection::field("context_invalid", field, format!("{field} must be an object: {error}")))
}
