//! How a visitor came, by small tables that anybody can read.
//!
//! The first that holds: an advertiser's mark or a paid medium is `paid`; a medium of mail is `email`, of social
//! networks `social`, of search `search`; an assistant as the source is `ai`; any other `utm_source`, `utm_medium` or
//! `utm_campaign` is `campaign`; a page of the same site before is `internal`, and so is a payment provider or what the
//! project ignores, from where a visit only goes on; an assistant's `ai`, a search engine's `search`, a network's
//! `social`, a mail reader's `email`; any other page before is `referral`; a network's mark without a page before is
//! `social`; a page without either is `direct`. What is neither a page nor has an address came by no channel.

use detection::source::{self, Kind};

use super::page::Page;

const PAID_MEDIA: [&str; 9] = ["cpc", "ppc", "cpm", "cpv", "cpa", "display", "banner", "retargeting", "remarketing"];
const MAIL_MEDIA: [&str; 5] = ["email", "e-mail", "e_mail", "mail", "newsletter"];
const SOCIAL_MEDIA: [&str; 5] = ["social", "social-network", "social-media", "social_media", "sm"];
const SEARCH_MEDIA: [&str; 2] = ["organic", "search"];
const AI_MEDIA: [&str; 4] = ["ai", "llm", "ai-assistant", "ai_assistant"];

/// What the choice is made from.
pub(super) struct Visit<'a> {
    pub(super) is_page: bool,
    pub(super) page: &'a Page<'a>,
    /// Whether the visit only goes on, whatever page was before: the project ignores it, or somebody paid there.
    pub(super) goes_on: bool,
    pub(super) utm_source: &'a str,
    pub(super) utm_medium: &'a str,
    pub(super) utm_campaign: &'a str,
}

/// Returns the channel, or nothing for events that came by none.
pub(super) fn of(visit: &Visit<'_>) -> &'static str {
    let medium = visit.utm_medium.trim().to_lowercase();
    if visit.page.has_click_id || medium.starts_with("paid") || PAID_MEDIA.contains(&medium.as_str()) {
        return "paid";
    }
    if let Some(channel) = of_medium(&medium) {
        return channel;
    }
    if matches!(medium.as_str(), "" | "referral") && is_assistant(visit.utm_source) {
        return "ai";
    }
    if [visit.utm_source, visit.utm_medium, visit.utm_campaign].iter().any(|value| !value.is_empty()) {
        return "campaign";
    }
    let before = without_www(&visit.page.referrer_domain);
    if visit.goes_on || (!before.is_empty() && is_same_site(before, without_www(&visit.page.host))) {
        return "internal";
    }
    if !before.is_empty() {
        return of_host(before);
    }
    if visit.page.has_network_id {
        return "social";
    }
    if visit.is_page || !visit.page.url.is_empty() { "direct" } else { "" }
}

fn of_medium(medium: &str) -> Option<&'static str> {
    let tables = [
        (&MAIL_MEDIA[..], "email"),
        (&SOCIAL_MEDIA[..], "social"),
        (&SEARCH_MEDIA[..], "search"),
        (&AI_MEDIA[..], "ai"),
    ];
    tables.iter().find(|(media, _)| media.contains(&medium)).map(|(_, channel)| *channel)
}

fn of_host(host: &str) -> &'static str {
    match source::of_host(host) {
        Kind::Ai => "ai",
        Kind::Search => "search",
        Kind::Social => "social",
        Kind::Email => "email",
        Kind::Payment => "internal",
        Kind::Referral => "referral",
    }
}

/// Assistants name themselves in the addresses they give: `utm_source=chatgpt.com`.
fn is_assistant(utm_source: &str) -> bool {
    let source = utm_source.trim().to_lowercase();
    source::of_host(&source) == Kind::Ai
        || matches!(source.as_str(), "chatgpt" | "openai" | "perplexity" | "gemini" | "copilot" | "claude")
}

/// A host, the one above it and the one below it are one site; two beside each other need not be.
fn is_same_site(before: &str, host: &str) -> bool {
    let is_below = |long: &str, short: &str| {
        short.contains('.') && long.strip_suffix(short).is_some_and(|rest| rest.ends_with('.'))
    };
    before == host || is_below(before, host) || is_below(host, before)
}

pub(super) fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}
