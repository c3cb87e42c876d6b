//! The other servers on the same stores: what changes on one is known to all at once where they share a cache.

use std::sync::Arc;

use crate::App;

/// Who may do what has changed.
const AUTHORITY: &str = "authority";

impl App {
    /// Tells the other servers to ask the stores again who may do what; this one knows.
    ///
    /// The word may be lost. What servers remember of it must be good for less than a second by itself.
    pub(crate) fn tell_others_to_forget(&self) {
        let cache = self.cache().clone();
        tokio::spawn(async move { cache.tell_others(AUTHORITY).await });
    }

    /// Does as the other servers tell.
    pub(crate) fn listen_to_others(&self) {
        // The cache belongs to the product: a product held by its cache would live for ever.
        let inner = Arc::downgrade(self.inner());
        self.cache().listen(AUTHORITY, move || {
            if let Some(inner) = inner.upgrade() {
                Self::from_inner(inner).forget_as_told();
            }
        });
    }

    /// Forgets what this server remembers of who may do what. It must not tell others, or word would never end.
    fn forget_as_told(&self) {
        self.forget_authority();
        self.keys().doubt();
    }
}
