//! What was done last to one thing, for who is about to do something to it.

use std::collections::{BTreeMap, BTreeSet};

use analytics_model::UserId;
use chrono::{DateTime, Utc};
use metadata_store::{Result, Transaction};

use super::{Change, store};

/// Something that was done.
pub(crate) struct Done {
    pub(crate) at: DateTime<Utc>,
    /// Who, with their name or else their address; absent for programs and for who is gone.
    pub(crate) by: Option<(UserId, String)>,
    pub(crate) action: String,
    /// The fields that had other values before or after.
    pub(crate) fields: BTreeSet<String>,
}

/// Returns what was done last to the thing that a change is about, the newest first.
pub(crate) async fn last_about(tx: &Transaction, change: &Change, limit: usize) -> Result<Vec<Done>> {
    let rows = store::about(tx, change, limit).await?;
    let people = store::people(tx, rows.iter().filter_map(|row| row.user_id).collect()).await?;
    let names: BTreeMap<UserId, String> = people
        .into_iter()
        .map(|person| (person.id, if person.name.is_empty() { person.email } else { person.name }))
        .collect();
    let done = rows.into_iter().map(|row| {
        let values = [row.old_values, row.new_values].into_iter().flatten();
        let objects: Vec<_> = values.filter_map(|values| values.as_object().cloned()).collect();
        Done {
            at: row.created_at,
            by: row.user_id.and_then(|id| Some((id, names.get(&id)?.clone()))),
            action: row.action,
            fields: objects.into_iter().flat_map(|fields| fields.into_iter().map(|(name, _)| name)).collect(),
        }
    });
    Ok(done.collect())
}
