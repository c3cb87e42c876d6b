//! Web servers' logs. One layout holds for a file: of all that are known the one that reads most of its first lines, of
//! equals the one that is listed first. A line that doesn't fit it is refused, whatever else it may be.

mod balancers;
mod combined;
mod entry;
mod json;
mod w3c;

use std::path::Path;

use chrono_tz::Tz;

use self::entry::Entry;
use self::w3c::Fields;
use super::encoding::Encoding;
use super::lines::Lines;
use super::source::{Input, Progress};
use super::{Error, Row, finish};
use crate::{Incoming, Rejection};

pub use self::combined::Front;

/// How the lines of a log are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A JSON object a line.
    Json,
    /// Columns named by a `#Fields` line.
    W3c,
    /// Amazon's load balancers.
    Amazon,
    /// HAProxy's for HTTP.
    Haproxy,
    /// The common log format and those made from it.
    Common(Front),
}

/// All that are known, in the order they are tried.
const LAYOUTS: [Layout; 7] = [
    Layout::Json,
    Layout::W3c,
    Layout::Amazon,
    Layout::Common(Front::Client),
    Layout::Common(Front::Host),
    Layout::Common(Front::Forwarded),
    Layout::Haproxy,
];

impl Layout {
    /// Returns the layout of a name that people may give.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "json_log" | "caddy" | "traefik" => Self::Json,
            "w3c" | "iis" | "cloudfront" => Self::W3c,
            "alb" | "elb" => Self::Amazon,
            "haproxy" => Self::Haproxy,
            "common" | "combined" | "combinedio" => Self::Common(Front::Client),
            "vhost_combined" => Self::Common(Front::Host),
            "forwarded_combined" => Self::Common(Front::Forwarded),
            _ => return None,
        })
    }

    fn told(self) -> &'static str {
        match self {
            Self::Json => "JSON objects",
            Self::W3c => "columns named by #Fields (W3C extended, as of IIS and CloudFront)",
            Self::Amazon => "lines of an Amazon load balancer",
            Self::Haproxy => "lines of HAProxy",
            Self::Common(Front::Client) => "common or combined format, the client first",
            Self::Common(Front::Host) => "common or combined format, the site's host before the client",
            Self::Common(Front::Forwarded) => {
                "common or combined format, with what a proxy forwarded before the client"
            }
        }
    }
}

/// What is needed to read a line.
#[derive(Debug, Clone)]
struct Reader {
    layout: Layout,
    zone: Option<Tz>,
    fields: Fields,
}

impl Reader {
    fn new(layout: Layout, zone: Option<Tz>) -> Self {
        Self { layout, zone, fields: Fields::default() }
    }

    /// Reads a line; none where it is no request but says something of the log.
    fn entry(&mut self, line: &str) -> Option<Result<Entry, Rejection>> {
        Some(match self.layout {
            Layout::Json => json::entry(line, self.zone),
            Layout::W3c => return self.fields.entry(line),
            Layout::Amazon => balancers::amazon(line),
            Layout::Haproxy => balancers::haproxy(line, self.zone),
            Layout::Common(front) => combined::entry(line, front, self.zone),
        })
    }
}

/// The requests of a log.
pub(super) struct AccessLog {
    lines: Lines,
    reader: Reader,
    site: Option<String>,
}

/// Returns the layout that reads most of the lines that a log begins with; none where no layout reads any.
pub(super) fn layout_of(head: &[u8]) -> Option<Layout> {
    let counts = LAYOUTS.map(|layout| (layout, fits(layout, head)));
    let most = counts.into_iter().rev().max_by_key(|(_, count)| *count)?;
    (most.1 > 0).then_some(most.0)
}

/// Tells whether JSON is that of a log, rather than of events.
pub(super) fn is_json(head: &[u8]) -> bool {
    layout_of(head) == Some(Layout::Json)
}

/// Lines that are looked at to tell the layout.
const LOOKED_AT: usize = 500;

fn fits(layout: Layout, head: &[u8]) -> usize {
    let mut reader = Reader::new(layout, None);
    let lines = head.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty()).take(LOOKED_AT);
    lines.filter(|line| reader.entry(text_of(line).trim()).is_some_and(|entry| entry.is_ok())).count()
}

/// Bytes that are no UTF-8 are those of an older encoding that has a character for each: no two become the same.
fn text_of(line: &[u8]) -> String {
    match std::str::from_utf8(line) {
        Ok(text) => text.to_owned(),
        Err(_) => line.iter().map(|byte| char::from(*byte)).collect(),
    }
}

impl AccessLog {
    pub(super) fn open(
        path: &Path,
        input: &Input,
        named: Option<Encoding>,
        layout: Option<Layout>,
        (zone, site): (Option<Tz>, Option<&str>),
    ) -> Result<(Self, Progress), Error> {
        let unread = |source| Error::Io { path: path.to_owned(), source };
        let head = input.head(named).map_err(unread)?;
        // A log without a line that fits any has its lines refused one by one, by the format most have.
        let layout = layout.or_else(|| layout_of(&head)).unwrap_or(Layout::Common(Front::Client));
        let (source, progress) = input.open(named).map_err(unread)?;
        let log = Self { lines: Lines::new(source), reader: Reader::new(layout, zone), site: site.map(str::to_owned) };
        Ok((log, progress))
    }

    /// Says in words how the file is read.
    pub(super) fn told(&self) -> String {
        format!("web server log: {}", self.reader.layout.told())
    }

    fn event(&mut self, line: &str) -> Option<Result<Incoming, Rejection>> {
        let entry = self.reader.entry(line)?;
        Some(entry.map(|entry| entry.event(self.site.as_deref())))
    }
}

impl Iterator for AccessLog {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        loop {
            let line = self.lines.next()?;
            if line.is_blank() {
                continue;
            }
            let event = match &line.content {
                Ok(content) => self.event(text_of(content).trim()),
                Err(rejection) => Some(Err(rejection.clone())),
            };
            if let Some(event) = event {
                return Some(finish(&line, event));
            }
        }
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::SAMPLE;
