//! What the properties say of the sender: the names that have a column of their own.

use std::borrow::Cow;

use detection::source::{self, Mark};

use crate::json::{self, Entry};

/// Values of known properties; absent, null and empty are the same.
#[derive(Debug, Default)]
pub(super) struct Said<'a> {
    pub(super) session_id: Option<Cow<'a, str>>,
    pub(super) ip: Option<Cow<'a, str>>,
    pub(super) user_agent: Option<Cow<'a, str>>,
    pub(super) device_type: Option<Cow<'a, str>>,
    pub(super) os: Option<Cow<'a, str>>,
    pub(super) os_version: Option<Cow<'a, str>>,
    pub(super) browser: Option<Cow<'a, str>>,
    pub(super) browser_version: Option<Cow<'a, str>>,
    pub(super) country: Option<Cow<'a, str>>,
    pub(super) city: Option<Cow<'a, str>>,
    pub(super) url: Option<Cow<'a, str>>,
    pub(super) host: Option<Cow<'a, str>>,
    pub(super) path: Option<Cow<'a, str>>,
    pub(super) referrer: Option<Cow<'a, str>>,
    pub(super) referrer_domain: Option<Cow<'a, str>>,
    pub(super) library: Option<Cow<'a, str>>,
    /// Source, medium, campaign, term, content.
    pub(super) utm: [Option<Cow<'a, str>>; 5],
    /// The money it says, by the name that is looked at first.
    pub(super) revenue: [Option<Cow<'a, str>>; 2],
    /// Whether a program drives the browser.
    pub(super) is_driven: bool,
    /// Whether an advertiser's click id is there.
    pub(super) has_click_id: bool,
    /// Whether a network's mark of an opened link is there.
    pub(super) has_network_id: bool,
}

impl<'a> Said<'a> {
    pub(super) fn of(properties: &[Entry<'a>]) -> Self {
        let mut said = Self::default();
        for (name, value) in properties {
            let Some(field) = said.field(name) else { continue };
            let text = json::scalar(*value).filter(|text| !text.is_empty());
            match field {
                Field::Text(place) => {
                    if text.is_some() {
                        *place = text;
                    }
                }
                Field::Driven => said.is_driven |= text.as_deref() == Some("true"),
                Field::ClickId => said.has_click_id |= text.is_some(),
                Field::NetworkId => said.has_network_id |= text.is_some(),
            }
        }
        said
    }

    fn field(&mut self, name: &str) -> Option<Field<'_, 'a>> {
        Some(Field::Text(match name {
            "$session_id" => &mut self.session_id,
            "$ip" => &mut self.ip,
            "$raw_user_agent" | "$user_agent" => &mut self.user_agent,
            "$device_type" => &mut self.device_type,
            "$os" | "$os_name" => &mut self.os,
            "$os_version" => &mut self.os_version,
            "$browser" => &mut self.browser,
            "$browser_version" => &mut self.browser_version,
            "$country" | "$geoip_country_code" => &mut self.country,
            "$city" | "$geoip_city_name" => &mut self.city,
            "$current_url" => &mut self.url,
            "$host" => &mut self.host,
            "$pathname" => &mut self.path,
            "$referrer" => &mut self.referrer,
            "$referring_domain" => &mut self.referrer_domain,
            "$lib" => &mut self.library,
            "utm_source" => &mut self.utm[0],
            "utm_medium" => &mut self.utm[1],
            "utm_campaign" => &mut self.utm[2],
            "utm_term" => &mut self.utm[3],
            "utm_content" => &mut self.utm[4],
            "$revenue" => &mut self.revenue[0],
            "revenue" => &mut self.revenue[1],
            "$webdriver" => return Some(Field::Driven),
            other => match source::mark(other)? {
                Mark::Utm(place) => &mut self.utm[place],
                Mark::Click => return Some(Field::ClickId),
                Mark::Network => return Some(Field::NetworkId),
            },
        }))
    }
}

enum Field<'s, 'a> {
    Text(&'s mut Option<Cow<'a, str>>),
    ClickId,
    NetworkId,
    Driven,
}
