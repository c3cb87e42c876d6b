//! One event of our own form, as it stands in a line of a file.

#![no_main]

use collector::wire::native;
use radixinsight_fuzz::{check_incoming, check_rejection, deliver};

libfuzzer_sys::fuzz_target!(|line: &str| {
    let event = native::parse_event(line);
    assert_eq!(event, native::parse_event(line));
    match &event {
        Ok(incoming) => check_incoming(incoming),
        Err(rejection) => check_rejection(rejection),
    }
    deliver(vec![event.map_err(|rejection| rejection.of_text(line))]);
});
