//! What a secret key may do in its project: what its scopes say, as far as its holder may do it now.

use analytics_model::ProjectId;
use axum::http::{HeaderMap, header};

use super::{
    Error, ProjectKey, RoleSource, projects,
    rights::{Access, Grants, HeldRole, load_access},
    scopes::{self, KeyKind},
    store::{self, KeyRow},
};
use crate::{App, accounts};

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
    Ok(Some(Access {
        organization: row.organization_id,
        project,
        user: None,
        zone: projects::zone_of(&row),
        week_start: projects::week_start_of(&row),
        roles: key.roles.to_vec(),
        grants: Grants::default(),
    }))
}

/// Returns what a key may do now, when it comes with the secret of this hash.
///
/// A write key sends events, whoever made it: it stands in public pages. A secret key never has more than who saw the
/// secret has now, unless the organization answers for it.
pub(super) async fn rights_of(app: &App, row: &KeyRow, hash: &str) -> Result<Vec<HeldRole>, Error> {
    let Some(kind) = KeyKind::of(&row.kind) else { return Ok(Vec::new()) };
    let whole = HeldRole {
        id: row.id.0,
        name: "key".to_owned(),
        from: RoleSource::Key,
        permissions: scopes::permissions(kind, &row.scopes),
        row_rules: Vec::new(),
    };
    if kind == KeyKind::Write || row.of_organization {
        return Ok(vec![whole]);
    }
    let holder = if row.key_hash == hash { row.holder_id } else { row.previous_holder_id };
    let Some(holder) = holder else { return Ok(Vec::new()) };
    let user = accounts::find_user(app.db(), holder).await?;
    if !user.is_some_and(|user| user.is_active) {
        return Ok(Vec::new());
    }
    let access = load_access(app, holder, row.project_id).await?;
    Ok(access.map(|access| access.part(&whole.permissions, &whole)).unwrap_or_default())
}
