//! The settings as they are stored and told.

use collector::{Addresses, Internal, Rules};
use http_kit::FieldError;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

const MOST_ENTRIES: usize = 100;
const LONGEST_ENTRY: usize = 200;
const MOST_A_MINUTE: u64 = 100_000_000;
const MOST_A_MONTH: u64 = 1_000_000_000_000;

/// What a project wants done with its events.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct CollectionSettings {
    /// What becomes of senders' addresses, once place and traffic have been told by them.
    pub(crate) addresses: AddressPolicy,
    /// Networks whose events are internal traffic.
    #[schema(example = json!(["10.0.0.0/8"]))]
    pub(crate) internal_networks: Vec<String>,
    /// Hosts of pages whose events are internal traffic; `*.example.com` is every host below.
    #[schema(example = json!(["localhost"]))]
    pub(crate) internal_hosts: Vec<String>,
    /// Distinct ids whose events are internal traffic; `*@example.com` is every id that ends so.
    #[schema(example = json!(["*@example.com"]))]
    pub(crate) internal_user_ids: Vec<String>,
    /// Hosts from which nobody comes: other sites of one's own, identity providers, payment pages that are not known
    /// anyway. `*.example.com` is every host below.
    #[schema(example = json!(["pay.example.com"]))]
    pub(crate) ignored_referrers: Vec<String>,
    /// Events that one key may send a minute; more are turned away with 429. No limit where absent.
    pub(crate) events_per_minute: Option<u64>,
    /// Events that the project takes in a calendar month of UTC; more are turned away. No limit where absent.
    pub(crate) events_per_month: Option<u64>,
}

/// What becomes of a sender's address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AddressPolicy {
    /// It is stored.
    #[default]
    Keep,
    /// Its last part is stored as zeros: 8 bits of 32, 80 bits of 128.
    Anonymise,
    /// It is not stored.
    Drop,
}

/// What changes; what is left out stays, and null takes a limit away.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CollectionSettingsChange {
    addresses: Option<AddressPolicy>,
    internal_networks: Option<Vec<String>>,
    internal_hosts: Option<Vec<String>>,
    internal_user_ids: Option<Vec<String>>,
    ignored_referrers: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u64>)]
    events_per_minute: Option<Option<u64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u64>)]
    events_per_month: Option<Option<u64>>,
}

/// Tells null from what was left out.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<u64>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl CollectionSettings {
    /// Applies a change, or says what is wrong with it.
    pub(super) fn apply(&mut self, change: CollectionSettingsChange) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if let Some(addresses) = change.addresses {
            self.addresses = addresses;
        }
        if let Some(networks) = change.internal_networks {
            self.internal_networks = entries("internal_networks", networks, &mut errors, |text| {
                let network =
                    text.parse::<ipnet::IpNet>().ok().or_else(|| Some(text.parse::<std::net::IpAddr>().ok()?.into()));
                network.map(|network| network.trunc().to_string()).ok_or("is no network such as 10.0.0.0/8")
            });
        }
        if let Some(hosts) = change.internal_hosts {
            self.internal_hosts = entries("internal_hosts", hosts, &mut errors, host);
        }
        if let Some(hosts) = change.ignored_referrers {
            self.ignored_referrers = entries("ignored_referrers", hosts, &mut errors, host);
        }
        if let Some(ids) = change.internal_user_ids {
            self.internal_user_ids = entries("internal_user_ids", ids, &mut errors, |text| {
                if is_pattern(text) { Ok(text.to_owned()) } else { Err("has a * that is not alone in front") }
            });
        }
        limit("events_per_minute", change.events_per_minute, MOST_A_MINUTE, &mut self.events_per_minute, &mut errors);
        limit("events_per_month", change.events_per_month, MOST_A_MONTH, &mut self.events_per_month, &mut errors);
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Returns them as the collector wants them.
    pub(super) fn rules(&self) -> Rules {
        Rules {
            addresses: match self.addresses {
                AddressPolicy::Keep => Addresses::Keep,
                AddressPolicy::Anonymise => Addresses::Anonymise,
                AddressPolicy::Drop => Addresses::Drop,
            },
            internal: Internal {
                networks: self.internal_networks.iter().filter_map(|text| text.parse().ok()).collect(),
                hosts: self.internal_hosts.clone(),
                user_ids: self.internal_user_ids.clone(),
            },
            ignored_referrers: self.ignored_referrers.clone(),
        }
    }
}

fn host(text: &str) -> Result<String, &'static str> {
    let is_host = text.chars().all(|char| char.is_alphanumeric() || ".-:*[]".contains(char));
    if is_host && is_pattern(text) {
        Ok(text.to_lowercase())
    } else {
        Err("is no host such as localhost or *.example.com")
    }
}

/// A star stands in front or nowhere, and never alone: everything would be internal.
fn is_pattern(text: &str) -> bool {
    let rest = text.strip_prefix('*').unwrap_or(text);
    !rest.is_empty() && !rest.contains('*')
}

fn entries(
    field: &'static str,
    given: Vec<String>,
    errors: &mut Vec<FieldError>,
    read: impl Fn(&str) -> Result<String, &'static str>,
) -> Vec<String> {
    if given.len() > MOST_ENTRIES {
        errors.push(FieldError::new(field, "too_many", format!("must have {MOST_ENTRIES} entries at most")));
        return Vec::new();
    }
    let mut kept = Vec::new();
    for (index, text) in given.iter().enumerate() {
        let text = text.trim();
        let read = if text.chars().count() > LONGEST_ENTRY { Err("is too long") } else { read(text) };
        match read {
            Ok(entry) if !kept.contains(&entry) => kept.push(entry),
            Ok(_) => {}
            Err(reason) => {
                errors.push(FieldError::new(format!("{field}.{index}"), "invalid", format!("“{text}” {reason}")))
            }
        }
    }
    kept
}

fn limit(
    field: &'static str,
    given: Option<Option<u64>>,
    most: u64,
    kept: &mut Option<u64>,
    errors: &mut Vec<FieldError>,
) {
    let Some(given) = given else { return };
    if given.is_some_and(|limit| !(1..=most).contains(&limit)) {
        errors.push(FieldError::new(field, "out_of_range", format!("must be 1 to {most}, or null for no limit")));
    }
    *kept = given;
}
