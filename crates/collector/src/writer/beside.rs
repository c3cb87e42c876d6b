//! What is noted beside the events of a block, in tables of its own: as a block is made, each observer sees its events.

use analytics_store::Block;

use crate::Event;
use crate::delivery::Record;

/// Looks at the events of one block, and says what is to be noted.
pub(super) trait Observer: Send {
    /// Sees an event that is about to be stored.
    fn see(&mut self, record: &Record<'_>, event: &Event<'_>);

    /// Returns the rows to insert once the events are stored, and the table they go to; nothing where there are none.
    fn finish(self: Box<Self>) -> Option<(&'static str, Block)>;
}

/// Returns those who look at the events of a block.
pub(super) fn observers() -> Vec<Box<dyn Observer>> {
    Vec::new()
}
