//! Logs with a JSON object a line: Caddy's, Traefik's, nginx's as people configure it, Google's and Azure's balancers,
//! Cloudflare's. Each names things its own way; a name here is one of these without what stands around it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use super::super::times;
use super::entry::{Entry, Request, bytes, client_of, malformed, status};
use crate::Rejection;

/// Names of a field, the most telling first.
type Names = &'static [&'static str];

const CLIENT: Names = &[
    "client_ip",
    "clientip",
    "remote_ip",
    "remoteip",
    "clienthost",
    "remote_addr",
    "source.ip",
    "client.ip",
    "clientaddr",
    "c-ip",
    "client",
];
const FORWARDED: Names = &["http_x_forwarded_for", "x_forwarded_for", "request_x-forwarded-for", "x-forwarded-for"];
const TIME: Names =
    &["ts", "startutc", "time_iso8601", "timestamp", "@timestamp", "edgestarttimestamp", "time_local", "time", "msec"];
const REQUEST: Names = &["request", "request_line"];
const METHOD: Names = &[
    "method",
    "request_method",
    "requestmethod",
    "httpmethod",
    "clientrequestmethod",
    "http.request.method",
    "cs-method",
];
const TARGET: Names = &[
    "uri",
    "request_uri",
    "requestpath",
    "requesturl",
    "requesturi",
    "clientrequesturi",
    "url.original",
    "url",
    "path",
    "cs-uri-stem",
];
const PROTOCOL: Names = &["proto", "server_protocol", "requestprotocol", "protocol", "httpversion"];
const STATUS: Names = &[
    "status",
    "downstreamstatus",
    "httpstatus",
    "httpstatuscode",
    "edgeresponsestatus",
    "http.response.status_code",
    "status_code",
    "sc-status",
];
const BYTES: Names = &[
    "body_bytes_sent",
    "bytes_sent",
    "size",
    "downstreamcontentsize",
    "responsesize",
    "sentbytes",
    "edgeresponsebytes",
    "sc-bytes",
];
const REFERRER: Names = &[
    "http_referrer",
    "http_referer",
    "referer",
    "referrer",
    "request_referer",
    "clientrequestreferer",
    "http.request.referrer",
    "cs(referer)",
];
const AGENT: Names = &[
    "http_user_agent",
    "user-agent",
    "useragent",
    "user_agent",
    "request_user-agent",
    "clientrequestuseragent",
    "user_agent.original",
    "agent",
    "cs(user-agent)",
];
const HOST: Names = &["x-host-header", "http_host", "host", "requesthost", "clientrequesthost", "server_name", "vhost"];
const SCHEME: Names = &["scheme", "requestscheme", "clientrequestscheme", "cs-protocol"];
const USER: Names = &["remote_user", "user_id", "clientusername"];

/// Names and values of an object and of those in it, an inner name also with what it stands in.
struct Flat(Vec<(String, String)>);

impl Flat {
    fn of(value: &Value) -> Self {
        let mut flat = Self(Vec::new());
        flat.add("", value, 0);
        flat
    }

    fn add(&mut self, within: &str, value: &Value, depth: usize) {
        let Value::Object(members) = value else { return };
        for (name, value) in members {
            let name = name.to_ascii_lowercase();
            match value {
                Value::String(text) => self.put(within, &name, text.clone()),
                Value::Number(number) => self.put(within, &name, number.to_string()),
                // Headers are lists of texts.
                Value::Array(list) => {
                    if let Some(Value::String(text)) = list.first() {
                        self.put(within, &name, text.clone());
                    }
                }
                // What was answered has headers of the same names.
                Value::Object(_) if depth < 4 && !name.starts_with("resp") => {
                    let inner = if within.is_empty() { name } else { format!("{within}.{name}") };
                    self.add(&inner, value, depth + 1);
                }
                _ => {}
            }
        }
    }

    fn put(&mut self, within: &str, name: &str, value: String) {
        if !within.is_empty() {
            self.0.push((format!("{within}.{name}"), value.clone()));
        }
        self.0.push((name.to_owned(), value));
    }

    fn find(&self, names: Names) -> &str {
        let value = |name: &&str| {
            let found = self.0.iter().find(|(known, value)| known == name && !value.is_empty() && value != "-");
            found.map(|(_, value)| value.as_str())
        };
        names.iter().find_map(value).unwrap_or_default()
    }
}

/// Reads a line.
pub(super) fn entry(line: &str, zone: Option<Tz>) -> Result<Entry, Rejection> {
    let value: Value = serde_json::from_str(line).map_err(|error| malformed("line", format!("no JSON: {error}")))?;
    let flat = Flat::of(&value);
    let mut entry =
        Entry { client: client_of(without_port(flat.find(CLIENT)), flat.find(FORWARDED)), ..Entry::default() };
    entry.request = Request::of(flat.find(REQUEST));
    for (names, place) in [
        (METHOD, &mut entry.request.method),
        (TARGET, &mut entry.request.target),
        (PROTOCOL, &mut entry.request.protocol),
    ] {
        if place.is_empty() {
            flat.find(names).clone_into(place);
        }
    }
    if entry.request.method.is_empty() || entry.request.target.is_empty() {
        return Err(malformed("request", "the line tells no request"));
    }
    entry.status = match flat.find(STATUS) {
        "" => return Err(malformed("status", "the line tells no status")),
        code => status(code)?,
    };
    // CloudFront has the day for itself.
    let day = flat.find(&["date"]);
    entry.time = match flat.find(&["time"]) {
        hour if day.len() == 10 && hour.contains(':') && !hour.contains(day) => time(&format!("{day}T{hour}Z"), zone)?,
        _ => time(flat.find(TIME), zone)?,
    };
    entry.bytes = bytes(flat.find(BYTES)).unwrap_or_default();
    entry.scheme = flat.find(SCHEME).to_owned();
    if let Some((scheme, host)) = entry.request.split_off_host() {
        entry.scheme = scheme;
        entry.at_host(&host);
    } else {
        if entry.scheme.is_empty() && value.pointer("/request/tls").is_some_and(Value::is_object) {
            "https".clone_into(&mut entry.scheme);
        }
        entry.at_host(flat.find(HOST));
    }
    for (names, place) in [(REFERRER, &mut entry.referrer), (AGENT, &mut entry.user_agent), (USER, &mut entry.user)] {
        flat.find(names).clone_into(place);
    }
    entry.checked()
}

/// Takes the port off an address; a port is no part of who asked.
fn without_port(client: &str) -> &str {
    match client.rsplit_once(':') {
        Some((address, _)) if address.parse::<std::net::Ipv4Addr>().is_ok() => address,
        _ => client,
    }
}

fn time(text: &str, zone: Option<Tz>) -> Result<DateTime<Utc>, Rejection> {
    if text.is_empty() {
        return Err(malformed("time", "the line does not say when it was"));
    }
    super::combined::time(text, zone).or_else(|_| times::parse("time", text, zone))
}
