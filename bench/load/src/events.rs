//! Requests full of events of about a kilobyte, each event with an id of its own every time it is sent.

use std::fmt::Write;

use crate::send::Arguments;

/// Digits that are replaced by the event's number when it is sent.
const MARK: &str = "bbbbbbbbbbbb";

/// A request, and where in it the ids of events are.
pub(crate) struct Template {
    bytes: Vec<u8>,
    marks: Vec<usize>,
    pub(crate) events: usize,
    pub(crate) body_bytes: usize,
}

/// What makes the texts differ from one event to the next, the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len() as u64) as usize]
    }
}

/// Properties of an event that are taken from many.
const KEYS_AN_EVENT: u64 = 10;

const PAGES: [&str; 8] =
    ["/", "/pricing", "/docs/start", "/docs/api/reference", "/blog/trends", "/sign-up", "/about", "/login"];
const REFERRERS: [&str; 4] =
    ["$direct", "https://www.google.com/", "https://news.ycombinator.com/item?id=1", "https://github.com/"];
const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
];

impl Template {
    /// Returns a request as it is asked for; another `seed` makes other texts.
    pub(crate) fn new(host: &str, arguments: &Arguments, seed: u64) -> anyhow::Result<Self> {
        let Arguments { path, key, batch: events, time, .. } = arguments;
        let mut chance = Chance(seed.wrapping_mul(7_919) + 1);
        let mut body = format!(r#"{{"api_key":"{key}","batch":["#);
        for index in 0..*events {
            if index > 0 {
                body.push(',');
            }
            event(&mut body, &mut chance, time, arguments.keys)?;
        }
        body.push_str("]}");
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let bytes = format!("{head}{body}").into_bytes();
        let marks = bytes.windows(MARK.len()).enumerate().filter(|(_, window)| *window == MARK.as_bytes());
        let marks = marks.map(|(at, _)| at).collect();
        Ok(Self { bytes, marks, events: *events, body_bytes: body.len() })
    }

    /// Returns the request with ids from `first` on.
    pub(crate) fn with_ids(&mut self, first: u64) -> &[u8] {
        for (index, at) in self.marks.iter().enumerate() {
            let mut number = first + index as u64;
            for place in self.bytes[*at..*at + MARK.len()].iter_mut().rev() {
                *place = b"0123456789abcdef"[(number & 15) as usize];
                number >>= 4;
            }
        }
        &self.bytes
    }
}

fn event(body: &mut String, chance: &mut Chance, time: &str, keys: u64) -> std::fmt::Result {
    let user = chance.below(20_000);
    let page = chance.of(&PAGES);
    let name = chance.of(&["$pageview", "$pageview", "$pageview", "sign up", "invoice paid"]);
    write!(
        body,
        concat!(
            r#"{{"event":"{name}","event_id":"00000000-0000-4000-8000-{mark}","distinct_id":"user {user}","timestamp":"{time}","#,
            r#""properties":{{"$session_id":"session {user} {session}","$current_url":"https://shop.example.com{page}?utm_source=newsletter&utm_medium=email","#,
            r#""$host":"shop.example.com","$pathname":"{page}","$referrer":"{referrer}","$raw_user_agent":"{agent}","#,
            r#""$browser":"Chrome","$browser_version":130,"$os":"Windows","$device_type":"Desktop","$screen_height":1080,"$screen_width":1920,"#,
            r#""$viewport_height":950,"$viewport_width":1865,"$lib":"web","$lib_version":"1.400.0","$timezone":"Europe/Berlin","$is_identified":true,"#,
            r#""title":"A page of a shop with a title of some length","plan":"{plan}","amount":{amount}.25,"seats":{seats},"experiment":"{experiment}""#
        ),
        name = name,
        mark = MARK,
        user = user,
        time = time,
        session = chance.below(3),
        page = page,
        referrer = chance.of(&REFERRERS),
        agent = chance.of(&AGENTS),
        plan = chance.of(&["free", "pro", "team"]),
        amount = chance.below(10_000),
        seats = chance.below(50),
        experiment = chance.of(&["control", "green button", "blue button"]),
    )?;
    if keys > 0 {
        // Neighbours, so that none comes twice in one event.
        let first = chance.below(keys);
        for place in 0..KEYS_AN_EVENT {
            write!(body, r#","key {}":"value {}""#, (first + place) % keys.max(KEYS_AN_EVENT), chance.below(100))?;
        }
    }
    body.push_str("}}");
    Ok(())
}
