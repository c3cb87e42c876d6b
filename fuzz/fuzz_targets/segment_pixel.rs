//! Segment's calls made by asking for a picture: the first word is the call, the rest an address's query.

#![no_main]

use collector::limits;
use collector::wire::segment::{self, Call, pixel};
use radixinsight_fuzz::{NOW, Sent, check_parsed, check_told};
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|input: &str| {
    let (call, query) = input.split_once(' ').unwrap_or(("", input));
    let request =
        collector::wire::Request { body: &[], content_type: None, content_encoding: None, query, received_at: *NOW };
    let body = pixel::body(&request);
    assert_eq!(body, pixel::body(&request));
    assert!(serde_json::from_slice::<Value>(&body).is_ok_and(|body| body.is_object()));
    // A byte of the query becomes six at most, as an escape, and a parameter has some signs around it.
    assert!(body.len() <= 2 + 16 * query.len(), "{} bytes of {}", body.len(), query.len());
    let request = collector::wire::Request { body: &body, ..request };
    match segment::parse(&request, Call::named(call)) {
        Ok(parsed) => {
            let sent = Sent { call, sdk_info: None, sent_at: None, request };
            check_parsed(&parsed, &sent, limits::SEGMENT_BODY_BYTES);
        }
        Err(bad) => check_told(&bad),
    }
});
