//! Who may let whom in to a single thing: who may share it, up to what they may do themselves, for no longer than
//! they may do it themselves.

use analytics_model::UserId;
use chrono::{DateTime, TimeDelta, Utc};
use http_kit::{IfMatch, Problem, Version};
use metadata_store::{Transaction, keepable, transact};
use serde_json::json;
use uuid::Uuid;

use super::{
    DEEPEST, Level,
    routes::{GivenGrant, GrantList, NewGrant, Origin, Principal, PrincipalType},
    store::{self, GrantRow},
};
use crate::{
    Scope, accounts,
    audit::{self, Change},
    grantable::{self, Grantable},
    tenancy::{
        rights::{Action, Error, Item, Resource, roles},
        store as tenancy_store,
    },
    versions::{self, Names},
};

/// A thing that can be granted.
struct Thing {
    kind: &'static Grantable,
    item: Item,
    name: String,
}

/// Lists who was let in to a thing, by itself and by the folders above it.
pub(super) async fn list(scope: &Scope, word: &str, id: Uuid) -> Result<GrantList, Problem> {
    let thing = get(scope, word, id, Action::View).await?;
    let mut items = Vec::new();
    for row in store::list(scope.db(), scope.project, word, &[id]).await.map_err(Error::from)? {
        items.push(whole(scope, row, None).await?);
    }
    for (folder, name) in above(scope, &thing.item).await? {
        for row in store::list(scope.db(), scope.project, "folder", &[folder]).await.map_err(Error::from)? {
            items.push(whole(scope, row, Some(Origin { id: folder, name: name.clone() })).await?);
        }
    }
    Ok(GrantList { items, own_level: own_level(scope, thing.kind.resource, &thing.item, scope.now()) })
}

/// Lets somebody in, or changes what they may do and until when.
pub(super) async fn put(
    scope: &Scope,
    word: &str,
    id: Uuid,
    (new, if_match): (&NewGrant, &IfMatch),
) -> Result<GivenGrant, Problem> {
    let thing = get(scope, word, id, Action::Edit).await?;
    if new.expires_at.is_some_and(|end| end <= scope.now() || end != keepable(end)) {
        return Err(Error::field("expires_at", "past", "must be in the future, before the year 10000").into());
    }
    check_principal(scope, new.principal_type, new.principal_id).await?;
    // What ends together with their own right is not longer than it.
    let last = new.expires_at.map_or(DateTime::<Utc>::MAX_UTC, |end| end - TimeDelta::microseconds(1));
    require_level(scope, &thing, new.permission_type, last)?;
    let principal = (new.principal_type.word(), new.principal_id);
    let whom = called(scope, new.principal_type, new.principal_id).await?;
    let made: Result<_, Error> = transact!(scope.metadata(), |tx| {
        let old = store::find(tx, scope.project, (word, id), principal).await?;
        let mut row = GrantRow {
            id: scope.app().clock().new_id(),
            project_id: scope.project,
            resource_type: word.to_owned(),
            resource_id: id,
            principal_type: principal.0.to_owned(),
            principal_id: principal.1,
            permission_type: new.permission_type.word().to_owned(),
            granted_by: scope.user,
            granted_at: scope.now(),
            expires_at: new.expires_at,
        };
        let change = log(scope, "grant.give", &thing, &row, &whom);
        versions::require::<Error>(tx, if_match, old.as_ref().map(version_of).as_ref(), (&change, Names::All)).await?;
        let row = match old {
            None => store::insert(tx, row).await?,
            Some(old) => {
                // Who may do less than somebody has can't cut it down either.
                require_level(scope, &thing, Level::of(&old.permission_type).unwrap_or(Level::Admin), scope.now())?;
                row.id = old.id;
                store::update(tx, row).await?
            }
        };
        audit::record(scope.app(), tx, &scope.actor, change).await?;
        Ok(row)
    });
    whole(scope, made?, None).await
}

/// Takes from somebody what they were granted.
pub(super) async fn delete(scope: &Scope, word: &str, id: Uuid, principal: &Principal) -> Result<(), Problem> {
    let thing = get(scope, word, id, Action::Edit).await?;
    let whom = called(scope, principal.principal_type, principal.principal_id).await?;
    let principal = (principal.principal_type.word(), principal.principal_id);
    let removed: Result<(), Error> = transact!(scope.metadata(), |tx| {
        let row = store::find(tx, scope.project, (word, id), principal).await?.ok_or(Error::NotFound)?;
        require_level(scope, &thing, Level::of(&row.permission_type).unwrap_or(Level::Admin), scope.now())?;
        store::delete(tx, row.id).await?;
        let change = log(scope, "grant.take", &thing, &row, &whom);
        Ok(audit::record(scope.app(), tx, &scope.actor, change).await?)
    });
    Ok(removed?)
}

/// Returns a thing whose grants who asks may see or change: who may share it, and who looks after all grants.
async fn get(scope: &Scope, word: &str, id: Uuid, action: Action) -> Result<Thing, Problem> {
    let kind = grantable::find(word).ok_or_else(Problem::not_found)?;
    let found = (kind.find)(scope.app(), scope.project, id).await.map_err(Error::from)?;
    let (item, name) = found.ok_or_else(Problem::not_found)?;
    if !scope.access().may(action, Resource::Grants) {
        scope.require_to(Action::Share, kind.resource, &item)?;
    }
    Ok(Thing { kind, item, name })
}

