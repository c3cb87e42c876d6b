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
use std::net::IpAddr;
use std::sync::Arc;

use analytics_model::{PersonId, ProjectId};
use analytics_store::RunningSession;
use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

use crate::clean::clean;
use crate::delivery::Record;
use crate::json::{self, Entry};
use crate::people::People;
use crate::places::Places;
use crate::rules::{Addresses, Rules};
use crate::{Event, EventType, Mode, Properties, limits};
use agent::{Agent, Agents};
use channel::Visit;
use page::Page;
use said::Said;
pub use sessions::{SESSION_LONGEST, SESSION_SILENCE};
use sessions::{Session, Sessions};

/// Makes events of what was accepted; remembers browsers and sessions.
#[derive(Default)]
pub(crate) struct Enricher {
    agents: Agents,
    sessions: Sessions,
    places: Places,
    people: People,
}

/// What the events of one delivery have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sender<'a> {
    pub(crate) project: ProjectId,
    pub(crate) mode: Mode,
    pub(crate) received_at: DateTime<Utc>,
    pub(crate) ip: Option<IpAddr>,
    pub(crate) user_agent: Option<&'a str>,
    /// Country and city as a trusted proxy says.
    pub(crate) place: Option<(&'a str, &'a str)>,
}

#[cfg(test)]
impl Sender<'_> {
    pub(crate) fn of(project: ProjectId, received_at: DateTime<Utc>) -> Self {
        Self { project, received_at, ip: None, user_agent: None, place: None, mode: Mode::Live }
    }
}

/// What an event is made from: what was sent, and what the user agent tells.
struct Reading<'a> {
    record: Record<'a>,
    sender: Sender<'a>,
    entries: Vec<Entry<'a>>,
    said: Said<'a>,
    user_agent: Cow<'a, str>,
    /// Whether the event says the user agent itself, rather than the request it came with.
    says_agent: bool,
    agent: Arc<Agent>,
}

impl Enricher {
    pub(crate) fn new(places: Places) -> Self {
        Self { places, ..Self::default() }
    }

    /// Returns who is who.
    pub(crate) fn people(&self) -> &People {
        &self.people
    }

    /// Fills every column and passes the event on.
    pub(crate) fn enrich<'a, R>(
        &self,
        record: &Record<'a>,
        sender: &Sender<'a>,
        rules: &Rules,
        then: impl FnOnce(&Event<'_>) -> R,
    ) -> R {
        then(&self.event(&self.read(record, sender), rules))
    }

    /// Notes that somebody was there, as far as it matters for the sessions of other events.
    pub(crate) fn observe(&self, record: &Record<'_>, sender: &Sender<'_>) {
        if record.session_id.is_none() {
            self.sessions.find(sender.project, self.people.of(sender.project, record.distinct_id), record.time());
        }
    }

    /// Lets sessions go on that an earlier writer has begun.
    pub(crate) fn recall(&self, running: Vec<RunningSession>) {
        for RunningSession { project_id, user_id, session_id, started_at, ended_at } in running {
            let Ok(id) = Uuid::parse_str(&session_id) else { continue };
            let session = Session { id, first: started_at, last: ended_at };
            self.sessions.recall(project_id, self.people.of(project_id, &user_id), session);
        }
    }

    /// Lets somebody who turns out to be another go on in the session they began, unless the other is in one of their own.
    ///
    /// To be told before any event of theirs is made that is stored with the news: those that came before it are the
    /// other's already.
    pub(crate) fn unite(&self, project: ProjectId, from: PersonId, into: PersonId, at: DateTime<Utc>) {
        self.sessions.carry(project, from, into, at);
    }

    fn read<'a>(&self, record: &Record<'a>, sender: &Sender<'a>) -> Reading<'a> {
        let entries = json::entries(record.properties);
        let said = Said::of(&entries);
        let user_agent = record.user_agent.map(Cow::Borrowed).or(said.user_agent.clone());
        let says_agent = user_agent.is_some();
        let user_agent = user_agent.or(sender.user_agent.map(Cow::Borrowed)).unwrap_or_default();
        let agent = self.agents.get(&user_agent);
        Reading { record: record.clone(), sender: *sender, entries, said, user_agent, says_agent, agent }
    }

    fn event<'a>(&self, reading: &'a Reading<'a>, rules: &Rules) -> Event<'a> {
        let Reading { record, sender, entries, said, user_agent, says_agent, agent } = reading;
        let person_id = self.people.of(sender.project, record.distinct_id);
        let session_id = self.session(reading, person_id);
        let page = Page::of(said);
        let event_type = record.event_type;
        let [source, medium, campaign, term, content] = page.utm.each_ref().map(|value| column(value.clone()));
        let channel = channel::of(&Visit {
            is_page: matches!(event_type, EventType::Page | EventType::Screen),
            page: &page,
            utm_source: &source,
            utm_medium: &medium,
            utm_campaign: &campaign,
        });
        let (os, os_version) = pair(&said.os, &said.os_version, (&agent.os, &agent.os_version));
        let (browser, browser_version) =
            pair(&said.browser, &said.browser_version, (&agent.browser, &agent.browser_version));
        let address = address(record.ip, said, sender.ip);
        let (country, city) = self.place(said, sender, address);
        let is_internal = rules.internal.is(address, &page.host, record.distinct_id);
        // A crawler that runs pages says Mozilla; what else sends requests is a server or a script, which tells what
        // people did.
        let is_itself = *says_agent || user_agent.starts_with("Mozilla/");
        let is_bot = (agent.device_type == agent::BOT && is_itself) || said.is_driven;
        let traffic = traffic(is_internal, is_bot);
        let (properties, entries) = properties(record.properties, entries, rules.addresses);
        Event {
            project_id: sender.project,
            event_id: record.id(),
            event_type,
            event_name: record.event.into(),
            timestamp: record.time(),
            received_at: sender.received_at.trunc_subsecs(3),
            user_id: record.distinct_id.into(),
            person_id,
            session_id,
            ip_address: kept(address, rules.addresses),
            user_agent: column(Cow::Borrowed(user_agent)),
            device_type: device_type(said, agent),
            os,
            os_version,
            browser,
            browser_version,
            country,
            city,
            url: column(page.url),
            host: column(page.host),
            path: column(page.path),
            referrer: column(page.referrer),
            referrer_domain: column(page.referrer_domain),
            channel: channel.into(),
            utm_source: source,
            utm_medium: medium,
            utm_campaign: campaign,
            utm_term: term,
            utm_content: content,
            traffic,
            revenue: revenue(said),
            library: said.library.clone().map(column).unwrap_or_default(),
            properties,
            entries,
        }
    }

