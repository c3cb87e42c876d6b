//! From what was said to what is stored: every column of the events table.
//!
//! What a sender says of itself (`$browser`, `$current_url`, `$session_id` …) wins over what we derive. Names of
//! browsers and systems are those that PostHog's libraries send, so that both fall into one.

mod agent;
mod channel;
mod page;
mod said;

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use analytics_model::{PersonId, ProjectId, read_sender};
use chrono::{DateTime, SubsecRound, Utc};
use detection::source::{self, Kind};
use uuid::Uuid;

use crate::clean::clean;
use crate::delivery::Record;
use crate::json::{self, Entry};
use crate::people::People;
use crate::places::Places;
use crate::rules::{Addresses, Rules};
use crate::{Event, EventType, Mode, Properties, limits, sessions};
use agent::{Agent, Agents};
use channel::Visit;
use page::Page;
use said::Said;

/// Makes events of what was accepted; remembers browsers.
#[derive(Default)]
pub(crate) struct Enricher {
    agents: Agents,
    places: Places,
    people: People,
}

/// What was found out about an event beforehand, where its sender names no session.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Whose {
    /// The person that its distinct id stands for by itself.
    pub(crate) own: Option<PersonId>,
    /// The session it belongs to by its time.
    pub(crate) session: Option<Uuid>,
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
    /// Whether it is known to be one of the project's own, whatever its address tells.
    pub(crate) is_internal: bool,
}

/// Events of such a name make this code panic, for tests of what becomes of them.
#[cfg(test)]
pub(crate) const STUMBLES: &str = "make the server stumble";

#[cfg(test)]
impl Sender<'_> {
    pub(crate) fn of(project: ProjectId, received_at: DateTime<Utc>) -> Self {
        Self { project, received_at, ip: None, user_agent: None, place: None, mode: Mode::Live, is_internal: false }
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

impl Reading<'_> {
    /// A crawler that runs pages says Mozilla; what else sends requests is a server or a script, which tells what
    /// people did.
    fn is_bot(&self) -> bool {
        let is_itself = self.says_agent || self.user_agent.starts_with("Mozilla/");
        (self.agent.device_type == agent::BOT && is_itself) || self.said.is_driven
    }
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
        whose: Whose,
        then: impl FnOnce(&Event<'_>) -> R,
    ) -> R {
        then(&self.event(&self.read(record, sender), rules, whose))
    }

    fn read<'a>(&self, record: &Record<'a>, sender: &Sender<'a>) -> Reading<'a> {
        #[cfg(test)]
        assert!(!record.event.starts_with(STUMBLES), "told to stumble over {:?}", record.event);
        let entries = json::entries(record.properties);
        let said = Said::of(&entries);
        let user_agent = record.user_agent.map(Cow::Borrowed).or(said.user_agent.clone());
        let says_agent = user_agent.is_some();
        let user_agent = user_agent.or(sender.user_agent.map(Cow::Borrowed)).unwrap_or_default();
        let agent = self.agents.get(&user_agent);
        Reading { record: record.clone(), sender: *sender, entries, said, user_agent, says_agent, agent }
    }

    fn event<'a>(&self, reading: &'a Reading<'a>, rules: &Rules, whose: Whose) -> Event<'a> {
        let Reading { record, sender, entries, said, user_agent, says_agent: _, agent } = reading;
        let own = whose.own.unwrap_or_else(|| PersonId::of(sender.project, record.distinct_id));
        let person_id = self.people.now(own);
        let (page, goes_on) = page(said, rules);
        let event_type = record.event_type;
        let [source, medium, campaign, term, content] = page.utm.each_ref().map(|value| column(value.clone()));
        let channel = channel::of(&Visit {
            is_page: matches!(event_type, EventType::Page | EventType::Screen),
            page: &page,
            goes_on,
            utm_source: &source,
            utm_medium: &medium,
            utm_campaign: &campaign,
        });
        let (os, os_version) = pair(&said.os, &said.os_version, (&agent.os, &agent.os_version));
        let (browser, browser_version) =
            pair(&said.browser, &said.browser_version, (&agent.browser, &agent.browser_version));
        let address = address(record.ip, said, sender.ip);
        let (country, city) = self.place(said, sender, address);
        let is_internal = sender.is_internal || rules.internal.is(address, &page.host, record.distinct_id);
        let traffic = traffic(is_internal, reading.is_bot());
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
            session_id: session(record, said, whose),
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

/// The page, and whether the visit goes on where it was: who comes back from paying, or from a host that the project
/// ignores, came from nowhere else.
fn page<'a>(said: &Said<'a>, rules: &Rules) -> (Page<'a>, bool) {
    let mut page = Page::of(said);
    let goes_on = !page.referrer_domain.is_empty()
        && (rules.ignores(&page.referrer_domain) || source::of_host(&page.referrer_domain) == Kind::Payment);
    if goes_on {
        page.referrer_domain = Cow::Borrowed("");
    }
    (page, goes_on)
}

/// The client's session, or the one by the time of the events.
fn session<'a>(record: &Record<'a>, said: &Said<'a>, whose: Whose) -> Cow<'a, str> {
    match (whose.session, sessions::said(record.session_id, said.session_id.clone())) {
        (Some(by_time), _) => by_time.to_string().into(),
        (None, Some(named)) => named,
        (None, None) => Cow::Borrowed(""),
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
    let given = of_event.or_else(|| read_sender(said.ip.as_deref()?));
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
