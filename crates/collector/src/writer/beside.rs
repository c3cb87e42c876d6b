//! What is noted beside the events of a block, in tables of its own: as a block is made, each observer sees its events.

use analytics_store::Block;

use super::doubts;
use crate::Event;
use crate::delivery::Record;
use crate::enrich::Sender;

/// Looks at the events of one block, and says what is to be noted.
pub(super) trait Observer: Send {
    /// Hears who sent the event it sees next.
    fn comes_from(&mut self, _sender: &Sender<'_>) {}

    /// Sees an event that is about to be stored.
    fn see(&mut self, record: &Record<'_>, event: &Event<'_>);

    /// Returns the rows to insert once the events are stored, and the table they go to; nothing where there are none.
    fn finish(self: Box<Self>) -> Option<(&'static str, Block)>;
}

/// Returns those who look at the events of a block.
pub(super) fn observers() -> Vec<Box<dyn Observer>> {
    vec![Box::<doubts::Doubts>::default()]
}
