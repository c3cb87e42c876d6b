//! The rules of keys.

use analytics_model::{ApiKeyId, OrganizationId, ProjectId, UserId};
use chrono::{DateTime, TimeDelta, Utc};
use http_kit::{FieldError, IfMatch, Version};
use metadata_store::{Transaction, keepable, transact};
use serde_json::{Value, json};

use super::{
    Error,
    api_keys::{ApiKey, KeyChange, KeyOwner, KeyRequest, NewKey},
    organizations, projects,
    scopes::{self, KeyKind},
    store::{self, KeyRow},
};
use crate::{
    App, Scope,
    audit::{self, Actor, Change},
    secret,
    versions::{self, Names},
};

const PREFIX_CHARACTERS: usize = 12;
const MOST_GRACE_HOURS: u32 = 168;

/// Makes a key for a project: for the command line, which nobody signs in to.
pub async fn create_key(app: &App, project: ProjectId, name: &str) -> Result<NewKey, Error> {
    let new = KeyRequest { name: name.to_owned(), kind: None, scopes: Vec::new(), expires_at: None };
    let (row, key) = prepare(app, project, new, None)?;
    let row: Result<KeyRow, Error> = transact!(app.metadata(), |tx| {
        let found = store::find_project(tx, project).await?.ok_or(Error::NotFound)?;
        let change = Change::new("api_key.create").within(found.organization_id).project(project);
        insert(app, tx, &Actor::system(), change, row.clone()).await
    });
    Ok(NewKey { key, api_key: ApiKey::of(app, row?).await? })
}

/// Makes a key; a secret one may do no more than who makes it.
pub(super) async fn create(scope: &Scope, new: KeyRequest) -> Result<NewKey, Error> {
    let app = scope.app();
    let wanted = new.scopes.clone();
    let (row, key) = prepare(app, scope.project, new, scope.user)?;
    scopes::check_own(scope.access(), &wanted)?;
    let row: Result<KeyRow, Error> = transact!(app.metadata(), |tx| {
        if row.kind == KeyKind::Secret.word() {
            scope.require_proof(tx).await?;
        }
        insert(app, tx, &scope.actor, scope.change("api_key.create"), row.clone()).await
    });
    Ok(NewKey { key, api_key: ApiKey::of(app, row?).await? })
}

/// Changes a key.
pub(super) async fn update(
    scope: &Scope,
    id: ApiKeyId,
    (change, if_match): (KeyChange, &IfMatch),
) -> Result<KeyRow, Error> {
    let row: Result<KeyRow, Error> = transact!(scope.metadata(), |tx| {
        let old = store::find_key(tx, scope.project, id).await?.ok_or(Error::NotFound)?;
        let about = scope.change("api_key.update").on(id.0);
        versions::require::<Error>(tx, if_match, Some(&Version::of(&seen(&old))), (&about, Names::All)).await?;
        let mut row = old.clone();
        apply(scope, &mut row, change.clone())?;
        if revives(&old, &row) {
            scopes::check_own(scope.access(), &scopes::words(&row.scopes))?;
        }
        if row.of_organization && !old.of_organization {
            require_organization_admin(scope, tx).await?;
        }
        if row == old {
            return Ok(row);
        }
        // It does more than before, or goes on where it did not.
        if revives(&old, &row) || old.scopes != row.scopes {
            scope.require_proof(tx).await?;
        }
        let row = store::update_key(tx, row).await?;
        let change = about.changed(&seen(&old), &seen(&row));
        audit::record(scope.app(), tx, &scope.actor, change.details(json!({ "name": row.name }))).await?;
        Ok(row)
    });
    let row = row?;
    forget(scope.app(), &row);
    Ok(row)
}

