//! The table of events, and the order in which it is read.

use super::{Column, Engine, Spread, Table, column};

/// A row for each event.
///
/// The sorting key keeps a project's day together and in it the people of one event: trends, funnels and retention
/// read few granules, and rows that arrive late or expire touch few parts. The person is not in it: who somebody is
/// can be found out later, and no row can be changed in its key.
pub static EVENTS: Table = Table {
    name: "events",
    comment: "What happened: one row for each event",
    columns: &ALL,
    engine: Engine::MergeTree,
    partition_by: Some("toYYYYMM(date)"),
    order_by: "project_id, date, event_name, cityHash64(user_id), timestamp",
    ttl: None,
    // What lets a repeated insert be recognised by its token. An insert counts once for each month in it; a cluster
    // would forget after an hour, which an outage can outlast.
    settings: &[
        ("non_replicated_deduplication_window", "10000"),
        // What lets a person of some rows be changed without rewriting parts (`update … set`).
        ("enable_block_number_column", "1"),
        ("enable_block_offset_column", "1"),
    ],
    cluster_settings: &[
        ("replicated_deduplication_window", "10000"),
        ("replicated_deduplication_window_seconds", "604800"),
        ("enable_block_number_column", "1"),
        ("enable_block_offset_column", "1"),
    ],
    // Not by the person: a merge of two people would have to move their rows.
    spread: Spread::ByKey("cityHash64(project_id, user_id)"),
};

static ALL: [Column; COLUMNS.len()] = COLUMNS;

const KEYWORD: &str = "LowCardinality(String)";
const INSTANT: &str = "DateTime64(3, 'UTC')";

const fn keyword(name: &'static str, comment: &'static str) -> Column {
    column(name, KEYWORD, comment).codec("ZSTD(1)")
}

const fn text(name: &'static str, comment: &'static str) -> Column {
    column(name, "String", comment).codec("ZSTD(1)")
}

pub(super) const COLUMNS: [Column; 34] = [
    column("project_id", "UUID", "The project").codec("ZSTD(1)"),
    column("event_id", "UUID", "The event; a second one of the same id is not stored").codec("ZSTD(1)"),
    keyword("event_type", "page, track, identify, screen, group or alias"),
    keyword("event_name", "What happened, such as $pageview or sign up"),
    column("timestamp", INSTANT, "When it happened, by the sender's clock corrected").codec("Delta(8), ZSTD(1)"),
    column("received_at", INSTANT, "When it arrived here").codec("Delta(8), ZSTD(1)"),
    column("date", "Date", "The day of timestamp, in UTC").default_to("toDate(timestamp)").codec("ZSTD(1)"),
    text("user_id", "Who did it, as the sender says: the distinct id"),
    column("person_id", "UUID", "Who did it, as we know").codec("ZSTD(1)"),
    text("session_id", "The visit it belongs to"),
    text("ip_address", "The sender's address"),
    text("user_agent", "The sender's browser or program, as it says"),
    keyword("device_type", "desktop, mobile, tablet, bot and the like"),
    keyword("os", "The operating system's name"),
    keyword("os_version", "The operating system's version"),
    keyword("browser", "The browser's name"),
    keyword("browser_version", "The browser's version"),
    keyword("country", "Two-letter code of the country"),
    keyword("city", "The city's name"),
    text("url", "The page's address"),
    keyword("host", "The page's host"),
    text("path", "The page's path"),
    text("referrer", "The address of the page before"),
    keyword("referrer_domain", "The host of the page before"),
    keyword("channel", "direct, search, social, email, paid, campaign, referral or internal"),
    keyword("utm_source", "Where the campaign ran"),
    keyword("utm_medium", "By which medium"),
    keyword("utm_campaign", "The campaign"),
    keyword("utm_term", "The campaign's search term"),
    keyword("utm_content", "Which of the campaign's links"),
    keyword("library", "The program that sent it"),
    text("properties", "The event's own properties: a JSON object, as it came"),
    keyword("traffic", "bot, internal, or nothing: people").default_to("''"),
    column("revenue", "Float64", "Money earned, as the event says").default_to("0").codec("ZSTD(1)"),
];
