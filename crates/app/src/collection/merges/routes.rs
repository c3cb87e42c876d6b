//! Merges of people through the API.

use std::collections::BTreeSet;
use std::time::Duration;

use analytics_model::{PersonId, ProjectId};
use audit::Change;
use chrono::{DateTime, Utc};
use http_kit::{Json, Page, Paging, Path, Problem, Problems, Query, Result};
use metadata_store::transact;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::replay;
use super::store::{self, Place, Row};
use crate::{
    Scope, audit,
    collection::error::Error,
    tenancy::{Action, Resource},
};

/// So long after an undoing other servers may still store events by what they knew before.
const LEARNED: Duration = Duration::from_secs(15);

/// Two people who were found to be one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct PersonMerge {
    /// Its id: that of the event that said so.
    id: Uuid,
    /// `identify`, `alias` or `merge`.
    #[schema(example = "identify")]
    kind: String,
    /// The distinct id whose person stays.
    into_user_id: String,
    /// The distinct id whose person became the other.
    from_user_id: String,
    /// The person that stays.
    into_person_id: PersonId,
    /// The person before.
    from_person_id: PersonId,
    /// When it was said.
    merged_at: DateTime<Utc>,
    /// When it was taken out; absent where it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    undone_at: Option<DateTime<Utc>>,
}

impl From<Row> for PersonMerge {
    fn from(row: Row) -> Self {
        Self {
            id: row.merge_id,
            kind: row.kind,
            into_user_id: row.into_user_id,
            from_user_id: row.from_user_id,
            into_person_id: row.into_person_id,
            from_person_id: row.from_person_id,
            merged_at: row.merged_at,
            undone_at: Some(row.undone_at).filter(|at| at.timestamp_millis() > 0),
        }
    }
}

/// Which merges are listed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Choice {
    /// Only merges that name this distinct id.
    user_id: Option<String>,
}

/// Which merge of the project.
#[derive(Debug, Deserialize)]
pub(super) struct MergePath {
    merge: Uuid,
}

/// Lists merges of people, the last first.
#[utoipa::path(get, path = "/projects/{project}/person_merges", tag = "collection", operation_id = "list_person_merges",
    params(("project" = ProjectId, Path, description = "The project's id"), Paging, Choice),
    responses((status = 200, body = Page<PersonMerge>), Problems))]
pub(super) async fn list(
    scope: Scope,
    Query(paging): Query<Paging>,
    Query(choice): Query<Choice>,
) -> Result<Json<Page<PersonMerge>>> {
    scope.require(Action::View, Resource::People)?;
    require_all(&scope, Action::View)?;
    let limit = paging.limit()?;
    let rows = store::list(&scope, choice.user_id.as_deref(), paging.after()?, limit + 1).await.map_err(Error::from)?;
    let items = rows.into_iter().map(PersonMerge::from).collect();
    Ok(Json(Page::of(items, limit, |merge: &PersonMerge| Place { merged_at: merge.merged_at, merge_id: merge.id })))
}

/// Takes a merge out again: the two are who they would be without it, with all their events.
///
/// Merges that were said later hold on. An event that says the same again merges them again.
#[utoipa::path(post, path = "/projects/{project}/person_merges/{merge}/undo", tag = "collection",
    operation_id = "undo_person_merge",
    params(("project" = ProjectId, Path, description = "The project's id"),
        ("merge" = Uuid, Path, description = "The merge's id")),
    responses((status = 200, body = PersonMerge), Problems))]
pub(super) async fn undo(scope: Scope, Path(MergePath { merge }): Path<MergePath>) -> Result<Json<PersonMerge>> {
    scope.require(Action::Edit, Resource::People)?;
    require_all(&scope, Action::Edit)?;
    let row = store::find(&scope, merge).await.map_err(Error::from)?.ok_or_else(Problem::not_found)?;
    if row.undone_at.timestamp_millis() > 0 {
        return Ok(Json(row.into()));
    }
    let recorded: std::result::Result<(), Error> = transact!(scope.metadata(), |tx| {
        let (into, from) = (&row.into_user_id, &row.from_user_id);
        let details = json!({ "name": format!("{from} → {into}"), "into": into, "from": from });
        let change: Change = scope.change("person_merge.undo").on(merge).details(details);
        Ok(audit::record(scope.app(), tx, &scope.actor, change).await?)
    });
    recorded?;
    let row = take_out(&scope, row).await.map_err(Error::from)?;
    Ok(Json(row.into()))
}

async fn take_out(scope: &Scope, row: Row) -> std::result::Result<Row, analytics_store::Error> {
    let (store, project) = (scope.app().analytics(), scope.project);
    let current = PersonId::of(project, &row.into_user_id);
    let given = store.given_of(project, std::slice::from_ref(&row.into_user_id)).await?;
    let current = given.first().map_or(current, |given| given.person_id);
    let members = store.given_to(project, &[current]).await?;
    let highest = members.iter().map(|given| given.version).max().unwrap_or_default();
    let ids: BTreeSet<String> = members.into_iter().map(|given| given.user_id).collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let merges = store::between(store, project, &ids).await?;
    let kept = merges.iter().filter(|merge| merge.merge_id != row.merge_id);
    let people = replay::people(
        project,
        ids.iter().map(String::as_str),
        kept.map(|merge| (merge.into_user_id.as_str(), merge.from_user_id.as_str())),
    );
    let changed: Vec<(String, PersonId)> = people
        .into_iter()
        .filter(|(_, person)| *person != current)
        .map(|(id, person)| (id.to_owned(), person))
        .collect();
    let now = u64::try_from(scope.now().timestamp_micros()).unwrap_or_default();
    let version = now.max(highest + 1).max(row.version + 1);
    if !changed.is_empty() {
        store::give(store, project, &changed, version).await?;
        store.give_events(project, &changed).await?;
        again_later(scope, changed);
    }
    store::put_undone(store, project, &row, scope.now(), version).await?;
    Ok(Row { undone_at: scope.now(), ..row })
}

/// What servers have stored by what they knew before is put right once more.
fn again_later(scope: &Scope, changed: Vec<(String, PersonId)>) {
    let (app, project) = (scope.app().clone(), scope.project);
    tokio::spawn(async move {
        tokio::time::sleep(LEARNED).await;
        if let Err(error) = app.analytics().give_events(project, &changed).await {
            tracing::warn!(%error, %project, "events stored right after an undoing may still be another person's");
        }
    });
}

/// Merges name distinct ids of all people: nothing for somebody who may do this on some rows only.
fn require_all(scope: &Scope, action: Action) -> Result<()> {
    if scope.rows_to(action, Resource::People).is_none() { Ok(()) } else { Err(Problem::not_found()) }
}
