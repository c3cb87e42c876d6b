//! A request as a log tells it, and the event it becomes.
//!
//! A request is a `$pageview` if its method is GET, its status 200 or 304, and its path (without what follows `?` or
//! `#`) ends in a segment without a dot or with one of the extensions html, htm, php, asp, aspx and jsp; any other is a
//! `request`. With awk, for logs in Apache's combined format whose requests hold no spaces:
//!
//! ```sh
//! awk '$6 == "\"GET" && ($9 == 200 || $9 == 304) {
//!     path = $7; sub(/[?#].*/, "", path); sub(/.*\//, "", path)
//!     if (path !~ /\./ || tolower(path) ~ /\.(html?|php|aspx?|jsp)$/) views++
//! } END { print views }' access.log
//! ```
//!
//! Who did it is the client's address, or its name where the server has looked that up.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::super::table::columns::ip_of;
use crate::{Incoming, Properties, Rejection};

const PAGE_EXTENSIONS: [&str; 6] = ["html", "htm", "php", "asp", "aspx", "jsp"];

/// A request as a log tells it; what it doesn't is empty.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) client: String,
    pub(super) user: String,
    pub(super) time: DateTime<Utc>,
    pub(super) request: Request,
    pub(super) status: u16,
    pub(super) bytes: u64,
    pub(super) referrer: String,
    pub(super) user_agent: String,
    /// The site's host, perhaps with a port.
    pub(super) host: String,
    /// `http` or `https`.
    pub(super) scheme: String,
}

/// `GET /path HTTP/1.1`; what is none keeps its text as target.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) protocol: String,
}

impl Entry {
    /// Makes an event; `site` stands before its path to make an address.
    pub(super) fn event(self, site: Option<&str>) -> Incoming {
        let name = if self.request.is_page(self.status) { "$pageview" } else { "request" };
        let url = self.url(site);
        let mut event = Incoming::new(name, self.client.as_str());
        event.timestamp = Some(self.time);
        event.ip = self.client.parse::<IpAddr>().is_ok().then(|| self.client.clone());
        event.user_agent = Some(self.user_agent).filter(|agent| !is_none(agent));
        let mut properties = Map::new();
        properties.insert("$current_url".into(), Value::from(url));
        properties.insert("$host".into(), Value::from(if site.is_some() { "" } else { self.host.as_str() }));
        if !is_none(&self.referrer) {
            properties.insert("$referrer".into(), Value::from(self.referrer));
        }
        properties.insert("method".into(), Value::from(self.request.method));
        properties.insert("protocol".into(), Value::from(self.request.protocol));
        properties.insert("status".into(), Value::from(self.status));
        properties.insert("bytes".into(), Value::from(self.bytes));
        if !is_none(&self.user) {
            properties.insert("remote_user".into(), Value::from(self.user));
        }
        properties.insert("$lib".into(), Value::from("access_log"));
        properties.retain(|_, value| value.as_str() != Some(""));
        event.properties = Properties::from(properties);
        event
    }

    fn url(&self, site: Option<&str>) -> String {
        let target = &self.request.target;
        if !target.starts_with('/') {
            return target.clone();
        }
        match site {
            Some(site) => format!("{}{target}", site.trim_end_matches('/')),
            None if !self.host.is_empty() && !self.scheme.is_empty() => {
                format!("{}://{}{target}", self.scheme, self.host)
            }
            None => target.clone(),
        }
    }

    /// Notes the site's host; a port that says the scheme is left out.
    pub(super) fn at_host(&mut self, host: &str) {
        let host = host.trim().trim_end_matches('.');
        if is_none(host) || host == "_" {
            return;
        }
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty() => (name, port),
            _ => (host, ""),
        };
        let by_port = match port {
            "443" => "https",
            "80" => "http",
            _ => "",
        };
        if self.scheme.is_empty() {
            by_port.clone_into(&mut self.scheme);
        }
        let is_usual = port.is_empty() || (!by_port.is_empty() && by_port == self.scheme);
        if is_usual { name } else { host }.clone_into(&mut self.host);
    }

    /// Returns the entry if it says what every event needs.
    pub(super) fn checked(self) -> Result<Self, Rejection> {
        if is_none(&self.client) {
            return Err(malformed("client address", "the line does not say who asked"));
        }
        Ok(self)
    }
}

impl Request {
    pub(super) fn of(line: &str) -> Self {
        let Some((method, rest)) = line.split_once(' ').filter(|(method, _)| is_method(method)) else {
            let target = if line == "-" { "" } else { line };
            return Self { target: target.to_owned(), ..Self::default() };
        };
        let (target, protocol) = match rest.rsplit_once(' ') {
            Some((target, protocol)) if protocol.starts_with("HTTP/") => (target, protocol),
            _ => (rest, ""),
        };
        Self { method: method.to_owned(), target: target.to_owned(), protocol: protocol.to_owned() }
    }

    /// Takes scheme and host off the target, where it is a whole address.
    pub(super) fn split_off_host(&mut self) -> Option<(String, String)> {
        let (scheme, rest) = self.target.split_once("://")?;
        if !matches!(scheme, "http" | "https" | "ws" | "wss") {
            return None;
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, path) = (rest[..end].to_owned(), &rest[end..]);
        let scheme = scheme.to_owned();
        self.target = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Some((scheme, host))
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

pub(super) fn is_none(text: &str) -> bool {
    text.is_empty() || text == "-"
}

pub(super) fn malformed(field: &str, reason: impl Into<String>) -> Rejection {
    Rejection::field("log_line_malformed", field, reason)
}

/// Reads a status; a request that got none has 0.
pub(super) fn status(text: &str) -> Result<u16, Rejection> {
    match text {
        "-" | "-1" => Ok(0),
        number => number.parse().map_err(|_| malformed("status", "the status is no number")),
    }
}

/// Reads a number of bytes.
pub(super) fn bytes(text: &str) -> Result<u64, Rejection> {
    match text {
        "-" | "" => Ok(0),
        number => number.parse().map_err(|_| malformed("bytes", "the number of bytes is no number")),
    }
}

/// Returns the client of a list that proxies have written: the last that is none of a private network, since every
/// proxy adds behind what it was told; of private ones the first.
pub(super) fn forwarded(list: &str) -> Option<IpAddr> {
    let mut addresses = Vec::new();
    for part in list.split(',').map(str::trim).filter(|part| !is_none(part) && *part != "unknown") {
        addresses.push(ip_of(part)?.to_canonical());
    }
    addresses.iter().rev().find(|address| !is_private(**address)).or(addresses.first()).copied()
}

/// Tells whether an address is one of networks that the internet doesn't reach.
pub(super) fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified() || is_shared
        }
        IpAddr::V6(v6) => {
            v6.is_loopback()
                || v6.is_unspecified()
                || (v6.segments()[0] & 0xfe00) == 0xfc00
                || (v6.segments()[0] & 0xffc0) == 0xfe80
        }
    }
}

/// Returns who asked: what a proxy forwarded, where the address itself is a proxy's, of a private network.
pub(super) fn client_of(address: &str, forwarded_for: &str) -> String {
    let address = address.trim();
    let direct = ip_of(address).map(|address| address.to_canonical());
    let is_of_a_proxy = is_none(address) || direct.is_some_and(is_private);
    if let Some(client) = forwarded(forwarded_for).filter(|_| is_of_a_proxy) {
        return client.to_string();
    }
    direct.map_or_else(|| address.to_owned(), |address| address.to_string())
}
