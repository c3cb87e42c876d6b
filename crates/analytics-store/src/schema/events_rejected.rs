//! The table of what was refused: nothing that arrives under a project's key is lost.

use super::events::COLUMNS;
use super::{Column, Engine, Spread, Table, column};

/// A row for each event that was refused, with as much of it as could be read.
pub static EVENTS_REJECTED: Table = Table {
    name: "events_rejected",
    comment: "What was refused: one row for each event that could not be stored, and why",
    columns: &ALL,
    engine: Engine::MergeTree,
    partition_by: Some("toYYYYMM(received_at)"),
    order_by: "project_id, received_at, event_id",
    ttl: Some("toDate(received_at) + interval 90 day"),
    settings: &[("non_replicated_deduplication_window", "1000")],
    cluster_settings: &[],
    spread: Spread::ByKey("cityHash64(project_id, event_id)"),
};

const REASONS: [Column; 4] = [
    column("code", "LowCardinality(String)", "Why it was refused: a stable code").codec("ZSTD(1)"),
    column("field", "LowCardinality(String)", "The field that is wrong; may be empty").codec("ZSTD(1)"),
    column("reason", "String", "What is wrong, in words").codec("ZSTD(1)"),
    column("raw", "String", "The event as it came").codec("ZSTD(3)"),
];

/// All columns of an event, then the reasons.
static ALL: [Column; COLUMNS.len() + REASONS.len()] = {
    let mut all = [REASONS[0]; COLUMNS.len() + REASONS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < COLUMNS.len() { COLUMNS[at] } else { REASONS[at - COLUMNS.len()] };
        at += 1;
    }
    all
};
