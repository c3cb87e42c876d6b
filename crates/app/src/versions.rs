//! Changes that are for a certain version: made where the thing still has it, refused with who changed it where not.

use analytics_model::UserId;
use chrono::SecondsFormat;
use http_kit::{Changed, IfMatch, MadeChange, Problem, Version};
use metadata_store::Transaction;

use crate::audit::{self, Change};

/// How many changes a refusal tells of.
const MOST_TOLD: usize = 5;

/// Something has been changed since who wants to change it has read it.
#[derive(Debug, thiserror::Error)]
#[error("this has been changed meanwhile")]
pub struct Stale(Box<Changed>);

impl From<Stale> for Problem {
    fn from(stale: Stale) -> Self {
        Self::changed(*stale.0)
    }
}

/// Whom a refusal may name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Names {
    /// Everybody: who may change a thing of an organization knows its people.
    All,
    /// Themselves alone: whoever else changes an account looks after the instance.
    Own(UserId),
}

/// Refuses a change that is for another version than this, the one that is there now; `about` is the row of the trail
/// that such a change begins.
///
/// It must be called in the transaction that makes the change, with what was read in it: only there nobody comes
/// between.
pub(crate) async fn require<E>(
    tx: &Transaction,
    wanted: &IfMatch,
    current: Option<&Version>,
    (about, names): (&Change, Names),
) -> Result<(), E>
where
    E: From<Stale> + From<metadata_store::Error>,
{
    if wanted.allows(current) {
        return Ok(());
    }
    let mut changes = Vec::new();
    for entry in audit::last_about(tx, about, MOST_TOLD).await? {
        let mut fields: Vec<String> = entry.fields.into_iter().collect();
        fields.sort_unstable();
        let by = entry.by.filter(|(id, _)| match names {
            Names::All => true,
            Names::Own(own) => *id == own,
        });
        changes.push(MadeChange {
            at: entry.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            by: by.map(|(_, name)| name),
            action: entry.action,
            fields,
        });
    }
    Err(Stale(Box::new(Changed { version: current.cloned(), changes })).into())
}
