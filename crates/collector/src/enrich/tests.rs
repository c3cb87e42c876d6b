use std::net::IpAddr;

use analytics_model::ProjectId;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::*;
use crate::{Accepted, Arrival, Incoming, Properties, Rejection};

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
}

fn arrival() -> Arrival {
    Arrival {
        project: ProjectId(Uuid::from_u128(7)),
        received_at: at("2026-05-01T12:00:00.123456Z"),
        ip: Some("192.0.2.7".parse::<IpAddr>().unwrap()),
        user_agent: Some(CHROME_WINDOWS.to_owned()),
        place: None,
        is_internal: false,
    }
}

fn event_of(event: &str, properties: Value) -> Event<'static> {
    let mut incoming = Incoming::new(event, "u1");
    let map: Map<String, Value> = serde_json::from_value(properties).unwrap();
    incoming.properties = Properties::from(map);
    enriched(incoming).unwrap()
}

fn enriched(incoming: Incoming) -> Result<Event<'static>, Rejection> {
    enriched_by(&Rules::default(), incoming, arrival())
}

/// Makes an event of what arrives. Tests have little and end soon: what it borrows from is never freed.
fn enriched_by(rules: &Rules, incoming: Incoming, arrival: Arrival) -> Result<Event<'static>, Rejection> {
    enriched_with(&Enricher::default(), rules, incoming, arrival)
}

fn enriched_with(
    enricher: &Enricher,
    rules: &Rules,
    incoming: Incoming,
    arrival: Arrival,
) -> Result<Event<'static>, Rejection> {
    let arrival: &Arrival = Box::leak(Box::new(arrival));
    let accepted = Box::leak(Box::new(Accepted::new(incoming, arrival.received_at)?));
    let sender = Sender {
        project: arrival.project,
        mode: crate::Mode::Live,
        received_at: arrival.received_at,
        ip: arrival.ip,
        user_agent: arrival.user_agent.as_deref(),
        place: arrival.place.as_ref().map(|place| (place.country.as_str(), place.city.as_str())),
        is_internal: arrival.is_internal,
    };
    let reading = Box::leak(Box::new(enricher.read(&Record::of(accepted), &sender)));
    Ok(enricher.event(reading, rules, Whose::default()))
}

const CHROME_WINDOWS: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

/// Texts, and what they tell: device, system, its version, browser, its version.
const AGENTS: [(&str, &str); 28] = [
    ("Mozilla/5.0 (Windows NT 5.2; WOW64; rv:24.0) Gecko/20100101 Firefox/24.0", "desktop|Windows|XP|Firefox|24"),
    ("Mozilla/5.0 (compatible; SiteExplorer/1.0b; +http://siteexplorer.example/)", "bot||||"),
    ("Opera/9.80 (MTK; Opera Mini/2.1199/34.1244; U; id) Presto/2.8.119 Version/11.10", "mobile|||Opera Mini|2.1199"),
    (CHROME_WINDOWS, "desktop|Windows|10|Chrome|141"),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.3537.71",
        "desktop|Windows|10|Microsoft Edge|141",
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
        "desktop|Mac OS X|10.15.7|Safari|18.6",
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
        "desktop|Mac OS X|10.15.7|Chrome|141",
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.7; rv:143.0) Gecko/20100101 Firefox/143.0",
        "desktop|Mac OS X|14.7|Firefox|143",
    ),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "desktop|Linux||Firefox|143"),
    (
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        "desktop|Chrome OS|14541.0.0|Chrome|140",
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
        "mobile|iOS|18.6|Mobile Safari|18.6",
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1",
        "mobile|iOS|18.6|Chrome iOS|141",
    ),
    (
        "Mozilla/5.0 (iPad; CPU OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Mobile/15E148 Safari/604.1",
        "tablet|iOS|17.4.1|Mobile Safari|17.4",
    ),
    (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
        "mobile|Android|10|Chrome|141",
    ),
    (
        "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
        "tablet|Android|14|Chrome|141",
    ),
    (
        "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
        "mobile|Android|14|Samsung Internet|28",
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 OPR/122.0.0.0",
        "desktop|Windows|10|Opera|122",
    ),
    ("Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko", "desktop|Windows|7|Internet Explorer|11"),
    (
        "Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/4.0 Chrome/94.0.4606.31 TV Safari/537.36",
        "tv|Tizen|7.0|Samsung Internet|4",
    ),
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot|||Googlebot|2.1"),
    (
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "bot|||GPTBot|1.2",
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0 Safari/537.36",
        "bot|Linux||HeadlessChrome|141",
    ),
    ("curl/8.5.0", "bot|||curl|8.5"),
    ("python-requests/2.32.3", "bot|||Python Requests|2.32"),
    ("posthog-node/5.70.0", "||||"),
    ("Something/1.0", "bot||||"),
    ("-", "||||"),
    ("", "||||"),
];

