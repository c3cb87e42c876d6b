//! PostHog's first protocol: bodies compressed, in base64, in forms, packed with LZ-string, in the address.

#![no_main]

use collector::limits;
use collector::wire::posthog::{self, Call};
use radixinsight_fuzz::{Sent, check_parsed, check_told};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some(sent) = Sent::of(input) else { return };
    let (call, most) = match sent.call {
        "batch" => (Call::Batch, limits::POSTHOG_BATCH_BYTES),
        "engage" => (Call::Engage, limits::POSTHOG_EVENT_BYTES),
        // What asks for feature flags and their like only says whose they are.
        "key" => {
            let key = posthog::key(&sent.request);
            assert_eq!(key, posthog::key(&sent.request));
            return if let Err(bad) = key {
                check_told(&bad)
            };
        }
        _ => (Call::Capture, limits::POSTHOG_EVENT_BYTES),
    };
    let parsed = posthog::parse(&sent.request, call);
    assert_eq!(parsed, posthog::parse(&sent.request, call));
    match parsed {
        Ok(parsed) => {
            assert!(!parsed.events.is_empty());
            check_parsed(&parsed, &sent, most);
        }
        Err(bad) => check_told(&bad),
    }
});