/// Gives a key a new secret.
pub(super) async fn rotate(scope: &Scope, id: ApiKeyId, grace_hours: u32) -> Result<NewKey, Error> {
    if grace_hours > MOST_GRACE_HOURS {
        return Err(Error::field("grace_hours", "out_of_range", "must be 0 to 168"));
    }
    let app = scope.app();
    let random = secret::generate();
    let rotated: Result<_, Error> = transact!(scope.metadata(), |tx| {
        let old = store::find_key(tx, scope.project, id).await?.ok_or(Error::NotFound)?;
        // Who sees the new secret has what it may do, and for as long as they may do it themselves: a key that goes on
        // without anybody is given a new secret by who answers for the organization.
        scopes::check_own(scope.access(), &scopes::words(&old.scopes))?;
        if old.of_organization {
            require_organization_admin(scope, tx).await?;
        }
        if old.kind == KeyKind::Secret.word() {
            scope.require_proof(tx).await?;
        }
        let key = format!("{}{random}", KeyKind::of(&old.kind).unwrap_or(KeyKind::Write).mark());
        let mut row = old.clone();
        row.prefix = prefix_of(&key);
        row.key_hash = secret::hash(&key);
        let grace = (grace_hours > 0).then(|| app.now() + TimeDelta::hours(grace_hours.into()));
        row.previous_hash = grace.map(|_| old.key_hash.clone());
        row.previous_expires_at = grace;
        row.previous_holder_id = old.holder_id;
        row.holder_id = scope.user;
        let row = store::update_key(tx, row).await?;
        let change = scope.change("api_key.rotate").on(id.0).changed(&seen(&old), &seen(&row));
        let details = json!({ "name": row.name, "grace_hours": grace_hours });
        audit::record(app, tx, &scope.actor, change.details(details)).await?;
        Ok((old, row, key))
    });
    let (old, row, key) = rotated?;
    forget(app, &old);
    Ok(NewKey { key, api_key: ApiKey::of(app, row).await? })
}

/// Deletes a key.
pub(super) async fn delete(scope: &Scope, id: ApiKeyId) -> Result<(), Error> {
    let deleted: Result<KeyRow, Error> = transact!(scope.metadata(), |tx| {
        let row = store::find_key(tx, scope.project, id).await?.ok_or(Error::NotFound)?;
        store::delete_key(tx, id).await?;
        let change = scope.change("api_key.delete").on(id.0).old(&seen(&row));
        audit::record(scope.app(), tx, &scope.actor, change.details(json!({ "name": row.name }))).await?;
        Ok(row)
    });
    forget(scope.app(), &deleted?);
    Ok(())
}

fn prepare(
    app: &App,
    project: ProjectId,
    new: KeyRequest,
    created_by: Option<UserId>,
) -> Result<(KeyRow, String), Error> {
    let now = app.now();
    let kind = new.kind.unwrap_or(KeyKind::Write);
    let mut errors: Vec<FieldError> = projects::check_name("name", &new.name).into_iter().collect();
    scopes::check(kind, &new.scopes, &mut errors);
    errors.extend(new.expires_at.and_then(|end| check_end(end, now)));
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let key = format!("{}{}", kind.mark(), secret::generate());
    let row = KeyRow {
        id: ApiKeyId(app.clock().new_id()),
        project_id: project,
        name: new.name.trim().to_owned(),
        prefix: prefix_of(&key),
        key_hash: secret::hash(&key),
        is_active: true,
        created_by,
        created_at: now,
        expires_at: new.expires_at,
        last_used_at: None,
        kind: kind.word().to_owned(),
        scopes: sorted(new.scopes),
        previous_hash: None,
        previous_expires_at: None,
        holder_id: created_by,
        previous_holder_id: None,
        of_organization: false,
    };
    Ok((row, key))
}

async fn insert(app: &App, tx: &Transaction, actor: &Actor, change: Change, row: KeyRow) -> Result<KeyRow, Error> {
    let row = store::insert_key(tx, row).await?;
    let change = change.on(row.id.0).new_values(&seen(&row)).details(json!({ "name": row.name }));
    audit::record(app, tx, actor, change).await?;
    Ok(row)
}