    /// The client's session, or one by the time of the events.
    fn session<'a>(&self, reading: &Reading<'a>, person: PersonId) -> Cow<'a, str> {
        let Reading { record, sender, said, .. } = reading;
        match record.session_id.map(Cow::Borrowed).or(said.session_id.clone()) {
            Some(id) if !id.trim().is_empty() => cut(id, limits::ID_CHARS),
            _ => self.sessions.find(sender.project, person, record.time()).to_string().into(),
        }
    }

    /// Where it was: as the sender says, else as the proxy says, else by the address.
    fn place<'a>(&self, said: &Said<'a>, sender: &Sender<'a>, address: Option<IpAddr>) -> (Cow<'a, str>, Cow<'a, str>) {
        if said.country.is_some() || said.city.is_some() {
            let country = said.country.clone().map(country).unwrap_or_default();
            return (country, said.city.clone().map(column).unwrap_or_default());
        }
        if let Some((code, city)) = sender.place {
            return (country(code.into()), column(city.into()));
        }
        let place = address.map(|address| self.places.find(address)).unwrap_or_default();
        (country(place.country.into()), column(place.city.into()))
    }
}

/// What an event is left out for; nothing for people.
fn traffic(is_internal: bool, is_bot: bool) -> &'static str {
    match (is_internal, is_bot) {
        (true, _) => "internal",
        (false, true) => "bot",
        (false, false) => "",
    }
}

/// The money an event says; 0 where it says none, or nothing that is a number.
fn revenue(said: &Said<'_>) -> f64 {
    let amounts = said.revenue.iter().flatten().filter_map(|text| text.trim().parse::<f64>().ok());
    amounts.into_iter().find(|amount| amount.is_finite()).unwrap_or(0.0)
}

/// The properties, without an address that is not to be kept.
fn properties<'a>(
    text: &'a str,
    entries: &'a [Entry<'a>],
    addresses: Addresses,
) -> (Cow<'a, str>, Cow<'a, [Entry<'a>]>) {
    let is_address = |(name, _): &Entry<'_>| name == "$ip";
    if addresses == Addresses::Keep || !entries.iter().any(is_address) {
        return (text.into(), entries.into());
    }
    let kept: Vec<Entry<'a>> = entries.iter().filter(|entry| !is_address(entry)).cloned().collect();
    (Properties::of_entries(&kept).into_string().into(), kept.into())
}

fn device_type<'a>(said: &Said<'a>, agent: &'a Agent) -> Cow<'a, str> {
    match &said.device_type {
        Some(device) => column(device.to_lowercase().into()),
        None => agent.device_type.into(),
    }
}

/// A version belongs to the name it came with.
fn pair<'a>(
    name: &Option<Cow<'a, str>>,
    version: &Option<Cow<'a, str>>,
    derived: (&'a str, &'a str),
) -> (Cow<'a, str>, Cow<'a, str>) {
    let derived_version = if name.as_deref().is_none_or(|name| name == derived.0) { derived.1 } else { "" };
    let name = name.clone().unwrap_or(Cow::Borrowed(derived.0));
    (column(name), column(version.clone().unwrap_or(Cow::Borrowed(derived_version))))
}

fn address(of_event: Option<IpAddr>, said: &Said<'_>, of_request: Option<IpAddr>) -> Option<IpAddr> {
    let given = of_event.or_else(|| said.ip.as_deref()?.trim().parse().ok());
    given.or(of_request).map(|address| address.to_canonical())
}

fn kept(address: Option<IpAddr>, addresses: Addresses) -> Cow<'static, str> {
    let kept = address.and_then(|address| addresses.kept(address));
    kept.map(|address| address.to_string()).unwrap_or_default().into()
}

fn country(said: Cow<'_, str>) -> Cow<'_, str> {
    let code = said.trim();
    if code.len() == 2 { code.to_ascii_uppercase().into() } else { column(said.trim().to_owned().into()) }
}

/// Cuts a text to what a column holds.
fn column(text: Cow<'_, str>) -> Cow<'_, str> {
    cut(text, limits::COLUMN_CHARS)
}

fn cut(text: Cow<'_, str>, chars: usize) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => clean(text, chars),
        Cow::Owned(text) => match clean(&text, chars) {
            Cow::Borrowed(_) => Cow::Owned(text),
            Cow::Owned(cleaned) => Cow::Owned(cleaned),
        },
    }
}

#[cfg(test)]
mod tests;
