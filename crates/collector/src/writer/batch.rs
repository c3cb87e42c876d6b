//! Events as the columns of one insert.

use std::collections::BTreeSet;

use analytics_model::{EventId, ProjectId};
use analytics_store::{Block, Column, Texts};
use chrono::{DateTime, Datelike, Utc};

use crate::Event;

/// Months of one insert: each is a part on disk, and ClickHouse refuses more than a hundred.
const MONTHS: usize = 60;

/// A block ready to be inserted, as often as needed.
pub(super) struct Batch {
    pub(super) block: Block,
    /// The events of the block's rows.
    pub(super) ids: Vec<(ProjectId, EventId)>,
}

/// Returns the bytes an event takes in a block, roughly.
pub(super) fn bytes_of(event: &Event) -> usize {
    let long = event.properties.len() + event.url.len() + event.referrer.len() + event.user_agent.len();
    300 + long + event.path.len() + event.event_name.len() + event.user_id.len() + event.session_id.len()
}

/// Tells how many of the events, from the first on, make one block.
pub(super) fn take(events: &[&Event], max_rows: usize, max_bytes: usize) -> usize {
    let mut bytes = 0;
    let mut months = BTreeSet::new();
    for (index, event) in events.iter().enumerate() {
        bytes += bytes_of(event);
        months.insert((event.timestamp.year(), event.timestamp.month()));
        let is_full = index >= max_rows || bytes > max_bytes || months.len() > MONTHS;
        if is_full && index > 0 {
            return index;
        }
    }
    events.len()
}

impl Batch {
    pub(super) fn of(events: &[&Event]) -> Self {
        let text = |value: fn(&Event) -> &str| {
            let mut texts = Texts::with_capacity(events.iter().map(|event| value(event).len() + 2).sum());
            for event in events {
                texts.push(value(event));
            }
            Column::Text(texts)
        };
        let instant = |value: fn(&Event) -> DateTime<Utc>| {
            Column::Instant(events.iter().map(|event| value(event).timestamp_millis()).collect())
        };
        let block = Block::new()
            .column("project_id", Column::Uuid(events.iter().map(|event| event.project_id.0).collect()))
            .column("event_id", Column::Uuid(events.iter().map(|event| event.event_id.0).collect()))
            .column("event_type", text(|event| event.event_type.as_str()))
            .column("event_name", text(|event| &event.event_name))
            .column("timestamp", instant(|event| event.timestamp))
            .column("received_at", instant(|event| event.received_at))
            .column("date", Column::Date(events.iter().map(|event| day(event.timestamp)).collect()))
            .column("user_id", text(|event| &event.user_id))
            .column("person_id", Column::Uuid(events.iter().map(|event| event.person_id.0).collect()))
            .column("session_id", text(|event| &event.session_id))
            .column("ip_address", text(|event| &event.ip_address))
            .column("user_agent", text(|event| &event.user_agent))
            .column("device_type", text(|event| &event.device_type))
            .column("os", text(|event| &event.os))
            .column("os_version", text(|event| &event.os_version))
            .column("browser", text(|event| &event.browser))
            .column("browser_version", text(|event| &event.browser_version))
            .column("country", text(|event| &event.country))
            .column("city", text(|event| &event.city))
            .column("url", text(|event| &event.url))
            .column("host", text(|event| &event.host))
            .column("path", text(|event| &event.path))
            .column("referrer", text(|event| &event.referrer))
            .column("referrer_domain", text(|event| &event.referrer_domain))
            .column("channel", text(|event| &event.channel))
            .column("utm_source", text(|event| &event.utm_source))
            .column("utm_medium", text(|event| &event.utm_medium))
            .column("utm_campaign", text(|event| &event.utm_campaign))
            .column("utm_term", text(|event| &event.utm_term))
            .column("utm_content", text(|event| &event.utm_content))
            .column("library", text(|event| &event.library))
            .column("properties", text(|event| &event.properties));
        Self { block, ids: events.iter().map(|event| (event.project_id, event.event_id)).collect() }
    }
}

fn day(timestamp: DateTime<Utc>) -> u16 {
    // In range: enrichment takes nothing outside of 1970 to 2105.
    u16::try_from(timestamp.timestamp().div_euclid(86_400)).unwrap_or_default()
}