fn apply(scope: &Scope, row: &mut KeyRow, change: KeyChange) -> Result<(), Error> {
    let mut errors = Vec::new();
    if let Some(name) = change.name {
        errors.extend(projects::check_name("name", &name));
        name.trim().clone_into(&mut row.name);
    }
    if let Some(wanted) = change.scopes {
        scopes::check(KeyKind::of(&row.kind).unwrap_or(KeyKind::Write), &wanted, &mut errors);
        if errors.is_empty() {
            scopes::check_own(scope.access(), &wanted)?;
        }
        row.scopes = sorted(wanted);
    }
    if let Some(end) = change.expires_at {
        errors.extend(end.and_then(|end| check_end(end, scope.now())));
        row.expires_at = end;
    }
    row.is_active = change.is_active.unwrap_or(row.is_active);
    if let Some(owner) = change.owner {
        row.of_organization = owner == KeyOwner::Organization;
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// Returns whether a key goes on where it did not, or for longer: who makes it do so gives what it may do.
fn revives(old: &KeyRow, new: &KeyRow) -> bool {
    let is_secret = KeyKind::of(&new.kind) == Some(KeyKind::Secret);
    let for_longer = old.expires_at.is_some_and(|old| new.expires_at.is_none_or(|new| new > old));
    let goes_alone = new.of_organization && !old.of_organization;
    is_secret && ((new.is_active && !old.is_active) || for_longer || goes_alone)
}

/// Refuses who does not look after the organization, as it is now.
async fn require_organization_admin(scope: &Scope, tx: &Transaction) -> Result<(), Error> {
    let membership = match scope.user {
        Some(user) => organizations::store::find_membership(tx, scope.organization, user).await?,
        None => None,
    };
    let is_admin = membership.is_some_and(|membership| membership.role.is_admin());
    if is_admin { Ok(()) } else { Err(Error::OrganizationRoleRequired) }
}

/// Switches off the secret keys in these projects that have somebody's rights, who has none there any more: should they
/// come back, they begin with nothing.
pub(super) async fn switch_off(
    app: &App,
    tx: &Transaction,
    actor: &Actor,
    holder: UserId,
    (organization, projects): (OrganizationId, &[ProjectId]),
) -> Result<(), Error> {
    for old in store::keys_held_by(tx, holder, projects).await? {
        let mut row = old.clone();
        if row.holder_id == Some(holder) && !row.of_organization {
            row.is_active = false;
        }
        if row.previous_holder_id == Some(holder) {
            (row.previous_hash, row.previous_expires_at, row.previous_holder_id) = (None, None, None);
        }
        let row = store::update_key(tx, row).await?;
        let change = Change::new("api_key.update").on(row.id.0).within(organization).project(row.project_id);
        let change = change.changed(&seen(&old), &seen(&row));
        let details = json!({ "name": row.name, "reason": "its holder was removed", "user_id": holder });
        audit::record(app, tx, actor, change.details(details)).await?;
    }
    Ok(())
}

fn check_end(end: DateTime<Utc>, now: DateTime<Utc>) -> Option<FieldError> {
    let wrong = end <= now || end != keepable(end);
    wrong.then(|| FieldError::new("expires_at", "past", "must lie in the future, before the year 10000"))
}

fn forget(app: &App, row: &KeyRow) {
    app.keys().forget(&row.key_hash);
    if let Some(previous) = &row.previous_hash {
        app.keys().forget(previous);
    }
}

fn prefix_of(key: &str) -> String {
    key.chars().take(PREFIX_CHARACTERS).collect()
}

fn sorted(mut scopes: Vec<String>) -> Value {
    scopes.sort();
    scopes.dedup();
    json!(scopes)
}

/// What the trail tells of a key, and its version is made of.
pub(super) fn seen(row: &KeyRow) -> Value {
    json!({ "name": row.name, "kind": row.kind, "scopes": row.scopes, "prefix": row.prefix,
        "is_active": row.is_active, "owner": KeyOwner::of(row), "holder_id": row.holder_id, "expires_at": row.expires_at, "previous_expires_at": row.previous_expires_at })
}
