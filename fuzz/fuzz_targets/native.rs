//! Our own form: events, `identify` and `alias`, as JSON or line by line, however compressed.

#![no_main]

use collector::limits;
use collector::wire::native::{self, Call};
use radixinsight_fuzz::{Sent, check_parsed, check_told};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some(sent) = Sent::of(input) else { return };
    let call = match sent.call {
        "identify" => Call::Identify,
        "alias" => Call::Alias,
        _ => Call::Event,
    };
    let parsed = native::parse(&sent.request, call);
    assert_eq!(parsed, native::parse(&sent.request, call));
    match parsed {
        Ok(parsed) => check_parsed(&parsed, &sent, limits::NATIVE_BODY_BYTES),
        Err(bad) => check_told(&bad),
    }
});
