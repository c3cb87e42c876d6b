//! What was done last to one thing, for who is about to do something to it.

use std::collections::{BTreeMap, BTreeSet};

use analytics_model::UserId;
use chrono::{DateTime, Utc};
use metadata_store::{Result, Transaction};
use serde_json::{Map, Value};

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
    let done = rows.into_iter().map(|row| Done {
        at: row.created_at,
        by: row.user_id.and_then(|id| Some((id, names.get(&id)?.clone()))),
        action: row.action,
        fields: fields_of(row.old_values, row.new_values),
    });
    Ok(done.collect())
}

/// Returns the names of fields that differ; of settings that are kept together, those of the single ones.
fn fields_of(old: Option<Value>, new: Option<Value>) -> BTreeSet<String> {
    let object = |value: Option<Value>| match value {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let (old, new) = (object(old), object(new));
    let names: BTreeSet<String> = old.keys().chain(new.keys()).cloned().collect();
    let mut fields = BTreeSet::new();
    for name in names {
        match (old.get(&name), new.get(&name)) {
            (Some(Value::Object(before)), Some(Value::Object(after))) => {
                let differ = |part: &&String| before.get(*part) != after.get(*part);
                fields.extend(before.keys().chain(after.keys()).filter(differ).cloned());
            }
            _ => _ = fields.insert(name),
        }
    }
    fields
}
