//! Web server logs in common and combined format, as Apache and nginx write them.
//!
//! A request is a `$pageview` if its method is GET, its status 200 or 304, and its path (without what follows `?` or
//! `#`) ends in a segment without a dot or with one of the extensions html, htm, php, asp, aspx and jsp; any other is a
//! `request`. With awk, for logs whose requests hold no spaces:
//!
//! ```sh
//! awk '$6 == "\"GET" && ($9 == 200 || $9 == 304) {
//!     path = $7; sub(/[?#].*/, "", path); sub(/.*\//, "", path)
//!     if (path !~ /\./ || tolower(path) ~ /\.(html?|php|aspx?|jsp)$/) views++
//! } END { print views }' access.log
//! ```
//!
//! Who did it is the client's address. Times keep their offset.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::{Incoming, Properties, Rejection};

const PAGE_EXTENSIONS: [&str; 6] = ["html", "htm", "php", "asp", "aspx", "jsp"];

/// Reads a line; `site` stands before its path to make an address.
pub(super) fn event(line: &str, site: Option<&str>) -> Result<Incoming, Rejection> {
    let entry = Entry::parse(line)?;
    let request = Request::of(&entry.request);
    let name = if request.is_page(entry.status) { "$pageview" } else { "request" };
    let mut event = Incoming::new(name, entry.client);
    event.timestamp = Some(entry.time);
    event.ip = entry.client.parse::<IpAddr>().is_ok().then(|| entry.client.to_owned());
    event.user_agent = entry.user_agent.filter(|agent| agent != "-");
    let mut properties = Map::new();
    let url = match site {
        Some(site) if request.target.starts_with('/') => format!("{}{}", site.trim_end_matches('/'), request.target),
        _ => request.target.to_owned(),
    };
    properties.insert("$current_url".into(), Value::from(url));
    if let Some(referrer) = entry.referrer.filter(|referrer| referrer != "-" && !referrer.is_empty()) {
        properties.insert("$referrer".into(), Value::from(referrer));
    }
    properties.insert("method".into(), Value::from(request.method));
    properties.insert("protocol".into(), Value::from(request.protocol));
    properties.insert("status".into(), Value::from(entry.status));
    properties.insert("bytes".into(), Value::from(entry.bytes));
    if entry.user != "-" {
        properties.insert("remote_user".into(), Value::from(entry.user));
    }
    properties.insert("$lib".into(), Value::from("access_log"));
    properties.retain(|_, value| value.as_str() != Some(""));
    event.properties = Properties::from(properties);
    Ok(event)
}

struct Entry<'a> {
    client: &'a str,
    user: &'a str,
    time: DateTime<Utc>,
    request: String,
    status: u16,
    bytes: u64,
    referrer: Option<String>,
    user_agent: Option<String>,
}

impl<'a> Entry<'a> {
    fn parse(line: &'a str) -> Result<Self, Rejection> {
        let (client, rest) = word(line, "client address")?;
        let (_, rest) = word(rest, "identity")?;
        // A user's name may hold spaces: the time's bracket ends it.
        let (user, rest) = rest.split_once(" [").ok_or_else(|| malformed("time", "there is no [time]"))?;
        let (time, rest) = rest.split_once("] ").ok_or_else(|| malformed("time", "the [time] does not end"))?;
        let time = DateTime::parse_from_str(time, "%d/%b/%Y:%H:%M:%S %z")
            .map_err(|_| malformed("time", "the time is not written like 17/May/2015:10:05:03 +0000"))?;
        let (request, rest) = quoted(rest, "request")?;
        let (status, rest) = word(rest, "status")?;
        let status = status.parse().map_err(|_| malformed("status", "the status is no number"))?;
        let (bytes, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let bytes = match bytes {
            "-" => 0,
            number => number.parse().map_err(|_| malformed("bytes", "the number of bytes is no number"))?,
        };
        let (mut referrer, mut user_agent) = (None, None);
        if rest.trim_start().starts_with('"') {
            let (first, rest) = quoted(rest, "referrer")?;
            // Servers cut long lines off: what is left of the last text is enough.
            let second = quoted(rest, "user agent").map(|(text, _)| text);
            let second = second.unwrap_or_else(|_| rest.trim_start_matches('"').to_owned());
            (referrer, user_agent) = (Some(first), Some(second));
        }
        Ok(Self { client, user: user.trim(), time: time.to_utc(), request, status, bytes, referrer, user_agent })
    }
}

fn malformed(field: &str, reason: &str) -> Rejection {
    Rejection::field("log_line_malformed", field, reason)
}

fn word<'a>(text: &'a str, field: &str) -> Result<(&'a str, &'a str), Rejection> {
    match text.trim_start().split_once(' ') {
        Some((word, rest)) if !word.is_empty() => Ok((word, rest)),
        _ => Err(malformed(field, &format!("the line ends before the {field}"))),
    }
}

/// Reads a text in quotes and undoes `\"`, `\\` and `\xhh`.
fn quoted<'a>(text: &'a str, field: &str) -> Result<(String, &'a str), Rejection> {
    let text = text.trim_start();
    let missing = || malformed(field, &format!("the {field} does not stand in quotes"));
    let inner = text.strip_prefix('"').ok_or_else(missing)?;
    let mut value = Vec::with_capacity(inner.len().min(256));
    let mut bytes = inner.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Ok((String::from_utf8_lossy(&value).into_owned(), inner[at + 1..].trim_start())),
            b'\\' => match inner.as_bytes().get(at + 1) {
                Some(b'x') if hex(inner, at + 2).is_some() => {
                    value.extend(hex(inner, at + 2));
                    bytes.nth(2);
                }
                Some(escaped @ (b'"' | b'\\')) => {
                    value.push(*escaped);
                    bytes.next();
                }
                _ => value.push(byte),
            },
            other => value.push(other),
        }
    }
    Err(missing())
}

fn hex(text: &str, at: usize) -> Option<u8> {
    let digits = text.as_bytes().get(at..at + 2)?;
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
    u8::from_str_radix(digits, 16).ok()
}

/// `GET /path HTTP/1.1`; what is none keeps its text as target.
struct Request<'a> {
    method: &'a str,
    target: &'a str,
    protocol: &'a str,
}

impl<'a> Request<'a> {
    fn of(line: &'a str) -> Self {
        let Some((method, rest)) = line.split_once(' ').filter(|(method, _)| is_method(method)) else {
            return Self { method: "", target: if line == "-" { "" } else { line }, protocol: "" };
        };
        match rest.rsplit_once(' ') {
            Some((target, protocol)) if protocol.starts_with("HTTP/") => Self { method, target, protocol },
            _ => Self { method, target: rest, protocol: "" },
        }
    }

    fn is_page(&self, status: u16) -> bool {
        let path = self.target.split(['?', '#']).next().unwrap_or_default();
        let segment = path.rsplit('/').next().unwrap_or_default();
        let has_page_extension = match segment.rsplit_once('.') {
            None => true,
            Some((_, extension)) => PAGE_EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known)),
        };
        self.method == "GET" && matches!(status, 200 | 304) && has_page_extension
    }
}

fn is_method(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 20
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-' || byte == b'_')
}
