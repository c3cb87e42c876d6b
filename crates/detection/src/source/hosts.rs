//! What kind of place a host is.

use std::collections::HashMap;
use std::sync::OnceLock;

/// What kind of place people come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An assistant that answers with what a model writes.
    Ai,
    /// A search engine.
    Search,
    /// A network of people, or a messenger.
    Social,
    /// A mail program, or a sender of newsletters.
    Email,
    /// A payment provider or a bank's check of a card: who comes back from there has come from elsewhere before.
    Payment,
    /// Any other place.
    Referral,
}

/// Search engines that stand under many countries' domains: `google.co.uk`, `cn.bing.com`, `yandex.com.tr`.
const SEARCH_NAMES: [&str; 6] = ["google", "bing", "yandex", "baidu", "ecosia", "yahoo"];

/// Networks that stand under many countries' domains: `pinterest.co.uk`.
const SOCIAL_NAMES: [&str; 2] = ["pinterest", "facebook"];

/// Returns what kind of place a host is; `android-app://` and `ios-app://` addresses have an app's id for one.
///
/// The host is in lower case; a port and `www.` say nothing.
pub fn of_host(host: &str) -> Kind {
    let host = host.split(':').next().unwrap_or(host).trim_end_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    let known = Hosts::shared();
    let mut rest = host;
    loop {
        if let Some(kind) = known.own.get(rest).or_else(|| known.listed.get(rest)) {
            return *kind;
        }
        match rest.split_once('.') {
            Some((_, shorter)) if shorter.contains('.') => rest = shorter,
            _ => break,
        }
    }
    of_name(host)
}

/// `google.co.uk`, `r.search.yahoo.com`, `cn.bing.com`: the name stands before the country, and what stands before the
/// name of an engine is a language, a country, or says that it searches.
fn of_name(host: &str) -> Kind {
    let labels: Vec<&str> = host.split('.').collect();
    let known = |label: &&str| SEARCH_NAMES.contains(label) || SOCIAL_NAMES.contains(label);
    let Some(index) = labels.iter().position(known) else { return Kind::Referral };
    let is_country = match &labels[index + 1..] {
        [one] => one.len() <= 3,
        [two, one] => matches!(*two, "co" | "com") && one.len() == 2,
        _ => false,
    };
    if !is_country {
        return Kind::Referral;
    }
    let before = &labels[..index];
    if SOCIAL_NAMES.contains(&labels[index]) {
        return Kind::Social;
    }
    let searches = |label: &&str| label.contains("search") || matches!(*label, "images" | "image" | "lens" | "video");
    let is_search = before.iter().all(|label| label.len() <= 2 || searches(label));
    let is_portal = labels[index] == "yahoo" && !before.iter().any(searches);
    if is_search && !is_portal { Kind::Search } else { Kind::Referral }
}

/// The lists.
struct Hosts {
    own: HashMap<&'static str, Kind>,
    listed: HashMap<String, Kind>,
}

impl Hosts {
    fn shared() -> &'static Self {
        static SHARED: OnceLock<Hosts> = OnceLock::new();
        SHARED.get_or_init(|| {
            let listed: HashMap<String, String> =
                serde_json::from_str(include_str!("../../data/referrers.json")).expect("a test reads the list");
            let listed = listed.into_iter().map(|(host, medium)| (host, Kind::of_medium(&medium)));
            Self { own: own(include_str!("../../data/sources.txt")), listed: listed.collect() }
        })
    }
}

fn own(text: &'static str) -> HashMap<&'static str, Kind> {
    let mut kind = Kind::Referral;
    let mut hosts = HashMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(section) => kind = Kind::of_medium(section),
            None => {
                let names = line.split(',').map(str::trim).filter(|name| !name.is_empty());
                hosts.extend(names.map(|name| (name, kind)));
            }
        }
    }
    hosts
}

impl Kind {
    fn of_medium(medium: &str) -> Self {
        match medium {
            "ai" => Self::Ai,
            "search" => Self::Search,
            "social" => Self::Social,
            "email" => Self::Email,
            "payment" => Self::Payment,
            _ => Self::Referral,
        }
    }
}
