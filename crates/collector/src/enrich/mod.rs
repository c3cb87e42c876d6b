//! From what was said to what is stored: every column of the events table.
//!
//! What a sender says of itself (`$browser`, `$current_url`, `$session_id` …) wins over what we derive. Names of
//! browsers and systems are those that PostHog's libraries send, so that both fall into one.

mod agent;
mod channel;
mod page;
mod said;
mod sessions;

use std::borrow::Cow;
use std::sync::Arc;

use analytics_model::{EventId, PersonId};
use chrono::{DateTime, SubsecRound, Utc};
use uuid::{NoContext, Timestamp, Uuid};

use crate::{Arrival, Event, EventType, Incoming, Rejection, limits};
use agent::{Agent, Agents};
use channel::Visit;
use page::Page;
use said::Said;
use sessions::Sessions;
pub use sessions::{SESSION_LONGEST, SESSION_SILENCE};

/// The last millisecond that is accepted: 2105-12-31T23:59:59.999Z.
const LAST_MS: i64 = 4_291_747_199_999;

/// Makes events of what arrives; remembers browsers and sessions. A clone shares the memory.
#[derive(Clone, Default)]
pub struct Enricher {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    agents: Agents,
    sessions: Sessions,
}

impl Enricher {
    /// Returns one that remembers nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fills every column, or says why the event can't be stored.
    pub fn enrich(&self, incoming: Incoming, arrival: &Arrival) -> Result<Event, Rejection> {
        let id = incoming.event_id;
        self.event(incoming, arrival).map_err(|rejection| rejection.of_event(id))
    }

    fn event(&self, mut incoming: Incoming, arrival: &Arrival) -> Result<Event, Rejection> {
        let event_name = clean(&incoming.event, limits::EVENT_NAME_CHARS);
        if event_name.trim().is_empty() {
            return Err(Rejection::field("event_missing", "event", "the event's name is missing"));
        }
        let user_id = clean(&incoming.distinct_id, limits::ID_CHARS).trim().to_owned();
        if user_id.is_empty() {
            return Err(Rejection::field("distinct_id_missing", "distinct_id", "who did it is missing: distinct_id"));
        }
        let received_at = arrival.received_at.trunc_subsecs(3);
        let timestamp = storable(incoming.timestamp.map_or(received_at, |time| time.trunc_subsecs(3)))?;
        if let Some(set) = incoming.set_once.take() {
            incoming.properties.add_missing("$set_once", &set);
        }
        if let Some(set) = incoming.set.take() {
            incoming.properties.add_missing("$set", &set);
        }
        let said = Said::of(&incoming.properties);
        let user_agent = incoming.user_agent.take().map(Cow::Owned).or(said.user_agent.clone());
        let user_agent = user_agent.or(arrival.user_agent.as_deref().map(Cow::Borrowed)).unwrap_or_default();
        let agent = self.shared.agents.get(&user_agent);
        let person_id = PersonId::of(arrival.project, &user_id);
        let session_id = match incoming.session_id.take().map(Cow::Owned).or(said.session_id.clone()) {
            Some(id) if !id.trim().is_empty() => clean(&id, limits::ID_CHARS),
            _ => self.shared.sessions.find(arrival.project, person_id, timestamp).to_string(),
        };
        let mut event = Event {
            project_id: arrival.project,
            event_id: EventId(incoming.event_id.unwrap_or_else(|| new_id(received_at))),
            event_type: incoming.event_type.unwrap_or_else(|| EventType::of(&event_name)),
            event_name,
            timestamp,
            received_at,
            user_id,
            person_id,
            session_id,
            ip_address: address(incoming.ip.as_deref(), &said, arrival),
            user_agent: column(&user_agent),
            ..empty(arrival, timestamp)
        };
        device(&mut event, &said, &agent);
        visit(&mut event, &said);
        event.country = said.country.as_deref().map(country).unwrap_or_default();
        event.city = said.city.as_deref().map(column).unwrap_or_default();
        event.library = said.library.as_deref().map(column).unwrap_or_default();
        event.properties = incoming.properties.into_string();
        Ok(event)
    }
}

