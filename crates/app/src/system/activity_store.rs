//! Asks the analytics store who used what.

use std::time::Duration;

use analytics_model::{Sql, UserId, sql};
use analytics_store::{Block, Column, Error, InsertOptions, Options, Store, Texts};
use chrono::{DateTime, NaiveDate, Utc};
use indoc::formatdoc;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::activity::Activity;

/// How long a statement may take: nobody waits for the insert, and the list is short.
const TIMEOUT: Duration = Duration::from_secs(20);

pub(super) async fn insert(store: &Store, activities: &[Activity]) -> Result<(), Error> {
    let texts = |of: fn(&Activity) -> &str| Column::Text(activities.iter().map(of).collect::<Texts>());
    let session: Texts = activities.iter().map(|activity| activity.session.to_string()).collect();
    let organization = |activity: &Activity| activity.organization.map_or(Uuid::nil(), |organization| organization.0);
    let block = Block::new()
        .column("activity_id", Column::Uuid(activities.iter().map(|activity| activity.id).collect()))
        .column("user_id", Column::Uuid(activities.iter().map(|activity| activity.user.0).collect()))
        .column("organization_id", Column::Uuid(activities.iter().map(organization).collect()))
        .column("session_id", Column::Text(session))
        .column("activity_type", texts(|activity| activity.kind))
        .column("resource_type", texts(|activity| &activity.resource_type))
        .column("resource_id", texts(|activity| &activity.resource_id))
        .column("timestamp", Column::Instant(activities.iter().map(|one| one.at.timestamp_millis()).collect()));
    // The same rows tried again are stored once.
    let token = activities.first().map(|activity| format!("activity-{}-{}", activity.id, activities.len()));
    let options = InsertOptions { deduplication_token: token, timeout: TIMEOUT };
    store.insert("user_activity", &block, &options).await.map(drop)
}

/// Which activities are wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct ActivityFilter {
    pub(super) user: Option<UserId>,
    pub(super) kind: Option<String>,
    pub(super) resource_id: Option<String>,
    pub(super) from: Option<DateTime<Utc>>,
    pub(super) to: Option<DateTime<Utc>>,
}

/// Where a page of activities ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) at: DateTime<Utc>,
    pub(super) id: Uuid,
}

/// An activity as it is stored.
#[derive(Debug, Deserialize)]
pub(super) struct StoredActivity {
    pub(super) activity_id: Uuid,
    pub(super) user_id: Uuid,
    pub(super) organization_id: Uuid,
    pub(super) session_id: String,
    pub(super) activity_type: String,
    pub(super) resource_type: String,
    pub(super) resource_id: String,
    pub(super) timestamp: DateTime<Utc>,
}

/// Returns activities, newest first.
pub(super) async fn list(
    store: &Store,
    filter: ActivityFilter,
    before: Option<Place>,
    limit: usize,
) -> Result<Vec<StoredActivity>, Error> {
    let mut conditions = vec!["1"];
    let mut values: Vec<(&str, analytics_model::Value)> = vec![("limit", (limit as u64).into())];
    let mut only = |condition, name, value: Option<analytics_model::Value>| {
        if let Some(value) = value {
            conditions.push(condition);
            values.push((name, value));
        }
    };
    only("user_id = {user:UUID}", "user", filter.user.map(|user| user.0.into()));
    only("activity_type = {kind:String}", "kind", filter.kind.map(Into::into));
    only("resource_id = {resource:String}", "resource", filter.resource_id.map(Into::into));
    only("timestamp >= {from:DateTime64(3, 'UTC')}", "from", filter.from.map(Into::into));
    only("timestamp < {to:DateTime64(3, 'UTC')}", "to", filter.to.map(Into::into));
    only("timestamp <= {at:DateTime64(3, 'UTC')}", "at", before.as_ref().map(|place| place.at.into()));
    only(
        "(timestamp, activity_id) < ({at:DateTime64(3, 'UTC')}, {id:UUID})",
        "id",
        before.as_ref().map(|place| place.id.into()),
    );
    let text = formatdoc! {"
        select activity_id, user_id, organization_id, session_id, activity_type, resource_type, resource_id, timestamp
        from user_activity
        where {}
        order by timestamp desc, activity_id desc
        limit {{limit:UInt64}}
    ", conditions.join(" and ")};
    let statement: Sql = values.into_iter().fold(sql(text), |statement, (name, value)| statement.bind(name, value));
    let options = Options { timeout: TIMEOUT, read_only: true, ..Options::default() };
    Ok(store.rows(&statement, &options).await?.rows)
}

/// Deletes what was done before a day.
pub(super) async fn delete_before(store: &Store, day: NaiveDate) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Old {
        rows: u64,
    }
    let options = Options { timeout: TIMEOUT, ..Options::default() };
    let question = sql("select count() as rows from user_activity where date < {day:Date}").bind("day", day);
    let old = store.rows::<Old>(&question, &options).await?.rows;
    if old.first().is_none_or(|old| old.rows == 0) {
        return Ok(());
    }
    // On a cluster the rows are in the tables of the shards. Names come from the configuration, checked there.
    let table = match store.cluster() {
        Some(cluster) => format!("user_activity_local on cluster `{cluster}`"),
        None => "user_activity".to_owned(),
    };
    let statement = sql(format!("alter table {table} delete where date < {{day:Date}}")).bind("day", day);
    store.execute(&statement, &options).await.map(drop)
}
