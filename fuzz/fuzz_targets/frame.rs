//! What a frame of the spool holds, of any bytes.

#![no_main]

libfuzzer_sys::fuzz_target!(|frame: &[u8]| {
    let events = collector::fuzzing::read_frame(frame);
    assert_eq!(events, collector::fuzzing::read_frame(frame));
    // No event takes less than its id.
    assert!(events.unwrap_or_default() <= frame.len());
});
