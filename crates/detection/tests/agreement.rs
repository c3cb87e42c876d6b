//! How far detection agrees with lists that it is not made from.
//!
//! `make agreement` prints the figures, and those of lists that can't lie in the repository.

use std::io::Read;

use detection::{BOT, Detector, published, source};

/// Returns the share of cases of a list in which what is found is what is expected, and some that differ.
fn agreement(list: &str, same: impl Fn(&str, &str) -> bool) -> (f64, Vec<String>) {
    let lines: Vec<&str> = list.lines().filter(|line| !line.is_empty()).collect();
    assert!(lines.len() > 100, "a list of {} cases shows nothing", lines.len());
    let differ: Vec<String> = lines
        .iter()
        .filter(|line| {
            let (expected, text) = line.split_once('\t').unwrap_or(("", line));
            !same(expected, text)
        })
        .map(|line| (*line).to_owned())
        .collect();
    (1.0 - differ.len() as f64 / lines.len() as f64, differ)
}

fn unpacked(packed: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).expect("the list is packed by update.py");
    text
}

#[test]
fn browsers_agree_with_the_cases_of_uap_core() {
    let read = |text: &str| Detector::shared().read(text).browser;
    let (share, differ) = agreement(include_str!("cases/browsers.tsv"), |theirs, text| published(theirs) == read(text));
    assert!(share >= 0.95, "{share}: {differ:#?}");
}

#[test]
fn systems_agree_with_the_cases_of_uap_core() {
    let read = |text: &str| Detector::shared().read(text).os;
    let published = |theirs: &str| if theirs == "Other" { String::new() } else { theirs.to_owned() };
    let (share, differ) = agreement(include_str!("cases/systems.tsv"), |theirs, text| published(theirs) == read(text));
    assert!(share >= 0.95, "{share}: {differ:#?}");
}

#[test]
fn devices_agree_with_labelled_ones() {
    let list = include_str!("cases/device_types.tsv");
    let (share, differ) = agreement(list, |expected, text| Detector::shared().read(text).device_type == expected);
    assert!(share >= 0.95, "{share}: {differ:#?}");
}

#[test]
fn crawlers_of_another_list_are_found() {
    let list = unpacked(include_bytes!("cases/crawlers.txt.gz"));
    let (share, differ) = agreement(&list, |_, text| Detector::shared().read(text).device_type == BOT);
    assert!(share >= 0.97, "{share}: {differ:#?}");
}

#[test]
fn referrers_that_are_alive_are_known() {
    let list = include_str!("cases/referrers.tsv");
    let dead = include_str!("cases/dead_referrers.txt");
    let kind = |host: &str| format!("{:?}", source::of_host(host)).to_lowercase();
    let (share, differ) =
        agreement(list, |expected, host| expected == kind(host) && !dead.lines().any(|known| known == host));
    assert!(share >= 0.95, "{share}: {differ:#?}");
}

/// Of uap-core's devices that are no spiders, these few are none of people either, or say no more than a crawler would.
const NO_PEOPLE: [&str; 3] = ["WordPress/", "Http Connector Spider", "Huaweisymantecspider"];

#[test]
fn people_are_not_taken_for_bots() {
    let list = unpacked(include_bytes!("cases/devices.txt.gz"));
    let list: Vec<&str> = list.lines().filter(|text| !NO_PEOPLE.iter().any(|start| text.starts_with(start))).collect();
    let (share, taken) = agreement(&list.join("\n"), |_, text| Detector::shared().read(text).device_type != BOT);
    assert!(1.0 - share < 1.0 / 10_000.0, "{} of {}: {taken:#?}", taken.len(), list.len());
}