#[test]
fn user_agents_are_read_as_of_today() {
    let agents = Agents::default();
    let mut wrong = Vec::new();
    for (text, expected) in AGENTS {
        let agent = agents.get(text);
        let read = [agent.device_type, &agent.os, &agent.os_version, &agent.browser, &agent.browser_version].join("|");
        if read != expected {
            wrong.push(format!("{text}\n  is      {read}\n  must be {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_sender_says_of_itself_wins() {
    let event = event_of(
        "$pageview",
        json!({
            "$browser": "Firefox", "$browser_version": 143, "$os": "Mac OS X", "$os_version": "14.7", "$device_type": "Mobile",
            "$current_url": "https://shop.example/a?utm_source=news&utm_medium=email&x=1#top", "$host": "Shop.example", "$pathname": "/b",
            "$referrer": "https://mail.google.com/x", "$referring_domain": "mail.google.com", "utm_medium": "push",
            "$session_id": "s1", "$ip": "2001:db8::1", "$lib": "web", "$geoip_country_code": "de", "$geoip_city_name": "Berlin",
        }),
    );
    let device = [&event.device_type, &event.os, &event.os_version, &event.browser, &event.browser_version];
    assert_eq!(device, ["mobile", "Mac OS X", "14.7", "Firefox", "143"]);
    assert_eq!((event.host.as_ref(), event.path.as_ref()), ("shop.example", "/b"));
    assert_eq!([&event.utm_source, &event.utm_medium], ["news", "push"]);
    assert_eq!([&event.session_id, &event.ip_address, &event.library], ["s1", "2001:db8::1", "web"]);
    assert_eq!([&event.country, &event.city], ["DE", "Berlin"]);
    assert_eq!(event.event_type, EventType::Page);
    assert_eq!(event.person_id, PersonId::of(event.project_id, "u1"));
    assert!(event.properties.contains("\"$referring_domain\""), "properties stay as they came");
}

#[test]
fn the_request_fills_what_nobody_says() {
    let event = event_of("sign up", json!({}));
    assert_eq!(event.timestamp, at("2026-05-01T12:00:00.123Z"));
    assert_eq!(event.received_at, event.timestamp);
    assert_eq!(event.event_id.0.get_version_num(), 7);
    assert_eq!(
        [event.ip_address.as_ref(), event.browser.as_ref(), event.os.as_ref()],
        ["192.0.2.7", "Chrome", "Windows"]
    );
    assert_eq!([event.channel.as_ref(), event.country.as_ref(), event.properties.as_ref()], ["", "", "{}"]);
}

#[test]
fn a_version_is_not_derived_for_a_browser_someone_else_named() {
    let event = event_of("x", json!({ "$browser": "Lynx", "$os": "Windows" }));
    assert_eq!([&event.browser, &event.browser_version, &event.os, &event.os_version], ["Lynx", "", "Windows", "10"]);
}

#[test]
fn channels_follow_the_published_order() {
    let page = "https://shop.example/a";
    let cases = [
        (json!({ "$current_url": page }), "direct"),
        (json!({ "$current_url": page, "$referrer": "$direct", "$referring_domain": "$direct" }), "direct"),
        (json!({ "$current_url": page, "$referrer": "https://www.google.co.uk/" }), "search"),
        (json!({ "$current_url": page, "$referrer": "https://cn.bing.com/search?q=x" }), "search"),
        (json!({ "$current_url": page, "$referrer": "https://duckduckgo.com/" }), "search"),
        (json!({ "$current_url": page, "$referrer": "https://docs.google.com/x" }), "referral"),
        (json!({ "$current_url": page, "$referrer": "https://mail.google.com/" }), "email"),
        (json!({ "$current_url": page, "$referrer": "https://t.co/abc" }), "social"),
        (json!({ "$current_url": page, "$referrer": "https://l.facebook.com/" }), "social"),
        (json!({ "$current_url": page, "$referrer": "https://best.co/" }), "referral"),
        (json!({ "$current_url": page, "$referrer": "https://blog.example/" }), "referral"),
        (json!({ "$current_url": page, "$referrer": "https://www.shop.example/z" }), "internal"),
        (json!({ "$current_url": page, "$referrer": "https://app.shop.example/z" }), "internal"),
        (json!({ "$current_url": page, "$referrer": "https://workshop.example/z" }), "referral"),
        (json!({ "$current_url": page, "$referrer": "https://checkout.stripe.com/c/pay" }), "internal"),
        (json!({ "$current_url": page, "$referrer": "https://chatgpt.com/" }), "ai"),
        (json!({ "$current_url": format!("{page}?utm_source=chatgpt.com") }), "ai"),
        (json!({ "$current_url": format!("{page}?utm_source=chatgpt.com&utm_medium=cpc") }), "paid"),
        (json!({ "$current_url": page, "$referrer": "android-app://com.google.android.gm/" }), "email"),
        (
            json!({ "$current_url": page, "$referrer": "android-app://com.google.android.googlequicksearchbox/https/www.google.com" }),
            "search",
        ),
        (json!({ "$current_url": page, "$referrer": "ios-app://429047995/pinterest" }), "social"),
        (json!({ "$current_url": page, "$referrer": "https://r.search.yahoo.com/_ylt=A" }), "search"),
        (json!({ "$current_url": page, "$referrer": "https://ask.fm/" }), "social"),
        (json!({ "$current_url": page, "$referrer": "https://threads.com/@a" }), "social"),
        (json!({ "$current_url": page, "$referrer": "https://t.me/s/a" }), "social"),
        (json!({ "$current_url": format!("{page}?fbclid=1") }), "social"),
        (json!({ "$current_url": format!("{page}?li_fat_id=1") }), "paid"),
        (json!({ "$current_url": format!("{page}?TWCLID=1") }), "paid"),
        (json!({ "$current_url": format!("{page}?yclid=1") }), "paid"),
        (json!({ "$current_url": format!("{page}?ScCid=1") }), "paid"),
        (json!({ "$current_url": format!("{page}?UTM_SOURCE=x&UTM_MEDIUM=CPC") }), "paid"),
        (json!({ "$current_url": format!("{page}?a=1&amp;utm_source=x&amp;utm_medium=email") }), "email"),
        (json!({ "$current_url": format!("{page}?utm%5Fsource=x") }), "campaign"),
        (json!({ "$current_url": format!("{page}?utm_source%3Dx%26utm_medium%3Demail") }), "email"),
        (json!({ "$current_url": format!("{page}#utm_source=x&utm_medium=email") }), "email"),
        (json!({ "$current_url": page, "UTM_Medium": "cpc" }), "paid"),
        (json!({ "$current_url": format!("{page}?gclid=1"), "$referrer": "https://www.google.com/" }), "paid"),
        (json!({ "$current_url": format!("{page}?utm_medium=CPC&utm_source=x") }), "paid"),
        (json!({ "$current_url": format!("{page}?utm_medium=paid_social") }), "paid"),
        (json!({ "$current_url": format!("{page}?utm_medium=newsletter") }), "email"),
        (json!({ "$current_url": format!("{page}?utm_medium=social") }), "social"),
        (
            json!({ "$current_url": format!("{page}?utm_source=partner"), "$referrer": "https://www.google.com/" }),
            "campaign",
        ),
    ];
    for (properties, expected) in cases {
        assert_eq!(event_of("$pageview", properties.clone()).channel, expected, "{properties}");
    }
}

#[test]
fn who_comes_back_from_an_ignored_host_is_on_the_same_visit() {
    let rules = Rules { ignored_referrers: vec!["*.bank.example".into(), "login.example".into()], ..Rules::default() };
    let of = |rules: &Rules, referrer: &str| {
        let mut incoming = Incoming::new("$pageview", "u1");
        let properties = json!({ "$current_url": "https://shop.example/thanks", "$referrer": referrer });
        incoming.properties = Properties::from(serde_json::from_value::<Map<String, Value>>(properties).unwrap());
        let event = enriched_by(rules, incoming, arrival()).unwrap();
        (event.channel.into_owned(), event.referrer_domain.into_owned(), event.referrer.into_owned())
    };
    for referrer in ["https://acs.bank.example/3ds", "https://www.login.example/", "https://login.example:8443/x"] {
        assert_eq!(of(&rules, referrer), ("internal".into(), String::new(), referrer.into()), "{referrer}");
        assert_eq!(of(&Rules::default(), referrer).0, "referral", "{referrer}");
    }
    assert_eq!(of(&rules, "https://bank.example/").0, "referral", "a star is every host below");
    for provider in ["https://www.paypal.com/", "https://pay.klarna.com/eu", "https://hooks.stripe.com/3d_secure_2"] {
        assert_eq!(of(&Rules::default(), provider), ("internal".into(), String::new(), provider.into()));
    }
}

#[test]
fn addresses_are_taken_apart() {
    let cases = [
        (json!({ "$current_url": "https://Shop.example:8443/a/b?c=d" }), "shop.example:8443", "/a/b"),
        (json!({ "$current_url": "https://shop.example:443" }), "shop.example", "/"),
        (json!({ "$current_url": "/a/b?c=d#e" }), "", "/a/b"),
        (json!({ "$current_url": "app" }), "", ""),
        (json!({ "$current_url": "mailto:x@y.z" }), "", ""),
        (json!({ "$host": "H.example", "$pathname": "/p" }), "h.example", "/p"),
    ];
    for (properties, host, path) in cases {
        let event = event_of("$pageview", properties.clone());
        assert_eq!((event.host.as_ref(), event.path.as_ref()), (host, path), "{properties}");
    }
}

#[test]
fn what_is_set_on_the_person_is_kept_among_the_properties() {
    let mut incoming = Incoming::new("$set", "u1");
    incoming.properties = Properties::parse(r#"{"a":1}"#).unwrap();
    incoming.set = Some(Properties::parse(r#"{"plan":"pro"}"#).unwrap());
    incoming.set_once = Some(Properties::parse(r#"{"first":"x"}"#).unwrap());
    let event = enriched(incoming).unwrap();
    assert_eq!(event.properties, r#"{"$set":{"plan":"pro"},"$set_once":{"first":"x"},"a":1}"#);
    assert_eq!(event.event_type, EventType::Identify);
}

#[test]
fn names_and_ids_are_cleaned_and_cut() {
    let incoming = Incoming::new(format!("a\0b\n{}", "é".repeat(300)), format!(" {} ", "i".repeat(300)));
    let event = enriched(incoming).unwrap();
    assert!(event.event_name.starts_with("abé"));
    assert_eq!(event.event_name.chars().count(), 200);
    assert!(event.user_id.len() <= 200 && !event.user_id.contains(' '));
}

#[test]
fn what_can_not_be_stored_is_refused_with_its_reason() {
    let id = Uuid::from_u128(5);
    let with = |event: &str, who: &str, time: Option<&str>| {
        let mut incoming = Incoming::new(event, who);
        incoming.timestamp = time.map(at);
        incoming.event_id = Some(id);
        enriched(incoming)
    };
    let cases = [
        (with("\u{1}", "u", None), "event_missing"),
        (with("e", " \t", None), "distinct_id_missing"),
        (with("e", "u", Some("1969-12-31T23:59:59.999Z")), "timestamp_out_of_range"),
        (with("e", "u", Some("2106-01-01T00:00:00Z")), "timestamp_out_of_range"),
    ];
    for (refused, code) in cases {
        let rejection = refused.unwrap_err();
        assert_eq!((rejection.code, rejection.event_id), (code, Some(id)));
    }
    assert!(with("e", "u", Some("1970-01-01T00:00:00Z")).is_ok());
    assert!(with("e", "u", Some("2105-12-31T23:59:59.999Z")).is_ok());
}

#[test]
fn bots_and_internal_traffic_are_tagged() {
    let rules = Rules {
        internal: crate::Internal {
            networks: vec!["192.0.2.0/24".parse().unwrap()],
            hosts: vec!["localhost".into()],
            user_ids: vec![],
        },
        ..Rules::default()
    };
    let traffic = |rules: &Rules, user_agent: &str, ip: &str, properties: Value| {
        let mut incoming = Incoming::new("$pageview", "u1");
        incoming.properties = Properties::from(serde_json::from_value::<Map<String, Value>>(properties).unwrap());
        let arrival = Arrival { user_agent: Some(user_agent.into()), ip: ip.parse().ok(), ..arrival() };
        enriched_by(rules, incoming, arrival).unwrap().traffic
    };
    let none = Rules::default();
    assert_eq!(traffic(&none, CHROME_WINDOWS, "192.0.2.7", json!({})), "");
    let crawler = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    assert_eq!(traffic(&none, crawler, "192.0.2.7", json!({})), "bot");
    // A server that sends what people did is no bot; a log that names a program is of one.
    for server in ["curl/8.5.0", "python-requests/2.32.3", "node", "posthog-python/6.0.0", ""] {
        assert_eq!(traffic(&none, server, "192.0.2.7", json!({})), "", "{server}");
    }
    assert_eq!(traffic(&none, "node", "192.0.2.7", json!({ "$raw_user_agent": "curl/8.5.0" })), "bot");
    assert_eq!(traffic(&none, CHROME_WINDOWS, "192.0.2.7", json!({ "$webdriver": true })), "bot");
    assert_eq!(traffic(&none, CHROME_WINDOWS, "192.0.2.7", json!({ "$webdriver": false })), "");
    assert_eq!(traffic(&rules, "curl/8.5.0", "192.0.2.7", json!({})), "internal");
    assert_eq!(
        traffic(&rules, CHROME_WINDOWS, "198.51.100.1", json!({ "$current_url": "http://localhost:8080/" })),
        "internal"
    );
    assert_eq!(traffic(&rules, CHROME_WINDOWS, "198.51.100.1", json!({})), "");
}

#[test]
fn an_address_is_kept_cut_or_dropped_everywhere() {
    let with = |addresses| {
        let mut incoming = Incoming::new("a", "u1");
        incoming.properties = Properties::parse(r#"{"$ip":"203.0.113.77","plan":"pro"}"#).unwrap();
        let event = enriched_by(&Rules { addresses, ..Rules::default() }, incoming, arrival()).unwrap();
        (event.ip_address.into_owned(), event.properties.into_owned())
    };
    assert_eq!(with(Addresses::Keep), ("203.0.113.77".into(), r#"{"$ip":"203.0.113.77","plan":"pro"}"#.into()));
    assert_eq!(with(Addresses::Anonymise), ("203.0.113.0".into(), r#"{"plan":"pro"}"#.into()));
    assert_eq!(with(Addresses::Drop), (String::new(), r#"{"plan":"pro"}"#.into()));
}

#[test]
fn a_place_is_as_the_sender_says_else_as_the_proxy_says() {
    let place = Some(crate::SaidPlace { country: "fr".into(), city: "Lyon".into() });
    let of = |properties: &str| {
        let mut incoming = Incoming::new("a", "u1");
        incoming.properties = Properties::parse(properties).unwrap();
        let event = enriched_by(&Rules::default(), incoming, Arrival { place: place.clone(), ..arrival() }).unwrap();
        (event.country.into_owned(), event.city.into_owned())
    };
    assert_eq!(of("{}"), ("FR".into(), "Lyon".into()));
    assert_eq!(of(r#"{"$geoip_country_code":"DE"}"#), ("DE".into(), String::new()), "a city belongs to its country");
}

#[test]
fn money_is_a_number_or_text_that_is_one() {
    let of = |properties: Value| event_of("order", properties).revenue;
    assert_eq!(of(json!({ "revenue": 12.5 })), 12.5);
    assert_eq!(of(json!({ "revenue": "12.50", "$revenue": 3 })), 3.0);
    assert_eq!(of(json!({ "$revenue": "much", "revenue": -2 })), -2.0);
    assert_eq!((of(json!({ "revenue": null })), of(json!({ "revenue": [1] })), of(json!({}))), (0.0, 0.0, 0.0));
}
