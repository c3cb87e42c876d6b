//! A panic as an error: whatever an event makes of the code that fills its columns, the others are stored.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a piece of work said as it panicked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a mistake in the server: {0}")]
pub(super) struct Panicked(String);

impl Panicked {
    pub(super) fn of(payload: Box<dyn Any + Send>) -> Self {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        Self(text.unwrap_or_else(|| "a panic without words".to_owned()))
    }
}

/// Does what may panic. What it was in the middle of changing must be of no use to anybody, or whole at every moment.
pub(super) fn caught<R>(work: impl FnOnce() -> R) -> Result<R, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(Panicked::of)
}
