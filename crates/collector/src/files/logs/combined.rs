//! The common log format and those made from it: Apache's common, combined, vhost_combined and combinedio, nginx's
//! combined and main, Traefik's, lighttpd's; also behind what syslog or a container writes in front of each line.
//!
//! Before the time stand the client, an identity that is `-`, and a user. What stands before the client is told by the
//! [`Front`] of a file: a host, or what a proxy forwarded.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;

use super::super::table::columns::ip_of;
use super::super::times;
use super::entry::{Entry, Request, bytes, client_of, forwarded, is_none, is_private, malformed, status};
use crate::Rejection;

/// What a line begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Front {
    /// The client.
    Client,
    /// The site's host, perhaps with a port, then the client.
    Host,
    /// Two addresses: what a proxy forwarded and the proxy's own, in either order.
    Forwarded,
}

/// Reads a line.
pub(super) fn entry(line: &str, front: Front, zone: Option<Tz>) -> Result<Entry, Rejection> {
    let (before, time, rest) = around_time(line, zone)?;
    let words = words(before);
    let who = front.who(&words)?;
    let mut entry = Entry { client: who.client, time, ..Entry::default() };
    entry.user = words[who.identity + 1..].join(" ");
    entry.at_host(who.host);
    let rest = behind_numbers(rest);
    let (request, rest) = quoted(rest, "request")?;
    entry.request = Request::of(&request);
    if let Some((scheme, host)) = entry.request.split_off_host() {
        entry.scheme = scheme;
        entry.at_host(&host);
    }
    let (code, rest) = word(rest, "status")?;
    entry.status = status(code)?;
    let (size, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    entry.bytes = bytes(size)?;
    if rest.trim_start().starts_with('"') {
        let (referrer, rest) = quoted(rest, "referrer")?;
        entry.referrer = referrer;
        match quoted(rest, "user agent") {
            Ok((user_agent, rest)) => {
                entry.user_agent = user_agent;
                if let Some(list) = forwarded_behind(rest) {
                    entry.client = client_of(&entry.client, &list);
                }
            }
            // Servers cut long lines off: what is left of the last text is enough.
            Err(_) => rest.trim_start_matches('"').clone_into(&mut entry.user_agent),
        }
    }
    entry.checked()
}

/// Who asked, as the words before the time tell.
struct Who<'a> {
    client: String,
    host: &'a str,
    /// The place of the identity, behind which the user stands.
    identity: usize,
}

impl Front {
    fn who<'a>(self, words: &[&'a str]) -> Result<Who<'a>, Rejection> {
        let word = |place: usize| words.get(place).copied().unwrap_or_default();
        let (first, second) = (word(0), word(1));
        // Only a user's name may hold spaces, and hardly a server asks for identities.
        let is_plain = words.len() == 3 || (words.len() > 3 && second == "-");
        match self {
            Self::Client if is_plain && !is_address(second) => {
                let client = client_in(first).ok_or_else(|| strange(first))?;
                Ok(Who { client, host: "", identity: 1 })
            }
            Self::Host if words.len() > 3 || (words.len() == 3 && is_address(second)) => {
                let is_named = is_host(first) && (ip_of(second).is_some() || first.contains(':') || word(2) == "-");
                let client = client_in(second).filter(|_| is_named).ok_or_else(|| strange(second))?;
                let host = if ip_of(first).is_some() && !first.contains(':') { "" } else { first };
                Ok(Who { client, host, identity: 2 })
            }
            Self::Forwarded if words.len() > 3 => {
                let client = of_two(first, second).ok_or_else(|| strange(first))?;
                Ok(Who { client, host: "", identity: 2 })
            }
            _ => Err(malformed(
                "client address",
                "the client's address does not stand where the file's other lines have it",
            )),
        }
    }
}

fn strange(word: &str) -> Rejection {
    malformed("client address", format!("{word:.60?} stands where the client's address is expected"))
}

/// Returns the client of two columns of addresses. A list is what was forwarded, so is the public one beside a private
/// one; of two of a kind the first.
fn of_two(first: &str, second: &str) -> Option<String> {
    let [one, other] = [first, second].map(|word| forwarded(unwrapped(word)));
    let is_list = |word: &str| word.contains(',') || word.starts_with('(');
    let chosen = match (one, other) {
        (Some(_), Some(other)) if is_list(second) => other,
        (Some(one), Some(other)) if !is_list(first) && is_private(one) && !is_private(other) => other,
        (Some(one), Some(_)) => one,
        (Some(one), None) if is_none(unwrapped(second)) => one,
        (None, Some(other)) if is_none(unwrapped(first)) => other,
        _ => return None,
    };
    Some(chosen.to_string())
}

/// Returns a client's address, that of a list, or a name that was looked up.
fn client_in(word: &str) -> Option<String> {
    let word = unwrapped(word);
    if let Some(address) = forwarded(word) {
        return Some(address.to_string());
    }
    (!word.contains(':') && is_name(word)).then(|| word.to_owned())
}