#[test]
fn names_of_phones_and_networks_make_nobody_a_bot() {
    let words = [
        "ruby",
        "rubypro",
        "Botswana",
        "Mascom Botswana",
        "Spider",
        "SPIDER-X",
        "Spiderman Edition",
        "CUBOT X18 Plus",
        "CUBOT_NOTE_S",
        "Robot One",
        "Talbot",
        "Bot 5",
        "Crawler X",
        "FeedPad",
        "Monitor 4K",
        "Preview 2",
        "scan-1",
        "Python P1",
        "curl",
        "wget",
        "IDbot553PLUS",
        "POWER BOT",
        "HTC Butterfly",
        "ViewSonic ViewPad",
        "Lighthouse",
        "Headless",
        "Perl",
        "Javabean",
    ];
    let texts = |word: &str| {
        [
            format!(
                "Mozilla/5.0 (Linux; Android 13; {word}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36"
            ),
            format!(
                "Mozilla/5.0 (Linux; Android 12; {word} Build/SP1A.210812.016; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.6099.43 Mobile Safari/537.36"
            ),
            format!(
                "Mozilla/5.0 (Linux; Android 14; 22101316G Build/{}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
                word.replace(' ', "_")
            ),
            format!(
                "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/430.0.0.26.116;FBDV/iPhone12,1;FBCR/{word};FBLC/en_GB]"
            ),
            format!(
                "Mozilla/5.0 (Linux; Android 11; SM-A115F) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/110.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/400.0.0.37.76;FBMF/{word};FBCR/{word};]"
            ),
            format!(
                "Mozilla/5.0 (Linux; U; Android 4.4.2; en-us; {word} Build/KOT49H) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30"
            ),
            format!("Dalvik/2.1.0 (Linux; U; Android 13; {word} Build/TP1A.220624.014)"),
            format!("Mozilla/5.0 (Android 13; Mobile; {word}; rv:109.0) Gecko/119.0 Firefox/119.0"),
        ]
    };
    let taken: Vec<String> =
        words.into_iter().flat_map(texts).filter(|text| Detector::shared().read(text).device_type == BOT).collect();
    assert!(taken.is_empty(), "{taken:#?}");
}

#[test]
fn monitors_and_driven_browsers_are_bots() {
    let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)";
    let texts = [
        "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)".to_owned(),
        format!("{chrome} Chrome/61.0.3163.100 Safari/537.36 PingdomPageSpeed/1.0 (pingbot/2.0; +http://www.pingdom.com/)"),
        format!("{chrome} Chrome/59.0.3071.109 Safari/537.36 PingdomTMS/0.8.5"),
        "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)".to_owned(),
        format!("{chrome} Chrome/136.0.0.0 Safari/537.36 Chrome-Lighthouse"),
        format!("{chrome} Chrome/128.0.0.0 Safari/537.36 GTmetrix"),
        format!("{chrome} Chrome/130.0.0.0 Safari/537.36 DatadogSynthetics"),
        format!("{chrome} HeadlessChrome/141.0.0.0 Safari/537.36"),
        format!("{chrome} Chrome/119.0.0.0 Safari/537.36 PTST/231130.101700"),
        "Site24x7".to_owned(),
        format!("{chrome} Chrome/120.0.0.0 Safari/537.36 StatusCake"),
        "Better Uptime Bot Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/111.0.0.0 Safari/537.36".to_owned(),
        format!("{chrome} Chrome/101.0.4951.64 Safari/537.36 Checkly/1.0 (https://www.checklyhq.com)"),
        format!("{chrome} Chrome/117.0 Safari/537.36 NewRelicSynthetics/1.0"),
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 RuxitSynthetic/1.0 v1 t2".to_owned(),
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0; +https://openai.com/bot)".to_owned(),
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)".to_owned(),
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)".to_owned(),
    ];
    let missed: Vec<&String> = texts.iter().filter(|text| Detector::shared().read(text).device_type != BOT).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn web_views_bear_the_name_of_their_app() {
    let cases = [
        (
            "Facebook",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21F90 [FBAN/FBIOS;FBAV/471.0.0.34.108;FBBV/621338233;FBDV/iPhone14,5;FBMD/iPhone]",
        ),
        (
            "Facebook",
            "Mozilla/5.0 (Linux; Android 14; SM-S911B Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/468.0.0.54.80;]",
        ),
        (
            "Instagram",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 336.0.6.31.93 (iPhone15,2; iOS 17_5; en_US; en; scale=3.00; 1179x2556; 608170498)",
        ),
        (
            "Chrome Mobile WebView",
            "Mozilla/5.0 (Linux; Android 13; Pixel 7 Build/TQ3A.230901.001; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36",
        ),
        (
            "Mobile Safari UI/WKWebView",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
        ),
        (
            "LinkedIn",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [LinkedInApp]/9.29.6743",
        ),
        (
            "Pinterest",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21E219 [Pinterest/iOS]",
        ),
    ];
    for (expected, text) in cases {
        let agent = Detector::shared().read(text);
        assert_eq!((agent.browser.as_str(), agent.device_type), (expected, "mobile"), "{text}");
    }
}
