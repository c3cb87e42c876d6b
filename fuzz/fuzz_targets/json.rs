//! Our own reader of JSON beside `serde_json`: both find the same names and values, or both find a fault.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| collector::fuzzing::compare_json(input));
