//! What features further down have to say about something that a feature above them does.

use analytics_model::UserId;
use metadata_store::{Result, Transaction};

use crate::tenancy;

/// Returns whether somebody can't leave, because nobody else could do what is theirs to do.
pub(crate) async fn is_needed(tx: &Transaction, user: UserId) -> Result<bool> {
    tenancy::is_only_owner(tx, user).await
}
