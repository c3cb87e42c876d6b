//! What a secret key may do in its project.

use analytics_model::ProjectId;
use axum::http::{HeaderMap, header};

use super::{
    Error, Permission, ProjectKey, RoleSource, projects,
    rights::{Access, HeldRole},
    scopes::KeyKind,
    store,
};
use crate::App;

/// Returns the secret key that a request comes with.
pub(crate) fn secret_key_of(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && key.starts_with(KeyKind::Secret.mark())).then_some(key)
}

/// Returns the access of a secret key to a project; none for any but its own.
pub(crate) async fn find_key_access(app: &App, key: &ProjectKey, project: ProjectId) -> Result<Option<Access>, Error> {
    if key.kind != KeyKind::Secret || key.project != project {
        return Ok(None);
    }
    let Some(row) = store::find_project(app.db(), project).await? else { return Ok(None) };
    let role = HeldRole {
        id: key.key.0,
        name: "key".to_owned(),
        from: RoleSource::Key,
        permissions: key.permissions.to_vec(),
        row_rules: Vec::new(),
    };
    Ok(Some(Access {
        organization: row.organization_id,
        project,
        user: None,
        zone: projects::zone_of(&row),
        week_start: projects::week_start_of(&row),
        roles: vec![role],
    }))
}

impl Access {
    /// Returns whether who asks has a permission whole: for all things here, whosever they are.
    pub(super) fn holds(&self, wanted: &Permission) -> bool {
        let is_it = |held: &Permission| {
            held.resource == wanted.resource
                && held.action == wanted.action
                && !held.conditions.own
                && held.conditions.tags.is_none()
                && held.conditions.projects.as_ref().is_none_or(|projects| projects.contains(&self.project))
        };
        self.roles.iter().flat_map(|role| &role.permissions).any(is_it)
    }

    /// Returns whether who asks may do all that a role may: with conditions or without.
    pub(super) fn covers(&self, role: super::Role) -> bool {
        let has = |wanted: &Permission| {
            self.holds(wanted) || self.roles.iter().flat_map(|held| &held.permissions).any(|held| held == wanted)
        };
        self.rows().is_none() && role.permissions().iter().all(has)
    }
}
