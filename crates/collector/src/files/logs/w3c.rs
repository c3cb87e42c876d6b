//! Logs whose `#Fields` line names the columns: IIS (W3C extended, words apart) and CloudFront (tabs apart, values
//! percent-encoded).

use std::borrow::Cow;

use chrono::NaiveDateTime;

use super::entry::{Entry, Request, bytes, client_of, is_none, malformed, status};
use crate::Rejection;

/// The columns that the last `#Fields` line named.
#[derive(Debug, Default, Clone)]
pub(super) struct Fields(Vec<String>);

const DIRECTIVE: &str = "#Fields:";

impl Fields {
    /// Reads a line; none where it is no request but says something of the log.
    pub(super) fn entry(&mut self, line: &str) -> Option<Result<Entry, Rejection>> {
        if let Some(names) = line.strip_prefix(DIRECTIVE) {
            self.0 = names.split_whitespace().map(str::to_ascii_lowercase).collect();
            return None;
        }
        (!line.starts_with('#')).then(|| self.read(line))
    }

    fn read(&self, line: &str) -> Result<Entry, Rejection> {
        if self.0.is_empty() {
            return Err(malformed("#Fields", "no #Fields line before it names the columns"));
        }
        let is_tabbed = line.contains('\t');
        let values: Vec<&str> = if is_tabbed { line.split('\t').collect() } else { line.split(' ').collect() };
        if values.len() != self.0.len() {
            let reason = format!("the line has {} values, #Fields names {}", values.len(), self.0.len());
            return Err(malformed("#Fields", reason));
        }
        let value = |names: &[&str]| {
            let find = |wanted: &&str| {
                let found = self.0.iter().zip(&values).find(|(name, value)| name == wanted && !is_none(value));
                found.map(|(_, value)| *value)
            };
            names.iter().find_map(find).unwrap_or_default()
        };
        let text = |names: &[&str]| decoded(value(names), is_tabbed);
        let mut entry = Entry::default();
        let (date, time) = (value(&["date"]), value(&["time"]));
        entry.time = NaiveDateTime::parse_from_str(&format!("{date} {time}"), "%Y-%m-%d %H:%M:%S%.f")
            .map_err(|_| malformed("date", "date and time are not written like 2026-11-20 09:30:00"))?
            .and_utc();
        entry.client = client_of(value(&["c-ip"]), &text(&["x-forwarded-for", "cs(x-forwarded-for)"]));
        entry.user = text(&["cs-username"]).into_owned();
        entry.user_agent = text(&["cs(user-agent)"]).into_owned();
        entry.referrer = text(&["cs(referer)", "cs(referrer)"]).into_owned();
        entry.status = status(value(&["sc-status"]))?;
        entry.bytes = bytes(value(&["sc-bytes"]))?;
        let (stem, query) = (value(&["cs-uri-stem", "cs-uri"]), value(&["cs-uri-query"]));
        if stem.is_empty() {
            return Err(malformed("cs-uri-stem", "the line does not say what was asked for"));
        }
        let target = if query.is_empty() { stem.to_owned() } else { format!("{stem}?{query}") };
        let protocol = value(&["cs-protocol-version", "cs-version"]).to_owned();
        entry.request = Request { method: value(&["cs-method"]).to_owned(), target, protocol };
        entry.scheme = match (value(&["cs-protocol"]), value(&["s-port", "cs-port"])) {
            (scheme @ ("http" | "https"), _) => scheme.to_owned(),
            (_, "443") => "https".to_owned(),
            (_, "80") => "http".to_owned(),
            _ => String::new(),
        };
        entry.at_host(value(&["x-host-header", "cs-host", "cs(host)", "host"]));
        entry.checked()
    }
}

/// Undoes how a value is written: spaces are plus signs, or everything is percent-encoded, by older logs twice.
fn decoded(value: &str, is_tabbed: bool) -> Cow<'_, str> {
    if !is_tabbed {
        return value.replace('+', " ").into();
    }
    let once = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
    if !once.contains("%20") {
        return once;
    }
    percent_encoding::percent_decode_str(&once).decode_utf8_lossy().into_owned().into()
}
