//! Events as the columns of one insert.

use analytics_model::{EventId, ProjectId};
use analytics_store::{Block, Column, Texts, in_order_of_events};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::counts::Seen;
use crate::Event;

/// A block ready to be inserted, as often as needed.
pub(super) struct Batch {
    pub(super) block: Block,
    /// The events of the block's rows.
    pub(super) ids: Vec<(ProjectId, EventId)>,
    /// Rows for other tables, to be inserted once these are.
    pub(super) beside: Vec<(&'static str, Block)>,
    /// How many they are.
    pub(super) seen: Seen,
}

type Text = for<'e> fn(&'e Event<'_>) -> &'e str;

/// The columns of text and where their values are.
const TEXTS: [(&str, Text); 27] = [
    ("event_type", |event| event.event_type.as_str()),
    ("event_name", |event| &event.event_name),
    ("user_id", |event| &event.user_id),
    ("session_id", |event| &event.session_id),
    ("ip_address", |event| &event.ip_address),
    ("user_agent", |event| &event.user_agent),
    ("device_type", |event| &event.device_type),
    ("os", |event| &event.os),
    ("os_version", |event| &event.os_version),
    ("browser", |event| &event.browser),
    ("browser_version", |event| &event.browser_version),
    ("country", |event| &event.country),
    ("city", |event| &event.city),
    ("url", |event| &event.url),
    ("host", |event| &event.host),
    ("path", |event| &event.path),
    ("referrer", |event| &event.referrer),
    ("referrer_domain", |event| &event.referrer_domain),
    ("channel", |event| &event.channel),
    ("utm_source", |event| &event.utm_source),
    ("utm_medium", |event| &event.utm_medium),
    ("utm_campaign", |event| &event.utm_campaign),
    ("utm_term", |event| &event.utm_term),
    ("utm_content", |event| &event.utm_content),
    ("traffic", |event| event.traffic),
    ("library", |event| &event.library),
    ("properties", |event| &event.properties),
];

/// Rows of a batch, as they come.
pub(super) struct Rows {
    projects: Vec<Uuid>,
    ids: Vec<Uuid>,
    times: Vec<i64>,
    arrivals: Vec<i64>,
    days: Vec<u16>,
    people: Vec<Uuid>,
    revenues: Vec<f64>,
    texts: Vec<Texts>,
}

impl Rows {
    pub(super) fn with_capacity(rows: usize) -> Self {
        Self {
            projects: Vec::with_capacity(rows),
            ids: Vec::with_capacity(rows),
            times: Vec::with_capacity(rows),
            arrivals: Vec::with_capacity(rows),
            days: Vec::with_capacity(rows),
            people: Vec::with_capacity(rows),
            revenues: Vec::with_capacity(rows),
            texts: TEXTS.iter().map(|_| Texts::with_capacity(rows * 8)).collect(),
        }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, event: &Event<'_>) {
        self.projects.push(event.project_id.0);
        self.ids.push(event.event_id.0);
        self.times.push(event.timestamp.timestamp_millis());
        self.arrivals.push(event.received_at.timestamp_millis());
        self.days.push(day(event.timestamp));
        self.people.push(event.person_id.0);
        self.revenues.push(event.revenue);
        for (texts, (_, value)) in self.texts.iter_mut().zip(TEXTS) {
            texts.push(value(event));
        }
    }

    /// Returns the block.
    pub(super) fn finish(self) -> Batch {
        let ids = self.projects.iter().zip(&self.ids).map(|(project, id)| (ProjectId(*project), EventId(*id)));
        let ids = ids.collect();
        let mut block = Block::new()
            .column("project_id", Column::Uuid(self.projects))
            .column("event_id", Column::Uuid(self.ids))
            .column("timestamp", Column::Instant(self.times))
            .column("received_at", Column::Instant(self.arrivals))
            .column("date", Column::Date(self.days))
            .column("person_id", Column::Uuid(self.people))
            .column("revenue", Column::Float64(self.revenues));
        for ((name, _), texts) in TEXTS.into_iter().zip(self.texts) {
            block = block.column(name, Column::Text(texts));
        }
        Batch { block: in_order_of_events(block), ids, beside: Vec::new(), seen: Seen::default() }
    }
}

impl Default for Rows {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

fn day(timestamp: DateTime<Utc>) -> u16 {
    // In range: nothing outside of 1970 to 2105 is accepted.
    u16::try_from(timestamp.timestamp().div_euclid(86_400)).unwrap_or_default()
}
