//! An event as it is stored.

use std::borrow::Cow;

use crate::delivery::Record;
use crate::json::Entry;
use analytics_model::{EventId, PersonId, ProjectId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An event with every column of the events table, its texts borrowed where they can be; an empty text is "none".
#[derive(Debug, Clone)]
pub(crate) struct Event<'a> {
    /// The project.
    pub(crate) project_id: ProjectId,
    /// The event; a second one of the same id is a duplicate.
    pub(crate) event_id: EventId,
    /// What kind of call it was.
    pub(crate) event_type: EventType,
    /// What happened, such as `$pageview`.
    pub(crate) event_name: Cow<'a, str>,
    /// When it happened, whole milliseconds.
    pub(crate) timestamp: DateTime<Utc>,
    /// When it arrived, whole milliseconds.
    pub(crate) received_at: DateTime<Utc>,
    /// The distinct id as sent.
    pub(crate) user_id: Cow<'a, str>,
    /// The person the distinct id stands for.
    pub(crate) person_id: PersonId,
    /// The session, by the client's name or ours.
    pub(crate) session_id: Cow<'a, str>,
    /// The sender's address.
    pub(crate) ip_address: Cow<'a, str>,
    /// The sender's browser or program, as it says.
    pub(crate) user_agent: Cow<'a, str>,
    /// `desktop`, `mobile`, `tablet`, `tv`, `console`, `wearable`, `bot` or `other`.
    pub(crate) device_type: Cow<'a, str>,
    /// The operating system.
    pub(crate) os: Cow<'a, str>,
    /// The operating system's version.
    pub(crate) os_version: Cow<'a, str>,
    /// The browser.
    pub(crate) browser: Cow<'a, str>,
    /// The browser's version.
    pub(crate) browser_version: Cow<'a, str>,
    /// The country's two-letter code.
    pub(crate) country: Cow<'a, str>,
    /// The city.
    pub(crate) city: Cow<'a, str>,
    /// The page's address.
    pub(crate) url: Cow<'a, str>,
    /// The page's host.
    pub(crate) host: Cow<'a, str>,
    /// The page's path.
    pub(crate) path: Cow<'a, str>,
    /// The address of the page before.
    pub(crate) referrer: Cow<'a, str>,
    /// The host of the page before.
    pub(crate) referrer_domain: Cow<'a, str>,
    /// How the visitor came: `direct`, `search`, `ai`, `social`, `email`, `paid`, `campaign`, `referral` or `internal`.
    pub(crate) channel: Cow<'a, str>,
    /// Where the campaign ran.
    pub(crate) utm_source: Cow<'a, str>,
    /// By which medium.
    pub(crate) utm_medium: Cow<'a, str>,
    /// The campaign.
    pub(crate) utm_campaign: Cow<'a, str>,
    /// The campaign's search term.
    pub(crate) utm_term: Cow<'a, str>,
    /// Which of the campaign's links.
    pub(crate) utm_content: Cow<'a, str>,
    /// Empty for people, else what it is left out for: `bot` or `internal`.
    pub(crate) traffic: &'static str,
    /// The money it says; 0 for none.
    pub(crate) revenue: f64,
    /// The program that sent it.
    pub(crate) library: Cow<'a, str>,
    /// A JSON object, as it came.
    pub(crate) properties: Cow<'a, str>,
    /// What the object holds.
    pub(crate) entries: Cow<'a, [Entry<'a>]>,
}

impl<'a> Event<'a> {
    /// Returns an event with no more than what is known without understanding it.
    pub(crate) fn bare(project: ProjectId, received_at: DateTime<Utc>, record: &Record<'a>) -> Self {
        let none = || Cow::Borrowed("");
        Self {
            project_id: project,
            event_id: record.id(),
            event_type: record.event_type,
            event_name: record.event.into(),
            timestamp: record.time(),
            received_at,
            user_id: record.distinct_id.into(),
            person_id: PersonId::of(project, record.distinct_id),
            session_id: none(),
            ip_address: none(),
            user_agent: none(),
            device_type: none(),
            os: none(),
            os_version: none(),
            browser: none(),
            browser_version: none(),
            country: none(),
            city: none(),
            url: none(),
            host: none(),
            path: none(),
            referrer: none(),
            referrer_domain: none(),
            channel: none(),
            utm_source: none(),
            utm_medium: none(),
            utm_campaign: none(),
            utm_term: none(),
            utm_content: none(),
            traffic: "",
            revenue: 0.0,
            library: none(),
            properties: record.properties.into(),
            entries: Cow::Borrowed(&[]),
        }
    }
}

/// What kind of call made an event. The order of the kinds is what the spool keeps: new ones come last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventType {
    /// A page was seen.
    Page,
    /// Anything else happened.
    Track,
    /// Someone said who they are, or something about them.
    Identify,
    /// A screen of an app was seen.
    Screen,
    /// Something was said about a company or another group.
    Group,
    /// Two ids were said to be one person.
    Alias,
}

impl EventType {
    /// Returns the kind that an event of this name is of.
    pub fn of(event_name: &str) -> Self {
        match event_name {
            "$pageview" | "page" => Self::Page,
            "$screen" | "screen" => Self::Screen,
            "$identify" | "identify" | "$set" | "$unset" => Self::Identify,
            "$groupidentify" | "group" => Self::Group,
            "$create_alias" | "$merge_dangerously" | "alias" => Self::Alias,
            _ => Self::Track,
        }
    }

    /// Returns the name it is stored under.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Track => "track",
            Self::Identify => "identify",
            Self::Screen => "screen",
            Self::Group => "group",
            Self::Alias => "alias",
        }
    }
}
