//! Making, moving and removing folders.

use std::pin::Pin;

use analytics_model::ProjectId;
use http_kit::{IfMatch, Problem, Version};
use metadata_store::transact;
use serde_json::json;
use uuid::Uuid;

use super::{
    routes::{FolderChange, NewFolder},
    store::{self, FolderRow},
};
use crate::{
    App, Scope,
    audit::{self, Change},
    grantable::Found,
    tenancy::{
        projects::check_name,
        rights::{Action, Error, Item, Resource, grants},
    },
    versions::{self, Names},
};

/// How deep folders may lie in one another.
const DEEPEST: usize = 8;
const MOST_FOLDERS: usize = 1_000;

/// Its word among things that can be granted.
const WORD: &str = "folder";

/// Finds a folder for a grant on it.
pub(crate) fn find(app: &App, project: ProjectId, id: Uuid) -> Pin<Box<dyn Future<Output = Found> + Send + '_>> {
    Box::pin(async move {
        let row = store::find(app.db(), project, id).await?;
        Ok(row.map(|row| (item(&row), row.name)))
    })
}

/// Returns what rights to a folder depend on.
pub(super) fn item(row: &FolderRow) -> Item {
    Item { id: row.id, owner: row.created_by, folder: row.parent_id, tags: Vec::new() }
}

/// Returns the version of a folder.
pub(super) fn version_of(row: &FolderRow) -> Version {
    Version::of(&described(row))
}

/// Returns the folders that who asks may see.
pub(super) async fn list(scope: &Scope) -> Result<Vec<FolderRow>, Error> {
    let mut rows = store::list(scope.db(), scope.project).await?;
    rows.retain(|row| scope.may_to(Action::View, Resource::Folders, &item(row)));
    rows.sort_by_cached_key(|row| row.name.to_lowercase());
    Ok(rows)
}

/// Returns one of them.
pub(super) async fn get(scope: &Scope, id: Uuid, action: Action) -> Result<FolderRow, Problem> {
    let row = store::find(scope.db(), scope.project, id).await.map_err(Error::from)?;
    let row = row.ok_or_else(Problem::not_found)?;
    scope.require_to(action, Resource::Folders, &item(&row))?;
    Ok(row)
}

/// Makes a folder.
pub(super) async fn create(scope: &Scope, new: NewFolder) -> Result<FolderRow, Problem> {
    place(scope, new.parent_id).await?;
    check(&new.name)?;
    let (app, now) = (scope.app(), scope.now());
    let row = FolderRow {
        id: app.clock().new_id(),
        project_id: scope.project,
        parent_id: new.parent_id,
        name: new.name.trim().to_owned(),
        created_by: scope.user,
        created_at: now,
        updated_at: now,
    };
    let made: Result<_, Error> = transact!(scope.metadata(), |tx| {
        let all = store::list(tx, scope.project).await?;
        if all.len() >= MOST_FOLDERS {
            return Err(Error::TooManyFolders(MOST_FOLDERS));
        }
        fits(&all, &row)?;
        let row = store::insert(tx, row.clone()).await?;
        let log = log(scope, "folder.create", &row).new_values(&described(&row));
        audit::record(app, tx, &scope.actor, log).await?;
        Ok(row)
    });
    Ok(made?)
}

/// Renames or moves a folder.
pub(super) async fn update(
    scope: &Scope,
    id: Uuid,
    (change, if_match): (FolderChange, &IfMatch),
) -> Result<FolderRow, Problem> {
    let row = get(scope, id, Action::Edit).await?;
    if let Some(name) = &change.name {
        check(name)?;
    }
    let moved_to = change.parent_id.filter(|parent| *parent != row.parent_id);
    if let Some(parent) = moved_to {
        // Who moves a folder changes what is inherited by all in it: that is letting people in.
        scope.require_to(Action::Share, Resource::Folders, &item(&row))?;
        place(scope, parent).await?;
    }
    let changed: Result<_, Error> = transact!(scope.metadata(), |tx| {
        let all = store::list(tx, scope.project).await?;
        let old = all.iter().find(|row| row.id == id).cloned().ok_or(Error::NotFound)?;
        let about = log(scope, "folder.update", &old);
        versions::require::<Error>(tx, if_match, Some(&version_of(&old)), (&about, Names::All)).await?;
        let mut row = FolderRow { updated_at: scope.now(), ..old.clone() };
        if let Some(name) = &change.name {
            name.trim().clone_into(&mut row.name);
        }
        row.parent_id = moved_to.unwrap_or(row.parent_id);
        fits(&all, &row)?;
        if row.parent_id != old.parent_id {
            let (before, after) = (above(&all, old.parent_id), above(&all, row.parent_id));
            let only = |these: &[Uuid], others: &[Uuid]| -> Vec<Uuid> {
                these.iter().copied().filter(|folder| !others.contains(folder)).collect()
            };
            let (gained, lost) = (only(&after, &before), only(&before, &after));
            let moved = (Resource::Folders, &item(&old));
            grants::require_for_move(scope, tx, moved, (&gained, &lost)).await?;
        }
        let row = store::update(tx, row).await?;
        let log = log(scope, "folder.update", &row).changed(&described(&old), &described(&row));
        audit::record(scope.app(), tx, &scope.actor, log).await?;
        Ok(row)
    });
    Ok(changed?)
}

