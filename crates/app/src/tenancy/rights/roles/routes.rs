//! Roles through the API.

use analytics_model::OrganizationId;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use http_kit::{IfMatch, Json, Page, Path, Problems, Query, Result, Tagged, Version, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{service, store::RoleRow};
use crate::{
    Account, App,
    tenancy::{
        organizations::Member,
        rights::{Action, Permission, Resource},
    },
};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(vocabulary)).routes(routes!(list, create)).routes(routes!(get, update, delete))
}

/// A role, with all that it lets people do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DefinedRole {
    pub(super) id: Uuid,
    pub(super) name: String,
    #[schema(required = true)]
    description: Option<String>,
    /// Every organization has it, and nobody can change it.
    is_system_role: bool,
    /// A role that is not active gives no right.
    is_active: bool,
    permissions: Vec<Permission>,
    /// Whether it is limited to some rows of events.
    has_row_rules: bool,
    /// The rows it is limited to: each property must have one of its values. Without rules it is all rows. Null where
    /// you neither look after the roles nor have this one.
    #[schema(required = true)]
    pub(super) row_rules: Option<Vec<RowRuleBody>>,
    /// How many people of the organization have it, anywhere.
    holders: usize,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// What to send as `If-Match` with a change that is for it as it is here.
    pub(super) version: Version,
}

impl Versioned for DefinedRole {
    fn version(&self) -> &Version {
        &self.version
    }
}

/// A property of events must have one of these values, compared as text. Events without the property are hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RowRule)]
#[serde(deny_unknown_fields)]
pub(super) struct RowRuleBody {
    /// A property of events: `$country`, `utm_source` and the like, or one they were sent with.
    #[schema(example = "region")]
    pub(super) property: String,
    /// 1 to 500 texts.
    pub(super) allowed_values: Vec<String>,
}

/// A role to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRole {
    /// 1 to 100 characters, unlike any other role of the organization whatever the letter case.
    pub(super) name: String,
    pub(super) description: Option<String>,
    /// True unless told.
    pub(super) is_active: Option<bool>,
    #[serde(default)]
    pub(super) permissions: Vec<Permission>,
    #[serde(default)]
    pub(super) row_rules: Vec<RowRuleBody>,
}

/// What changes in a role; what is left out stays.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleChange {
    /// 1 to 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// Empty to take it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) is_active: Option<bool>,
    /// All that it may do from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) permissions: Option<Vec<Permission>>,
    /// All rules from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) row_rules: Option<Vec<RowRuleBody>>,
}

impl DefinedRole {
    pub(super) fn of(row: RoleRow, permissions: Vec<Permission>, row_rules: Vec<RowRuleBody>, holders: usize) -> Self {
        let mut role = Self {
            version: Version::of(&()),
            id: row.id,
            name: row.name,
            description: row.description,
            is_system_role: row.is_system_role,
            is_active: row.is_active,
            permissions,
            has_row_rules: !row_rules.is_empty(),
            row_rules: Some(row_rules),
            holders,
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        role.tell_version();
        role
    }

    /// Sets the version of what is told of it: of rows that are not told a version tells nothing either.
    pub(super) fn tell_version(&mut self) {
        self.version = Version::of(&self.parts());
    }

    /// Returns what can be changed in it, as it is, for the trail.
    pub(super) fn parts(&self) -> RoleChange {
        RoleChange {
            name: Some(self.name.clone()),
            description: self.description.clone(),
            is_active: Some(self.is_active),
            permissions: Some(self.permissions.clone()),
            row_rules: self.row_rules.clone(),
        }
    }

    /// Returns the same after a change.
    pub(super) fn changed_by(&self, change: &RoleChange) -> RoleChange {
        let (old, new) = (self.parts(), change.clone());
        RoleChange {
            name: new.name.or(old.name),
            description: new.description.or(old.description),
            is_active: new.is_active.or(old.is_active),
            permissions: new.permissions.or(old.permissions),
            row_rules: new.row_rules.or(old.row_rules),
        }
    }
}

/// What a matrix of permissions is made of.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Vocabulary {
    /// In the order a matrix shows them.
    actions: Vec<Action>,
    /// In the order a matrix shows them.
    resources: Vec<VocabularyResource>,
}

