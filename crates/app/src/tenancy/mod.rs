//! Tenancy: organizations, their projects, who belongs to them, and the keys that programs send events with.

mod access;
mod api_keys;
mod audit_routes;
mod bootstrap;
mod error;
mod key_cache;
mod me;
mod projects;
mod rights;
mod store;
mod tables;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use api_keys::{NewKey, create_key};
pub use bootstrap::{FirstProject, bootstrap, ensure_project};
pub use error::Error;
pub use key_cache::{ProjectKey, find_key};
pub use projects::{Project, list_projects};
pub use rights::{Action, Conditions, Permission, Resource, RoleSource};
pub use tables::{OrganizationRole, Role};

pub(crate) use bootstrap::{check_organization_name, claim};
pub(crate) use key_cache::KeyCache;
#[cfg(test)]
pub(crate) use rights::sync_system_roles;
pub(crate) use rights::{Access, AccessCache, Item, find_access, find_folder};
pub(crate) use store::is_only_owner;

use metadata_store::TableDescription;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(me::me))
        .routes(routes!(projects::list, projects::create))
        .routes(routes!(projects::get, projects::update))
        .routes(routes!(api_keys::list, api_keys::create))
        .routes(routes!(api_keys::update, api_keys::delete))
        .merge(rights::routes())
        .routes(routes!(audit_routes::list))
        .routes(routes!(audit_routes::download))
        .routes(routes!(audit_routes::actions))
}

/// Returns the tables this feature owns.
pub(crate) fn schema() -> Vec<TableDescription> {
    vec![
        TableDescription::of(tables::organizations::Entity),
        TableDescription::of(tables::org_memberships::Entity),
        TableDescription::of(tables::projects::Entity),
        TableDescription::of(tables::project_members::Entity),
        TableDescription::of(tables::api_keys::Entity),
        TableDescription::of(rights::tables::roles::Entity),
        TableDescription::of(rights::tables::permissions::Entity),
        TableDescription::of(rights::tables::user_roles::Entity),
        TableDescription::of(rights::tables::row_rules::Entity),
        TableDescription::of(rights::tables::folders::Entity),
        TableDescription::of(rights::tables::resource_permissions::Entity),
    ]
}