fn storable(timestamp: DateTime<Utc>) -> Result<DateTime<Utc>, Rejection> {
    if (0..=LAST_MS).contains(&timestamp.timestamp_millis()) {
        return Ok(timestamp);
    }
    let reason = format!("{timestamp} is outside of 1970-01-01 to 2105-12-31");
    Err(Rejection::field("timestamp_out_of_range", "timestamp", reason))
}

/// Ids made here sort by arrival.
fn new_id(received_at: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(received_at.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, received_at.timestamp_subsec_nanos()))
}

fn device(event: &mut Event, said: &Said<'_>, agent: &Agent) {
    let said_device = said.device_type.as_deref().map(str::to_lowercase);
    event.device_type = said_device.map_or_else(|| agent.device_type.to_owned(), |device| column(&device));
    // A version belongs to the name it came with.
    (event.os, event.os_version) = pair(&said.os, &said.os_version, (&agent.os, &agent.os_version));
    (event.browser, event.browser_version) =
        pair(&said.browser, &said.browser_version, (&agent.browser, &agent.browser_version));
}

fn pair(name: &Option<Cow<'_, str>>, version: &Option<Cow<'_, str>>, derived: (&str, &str)) -> (String, String) {
    let derived_version = if name.as_deref().is_none_or(|name| name == derived.0) { derived.1 } else { "" };
    (column(name.as_deref().unwrap_or(derived.0)), column(version.as_deref().unwrap_or(derived_version)))
}

fn visit(event: &mut Event, said: &Said<'_>) {
    let page = Page::of(said);
    event.url = column(&page.url);
    event.host = column(&page.host);
    event.path = column(&page.path);
    event.referrer = column(&page.referrer);
    event.referrer_domain = column(&page.referrer_domain);
    let [source, medium, campaign, term, content] = page.utm.each_ref().map(|value| column(value));
    let known = Visit {
        is_page: matches!(event.event_type, EventType::Page | EventType::Screen),
        page: &page,
        utm_source: &source,
        utm_medium: &medium,
        utm_campaign: &campaign,
    };
    event.channel = channel::of(&known).to_owned();
    event.utm_source = source;
    event.utm_medium = medium;
    event.utm_campaign = campaign;
    event.utm_term = term;
    event.utm_content = content;
}

fn address(of_event: Option<&str>, said: &Said<'_>, arrival: &Arrival) -> String {
    let given = of_event.or(said.ip.as_deref()).and_then(|text| text.trim().parse().ok());
    given.or(arrival.ip).map(|ip| ip.to_canonical().to_string()).unwrap_or_default()
}

fn country(said: &str) -> String {
    let code = said.trim();
    if code.len() == 2 { code.to_ascii_uppercase() } else { column(code) }
}

/// Cuts a text to what a column holds.
fn column(text: &str) -> String {
    clean(text, limits::COLUMN_CHARS)
}

/// Cuts a text to so many characters, and takes out those that can't be seen.
fn clean(text: &str, chars: usize) -> String {
    let is_fine = text.len() <= chars && !text.bytes().any(|byte| byte < 0x20 || byte == 0x7f);
    if is_fine {
        return text.to_owned();
    }
    text.chars().filter(|char| !char.is_control()).take(chars).collect()
}

fn empty(arrival: &Arrival, timestamp: DateTime<Utc>) -> Event {
    Event {
        project_id: arrival.project,
        event_id: EventId(Uuid::nil()),
        event_type: EventType::Track,
        event_name: String::new(),
        timestamp,
        received_at: timestamp,
        user_id: String::new(),
        person_id: PersonId(Uuid::nil()),
        session_id: String::new(),
        ip_address: String::new(),
        user_agent: String::new(),
        device_type: String::new(),
        os: String::new(),
        os_version: String::new(),
        browser: String::new(),
        browser_version: String::new(),
        country: String::new(),
        city: String::new(),
        url: String::new(),
        host: String::new(),
        path: String::new(),
        referrer: String::new(),
        referrer_domain: String::new(),
        channel: String::new(),
        utm_source: String::new(),
        utm_medium: String::new(),
        utm_campaign: String::new(),
        utm_term: String::new(),
        utm_content: String::new(),
        library: String::new(),
        properties: String::new(),
    }
}

#[cfg(test)]
mod tests;
