//! Answers kept for those who would take one that is not quite new.
//!
//! Whoever asks has been authorized before, and nobody chooses the name of a kept answer: it is made of all that an
//! answer follows from, the compiled statements with every bound value included. What restricts who asks is compiled
//! into those, so people who may see different rows never share an answer.

use std::{collections::BTreeMap, time::Duration};

use analytics_model::Trends;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use insight_sql::Compiled;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::Scope;

const SPACE: &str = "insight";

/// An answer as it was sent, by its fields: read as text, because numbers may not change on their way.
pub(super) type Fields = BTreeMap<String, Box<RawValue>>;

/// The place of an answer among those kept.
pub(super) struct Place(String);

#[derive(Serialize, Deserialize)]
struct Kept<Answer> {
    at: DateTime<Utc>,
    answer: Answer,
}

impl Place {
    /// Returns the place of the answer to a question, as `scope` may see it.
    pub(super) fn of(scope: &Scope, question: &Trends, compiled: &Compiled) -> Self {
        let calendar = scope.calendar();
        let mut hash = Sha256::new();
        // The debugging form quotes texts and names types: different things never look the same.
        for part in [
            format!("{:?} {:?} {:?}", scope.project, calendar.zone, calendar.week_start),
            format!("{question:?}"),
            format!("{:?}", compiled.statements()),
        ] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Returns the answer that is kept there and when it was new, if it is no older than `max_age`.
    pub(super) async fn find(&self, scope: &Scope, max_age: Duration) -> Option<(DateTime<Utc>, Fields)> {
        if max_age.is_zero() {
            return None;
        }
        let text = scope.app().cache().get(SPACE, &self.0).await?;
        // What can't be read is as good as nothing.
        let kept: Kept<Fields> = serde_json::from_slice(&text).ok()?;
        let age = scope.now() - kept.at;
        // The clock of the server that kept it may be a little ahead of this one's.
        let is_young = age <= TimeDelta::from_std(max_age).ok()? && age > -TimeDelta::seconds(5);
        is_young.then_some((kept.at, kept.answer))
    }

    /// Keeps an answer for as long as whoever asked would have taken it.
    pub(super) async fn keep(&self, scope: &Scope, answer: &impl Serialize, max_age: Duration) {
        if max_age.is_zero() {
            return;
        }
        if let Ok(text) = serde_json::to_vec(&Kept { at: scope.now(), answer }) {
            scope.app().cache().put(SPACE, &self.0, Bytes::from(text), max_age).await;
        }
    }
}
