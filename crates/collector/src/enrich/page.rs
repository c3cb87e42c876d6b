//! What addresses tell: host, path, campaign, and where the visitor came from.

use std::borrow::Cow;

use detection::source::{self, Mark};
use url::Url;

use super::said::Said;

/// The page of an event and the one before; empty for unknown.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Page<'a> {
    pub(super) url: Cow<'a, str>,
    /// Lower case, with a port that is not the scheme's own.
    pub(super) host: Cow<'a, str>,
    pub(super) path: Cow<'a, str>,
    pub(super) referrer: Cow<'a, str>,
    pub(super) referrer_domain: Cow<'a, str>,
    /// Source, medium, campaign, term, content.
    pub(super) utm: [Cow<'a, str>; 5],
    pub(super) has_click_id: bool,
    pub(super) has_network_id: bool,
}

impl<'a> Page<'a> {
    pub(super) fn of(said: &Said<'a>) -> Self {
        let text = |value: &Option<Cow<'a, str>>| value.clone().unwrap_or_default();
        let mut page = Self { url: text(&said.url), ..Self::default() };
        page.has_click_id = said.has_click_id;
        page.has_network_id = said.has_network_id;
        page.read_url();
        if let Some(host) = &said.host {
            page.host = lower(host.clone());
        }
        if let Some(path) = &said.path {
            page.path = path.clone();
        }
        for (place, value) in page.utm.iter_mut().zip(&said.utm) {
            if let Some(value) = value {
                *place = value.clone();
            }
        }
        page.referrer = text(&said.referrer);
        if matches!(page.referrer.as_ref(), "$direct" | "-") {
            page.referrer = Cow::Borrowed("");
        }
        page.referrer_domain = match &said.referrer_domain {
            Some(domain) if domain == "$direct" => Cow::Borrowed(""),
            Some(domain) => lower(domain.clone()),
            None if page.referrer.is_empty() => Cow::Borrowed(""),
            None => match Plain::of(&page.referrer) {
                Some(plain) => plain.host.to_owned().into(),
                None => Url::parse(&page.referrer).ok().map(|url| host(&url)).unwrap_or_default().into(),
            },
        };
        page
    }

    fn read_url(&mut self) {
        if self.url.is_empty() {
            return;
        }
        let address = self.url.clone();
        // Campaigns of pages that have their own addresses behind the `#`; what the query says counts more.
        if let Some((_, fragment)) = address.split_once('#').filter(|(_, fragment)| fragment.contains('=')) {
            self.read_query(fragment.rsplit('?').next().unwrap_or(fragment));
        }
        if let Some(plain) = Plain::of(&address) {
            self.host = plain.host.to_owned().into();
            self.path = plain.path.to_owned().into();
            self.read_query(plain.query);
        } else if let Ok(url) = Url::parse(&address) {
            self.host = host(&url).into();
            self.path = if url.cannot_be_a_base() { Cow::Borrowed("") } else { url.path().to_owned().into() };
            self.read_query(url.query().unwrap_or_default());
        } else if address.starts_with('/') {
            let (path, query) = address.split_once('?').unwrap_or((&address, ""));
            self.path = path.split('#').next().unwrap_or_default().to_owned().into();
            self.read_query(query);
        }
    }

    /// Reads campaign and marks of a query, whatever the letter case of the names and however they are encoded.
    fn read_query(&mut self, query: &str) {
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some((name, value)) => self.read_parameter(name, value),
                // A link within a link: the whole pair was encoded once more.
                None if pair.contains("%3D") || pair.contains("%3d") => {
                    let inner = decoded(pair);
                    let pairs = inner.split('&').filter_map(|pair| pair.split_once('='));
                    pairs.for_each(|(name, value)| self.read_parameter(name, value));
                }
                None => {}
            }
        }
    }

    fn read_parameter(&mut self, name: &str, value: &str) {
        let mark = if name.contains(['%', '+']) { source::mark(&decoded(name)) } else { source::mark(name) };
        match mark {
            Some(Mark::Utm(place)) => self.utm[place] = decoded(value).into_owned().into(),
            Some(Mark::Click) => self.has_click_id |= !value.is_empty(),
            Some(Mark::Network) => self.has_network_id |= !value.is_empty(),
            None => {}
        }
    }
}

/// Returns what a form's encoding stands for.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let pair = url::form_urlencoded::parse(text.as_bytes()).next();
    pair.map_or(Cow::Borrowed(text), |(name, value)| {
        if value.is_empty() { Cow::Owned(name.into_owned()) } else { Cow::Owned(format!("{name}={value}")) }
    })
}

/// The parts of an address that is written as a parser would write it, which nearly all are: reading those takes a
/// tenth of the time.
struct Plain<'a> {
    host: &'a str,
    path: &'a str,
    query: &'a str,
}

impl<'a> Plain<'a> {
    /// Returns the parts; nothing where anything would have to be put in order, or is no address at all.
    fn of(address: &'a str) -> Option<Self> {
        let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
        let (host, rest) = rest.split_at(rest.find(['/', '?', '#'])?);
        let (rest, _) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        // Neither a number, which might be an address in another notation, nor letters of other scripts in disguise.
        let (domain, top) = host.rsplit_once('.')?;
        let is_host = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
        let is_path = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
        let is_query = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'<' | b'>');
        let is_plain = domain.bytes().all(is_host)
            && !domain.is_empty()
            && !domain.contains("xn--")
            && top.len() > 1
            && top.bytes().all(|byte| byte.is_ascii_lowercase())
            && path.starts_with('/')
            && !path.contains("/.")
            && path.bytes().all(is_path)
            && query.bytes().all(is_query);
        is_plain.then_some(Self { host, path, query })
    }
}

fn lower(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return text;
    }
    text.to_lowercase().into()
}

fn host(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_read_quickly_is_what_the_parser_reads(
            address in "https?://[a-z0-9A-Zü.:@-]{0,12}(\\.[a-z0-9]{1,3})?(/[a-zA-Z0-9/._~%-]{0,12})?(\\?[!-~é ]{0,12})?(#[!-~]{0,4})?",
        ) {
            let Some(plain) = Plain::of(&address) else { return Ok(()) };
            let url = Url::parse(&address).unwrap();
            prop_assert_eq!(plain.host, host(&url));
            prop_assert_eq!(plain.path, url.path());
            prop_assert_eq!(plain.query, url.query().unwrap_or_default());
        }
    }

    #[test]
    fn plain_addresses_are_read_quickly() {
        let plain = Plain::of("https://shop.example.com/docs/api_1?utm_source=a&b=%20#top").unwrap();
        assert_eq!((plain.host, plain.path, plain.query), ("shop.example.com", "/docs/api_1", "utm_source=a&b=%20"));
        let others =
            ["https://example.com", "http://1.2.3.4/", "https://EXAMPLE.com/", "https://a.com/../b", "https://a.com/ü"];
        assert!(others.into_iter().all(|address| Plain::of(address).is_none()));
    }
}
