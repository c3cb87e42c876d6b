//! Reading who used what.

use analytics_model::{OrganizationId, UserId};
use chrono::{DateTime, Utc};
use http_kit::{Json, Page, Paging, Problems, Query, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    activity_store::{self, ActivityFilter, Place, StoredActivity},
    error::Error,
};
use crate::{Account, Administrator, App};

/// Something a signed-in person did. What is done again within a minute counts once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserActivity {
    activity_id: Uuid,
    /// Who did it.
    user_id: UserId,
    /// Within which organization; null where it belongs to none.
    #[schema(required = true)]
    organization_id: Option<OrganizationId>,
    /// The session it was done in.
    session_id: String,
    /// The operation, by its name in the API's document.
    #[schema(example = "run_insight")]
    activity_type: String,
    /// What it was done to; empty where there is nothing to name.
    #[schema(example = "project")]
    resource_type: String,
    /// Its id; may be empty.
    resource_id: String,
    timestamp: DateTime<Utc>,
}

impl From<StoredActivity> for UserActivity {
    fn from(row: StoredActivity) -> Self {
        Self {
            activity_id: row.activity_id,
            user_id: UserId(row.user_id),
            organization_id: (!row.organization_id.is_nil()).then_some(OrganizationId(row.organization_id)),
            session_id: row.session_id,
            activity_type: row.activity_type,
            resource_type: row.resource_type,
            resource_id: row.resource_id,
            timestamp: row.timestamp,
        }
    }
}

/// Which activities are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ActivityChoice {
    /// Only of this operation.
    activity_type: Option<String>,
    /// Only what was done to this.
    resource_id: Option<String>,
    /// Only of this time or later.
    from: Option<DateTime<Utc>>,
    /// Only before this time.
    to: Option<DateTime<Utc>>,
}

/// Whose activities are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhoseActivity {
    /// Only of this person.
    user: Option<UserId>,
}

/// Lists who used what, newest first, for admins of the instance.
#[utoipa::path(get, path = "/activity", tag = "system", operation_id = "list_activity",
    params(Paging, WhoseActivity, ActivityChoice),
    responses((status = 200, body = Page<UserActivity>, description = "A page of activities."), Problems))]
pub(super) async fn all(
    Administrator(account): Administrator,
    Query(paging): Query<Paging>,
    Query(whose): Query<WhoseActivity>,
    Query(choice): Query<ActivityChoice>,
) -> Result<Json<Page<UserActivity>>> {
    page(account.app(), paging, whose.user, choice).await
}

/// Lists what you used, newest first.
#[utoipa::path(get, path = "/me/activity", tag = "system", operation_id = "list_my_activity",
    params(Paging, ActivityChoice),
    responses((status = 200, body = Page<UserActivity>, description = "A page of activities."), Problems))]
pub(super) async fn mine(
    account: Account,
    Query(paging): Query<Paging>,
    Query(choice): Query<ActivityChoice>,
) -> Result<Json<Page<UserActivity>>> {
    page(account.app(), paging, Some(account.user), choice).await
}

async fn page(
    app: &App,
    paging: Paging,
    user: Option<UserId>,
    choice: ActivityChoice,
) -> Result<Json<Page<UserActivity>>> {
    let limit = paging.limit()?;
    let ActivityChoice { activity_type, resource_id, from, to } = choice;
    let filter = ActivityFilter { user, kind: activity_type, resource_id, from, to };
    let rows = activity_store::list(app.analytics(), filter, paging.after()?, limit + 1).await.map_err(Error::from)?;
    let activities = rows.into_iter().map(Into::into).collect();
    let place = |one: &UserActivity| Place { at: one.timestamp, id: one.activity_id };
    Ok(Json(Page::of(activities, limit, place)))
}
