//! PostHog's second protocol, with a verdict for each event.

#![no_main]

use collector::limits;
use collector::wire::posthog_v1::{self, Headers};
use radixinsight_fuzz::{Sent, check_parsed, check_told};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some(sent) = Sent::of(input) else { return };
    let headers = Headers { sdk_info: sent.sdk_info, sent_at: sent.sent_at };
    let batch = posthog_v1::parse(&sent.request, headers);
    assert_eq!(batch, posthog_v1::parse(&sent.request, headers));
    match batch {
        Ok(batch) => {
            assert_eq!(batch.ids.len(), batch.parsed.events.len(), "each event has an id to tell its verdict by");
            check_parsed(&batch.parsed, &sent, limits::POSTHOG_BATCH_BYTES);
        }
        Err(bad) => check_told(&bad),
    }
});
