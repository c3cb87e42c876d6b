//! Segment's form, and RudderStack's: single calls and batches.

#![no_main]

use collector::limits;
use collector::wire::segment::{self, Call};
use radixinsight_fuzz::{Sent, check_parsed, check_told};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some(sent) = Sent::of(input) else { return };
    // What is no call's name is a batch, or says itself what it is.
    let call = Call::named(sent.call);
    let parsed = segment::parse(&sent.request, call);
    assert_eq!(parsed, segment::parse(&sent.request, call));
    match parsed {
        Ok(parsed) => check_parsed(&parsed, &sent, limits::SEGMENT_BODY_BYTES),
        Err(bad) => check_told(&bad),
    }
});
