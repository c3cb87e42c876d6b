//! Which browser it is: uap-core's answer, under the names that PostHog's libraries send.

use super::rules::Rules;

/// uap-core's names that have another one here, which libraries in pages send for the same browser.
const NAMES: [(&str, &str); 10] = [
    ("Chrome Mobile", "Chrome"),
    ("Chrome Mobile iOS", "Chrome iOS"),
    ("DuckDuckGo Mobile", "DuckDuckGo"),
    ("Edge", "Microsoft Edge"),
    ("Edge Mobile", "Microsoft Edge"),
    ("Firefox Mobile", "Firefox"),
    ("IE", "Internet Explorer"),
    ("IE Mobile", "Internet Explorer Mobile"),
    ("Opera Mobile", "Opera"),
    ("Other", ""),
];

/// What uap-core calls a page in an app that it doesn't know.
const WEB_VIEWS: [&str; 4] = ["Chrome Mobile WebView", "Mobile Safari UI/WKWebView", "Mobile Safari", "Chrome Mobile"];

/// Apps that uap-core doesn't know: a mark in the text, and the name.
const APPS: [(&str, &str); 17] = [
    ("[LinkedInApp]/", "LinkedIn"),
    ("LinkedInApp/", "LinkedIn"),
    ("musical_ly_", "TikTok"),
    ("BytedanceWebview/", "TikTok"),
    ("trill_", "TikTok"),
    ("Barcelona ", "Threads"),
    ("Instagram ", "Instagram"),
    ("WhatsApp/", "WhatsApp"),
    ("Telegram-Android/", "Telegram"),
    ("Snapchat/", "Snapchat"),
    ("KAKAOTALK ", "KakaoTalk"),
    ("Zalo ", "Zalo"),
    ("Line/", "Line"),
    ("MicroMessenger/", "WeChat"),
    ("ChatGPT/", "ChatGPT"),
    ("Claude/", "Claude"),
    ("Reddit/", "Reddit"),
];

/// Returns uap-core's name of a browser under the one it has here; empty for unknown.
pub fn published(theirs: &str) -> &str {
    NAMES.iter().find(|(known, _)| *known == theirs).map_or(theirs, |(_, ours)| ours)
}

/// Returns the browser and its version; empty for unknown.
pub(super) fn read(rules: &Rules, text: &str) -> (String, String) {
    let Some(found) = rules.browsers.extract(text) else { return Default::default() };
    if WEB_VIEWS.contains(&found.family.as_ref())
        && let Some(app) = app(text)
    {
        return app;
    }
    let name = published(&found.family);
    if name.is_empty() {
        return Default::default();
    }
    (name.to_owned(), version(found.major, found.minor))
}

/// Returns the app whose mark is in a text, and its version.
fn app(text: &str) -> Option<(String, String)> {
    let (name, after) = APPS.iter().find_map(|(mark, name)| Some((*name, text.split_once(mark)?.1)))?;
    let mut parts = after.split(|sign: char| !sign.is_ascii_digit());
    let version = version(parts.next(), parts.next());
    Some((name.to_owned(), version))
}

/// `141.0.7390.54` is 141, `17.4.1` is 17.4: what a chart is broken down by.
fn version(major: Option<&str>, minor: Option<&str>) -> String {
    match (major.unwrap_or_default(), minor) {
        (major, None | Some("" | "0")) => major.to_owned(),
        (major, Some(minor)) => format!("{major}.{minor}"),
    }
}