/// Something that rights are about.
#[derive(Debug, Serialize, ToSchema)]
struct VocabularyResource {
    resource: Resource,
    /// What can be done to it.
    actions: Vec<Action>,
    /// Whether a permission on it can be limited to one's own things, or to tags.
    has_items: bool,
}

/// Which role of which organization.
#[derive(Debug, Deserialize)]
struct RolePath {
    role: Uuid,
}

/// How to remove a role.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Removal {
    /// Also takes it from all who have it; without this it is refused while somebody has it.
    #[serde(default)]
    force: bool,
}

/// Tells what permissions there can be: everything that is done to something.
#[utoipa::path(get, path = "/permissions", tag = "rights", operation_id = "list_permissions",
    responses((status = 200, body = Vocabulary, description = "The words of permissions."), Problems))]
async fn vocabulary(_: Account) -> Json<Vocabulary> {
    let resource = |resource: Resource| VocabularyResource {
        resource,
        actions: resource.actions().to_vec(),
        has_items: resource.has_items(),
    };
    Json(Vocabulary { actions: Action::all().collect(), resources: Resource::all().map(resource).collect() })
}

/// Lists the roles of an organization: those that every organization has, then its own.
#[utoipa::path(get, path = "/organizations/{organization}/roles", tag = "rights", operation_id = "list_roles",
    params(("organization" = OrganizationId, Path, description = "The organization's id.")),
    responses((status = 200, body = Page<DefinedRole>, description = "All of them, on one page."), Problems))]
async fn list(member: Member) -> Result<Json<Page<DefinedRole>>> {
    let items = service::list(&member).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

/// Makes a role. Only owners and admins of the organization do.
#[utoipa::path(post, path = "/organizations/{organization}/roles", tag = "rights", operation_id = "create_role",
    params(("organization" = OrganizationId, Path, description = "The organization's id.")),
    responses((status = 201, body = DefinedRole, description = "Made."), Problems))]
async fn create(member: Member, Json(new): Json<NewRole>) -> Result<(StatusCode, Json<DefinedRole>)> {
    member.require_admin()?;
    Ok((StatusCode::CREATED, Json(service::create(&member, new).await?)))
}

/// Returns a role.
#[utoipa::path(get, path = "/organizations/{organization}/roles/{role}", tag = "rights", operation_id = "get_role",
    params(("organization" = OrganizationId, Path, description = "The organization's id."),
        ("role" = Uuid, Path, description = "The role's id.")),
    responses((status = 200, body = DefinedRole, description = "The role."), Problems))]
async fn get(member: Member, Path(RolePath { role }): Path<RolePath>) -> Result<Tagged<DefinedRole>> {
    Ok(Tagged(service::get(&member, role).await?))
}

/// Changes a role of the organization's own. Takes effect at once, for all who have it.
#[utoipa::path(patch, path = "/organizations/{organization}/roles/{role}", tag = "rights",
    operation_id = "update_role",
    params(("organization" = OrganizationId, Path, description = "The organization's id."),
        ("role" = Uuid, Path, description = "The role's id."), IfMatch),
    responses((status = 200, body = DefinedRole, description = "The role as it is now."), Problems))]
async fn update(
    member: Member,
    Path(RolePath { role }): Path<RolePath>,
    if_match: IfMatch,
    Json(change): Json<RoleChange>,
) -> Result<Tagged<DefinedRole>> {
    member.require_admin()?;
    Ok(Tagged(service::update(&member, role, (change, &if_match)).await?))
}

/// Removes a role of the organization's own.
#[utoipa::path(delete, path = "/organizations/{organization}/roles/{role}", tag = "rights",
    operation_id = "delete_role",
    params(("organization" = OrganizationId, Path, description = "The organization's id."),
        ("role" = Uuid, Path, description = "The role's id."), Removal),
    responses((status = 204, description = "Removed."), Problems))]
async fn delete(
    member: Member,
    Path(RolePath { role }): Path<RolePath>,
    Query(removal): Query<Removal>,
) -> Result<StatusCode> {
    member.require_admin()?;
    service::delete(&member, role, removal.force).await?;
    Ok(StatusCode::NO_CONTENT)
}
