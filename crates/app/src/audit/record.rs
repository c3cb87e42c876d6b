//! Writing the trail.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use metadata_store::{Result, Transaction, transact};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::{
    Actor, Change,
    store::{self, Row},
};
use crate::App;

/// How many refusals may wait to be written; more are counted in the log of the process only.
const MOST_WAITING: usize = 64;

/// Writes a row into the trail, as part of the change it tells of.
pub(crate) async fn record(app: &App, tx: &Transaction, actor: &Actor, change: Change) -> Result<()> {
    let (number, previous_hash) = store::next_number(tx).await?;
    let mut row = Row {
        id: app.clock().new_id(),
        number,
        organization_id: change.organization,
        project_id: change.project,
        user_id: actor.user,
        action: change.action.to_owned(),
        resource_type: change.resource_type.to_owned(),
        resource_id: change.resource_id,
        old_values: change.old,
        new_values: change.new,
        details: with_key(change.details, actor),
        ip_address: actor.address.map(|address| address.to_string()),
        user_agent: actor.user_agent.clone(),
        created_at: to_the_microsecond(app.now()),
        previous_hash,
        hash: String::new(),
    };
    row.hash = hash(&row);
    store::append(tx, row).await
}

/// The places of refusals that wait to be written.
pub(crate) struct Refusals(Arc<Semaphore>);

impl Default for Refusals {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST_WAITING)))
    }
}

/// Writes down that something was refused, beside the request: there is no change to be part of.
pub(crate) fn refused(app: &App, actor: &Actor, change: Change) {
    let Ok(place) = Arc::clone(&app.refusals().0).try_acquire_owned() else {
        tracing::warn!(action = change.action, "too many refusals at once: one is not in the audit log");
        return;
    };
    let (app, actor) = (app.clone(), actor.clone());
    tokio::spawn(async move {
        let recorded = transact!(app.metadata(), |tx| record(&app, tx, &actor, change.clone()).await);
        drop(place);
        if let Err(error) = recorded {
            tracing::warn!(%error, action = change.action, "a refusal could not be written into the audit log");
        }
    });
}

/// Returns the SHA-256 of a row's columns, `hash` itself left out, in hexadecimal digits.
///
/// The columns are written as one JSON array with sorted keys, so that both stores give back what was hashed.
pub(super) fn hash(row: &Row) -> String {
    let columns = json!([
        row.number,
        row.id,
        row.organization_id,
        row.project_id,
        row.user_id,
        row.action,
        row.resource_type,
        row.resource_id,
        row.old_values,
        row.new_values,
        row.details,
        row.ip_address,
        row.user_agent,
        row.created_at.timestamp_micros(),
        row.previous_hash,
    ]);
    let mut text = String::new();
    write_sorted(&columns, &mut text);
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Names the key that a program came with: such a row has no user.
fn with_key(mut details: Value, actor: &Actor) -> Value {
    if let (Some(key), Some(fields)) = (actor.key, details.as_object_mut()) {
        fields.insert("api_key_id".to_owned(), json!(key));
    }
    details
}

/// PostgreSQL keeps no more, and the hash must be of what is kept.
fn to_the_microsecond(time: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(time)
}

fn write_sorted(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_sorted(item, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (index, (name, item)) in fields.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write_sorted(item, text);
            }
            text.push('}');
        }
        plain => text.push_str(&plain.to_string()),
    }
}