/// Returns the most that who asks may do to a thing themselves at a time.
fn own_level(scope: &Scope, resource: Resource, item: &Item, at: DateTime<Utc>) -> Option<Level> {
    let may = |level: &Level| scope.access().may_to(level.mark(), resource, item, at);
    Level::ALL.into_iter().find(may)
}

fn require_level(scope: &Scope, thing: &Thing, level: Level, at: DateTime<Utc>) -> Result<(), Error> {
    let own = own_level(scope, thing.kind.resource, &thing.item, at);
    if own >= Some(level) { Ok(()) } else { Err(Error::LevelAboveOwn(own)) }
}

/// Refuses to move a thing where that would let anybody in further than who moves it may go themselves, or take from
/// somebody more than that: `gained` and `lost` are the folders that hand their grants down to it from now on, and no
/// more.
pub(in crate::tenancy::rights) async fn require_for_move(
    scope: &Scope,
    tx: &Transaction,
    (resource, item): (Resource, &Item),
    (gained, lost): (&[Uuid], &[Uuid]),
) -> Result<(), Error> {
    for (folders, is_gained) in [(gained, true), (lost, false)] {
        for row in store::list(tx, scope.project, "folder", folders).await? {
            if row.expires_at.is_some_and(|end| end <= scope.now()) {
                continue;
            }
            let last = row.expires_at.map_or(DateTime::<Utc>::MAX_UTC, |end| end - TimeDelta::microseconds(1));
            let own = own_level(scope, resource, item, if is_gained { last } else { scope.now() });
            if own < Some(Level::of(&row.permission_type).unwrap_or(Level::Admin)) {
                return Err(Error::LevelAboveOwn(own));
            }
        }
    }
    Ok(())
}

async fn check_principal(scope: &Scope, kind: PrincipalType, id: Uuid) -> Result<(), Problem> {
    let db = scope.db();
    let is_there = match kind {
        // Whoever loses a right must not have kept it in a drawer.
        PrincipalType::User if scope.user == Some(UserId(id)) => return Err(Error::GrantToSelf.into()),
        PrincipalType::User => {
            tenancy_store::organization_role(db, UserId(id), scope.organization).await.map_err(Error::from)?.is_some()
        }
        PrincipalType::Role => {
            let role = roles::find_usable(db, scope.organization, id).await.map_err(Error::from)?;
            role.is_some_and(|role| role.is_active)
        }
    };
    if is_there { Ok(()) } else { Err(Problem::not_found()) }
}

/// Returns the folders above a thing, the nearest first.
async fn above(scope: &Scope, item: &Item) -> Result<Vec<(Uuid, String)>, Error> {
    let mut path = Vec::new();
    let mut next = item.folder;
    while let Some(folder) = next.filter(|_| path.len() < DEEPEST) {
        let Some(kind) = grantable::find("folder") else { break };
        let Some((found, name)) = (kind.find)(scope.app(), scope.project, folder).await? else { break };
        path.push((folder, name));
        next = found.folder;
    }
    Ok(path)
}

/// Returns the version of a grant.
fn version_of(row: &GrantRow) -> Version {
    Version::of(&json!({ "permission_type": row.permission_type, "expires_at": row.expires_at }))
}

async fn whole(scope: &Scope, row: GrantRow, inherited_from: Option<Origin>) -> Result<GivenGrant, Problem> {
    let kind = PrincipalType::of(&row.principal_type);
    let (name, email) = principal_name(scope, kind, row.principal_id).await?;
    let version = version_of(&row);
    let is_expired = row.expires_at.is_some_and(|end| end <= scope.now());
    Ok(GivenGrant {
        id: row.id,
        principal_type: PrincipalType::of(&row.principal_type),
        principal_id: row.principal_id,
        principal_name: name,
        principal_email: email,
        permission_type: Level::of(&row.permission_type).unwrap_or(Level::View),
        granted_by: row.granted_by,
        granted_at: row.granted_at,
        expires_at: row.expires_at,
        is_expired,
        inherited_from,
        version,
    })
}

/// Returns what the log calls somebody who was let in: by name, or by address where there is none.
async fn called(scope: &Scope, kind: PrincipalType, id: Uuid) -> Result<String, Problem> {
    let (name, email) = principal_name(scope, kind, id).await?;
    Ok(if name.is_empty() { email.unwrap_or_default() } else { name })
}

/// Returns what a person or a role is called, and the person's address.
async fn principal_name(scope: &Scope, kind: PrincipalType, id: Uuid) -> Result<(String, Option<String>), Problem> {
    let db = scope.db();
    Ok(match kind {
        PrincipalType::Role => {
            let role = roles::find_usable(db, scope.organization, id).await.map_err(Error::from)?;
            (role.map(|role| role.name).unwrap_or_default(), None)
        }
        PrincipalType::User => {
            let user = accounts::find_user(db, UserId(id)).await.map_err(Error::from)?;
            user.map(|user| (user.name, Some(user.email))).unwrap_or_default()
        }
    })
}

fn log(scope: &Scope, action: &'static str, thing: &Thing, row: &GrantRow, whom: &str) -> Change {
    let change = Change::new(action).on(row.resource_id).within(scope.organization).project(scope.project);
    change.details(json!({
        "name": thing.name,
        "resource_type": row.resource_type,
        "whom": whom,
        "principal_type": row.principal_type,
        "principal_id": row.principal_id,
        "permission_type": row.permission_type,
        "expires_at": row.expires_at,
    }))
}