/// Removes a folder; what lies in it moves to where it was.
pub(super) async fn delete(scope: &Scope, id: Uuid) -> Result<(), Problem> {
    get(scope, id, Action::Delete).await?;
    let removed: Result<(), Error> = transact!(scope.metadata(), |tx| {
        let all = store::list(tx, scope.project).await?;
        let row = all.iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
        for child in all.iter().filter(|child| child.parent_id == Some(id)) {
            let child = FolderRow { parent_id: row.parent_id, updated_at: scope.now(), ..child.clone() };
            let others: Vec<_> = all.iter().filter(|other| other.id != id).cloned().collect();
            fits(&others, &child)?;
            store::update(tx, child).await?;
        }
        grants::delete_of_item(tx, WORD, id).await?;
        store::delete(tx, id).await?;
        let log = log(scope, "folder.delete", row).old(&described(row));
        Ok(audit::record(scope.app(), tx, &scope.actor, log).await?)
    });
    Ok(removed?)
}

/// Refuses a place for a folder where who asks may make none.
async fn place(scope: &Scope, parent: Option<Uuid>) -> Result<(), Problem> {
    let Some(parent) = parent else { return scope.require(Action::Create, Resource::Folders) };
    let row = store::find(scope.db(), scope.project, parent).await.map_err(Error::from)?;
    let unknown = || Error::field("parent_id", "unknown", "must be a folder of the project");
    let row = row.filter(|row| scope.may_to(Action::View, Resource::Folders, &item(row))).ok_or_else(unknown)?;
    let inside = Item { owner: scope.user, folder: Some(row.id), ..Item::default() };
    if scope.may_to(Action::Create, Resource::Folders, &inside) {
        return Ok(());
    }
    Err(scope.refuse(Action::Create, Resource::Folders))
}

fn check(name: &str) -> Result<(), Error> {
    check_name("name", name).map_or(Ok(()), |error| Err(Error::Invalid(vec![error])))
}

/// Refuses a folder that would lie in itself, too deep, or beside another of its name.
fn fits(all: &[FolderRow], row: &FolderRow) -> Result<(), Error> {
    let mut above = 0;
    let mut next = row.parent_id;
    while let Some(parent) = next {
        if parent == row.id {
            return Err(Error::field("parent_id", "circle", "a folder can't lie in itself"));
        }
        above += 1;
        if above + height(all, row.id, DEEPEST) > DEEPEST {
            return Err(Error::field("parent_id", "too_deep", "folders lie at most 8 deep in one another"));
        }
        next = all.iter().find(|other| other.id == parent).and_then(|other| other.parent_id);
    }
    let key = row.name.to_lowercase();
    let beside = |other: &&FolderRow| other.parent_id == row.parent_id && other.id != row.id;
    if all.iter().filter(beside).any(|other| other.name.to_lowercase() == key) {
        return Err(Error::FolderNameTaken(row.name.clone()));
    }
    Ok(())
}

/// Returns a folder with those it lies in, the nearest first.
fn above(all: &[FolderRow], folder: Option<Uuid>) -> Vec<Uuid> {
    let mut path = Vec::new();
    let mut next = folder;
    while let Some(folder) = next.filter(|folder| !path.contains(folder)) {
        path.push(folder);
        next = all.iter().find(|row| row.id == folder).and_then(|row| row.parent_id);
    }
    path
}

/// Returns how many levels a folder has, itself among them.
fn height(all: &[FolderRow], id: Uuid, most: usize) -> usize {
    if most == 0 {
        return 1;
    }
    let children = all.iter().filter(|row| row.parent_id == Some(id));
    1 + children.map(|child| height(all, child.id, most - 1)).max().unwrap_or(0)
}

fn described(row: &FolderRow) -> serde_json::Value {
    json!({ "name": row.name, "parent_id": row.parent_id })
}

fn log(scope: &Scope, action: &'static str, row: &FolderRow) -> Change {
    let change = Change::new(action).on(row.id).within(scope.organization).project(scope.project);
    change.details(json!({ "name": row.name }))
}
