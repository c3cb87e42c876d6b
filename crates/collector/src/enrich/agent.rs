//! What a `User-Agent` tells: device, system, browser.
//!
//! Woothee does the reading; it was last taught in 2021, so what changed since is put right here.

use std::sync::{Arc, Mutex, PoisonError};

use woothee::parser::Parser;

use crate::generations::Generations;

/// So many different texts are remembered at least: reading one takes about as long as everything else of an event.
const REMEMBERED: usize = 5_000;
/// Longer texts are no browser's.
const LONGEST: usize = 1_000;

const UNKNOWN: &str = "UNKNOWN";

/// The device of programs that visit pages.
pub(super) const BOT: &str = "bot";

/// What a `User-Agent` tells; empty for unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Agent {
    pub(super) device_type: &'static str,
    pub(super) os: String,
    pub(super) os_version: String,
    pub(super) browser: String,
    pub(super) browser_version: String,
}

/// A memory of read texts.
pub(super) struct Agents {
    parser: Parser,
    known: Mutex<Generations<String, Arc<Agent>>>,
}

impl Default for Agents {
    fn default() -> Self {
        Self { parser: Parser::new(), known: Mutex::new(Generations::new(REMEMBERED)) }
    }
}

impl Agents {
    pub(super) fn get(&self, text: &str) -> Arc<Agent> {
        if text.is_empty() || text == "-" || text.len() > LONGEST || is_server_library(text) {
            return Arc::default();
        }
        let key = text.to_owned();
        if let Some(agent) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return agent.clone();
        }
        let agent = Arc::new(read(&self.parser, text));
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, agent.clone());
        agent
    }
}

/// A server that sends events for people is not their device.
fn is_server_library(text: &str) -> bool {
    let names = ["posthog-", "analytics-", "Segment", "RudderStack", "rudder-", "radixinsight"];
    names.iter().any(|name| text.starts_with(name))
}

/// Parts of names that only programs have.
/// Browsers give no address to complain to: one in the text is a program's too.
const PROGRAMS: [&str; 31] = [
    "http://",
    "https://",
    "feed",
    "ruby",
    "libfetch",
    "bot",
    "crawl",
    "spider",
    "slurp",
    "headlesschrome",
    "lighthouse",
    "phantomjs",
    "curl/",
    "wget/",
    "python",
    "go-http-client",
    "java/",
    "libwww",
    "scrapy",
    "httpclient",
    "http_request",
    "aiohttp",
    "axios/",
    "node-fetch",
    "feedfetcher",
    "monitor",
    "preview",
    "facebookexternalhit",
    "ahc/",
    "nagios",
    "pingdom",
];
/// Browsers whose names hold a part of the above.
const NO_PROGRAMS: [&str; 1] = ["cubot"];
const TVS: [&str; 9] = ["smart-tv", "smarttv", "googletv", "appletv", "apple tv", "hbbtv", "crkey", "web0s", "aft"];

fn read(parser: &Parser, text: &str) -> Agent {
    let lower = text.to_lowercase();
    let result = parser.parse(text).unwrap_or_default();
    let is_program = matches!(result.category, "crawler")
        || result.name.ends_with("RSSReader")
        || (PROGRAMS.iter().any(|part| lower.contains(part)) && !NO_PROGRAMS.iter().any(|part| lower.contains(part)));
    let (os, os_version) = system(result.os, &result.os_version, text);
    let (browser, browser_version) = browser(result.name, result.version, text);
    let device_type = if is_program { BOT } else { device(result.category, &os, text, &lower) };
    Agent { device_type, os, os_version, browser, browser_version }
}

fn device(category: &str, os: &str, text: &str, lower: &str) -> &'static str {
    let is_tv = TVS.iter().any(|part| lower.contains(part)) && !lower.contains("like mac os x");
    if is_tv || os == "DigitalTV" {
        return "tv";
    }
    let is_tablet = text.contains("iPad")
        || text.contains("Tablet")
        || text.contains("Kindle")
        || text.contains("Silk/")
        || (os == "Android" && !text.contains("Mobile"));
    let is_phone = ["Opera Mini", "MIDP", "Windows Phone"].iter().any(|part| text.contains(part));
    match (category, os) {
        _ if is_phone => "mobile",
        _ if is_tablet && category != "pc" => "tablet",
        (_, "iOS" | "Android") | ("smartphone" | "mobilephone", _) => "mobile",
        ("pc", _) | (_, "Windows" | "Mac OS X" | "Linux" | "Chrome OS") => "desktop",
        _ => "other",
    }
}

