//! Mail: what is written to people, how it looks, and how it gets to them.
//!
//! Mail leaves in the background, after the change it tells of was committed; an answer never waits for it, so that
//! its time tells nobody whether there was something to write.

mod delivery;
mod letter;
mod mailer;
#[cfg(test)]
mod tests;

pub use delivery::{Delivery, check_sender, check_smtp_url};
pub use letter::Letter;
pub use mailer::Mailer;

/// How mail leaves this instance.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// Through which door.
    pub delivery: Delivery,
    /// Whom it comes from: `RadixInsight <radix@example.com>`.
    pub from: String,
}
