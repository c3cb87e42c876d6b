//! Points in time as the analytics store keeps them.

use chrono::{DateTime, Utc};

/// 2200-01-01T00:00:00Z: later than anything arrives, and well within what a column holds.
const LATEST_SECOND: i64 = 7_258_118_400;

/// Moves a time that no column holds to the nearest that one does: what is compared with it stays on the same side.
pub(super) fn storable(time: DateTime<Utc>) -> DateTime<Utc> {
    let latest = DateTime::from_timestamp(LATEST_SECOND, 0).unwrap_or_default();
    time.clamp(DateTime::UNIX_EPOCH, latest)
}
