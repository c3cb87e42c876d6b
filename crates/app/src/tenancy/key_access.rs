//! What a secret key may do in its project.

use analytics_model::ProjectId;
use axum::http::{HeaderMap, header};

use super::{
    Error, ProjectKey, RoleSource, projects,
    rights::{Access, Grants, HeldRole},
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
        grants: Grants::default(),
    }))
}