fn is_address(word: &str) -> bool {
    forwarded(unwrapped(word)).is_some()
}

/// Tells whether a word is a site's host: a name, or one or an address with the port of a server.
fn is_host(word: &str) -> bool {
    if word == "-" {
        return true;
    }
    let Some((host, port)) = word.rsplit_once(':') else { return is_name(word) };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_port = !port.is_empty() && port.len() < 6 && port.bytes().all(|byte| byte.is_ascii_digit());
    let is_of_server = matches!(port, "80" | "443" | "8000" | "8008" | "8080" | "8081" | "8443" | "8888");
    is_port && (is_name(host) || (is_of_server && host.parse::<std::net::IpAddr>().is_ok()))
}

fn is_name(word: &str) -> bool {
    word == "_"
        || (word.len() < 254
            && word.contains(|char: char| char.is_ascii_alphabetic())
            && word.chars().all(|char| char.is_alphanumeric() || matches!(char, '.' | '-' | '_')))
}

fn unwrapped(word: &str) -> &str {
    word.trim_matches(|char| matches!(char, '"' | '(' | ')'))
}

/// Cuts what stands before the time into words: a list of addresses is one, so are a text in quotes and one in
/// parentheses. What syslog or a container has put in front is left out.
fn words(before: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut at = 0;
    while at < before.len() {
        let rest = &before[at..];
        if rest.starts_with(' ') {
            at += 1;
            continue;
        }
        let closing = match rest.as_bytes()[0] {
            b'"' => Some('"'),
            b'(' => Some(')'),
            _ => None,
        };
        let wrapped = closing.and_then(|closing| rest[1..].find(closing).map(|end| end + 2));
        let end = wrapped.unwrap_or_else(|| {
            let mut end = 0;
            for part in rest.split_inclusive(' ') {
                end += part.len();
                if !part.trim_end().ends_with(',') {
                    break;
                }
            }
            end
        });
        words.push(rest[..end].trim_end());
        at += end;
    }
    let is_tag = |word: &&str| *word == "|" || (word.len() > 1 && word.ends_with(':') && ip_of(word).is_none());
    match words.iter().rposition(is_tag) {
        Some(tag) => words.split_off(tag + 1),
        None => words,
    }
}

/// Finds the time in brackets; returns what stands before it and behind.
fn around_time(line: &str, zone: Option<Tz>) -> Result<(&str, DateTime<Utc>, &str), Rejection> {
    let mut wrong = malformed("time", "there is no [time]");
    for (at, _) in line.match_indices(" [") {
        let inner = &line[at + 2..];
        let Some((text, rest)) = inner.split_once(']') else {
            wrong = malformed("time", "the [time] does not end");
            continue;
        };
        match time(text, zone) {
            Ok(time) => return Ok((&line[..at], time, rest.trim_start())),
            Err(rejection) => wrong = rejection,
        }
    }
    Err(wrong)
}

/// Reads `17/May/2015:10:05:03 +0000`, also with fractions and without a zone, and ISO 8601.
pub(super) fn time(text: &str, zone: Option<Tz>) -> Result<DateTime<Utc>, Rejection> {
    if let Ok(time) = DateTime::parse_from_str(text, "%d/%b/%Y:%H:%M:%S%.f %z") {
        return Ok(time.to_utc());
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.to_utc());
    }
    if let Ok(local) = NaiveDateTime::parse_from_str(text, "%d/%b/%Y:%H:%M:%S%.f") {
        return times::instant("time", local, zone);
    }
    Err(malformed("time", "the time is not written like 17/May/2015:10:05:03 +0000"))
}

/// Passes over what servers measure in front of the request.
fn behind_numbers(mut rest: &str) -> &str {
    while let Some((word, behind)) = rest.split_once(' ') {
        if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            break;
        }
        rest = behind.trim_start();
    }
    rest
}

/// Returns what a proxy forwarded, as nginx writes it behind the user agent.
fn forwarded_behind(rest: &str) -> Option<String> {
    let (text, _) = quoted(rest, "forwarded addresses").ok()?;
    // With a port it is the address of a server that was asked.
    let is_upstream = text.split(',').any(|part| part.trim().parse::<std::net::IpAddr>().is_err());
    forwarded(&text).filter(|_| !is_upstream).map(|_| text)
}

fn word<'a>(text: &'a str, field: &str) -> Result<(&'a str, &'a str), Rejection> {
    match text.trim_start().split_once(' ') {
        Some((word, rest)) if !word.is_empty() => Ok((word, rest)),
        _ => Err(malformed(field, format!("the line ends before the {field}"))),
    }
}

/// Reads a text in quotes and undoes `\"`, `\\` and `\xhh`.
pub(super) fn quoted<'a>(text: &'a str, field: &str) -> Result<(String, &'a str), Rejection> {
    let text = text.trim_start();
    let missing = || malformed(field, format!("the {field} does not stand in quotes"));
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