fn system(name: &str, version: &str, text: &str) -> (String, String) {
    let version = if version == UNKNOWN { "" } else { version };
    let (name, version) = match name {
        UNKNOWN | "" => return unknown_system(text),
        "iPhone" | "iPad" | "iPod" | "iOS" => ("iOS", version.replace('_', ".")),
        "Mac OSX" | "Mac OS Classic" => ("Mac OS X", mac_version(version, text)),
        "ChromeOS" => ("Chrome OS", version.split(' ').nth(1).unwrap_or(version).to_owned()),
        name if name.starts_with("Windows Phone") => ("Windows Phone", version.to_owned()),
        name if name.starts_with("Windows") => ("Windows", windows_version(name, version)),
        other => (other, version.to_owned()),
    };
    (name.to_owned(), version)
}

/// Woothee knows only the versions that were sold to people.
fn unknown_system(text: &str) -> (String, String) {
    let Some((_, after)) = text.split_once("Windows") else { return Default::default() };
    let version = after.strip_prefix(" NT ").and_then(|after| after.split([';', ')']).next()).unwrap_or_default();
    ("Windows".to_owned(), version.to_owned())
}

/// Woothee knows no version after 10.
fn mac_version(version: &str, text: &str) -> String {
    if !version.is_empty() {
        return version.replace('_', ".");
    }
    let after = text.split_once("Mac OS X ").map(|(_, after)| after).unwrap_or_default();
    after.split([';', ')']).next().unwrap_or_default().replace('_', ".")
}

/// `Windows 10` with `NT 10.0` is version 10, `Windows XP` with `NT 5.1` is version XP.
fn windows_version(name: &str, version: &str) -> String {
    match name.strip_prefix("Windows ") {
        Some("UNKNOWN Ver") | None => version.trim_start_matches("NT ").to_owned(),
        Some(marketed) => marketed.to_owned(),
    }
}

/// Browsers that woothee takes for the one they are made of: a mark in the text, and the name.
const NEWER: [(&str, &str); 9] = [
    ("EdgiOS/", "Microsoft Edge"),
    ("EdgA/", "Microsoft Edge"),
    ("Edg/", "Microsoft Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("CriOS/", "Chrome iOS"),
    ("FxiOS/", "Firefox iOS"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("UCBrowser/", "UC Browser"),
];

fn browser(name: &str, version: &str, text: &str) -> (String, String) {
    for (mark, newer) in NEWER {
        if let Some((_, after)) = text.split_once(mark) {
            let version = after.split(|char: char| !char.is_ascii_digit() && char != '.').next().unwrap_or_default();
            return (newer.to_owned(), short(version));
        }
    }
    let is_mobile = text.contains("Mobile/") && text.contains("like Mac OS X");
    let is_headless = text.contains("HeadlessChrome/");
    let name = match name {
        UNKNOWN | "" if is_headless => "Headless Chrome",
        UNKNOWN | "" | "misc crawler" | "HTTP Library" => return Default::default(),
        "Safari" if is_mobile => "Mobile Safari",
        "Webview" if is_mobile => "Mobile Safari",
        "Edge" => "Microsoft Edge",
        "SamsungBrowser" => "Samsung Internet",
        other => other,
    };
    (name.to_owned(), if version == UNKNOWN { String::new() } else { short(version) })
}

/// `141.0.7390.54` is 141, `17.4.1` is 17.4: what a chart is broken down by.
fn short(version: &str) -> String {
    let mut parts = version.split('.');
    let major = parts.next().unwrap_or_default();
    match parts.next() {
        None | Some("" | "0") => major.to_owned(),
        Some(minor) => format!("{major}.{minor}"),
    }
}
