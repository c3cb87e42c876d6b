//! What addresses tell: host, path, campaign, and where the visitor came from.

use url::Url;

use super::channel::CLICK_IDS;
use super::said::Said;

pub(super) const UTM: [&str; 5] = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];

/// The page of an event and the one before; empty for unknown.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Page {
    pub(super) url: String,
    /// Lower case, with a port that is not the scheme's own.
    pub(super) host: String,
    pub(super) path: String,
    pub(super) referrer: String,
    pub(super) referrer_domain: String,
    /// Source, medium, campaign, term, content.
    pub(super) utm: [String; 5],
    pub(super) has_click_id: bool,
}

impl Page {
    pub(super) fn of(said: &Said<'_>) -> Self {
        let text = |value: &Option<std::borrow::Cow<'_, str>>| value.as_deref().unwrap_or_default().to_owned();
        let mut page = Self { url: text(&said.url), has_click_id: said.has_click_id, ..Self::default() };
        page.read_url();
        if let Some(host) = &said.host {
            page.host = host.to_lowercase();
        }
        if let Some(path) = &said.path {
            page.path = path.to_string();
        }
        for (place, value) in page.utm.iter_mut().zip(&said.utm) {
            if let Some(value) = value {
                *place = value.to_string();
            }
        }
        page.referrer = text(&said.referrer);
        if matches!(page.referrer.as_str(), "$direct" | "-") {
            page.referrer.clear();
        }
        page.referrer_domain = match said.referrer_domain.as_deref() {
            Some("$direct") => String::new(),
            Some(domain) => domain.to_lowercase(),
            None => Url::parse(&page.referrer).ok().map(|url| host(&url)).unwrap_or_default(),
        };
        page
    }

    fn read_url(&mut self) {
        if let Ok(url) = Url::parse(&self.url) {
            self.host = host(&url);
            self.path = if url.cannot_be_a_base() { String::new() } else { url.path().to_owned() };
            self.read_query(url.query().unwrap_or_default());
        } else if self.url.starts_with('/') {
            let (path, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
            let (path, query) = (path.to_owned(), query.to_owned());
            self.path = path.split('#').next().unwrap_or_default().to_owned();
            self.read_query(&query);
        }
    }

    fn read_query(&mut self, query: &str) {
        if !query.contains("utm_") && !query.contains("cl") && !query.contains("braid") {
            return;
        }
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if let Some(index) = UTM.iter().position(|known| *known == name) {
                self.utm[index] = value.into_owned();
            } else if CLICK_IDS.contains(&name.as_ref()) && !value.is_empty() {
                self.has_click_id = true;
            }
        }
    }
}

fn host(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => String::new(),
    }
}
