//! A refused event read again, and mended: the first line is a patch, what follows is the event's text.

#![no_main]

use collector::mend;
use radixinsight_fuzz::{NOW, check_incoming, check_rejection, deliver};
use serde_json::value::RawValue;

libfuzzer_sys::fuzz_target!(|input: &str| {
    let (patch, text) = input.split_once('\n').unwrap_or(("", input));
    let event = mend::read(text, *NOW);
    assert_eq!(event, mend::read(text, *NOW));
    match &event {
        Ok(incoming) => check_incoming(incoming),
        Err(rejection) => check_rejection(rejection),
    }
    deliver(vec![event.map_err(|rejection| rejection.of_text(text))]);
    let Ok(patch) = serde_json::from_str::<&RawValue>(patch) else { return };
    match mend::patched(text, patch) {
        // What a patch asks for is so once it was applied, and stays so.
        Ok(patched) => assert_eq!(mend::patched(&patched, patch).as_deref().ok(), again(&patched, patch)),
        Err(rejection) => check_rejection(&rejection),
    }
});

/// What comes of the same patch once more: the same; nothing where the patch made it no object.
fn again<'a>(patched: &'a str, patch: &RawValue) -> Option<&'a str> {
    patch.get().starts_with('{').then_some(patched)
}
