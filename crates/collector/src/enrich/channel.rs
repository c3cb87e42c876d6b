//! How a visitor came, by small tables that anybody can read.
//!
//! The first that holds: an advertiser's click id or a paid medium is `paid`; a medium of mail is `email`, of social
//! networks `social`, of search `search`; any other `utm_source`, `utm_medium` or `utm_campaign` is `campaign`; a page
//! of the same site before is `internal`; a search engine's `search`, a network's `social`, a mail reader's `email`;
//! any other page before is `referral`; a page without one before is `direct`. What is neither a page nor has an
//! address came by no channel.

use super::page::Page;

/// Parameters that advertisers add to the address of an ad's target.
pub(super) const CLICK_IDS: [&str; 7] = ["gclid", "gbraid", "wbraid", "dclid", "msclkid", "ttclid", "li_fat_id"];

const PAID_MEDIA: [&str; 9] = ["cpc", "ppc", "cpm", "cpv", "cpa", "display", "banner", "retargeting", "remarketing"];
const MAIL_MEDIA: [&str; 5] = ["email", "e-mail", "e_mail", "mail", "newsletter"];
const SOCIAL_MEDIA: [&str; 5] = ["social", "social-network", "social-media", "social_media", "sm"];
const SEARCH_MEDIA: [&str; 2] = ["organic", "search"];

/// Hosts that begin with this word, whatever the country (`www.google.co.uk`).
const SEARCH_NAMES: [&str; 7] = ["google", "bing", "yahoo", "yandex", "baidu", "ask", "ecosia"];
const SEARCH_HOSTS: [&str; 12] = [
    "duckduckgo.com",
    "search.brave.com",
    "startpage.com",
    "qwant.com",
    "kagi.com",
    "search.naver.com",
    "sogou.com",
    "so.com",
    "seznam.cz",
    "search.aol.com",
    "metager.de",
    "mojeek.com",
];
const MAIL_HOSTS: [&str; 9] = [
    "mail.google.com",
    "mail.yahoo.com",
    "outlook.live.com",
    "outlook.office.com",
    "outlook.office365.com",
    "mail.proton.me",
    "mail.yandex.ru",
    "com.google.android.gm",
    "mail.zoho.com",
];
const SOCIAL_HOSTS: [&str; 24] = [
    "facebook.com",
    "fb.com",
    "instagram.com",
    "twitter.com",
    "x.com",
    "t.co",
    "linkedin.com",
    "lnkd.in",
    "reddit.com",
    "youtube.com",
    "youtu.be",
    "pinterest.com",
    "tiktok.com",
    "threads.net",
    "bsky.app",
    "mastodon.social",
    "vk.com",
    "weibo.com",
    "quora.com",
    "tumblr.com",
    "snapchat.com",
    "discord.com",
    "news.ycombinator.com",
    "whatsapp.com",
];

/// What the choice is made from.
pub(super) struct Visit<'a> {
    pub(super) is_page: bool,
    pub(super) page: &'a Page<'a>,
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
    if [visit.utm_source, visit.utm_medium, visit.utm_campaign].iter().any(|value| !value.is_empty()) {
        return "campaign";
    }
    let before = without_www(&visit.page.referrer_domain);
    if !before.is_empty() {
        return if before == without_www(&visit.page.host) { "internal" } else { of_host(before) };
    }
    if visit.is_page || !visit.page.url.is_empty() { "direct" } else { "" }
}

fn of_medium(medium: &str) -> Option<&'static str> {
    let tables = [(&MAIL_MEDIA[..], "email"), (&SOCIAL_MEDIA[..], "social"), (&SEARCH_MEDIA[..], "search")];
    tables.iter().find(|(media, _)| media.contains(&medium)).map(|(_, channel)| *channel)
}

fn of_host(host: &str) -> &'static str {
    let is_of = |known: &&str| host == *known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.'));
    if MAIL_HOSTS.iter().any(is_of) {
        return "email";
    }
    if is_search_name(host) || SEARCH_HOSTS.iter().any(is_of) {
        return "search";
    }
    if SOCIAL_HOSTS.iter().any(is_of) { "social" } else { "referral" }
}

/// `google.com`, `google.co.uk`, `search.yahoo.com`, `cn.bing.com`: the name stands before the country.
fn is_search_name(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let Some(index) = labels.iter().position(|label| SEARCH_NAMES.contains(label)) else { return false };
    let country = &labels[index + 1..];
    let is_country = match country {
        [one] => one.len() <= 3,
        [two, one] => matches!(*two, "co" | "com") && one.len() == 2,
        _ => false,
    };
    let before = &labels[..index];
    let is_search = match before {
        [] => true,
        [sub] => sub.len() == 2 || sub.contains("search") || *sub == "m",
        [first, second] => first.len() == 2 && *second == "search",
        _ => false,
    };
    is_country && is_search
}

fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}
