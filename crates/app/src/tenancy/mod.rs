//! Tenancy: organizations, their projects, who belongs to them, and the keys that programs send events with.

mod access;
mod api_keys;
mod audit_routes;
mod bootstrap;
mod client_configs;
mod erasure;
mod error;
mod invitations;
mod key_access;
mod key_cache;
#[cfg(test)]
mod key_holder_tests;
mod key_service;
#[cfg(test)]
mod key_tests;
mod me;
mod organizations;
mod project_members;
mod project_settings;
mod projects;
mod rights;
mod scopes;
mod store;
mod tables;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use api_keys::NewKey;
pub use bootstrap::{FirstProject, add_to_organization, bootstrap, ensure_project, organization_exists};
pub use erasure::sweep;
pub use error::Error;
pub use key_cache::{ProjectKey, find_key};
pub use key_service::create_key;
pub use projects::{Project, list_projects};
pub use rights::{Action, Conditions, Permission, Resource, RoleSource};
pub use scopes::KeyKind;
pub use tables::{OrganizationRole, Role};

pub(crate) use bootstrap::{check_organization_name, claim};
pub(crate) use key_access::{find_key_access, secret_key_of};
pub(crate) use key_cache::KeyCache;
#[cfg(test)]
pub(crate) use rights::sync_system_roles;
pub(crate) use rights::{Access, AccessCache, Asked, Item, find_access, find_folder};
pub(crate) use store::is_only_owner;

use metadata_store::TableDescription;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(me::me))
        .routes(routes!(projects::list, projects::create))
        .routes(routes!(projects::get, projects::update, projects::delete))
        .routes(routes!(project_members::list, project_members::add))
        .routes(routes!(project_members::update, project_members::remove))
        .routes(routes!(api_keys::list, api_keys::create))
        .routes(routes!(api_keys::update, api_keys::delete))
        .routes(routes!(api_keys::rotate))
        .merge(organizations::routes())
        .merge(invitations::routes())
        .merge(client_configs::routes())
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
        TableDescription::of(tables::project_erasures::Entity),
        TableDescription::of(invitations::tables::org_invitations::Entity),
        TableDescription::of(client_configs::tables::client_configs::Entity),
        TableDescription::of(rights::tables::roles::Entity),
        TableDescription::of(rights::tables::permissions::Entity),
        TableDescription::of(rights::tables::user_roles::Entity),
        TableDescription::of(rights::tables::row_rules::Entity),
        TableDescription::of(rights::tables::folders::Entity),
        TableDescription::of(rights::tables::resource_permissions::Entity),
    ]
}
