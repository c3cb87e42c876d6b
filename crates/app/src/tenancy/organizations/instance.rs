//! All organizations, for who looks after the instance: who they are and how large, not what they know.

use analytics_model::OrganizationId;
use chrono::{DateTime, Utc};
use http_kit::{Json, Page, Paging, Problems, Query, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{store, words::Industry};
use crate::{Administrator, tenancy::Error};

/// An organization, as who looks after the instance sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HostedOrganization {
    id: OrganizationId,
    name: String,
    /// Its short name.
    slug: String,
    /// What it does for a living; null where nobody has said.
    #[schema(required = true)]
    industry: Option<Industry>,
    created_at: DateTime<Utc>,
    /// How many people belong to it.
    members: u64,
    /// How many projects it has.
    projects: u64,
    /// The e-mail addresses of those who own it: whom to talk to.
    owners: Vec<String>,
}

/// Which organizations.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OrganizationSearch {
    /// Part of the name or short name; letter case doesn't matter.
    search: Option<String>,
}

/// Lists all organizations, by short name. For admins of the instance.
#[utoipa::path(get, path = "/instance/organizations", tag = "tenancy", operation_id = "list_instance_organizations",
    params(OrganizationSearch, Paging),
    responses((status = 200, body = Page<HostedOrganization>, description = "A page of organizations."), Problems))]
pub(super) async fn list(
    Administrator(account): Administrator,
    Query(choice): Query<OrganizationSearch>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<HostedOrganization>>> {
    let (db, limit) = (account.app().db(), paging.limit()?);
    let text = choice.search.unwrap_or_default();
    let rows = store::search(db, text.trim(), paging.after()?, limit + 1).await.map_err(Error::from)?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut sizes = store::sizes(db, &ids).await.map_err(Error::from)?;
    let items = rows.into_iter().map(|row| {
        let size = sizes.remove(&row.id).unwrap_or_default();
        HostedOrganization {
            id: row.id,
            name: row.name,
            slug: row.slug,
            industry: row.industry.as_deref().and_then(Industry::of),
            created_at: row.created_at,
            members: size.members,
            projects: size.projects,
            owners: size.owners,
        }
    });
    Ok(Json(Page::of(items.collect(), limit, |item: &HostedOrganization| item.slug.clone())))
}
