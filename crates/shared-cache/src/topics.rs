//! Who wants to hear of what.

use std::sync::{PoisonError, RwLock};

type Hear = Box<dyn Fn() + Send + Sync>;

/// Who wants to hear of what.
#[derive(Default)]
pub(crate) struct Topics(RwLock<Vec<(&'static str, Hear)>>);

impl Topics {
    pub(crate) fn listen(&self, topic: &'static str, hear: Hear) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push((topic, hear));
    }

    pub(crate) fn tell(&self, topic: &str) {
        self.each(|known| known == topic);
    }

    /// Word may have been missed: everybody hears.
    pub(crate) fn tell_all(&self) {
        self.each(|_| true);
    }

    fn each(&self, wanted: impl Fn(&str) -> bool) {
        for (topic, hear) in self.0.read().unwrap_or_else(PoisonError::into_inner).iter() {
            if wanted(topic) {
                hear();
            }
        }
    }
}
