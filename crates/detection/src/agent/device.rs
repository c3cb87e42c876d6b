//! What kind of device it is.
//!
//! Browsers of phones say `Mobile`, those of tablets mostly don't; televisions, consoles and watches say what they are.
//! Where a maker has a way of naming phones, tablets or televisions, that counts for more (`models`).

use regex::{Regex, RegexBuilder};

use super::models::Models;

/// What tells devices apart.
pub(super) struct Devices {
    tvs: Regex,
    consoles: Regex,
    wearables: Regex,
    phones: Regex,
    models: Models,
}

/// Whole words, whatever stands around them: `aft` inside of a word is no television.
const TVS: &str = r"\b(?:smart-?_?tv\d*|(?:google|apple|android|fire|smart|opera|mi|philips|sony|panasonic|lg|hisense|tcl|beyond|whale|coolita|a1|ott|inet?|cloud|tsb ?net|net|web)[ _-]?tv\d*|hbbtv|ce-html|crkey|web0s|netcast|netrange|stb|iptv|settopbox|set-top|bravia|viera|roku|dlnadoc|tvos|mibox\w*|mi ?box|chromecast|nexus player|freebox|tivo|vizio|vidaa|foxxum|zeasn|titanos|espial|boxee|youview|large screen|aft[a-z]{1,7}|tv[ _-]?(?:box|stick|dongle)\w*|tvbox\w*|tv|smarthub|aquos-tv|sraf|lgsmarttv|ekioh|qtvx?|kodi|xbmc|vstvb\w*|omi|kreatv|sagemcom\w*|smarttva)\b|presto/2\.[\d.]+ version/\S+ mb\d|opera/9\.80 \(linux (?:mips|armv7l|sh4)|smarttv_|_tv\b|\btv_|netcast\.tv|hbbtv/|\buhd ?(?:tv|android)|android ?tv";
const CONSOLES: &str =
    r"playstation|\bpsp\b|xbox|nintendo|\bwii|dreamcast|\bouya\b|steamdeck|valve steam|shield portable|archos gamepad";
const WEARABLES: &str = r"watch ?os|apple ?watch|\bwatch\d,|sm-r[789]\d\d|wear ?os|galaxy watch|\bwatch\b|smart ?watch";
const PHONES: &str = r"iphone|ipod|windows phone|windows mobile|windows ce|iemobile|blackberry|\bbb10|opera mini|midp|symbian|series ?[346]0|s60|maemo|meego|\bbada\b|kaios|webos/|palm|up\.(?:browser|link)|\bwap|\bbrew\b|nokia|docomo|j2me|phone|sonyericsson|^(?:lge?|mot|sie|samsung|sec|htc|zte|alcatel|huawei|sharp|sanyo|pantech|philips)[ _-]|mobile|ucweb|\bnetfront|obigo|fbdv/iphone";

impl Devices {
    pub(super) fn new() -> Self {
        let [tvs, consoles, wearables, phones] = [TVS, CONSOLES, WEARABLES, PHONES]
            .map(|pattern| RegexBuilder::new(pattern).case_insensitive(true).build().expect("a test compiles them"));
        Self { tvs, consoles, wearables, phones, models: Models::new() }
    }

    /// Returns `desktop`, `mobile`, `tablet`, `tv`, `console`, `wearable` or `other`.
    pub(super) fn of(&self, text: &str, os: &str) -> &'static str {
        if self.consoles.is_match(text) {
            return "console";
        }
        if self.tvs.is_match(text) && !is_no_tv(text) {
            return "tv";
        }
        if text.contains("iPad") {
            return "tablet";
        }
        if self.wearables.is_match(text) && !text.contains("iPhone") {
            return "wearable";
        }
        let is_windows = text.contains("Windows NT") && !text.contains("Phone") && !text.contains("Android");
        if is_windows || text.contains("CrOS ") {
            return "desktop";
        }
        match os {
            "iOS" if !text.contains("Macintosh") => "mobile",
            "Android" | "Kindle" | "FireOS" => self.android(text),
            _ if text.contains("Android") => self.android(text),
            "BlackBerry Tablet OS" | "WeTab" => "tablet",
            "ATV OS X" | "tvOS" | "Roku" | "GoogleTV" | "WebTV" => "tv",
            "WatchOS" => "wearable",
            _ if is_tablet(text) => "tablet",
            "Firefox OS" | "KaiOS" | "Tizen" | "Windows Phone" => "mobile",
            _ if self.phones.is_match(text) => "mobile",
            "" if [
                "Mac OS/",
                "; Desktop",
                "win10",
                "OSX/",
                "[Mac OS X",
                "[macOS",
                "os=Mac",
                "macOS(",
                "(X11;",
                "OS/2;",
                "AmigaOS",
                "MSOffice",
                "Win Upd",
                "MorphOS",
                "Macintosh",
            ]
            .iter()
            .any(|mark| text.contains(mark)) =>
            {
                "desktop"
            }
            "" if text.contains("dv(iPh") => "mobile",
            "" => "other",
            _ => "desktop",
        }
    }

    fn android(&self, text: &str) -> &'static str {
        if let Some(kind) = self.models.kind(text) {
            return kind;
        }
        let has = |part: &&str| text.contains(*part);
        if is_tablet(text) {
            return "tablet";
        }
        // Before version 3 there were no tablets, and what is no browser says no `Mobile` anywhere.
        let is_old = ["Android 1.", "Android 2.", "Android/1.", "Android/2."].iter().any(has);
        let is_app = !text.contains("AppleWebKit") && !text.contains("Gecko/");
        if is_old || is_app || text.contains("Mobile") || text.contains("Opera Mini") { "mobile" } else { "tablet" }
    }
}

/// An app that knows televisions, on an Apple phone or a computer, is on no television.
fn is_no_tv(text: &str) -> bool {
    (text.contains("like Mac OS X") && !text.contains("AppleTV") && !text.contains("Apple TV"))
        || text.contains("iPhone")
        || (text.contains("Windows NT") && !text.contains("TV"))
}

fn is_tablet(text: &str) -> bool {
    let has = |part: &&str| text.contains(*part);
    ["Tablet;", "Tablet)", "Tablet ", "Kindle", "Silk/", "PlayBook", "TouchPad", "hp-tablet", "Nook"].iter().any(has)
        && !text.contains("Tablet PC")
}
