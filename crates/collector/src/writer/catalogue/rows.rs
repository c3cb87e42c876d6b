//! Rows for the tables of the catalogue.

use analytics_model::ProjectId;
use analytics_store::{Block, Column, Texts};
use uuid::Uuid;

use super::seen::{Seen, Source};

pub(in crate::writer) const PROPERTIES: &str = "event_properties";
pub(in crate::writer) const VALUES: &str = "property_values";

/// What there is to say.
#[derive(Default)]
pub(super) struct Rows {
    properties: PropertyRows,
    values: ValueRows,
}

#[derive(Default)]
struct PropertyRows {
    projects: Vec<Uuid>,
    sources: Texts,
    properties: Texts,
    events: Texts,
    kinds: [Vec<u64>; 6],
    first_seen: Vec<i64>,
    last_seen: Vec<i64>,
}

#[derive(Default)]
struct ValueRows {
    projects: Vec<Uuid>,
    sources: Texts,
    properties: Texts,
    values: Texts,
    counts: Vec<u64>,
    last_seen: Vec<i64>,
}

/// Names of the counts, in the order of the kinds.
const COUNTS: [&str; 6] = ["texts", "numbers", "booleans", "times", "lists", "objects"];

impl Rows {
    pub(super) fn property(
        &mut self,
        (project, source): (ProjectId, Source),
        (event, name): (&str, &str),
        seen: &Seen,
    ) {
        let rows = &mut self.properties;
        rows.projects.push(project.0);
        rows.sources.push(source.word());
        rows.properties.push(name);
        rows.events.push(event);
        rows.kinds.iter_mut().zip(seen.kinds).for_each(|(kinds, count)| kinds.push(count));
        rows.first_seen.push(seen.first);
        rows.last_seen.push(seen.last);
    }

    pub(super) fn value(
        &mut self,
        (project, source): (ProjectId, Source),
        (name, value): (&str, &str),
        count: (u64, i64),
    ) {
        let rows = &mut self.values;
        rows.projects.push(project.0);
        rows.sources.push(source.word());
        rows.properties.push(name);
        rows.values.push(value);
        rows.counts.push(count.0);
        rows.last_seen.push(count.1);
    }

    pub(super) fn finish(self) -> Vec<(&'static str, Block)> {
        let Self { properties, values } = self;
        let mut blocks = Vec::new();
        if !properties.projects.is_empty() {
            let mut block = Block::new()
                .column("project_id", Column::Uuid(properties.projects))
                .column("source", Column::Text(properties.sources))
                .column("property", Column::Text(properties.properties))
                .column("event_name", Column::Text(properties.events));
            for (name, counts) in COUNTS.into_iter().zip(properties.kinds) {
                block = block.column(name, Column::UInt64(counts));
            }
            let block = block
                .column("first_seen", Column::Instant(properties.first_seen))
                .column("last_seen", Column::Instant(properties.last_seen));
            blocks.push((PROPERTIES, block));
        }
        if !values.projects.is_empty() {
            let block = Block::new()
                .column("project_id", Column::Uuid(values.projects))
                .column("source", Column::Text(values.sources))
                .column("property", Column::Text(values.properties))
                .column("value", Column::Text(values.values))
                .column("count", Column::UInt64(values.counts))
                .column("last_seen", Column::Instant(values.last_seen));
            blocks.push((VALUES, block));
        }
        blocks
    }
}
