//! To whom something can be granted: the people and roles of an organization.

use analytics_model::{OrganizationId, UserId};
use http_kit::{Json, Problems, Result};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{Error, roles};
use crate::{
    App, accounts,
    tenancy::{organizations::Member, store as tenancy_store},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// The people and roles of an organization.
#[derive(Debug, Serialize, ToSchema)]
struct Principals {
    people: Vec<PrincipalPerson>,
    roles: Vec<PrincipalRole>,
}

/// A member of the organization.
#[derive(Debug, Serialize, ToSchema)]
struct PrincipalPerson {
    id: UserId,
    name: String,
    email: String,
}

/// A role of the organization.
#[derive(Debug, Serialize, ToSchema)]
struct PrincipalRole {
    id: Uuid,
    name: String,
    is_system_role: bool,
}

/// Lists the people and roles that something can be granted to, for all members of the organization.
#[utoipa::path(get, path = "/organizations/{organization}/principals", tag = "rights",
    operation_id = "list_principals",
    params(("organization" = OrganizationId, Path, description = "The organization's id.")),
    responses((status = 200, body = Principals, description = "All of them."), Problems))]
async fn list(member: Member) -> Result<Json<Principals>> {
    let db = member.app().db();
    let mut people = Vec::new();
    for id in tenancy_store::members_of(db, member.id).await.map_err(Error::from)? {
        let user = accounts::get_user(db, id).await.map_err(Error::from)?;
        people.push(PrincipalPerson { id, name: user.name, email: user.email });
    }
    people.sort_by_key(|person| person.name.to_lowercase());
    let roles = roles::usable(db, member.id).await.map_err(Error::from)?;
    let roles = roles.into_iter().filter(|role| role.is_active);
    let roles = roles.map(|row| PrincipalRole { id: row.id, name: row.name, is_system_role: row.is_system_role });
    Ok(Json(Principals { people, roles: roles.collect() }))
}
