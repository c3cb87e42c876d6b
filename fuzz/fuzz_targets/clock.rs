//! Points in time however they are written, and the time by our clock. Lines are: when it happened and when it was
//! sent, by the sender's clock; how long before sending it happened.

#![no_main]

use chrono::{DateTime, Datelike, SecondsFormat, TimeDelta};
use collector::wire::clock::{self, Claim};
use radixinsight_fuzz::NOW;

libfuzzer_sys::fuzz_target!(|input: &str| {
    let mut lines = input.split('\n');
    let timestamp = lines.next();
    let sent_at = lines.next().and_then(clock::parse);
    let offset_ms = lines.next().and_then(|line| line.parse().ok());
    if let Some(read) = timestamp.and_then(clock::parse).filter(|read| (0..=9999).contains(&read.year())) {
        let written = read.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        assert_eq!(clock::parse(&written), Some(read), "what was read and written is read the same: {written}");
    }
    let claim = Claim { timestamp, offset_ms, sent_at };
    let resolved = claim.resolve(*NOW);
    assert_eq!(resolved, claim.resolve(*NOW));
    assert!((0..=9999).contains(&resolved.year()), "{resolved}");
    assert!(resolved.signed_duration_since(*NOW) <= TimeDelta::hours(23), "{resolved}");
    if offset_ms.is_none() && timestamp.and_then(clock::parse).is_none() {
        assert_eq!(resolved, *NOW, "without a time it is now");
    }
    // Nothing overflows at either end of what a clock can say.
    for now in [DateTime::UNIX_EPOCH, DateTime::<chrono::Utc>::MAX_UTC, DateTime::<chrono::Utc>::MIN_UTC] {
        let _ = claim.resolve(now);
    }
});
