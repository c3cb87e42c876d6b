//! Asks the analytics store for what was refused.

use std::time::Duration;

use analytics_model::{Filter, Sql};
use analytics_store::{Options, schema};
use chrono::{DateTime, Utc};
use insight_sql::Events;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::model::{Place, RejectedChoice, RejectedEvent, RejectedEventText, RejectedGroup};
use crate::Scope;
use crate::collection::error::Error;
use crate::collection::instants::storable;
use crate::tenancy::{Action, Resource};

const COLUMNS: &str = "event_id, received_at, code, field, reason, event_name, user_id, library";
const TEXTS: &str = "raw, ip_address, user_agent, country, city, traffic";

/// Groups that a summary holds.
const GROUPS: u32 = 200;

/// Which of the refused events that who asks may see.
pub(super) struct Wanted<'a> {
    pub(super) choice: &'a RejectedChoice,
    /// Only these.
    pub(super) ids: Option<&'a [Uuid]>,
    /// Only those behind this place.
    pub(super) after: Option<&'a Place>,
    /// What is to be done to them besides seeing them: only those that who asks may do all of it to.
    pub(super) to: &'a [Action],
}

impl<'a> Wanted<'a> {
    pub(super) fn by(choice: &'a RejectedChoice) -> Self {
        Self { choice, ids: None, after: None, to: &[] }
    }

    fn conditions(&self) -> String {
        let choice = self.choice;
        let all = [
            (choice.code.is_some(), "code = {code:String}"),
            (choice.field.is_some(), "field = {field:String}"),
            (choice.event.is_some(), "event_name = {event:String}"),
            (choice.from.is_some(), "received_at >= {from:DateTime64(3, 'UTC')}"),
            (choice.to.is_some(), "received_at < {to:DateTime64(3, 'UTC')}"),
            (
                choice.search.is_some(),
                "(positionCaseInsensitiveUTF8(raw, {search:String}) > 0 \
                 or positionCaseInsensitiveUTF8(reason, {search:String}) > 0)",
            ),
            (self.ids.is_some(), "event_id in {ids:Array(UUID)}"),
            (
                self.after.is_some(),
                "received_at <= {after:DateTime64(3, 'UTC')} \
                 and (received_at, event_id) < ({after:DateTime64(3, 'UTC')}, {after_id:UUID})",
            ),
        ];
        all.iter().filter(|(is_meant, _)| *is_meant).map(|(_, condition)| format!(" and {condition}")).collect()
    }

    fn bind(&self, mut statement: Sql) -> Sql {
        let choice = self.choice;
        let texts =
            [("code", &choice.code), ("field", &choice.field), ("event", &choice.event), ("search", &choice.search)];
        for (name, text) in texts {
            if let Some(text) = text {
                statement = statement.bind(name, text.as_str());
            }
        }
        for (name, time) in [("from", choice.from), ("to", choice.to)] {
            if let Some(time) = time {
                statement = statement.bind(name, storable(time));
            }
        }
        if let Some(ids) = self.ids {
            statement = statement.bind("ids", ids.to_vec());
        }
        if let Some(after) = self.after {
            statement = statement.bind("after", storable(after.received_at)).bind("after_id", after.event_id);
        }
        statement
    }

    /// Returns the events that are meant. The rows that a role is limited to hold for what was refused too: what can't
    /// be told to be among them is not.
    fn events(&self, scope: &Scope) -> Events {
        let actions = [Action::View].iter().chain(self.to);
        let and: Vec<Filter> = actions.filter_map(|action| scope.rows_to(*action, Resource::Events)).collect();
        // Properties have columns of their own in the table of events only.
        Events::of(scope.project, if and.is_empty() { None } else { Some(Filter::And { and }) })
    }

    /// Returns the statement around the rows that are wanted; `write` gets what stands behind `from`.
    fn statement(&self, scope: &Scope, write: impl FnOnce(&str) -> String) -> Result<Sql, Error> {
        let conditions = self.conditions();
        let text = |events: &str| write(&format!("events_rejected where {events}{conditions}"));
        Ok(self.bind(self.events(scope).statement(text)?))
    }
}

/// Returns refused events, the last to arrive first; one that was sent again and again once.
pub(super) async fn list(scope: &Scope, wanted: Wanted<'_>, limit: usize) -> Result<Vec<RejectedEvent>, Error> {
    let statement = wanted.statement(scope, |refused| {
        format!(
            "select {COLUMNS} from {refused} \
             order by received_at desc, event_id desc limit 1 by event_id limit {{limit:UInt64}}"
        )
    })?;
    rows(scope, &statement.bind("limit", limit as u64)).await
}

/// Returns refused events with their texts, the last to arrive first.
pub(super) async fn texts(scope: &Scope, wanted: Wanted<'_>, limit: usize) -> Result<Vec<RejectedEventText>, Error> {
    let statement = wanted.statement(scope, |refused| {
        format!(
            "select {COLUMNS}, {TEXTS} from {refused} \
             order by received_at desc, event_id desc limit 1 by event_id limit {{limit:UInt64}}"
        )
    })?;
    rows(scope, &statement.bind("limit", limit as u64)).await
}

/// Returns how many there are.
pub(super) async fn count(scope: &Scope, wanted: Wanted<'_>) -> Result<u64, Error> {
    #[derive(Deserialize)]
    struct Counted {
        events: u64,
    }
    let statement =
        wanted.statement(scope, |refused| format!("select uniqExact(event_id) as events from {refused}"))?;
    Ok(rows::<Counted>(scope, &statement).await?.first().map_or(0, |row| row.events))
}

/// Returns what is wrong with how many, the most frequent first.
pub(super) async fn groups(scope: &Scope, wanted: Wanted<'_>) -> Result<Vec<RejectedGroup>, Error> {
    let statement = wanted.statement(scope, |refused| {
        format!(
            "select code, event_name, field, argMax(events_rejected.reason, received_at) as reason, uniqExact(event_id) as count, \
             min(received_at) as first_received_at, max(received_at) as last_received_at \
             from {refused} group by code, event_name, field \
             order by count desc, last_received_at desc, code, event_name limit {GROUPS}"
        )
    })?;
    rows(scope, &statement).await
}

/// Takes refused events out of the table: those that arrived until then.
pub(super) async fn remove(scope: &Scope, wanted: Wanted<'_>, until: DateTime<Utc>) -> Result<(), Error> {
    let store = scope.app().analytics();
    let (conditions, table) = (wanted.conditions(), store.altered(&schema::EVENTS_REJECTED));
    let text = |events: &str| {
        format!("delete from {table} where {events}{conditions} and received_at <= {{until:DateTime64(3, 'UTC')}}")
    };
    let statement = wanted.bind(wanted.events(scope).statement(text)?).bind("until", until);
    store.execute(&statement, &Options { timeout: Duration::from_secs(120), ..Options::default() }).await?;
    Ok(())
}

async fn rows<T: DeserializeOwned>(scope: &Scope, statement: &Sql) -> Result<Vec<T>, Error> {
    Ok(scope.ask(statement, Duration::from_secs(20)).await?)
}
