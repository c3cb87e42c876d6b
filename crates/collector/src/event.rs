//! An event as it is stored.

use analytics_model::{EventId, PersonId, ProjectId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An event with every column of the events table; an empty text is "none".
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The project.
    pub project_id: ProjectId,
    /// The event; a second one of the same id is a duplicate.
    pub event_id: EventId,
    /// What kind of call it was.
    pub event_type: EventType,
    /// What happened, such as `$pageview`.
    pub event_name: String,
    /// When it happened, whole milliseconds.
    pub timestamp: DateTime<Utc>,
    /// When it arrived, whole milliseconds.
    pub received_at: DateTime<Utc>,
    /// The distinct id as sent.
    pub user_id: String,
    /// The person the distinct id stands for.
    pub person_id: PersonId,
    /// The session, by the client's name or ours.
    pub session_id: String,
    /// The sender's address.
    pub ip_address: String,
    /// The sender's browser or program, as it says.
    pub user_agent: String,
    /// `desktop`, `mobile`, `tablet`, `tv`, `bot` or `other`.
    pub device_type: String,
    /// The operating system.
    pub os: String,
    /// The operating system's version.
    pub os_version: String,
    /// The browser.
    pub browser: String,
    /// The browser's version.
    pub browser_version: String,
    /// The country's two-letter code.
    pub country: String,
    /// The city.
    pub city: String,
    /// The page's address.
    pub url: String,
    /// The page's host.
    pub host: String,
    /// The page's path.
    pub path: String,
    /// The address of the page before.
    pub referrer: String,
    /// The host of the page before.
    pub referrer_domain: String,
    /// How the visitor came: `direct`, `search`, `social`, `email`, `paid`, `campaign`, `referral` or `internal`.
    pub channel: String,
    /// Where the campaign ran.
    pub utm_source: String,
    /// By which medium.
    pub utm_medium: String,
    /// The campaign.
    pub utm_campaign: String,
    /// The campaign's search term.
    pub utm_term: String,
    /// Which of the campaign's links.
    pub utm_content: String,
    /// The program that sent it.
    pub library: String,
    /// A JSON object, as it came.
    pub properties: String,
}

/// What kind of call made an event.
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
