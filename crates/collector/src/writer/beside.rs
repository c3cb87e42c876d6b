//! What is noted beside the events of a block, in tables of its own: as a block is made, each observer sees its events.

use std::sync::Arc;

use analytics_store::Block;

use super::catalogue::{Catalogue, Reader};
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

    /// Returns the rows to insert once the events are stored, with the tables they go to.
    fn finish(self: Box<Self>) -> Vec<(&'static str, Block)>;
}

/// Returns those who look at the events of a block.
pub(super) fn observers(catalogue: &Arc<Catalogue>) -> Vec<Box<dyn Observer>> {
    vec![Box::<doubts::Doubts>::default(), Box::new(Reader::new(catalogue))]
}
