//! Sending in the background.

use std::{path::Path, sync::Arc, time::Duration};

use metadata_store::Clock;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use super::{Delivery, Letter, MailSettings, delivery::Door};

/// How many mails leave at the same time.
const AT_ONCE: usize = 4;
/// How many may wait; more are refused, so that a flood can't fill the memory.
const MOST_WAITING: usize = 2_000;
/// After which time a mail that did not leave is tried again.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(10), Duration::from_secs(60), Duration::from_secs(300)];

/// Sends mail in the background. Clones share everything.
#[derive(Clone)]
pub struct Mailer(Arc<Inner>);

struct Inner {
    settings: MailSettings,
    door: Door,
    turns: Semaphore,
    tasks: TaskTracker,
    clock: Clock,
}

impl Mailer {
    pub(crate) fn new(settings: MailSettings, clock: Clock) -> Self {
        let door = Door::open(&settings);
        Self(Arc::new(Inner { door, settings, turns: Semaphore::new(AT_ONCE), tasks: TaskTracker::new(), clock }))
    }

    /// Returns `smtp` or `folder`.
    pub fn kind(&self) -> &'static str {
        match self.0.settings.delivery {
            Delivery::Smtp(_) => "smtp",
            Delivery::Folder(_) | Delivery::Kept(_) => "folder",
        }
    }

    /// Returns the folder that mails are written to, where there is no mail server.
    pub fn folder(&self) -> Option<&Path> {
        match &self.0.settings.delivery {
            Delivery::Folder(path) => Some(path),
            _ => None,
        }
    }

    /// Sends a mail, soon. Call it after the change it tells of was committed.
    pub fn send(&self, letter: Letter) {
        if self.0.tasks.len() >= MOST_WAITING {
            tracing::warn!(subject = letter.subject, "too many mails wait to leave: one was dropped");
            return;
        }
        let this = self.clone();
        self.0.tasks.spawn(async move { this.deliver(&letter).await });
    }

    /// Does work beside the request, so that its answer takes the same time whether or not there is any.
    pub(crate) fn beside(&self, work: impl Future<Output = ()> + Send + 'static) {
        if self.0.tasks.len() >= MOST_WAITING {
            tracing::warn!("too many mails wait to be written: a request for one was dropped");
            return;
        }
        self.0.tasks.spawn(work);
    }

    /// Waits until all mail has left, or has been given up; not longer than `patience`.
    pub async fn settle(&self, patience: Duration) {
        let left = async {
            while !self.0.tasks.is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        if tokio::time::timeout(patience, left).await.is_err() {
            tracing::warn!(waiting = self.0.tasks.len(), "mails have not left");
        }
    }

    async fn deliver(&self, letter: &Letter) {
        // The semaphore is never closed; without a permit the mail would only leave sooner.
        let name = format!("{}-{}", self.0.clock.now().format("%Y%m%dT%H%M%S"), self.0.clock.new_id());
        let mut pauses = PAUSES.iter();
        loop {
            let sent = {
                let _turn = self.0.turns.acquire().await.ok();
                self.0.door.send(&self.0.settings.from, letter, &name).await
            };
            let Err(error) = sent else { return };
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            match pauses.next().filter(|_| error.is_passing()) {
                Some(pause) => {
                    tracing::warn!(%error, cause, subject = letter.subject, "a mail will be tried again");
                    tokio::time::sleep(*pause).await;
                }
                None => {
                    tracing::error!(%error, cause, subject = letter.subject, "a mail could not be sent");
                    return;
                }
            }
        }
    }
}
