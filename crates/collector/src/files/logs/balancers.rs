//! What load balancers write: Amazon's application and classic ones, and HAProxy for HTTP.

use chrono::DateTime;
use chrono_tz::Tz;

use super::super::table::columns::ip_of;
use super::combined::{quoted, time};
use super::entry::{Entry, Request, bytes, is_none, malformed, status};
use crate::Rejection;

/// What an application load balancer's line begins with.
const KINDS: [&str; 6] = ["http", "https", "h2", "grpcs", "ws", "wss"];

/// Reads a line of Amazon's balancers: `https 2026-11-20T09:30:00.1Z app/… 198.51.100.9:5123 10.0.0.1:80 … "GET …" "…"`.
pub(super) fn amazon(line: &str) -> Result<Entry, Rejection> {
    let (front, rest) = line.split_once(" \"").ok_or_else(|| malformed("request", "there is no \"request\""))?;
    let words: Vec<&str> = front.split(' ').collect();
    let words = if words.first().is_some_and(|kind| KINDS.contains(kind)) { &words[1..] } else { &words[..] };
    // Time, balancer, client, target, three durations, two statuses, two sizes.
    let [at, _, client, _, _, _, _, code, _, _, sent] = words else {
        return Err(malformed("request", format!("{} values stand before the request, 11 are expected", words.len())));
    };
    let mut entry = Entry { client: without_port(client)?, ..Entry::default() };
    let at = DateTime::parse_from_rfc3339(at);
    entry.time = at.map_err(|_| malformed("time", "the time is not written like 2026-11-20T09:30:00Z"))?.to_utc();
    entry.status = status(code)?;
    entry.bytes = bytes(sent)?;
    let (request, rest) = quoted(&line[line.len() - rest.len() - 1..], "request")?;
    entry.request = Request::of(request.trim_end_matches([' ', '-']));
    if let Some((scheme, host)) = entry.request.split_off_host() {
        entry.scheme = scheme.replace("ws", "http");
        entry.at_host(&host);
    }
    entry.user_agent = quoted(rest, "user agent").map(|(agent, _)| agent).unwrap_or_default();
    entry.checked()
}

/// Reads a line of HAProxy: `… haproxy[1]: 198.51.100.9:5123 [20/Nov/2026:09:30:00.123] front back/srv 0/0/1/2/3 200 …`.
pub(super) fn haproxy(line: &str, zone: Option<Tz>) -> Result<Entry, Rejection> {
    let (front, rest) = line
        .split_once(" [")
        .filter(|(front, _)| {
            // Behind syslog's part stands the client with its port.
            front.rsplit(' ').next().is_some_and(|client| client.contains(':'))
        })
        .ok_or_else(|| malformed("client address", "there is no client with its port before a [time]"))?;
    let client = front.rsplit(' ').next().unwrap_or_default();
    let mut entry = Entry { client: without_port(client)?, ..Entry::default() };
    let (at, rest) = rest.split_once("] ").ok_or_else(|| malformed("time", "the [time] does not end"))?;
    entry.time = time(at, zone)?;
    let words: Vec<&str> = rest.splitn(6, ' ').collect();
    let [_, _, timers, code, size, rest] = words[..] else {
        return Err(malformed("status", "the line ends before the status"));
    };
    if timers.matches('/').count() != 4 {
        return Err(malformed("timers", "there are not five timers, as in 0/0/1/2/3"));
    }
    entry.status = status(code)?;
    entry.bytes = bytes(size.trim_start_matches('+'))?;
    let (between, _) = rest.split_once(" \"").ok_or_else(|| malformed("request", "there is no \"request\""))?;
    let (request, _) = quoted(&rest[between.len() + 1..], "request")?;
    entry.request = Request::of(if request == "<BADREQ>" { "-" } else { &request });
    if let Some((scheme, host)) = entry.request.split_off_host() {
        entry.scheme = scheme;
        entry.at_host(&host);
    }
    // Which headers are captured is not said: of those in braces a user agent is one that looks like it.
    let captured = between.split(['{', '}', '|']).map(str::trim);
    entry.user_agent = captured.clone().find(|text| text.starts_with("Mozilla/")).unwrap_or_default().to_owned();
    entry.checked()
}

fn without_port(client: &str) -> Result<String, Rejection> {
    if is_none(client) {
        return Err(malformed("client address", "the line does not say who asked"));
    }
    let bare = || client.rsplit_once(':').and_then(|(address, _)| ip_of(address));
    // An IPv6 address and a port may stand without brackets between them.
    let address = if client.matches(':').count() > 1 && !client.starts_with('[') { bare() } else { ip_of(client) };
    let address = address.ok_or_else(|| malformed("client address", format!("{client:.60?} is no address")))?;
    Ok(address.to_string())
}
