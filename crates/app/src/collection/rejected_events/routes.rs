//! Refused events through the API.

use analytics_model::{EventId, ProjectId};
use axum::http::StatusCode;
use http_kit::{Json, Page, Paging, Path, Problems, Query, Result};
use serde::Deserialize;

use super::model::{
    Discarded, Discarding, RejectedChoice, RejectedEvent, RejectedEventText, RejectedSummary, Replay, Replayed,
};
use super::service;
use super::store::{self, Wanted};
use crate::{
    Scope,
    tenancy::{Action, Resource},
};

/// Which refused event a path names.
#[derive(Deserialize)]
pub(super) struct OfEvent {
    rejected_event: EventId,
}

/// Lists refused events, the last to arrive first.
///
/// They are kept for 90 days. One that was sent again and again stands here once.
#[utoipa::path(get, path = "/projects/{project}/rejected_events", tag = "collection",
    operation_id = "list_rejected_events",
    params(("project" = ProjectId, Path, description = "The project's id"), Paging, RejectedChoice),
    responses((status = 200, body = Page<RejectedEvent>), Problems))]
pub(super) async fn list(
    scope: Scope,
    Query(paging): Query<Paging>,
    Query(choice): Query<RejectedChoice>,
) -> Result<Json<Page<RejectedEvent>>> {
    scope.require(Action::View, Resource::Events)?;
    let (limit, after) = (paging.limit()?, paging.after()?);
    let wanted = Wanted { after: after.as_ref(), ..Wanted::by(&choice) };
    Ok(Json(service::page(store::list(&scope, wanted, limit + 1).await?, limit)))
}

/// Returns how many events were refused for what, the most frequent first.
#[utoipa::path(get, path = "/projects/{project}/rejected_events/summary", tag = "collection",
    operation_id = "summarize_rejected_events",
    params(("project" = ProjectId, Path, description = "The project's id"), RejectedChoice),
    responses((status = 200, body = RejectedSummary), Problems))]
pub(super) async fn summary(scope: Scope, Query(choice): Query<RejectedChoice>) -> Result<Json<RejectedSummary>> {
    scope.require(Action::View, Resource::Events)?;
    let total = store::count(&scope, Wanted::by(&choice)).await?;
    let items = if total > 0 { store::groups(&scope, Wanted::by(&choice)).await? } else { Vec::new() };
    Ok(Json(RejectedSummary { total, items }))
}

/// Returns a refused event with its text as it came.
#[utoipa::path(get, path = "/projects/{project}/rejected_events/{rejected_event}", tag = "collection",
    operation_id = "get_rejected_event",
    params(("project" = ProjectId, Path, description = "The project's id"),
        ("rejected_event" = EventId, Path, description = "The event's id")),
    responses((status = 200, body = RejectedEventText), Problems))]
pub(super) async fn get(scope: Scope, Path(of): Path<OfEvent>) -> Result<Json<RejectedEventText>> {
    scope.require(Action::View, Resource::Events)?;
    Ok(Json(service::find(&scope, of.rejected_event.0, &[]).await?))
}

/// Reads refused events again, mended where told so, and stores those that are fine now.
///
/// An event keeps its id and the time it happened; one without a time of its own gets the time it first arrived. What
/// is stored leaves the list; what stays refused stays on it, and the answer says why. To call it again stores nothing
/// twice. Each event is read in the form it came in: our own, PostHog's or Segment's.
#[utoipa::path(post, path = "/projects/{project}/rejected_events/replay", tag = "collection",
    operation_id = "replay_rejected_events",
    params(("project" = ProjectId, Path, description = "The project's id")),
    responses((status = 200, body = Replayed), Problems))]
pub(super) async fn replay(scope: Scope, Json(replay): Json<Replay>) -> Result<Json<Replayed>> {
    scope.require(Action::View, Resource::Events)?;
    scope.require(Action::Create, Resource::Events)?;
    scope.require(Action::Edit, Resource::Events)?;
    Ok(Json(service::replay(&scope, replay).await?))
}

/// Discards the refused events that the filter lets through.
#[utoipa::path(delete, path = "/projects/{project}/rejected_events", tag = "collection",
    operation_id = "discard_rejected_events",
    params(("project" = ProjectId, Path, description = "The project's id"), Discarding),
    responses((status = 200, body = Discarded), Problems))]
pub(super) async fn discard(scope: Scope, Query(discarding): Query<Discarding>) -> Result<Json<Discarded>> {
    // What is taken away is named and counted in the answer and in the trail: only who sees it may.
    scope.require(Action::View, Resource::Events)?;
    scope.require(Action::Delete, Resource::Events)?;
    let discarded = service::discard(&scope, &discarding.choice()?).await?;
    Ok(Json(Discarded { discarded }))
}

/// Discards a refused event.
#[utoipa::path(delete, path = "/projects/{project}/rejected_events/{rejected_event}", tag = "collection",
    operation_id = "discard_rejected_event",
    params(("project" = ProjectId, Path, description = "The project's id"),
        ("rejected_event" = EventId, Path, description = "The event's id")),
    responses((status = 204, description = "It is gone"), Problems))]
pub(super) async fn discard_one(scope: Scope, Path(of): Path<OfEvent>) -> Result<StatusCode> {
    // What is taken away is named and counted in the answer and in the trail: only who sees it may.
    scope.require(Action::View, Resource::Events)?;
    scope.require(Action::Delete, Resource::Events)?;
    service::discard_one(&scope, of.rejected_event.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
