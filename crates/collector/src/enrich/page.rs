//! What addresses tell: host, path, campaign, and where the visitor came from.

use std::borrow::Cow;

use url::Url;

use super::channel::CLICK_IDS;
use super::said::Said;

pub(super) const UTM: [&str; 5] = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];

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
}

impl<'a> Page<'a> {
    pub(super) fn of(said: &Said<'a>) -> Self {
        let text = |value: &Option<Cow<'a, str>>| value.clone().unwrap_or_default();
        let mut page = Self { url: text(&said.url), has_click_id: said.has_click_id, ..Self::default() };
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
            None => Url::parse(&page.referrer).ok().map(|url| host(&url)).unwrap_or_default().into(),
        };
        page
    }

    fn read_url(&mut self) {
        if self.url.is_empty() {
            return;
        }
        let address = self.url.clone();
        if let Ok(url) = Url::parse(&address) {
            self.host = host(&url).into();
            self.path = if url.cannot_be_a_base() { Cow::Borrowed("") } else { url.path().to_owned().into() };
            self.read_query(url.query().unwrap_or_default());
        } else if address.starts_with('/') {
            let (path, query) = address.split_once('?').unwrap_or((&address, ""));
            self.path = path.split('#').next().unwrap_or_default().to_owned().into();
            self.read_query(query);
        }
    }

    fn read_query(&mut self, query: &str) {
        if !query.contains("utm_") && !query.contains("cl") && !query.contains("braid") {
            return;
        }
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if let Some(index) = UTM.iter().position(|known| *known == name) {
                self.utm[index] = value.into_owned().into();
            } else if CLICK_IDS.contains(&name.as_ref()) && !value.is_empty() {
                self.has_click_id = true;
            }
        }
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
