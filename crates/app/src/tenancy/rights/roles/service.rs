//! Making, changing and removing roles.

use std::collections::{BTreeMap, BTreeSet};

use analytics_model::{OrganizationId, UserId};
use http_kit::{IfMatch, Versioned};
use metadata_store::{OnUnique, Transaction, transact};
use serde_json::json;
use uuid::Uuid;

use super::{
    routes::{DefinedRole, NewRole, RoleChange, RowRuleBody},
    rules,
    store::{self, PermissionRow, RoleRow, RuleRow},
};
use crate::{
    App,
    audit::{self, Change},
    tenancy::{
        organizations::Member,
        rights::{Error, Permission, grants, store as rights_store},
        store as tenancy_store,
    },
    versions::{self, Names},
};

const NAME_INDEX: &str = "roles_organization_id_name_key";
const MOST_ROLES: usize = 200;

/// A role that every organization has, as its row is to be.
pub(crate) struct SystemRole {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) description: &'static str,
    pub(crate) permissions: Vec<Permission>,
}

/// Returns the roles of an organization, those that all have first.
pub(super) async fn list(member: &Member) -> Result<Vec<DefinedRole>, Error> {
    let db = member.app().db();
    let rows = store::usable(db, member.id).await?;
    let holders = store::holders(db, member.id).await?;
    let parts = store::parts_of(db, &rows).await?;
    let mut found = whole(rows, &parts, &holders);
    found.iter_mut().for_each(|role| hide_rows(member, role, &holders));
    Ok(found)
}

/// Returns one of them.
pub(super) async fn get(member: &Member, id: Uuid) -> Result<DefinedRole, Error> {
    let db = member.app().db();
    let row = store::find_usable(db, member.id, id).await?.ok_or(Error::NotFound)?;
    let holders = store::holders(db, member.id).await?;
    let parts = store::parts_of(db, std::slice::from_ref(&row)).await?;
    let mut role = whole(vec![row], &parts, &holders).pop().ok_or(Error::NotFound)?;
    hide_rows(member, &mut role, &holders);
    Ok(role)
}

/// Which rows others are limited to is for those who look after the roles: it names customers and regions.
fn hide_rows(member: &Member, role: &mut DefinedRole, holders: &BTreeMap<Uuid, BTreeSet<UserId>>) {
    let is_theirs = holders.get(&role.id).is_some_and(|holders| holders.contains(&member.user));
    if !member.role.is_admin() && !is_theirs {
        role.row_rules = None;
        role.tell_version();
    }
}

fn whole(
    rows: Vec<RoleRow>,
    (permissions, rules): &(Vec<PermissionRow>, Vec<RuleRow>),
    holders: &BTreeMap<Uuid, BTreeSet<UserId>>,
) -> Vec<DefinedRole> {
    let mut found = Vec::new();
    for row in rows {
        let of_role = permissions.iter().filter(|of| of.role_id == row.id);
        let mut permissions: Vec<Permission> = of_role.filter_map(rights_store::read).collect();
        permissions.sort_by_key(|permission| (permission.resource, permission.action));
        let mut row_rules: Vec<_> = rules.iter().filter(|of| of.role_id == row.id).map(body_of).collect();
        row_rules.sort_by(|one, other| one.property.cmp(&other.property));
        let holders = holders.get(&row.id).map_or(0, BTreeSet::len);
        found.push(DefinedRole::of(row, permissions, row_rules, holders));
    }
    found
}

fn body_of(row: &RuleRow) -> RowRuleBody {
    let allowed_values = serde_json::from_value(row.allowed_values.clone()).unwrap_or_default();
    RowRuleBody { property: row.property.clone(), allowed_values }
}

/// Makes a role.
pub(super) async fn create(member: &Member, new: NewRole) -> Result<DefinedRole, Error> {
    let app = member.app();
    let change = RoleChange {
        name: Some(new.name),
        description: new.description,
        is_active: new.is_active,
        permissions: Some(new.permissions),
        row_rules: Some(new.row_rules),
    };
    check(app, member.id, &change).await?;
    let now = app.now();
    let row = RoleRow {
        id: app.clock().new_id(),
        organization_id: Some(member.id),
        name: String::new(),
        name_key: String::new(),
        description: None,
        permissions: json!([]),
        is_system_role: false,
        is_active: true,
        created_at: now,
        updated_at: now,
    };
    let id = row.id;
    transact!(app.metadata(), |tx| {
        still_admin(tx, member).await?;
        if store::own_of(tx, member.id).await?.len() >= MOST_ROLES {
            return Err(Error::TooManyRoles(MOST_ROLES));
        }
        let row = apply(row.clone(), &change);
        refuse_system_name(tx, &row).await?;
        let name = row.name.clone();
        let row = store::insert(tx, row).await.on_unique(NAME_INDEX, || Error::RoleNameTaken(name))?;
        write_parts(app, tx, row.id, &change).await?;
        let log = Change::new("role.create").on(row.id).within(member.id);
        let log = log.new_values(&change).details(json!({ "name": row.name }));
        Ok(audit::record(app, tx, &member.actor, log).await?)
    })?;
    get(member, id).await
}

/// Changes a role of the organization's own.
pub(super) async fn update(
    member: &Member,
    id: Uuid,
    (change, if_match): (RoleChange, &IfMatch),
) -> Result<DefinedRole, Error> {
    let app = member.app();
    own(app, member.id, id).await?;
    check(app, member.id, &change).await?;
    transact!(app.metadata(), |tx| {
        still_admin(tx, member).await?;
        let row = store::find_usable(tx, member.id, id).await?.ok_or(Error::NotFound)?;
        let parts = store::parts_of(tx, std::slice::from_ref(&row)).await?;
        let old = whole(vec![row.clone()], &parts, &BTreeMap::new()).pop().ok_or(Error::NotFound)?;
        let about = Change::new("role.update").on(id).within(member.id);
        versions::require::<Error>(tx, if_match, Some(old.version()), (&about, Names::All)).await?;
        let mut row = apply(row, &change);
        row.updated_at = app.now();
        refuse_system_name(tx, &row).await?;
        let name = row.name.clone();
        let row = store::update(tx, row).await.on_unique(NAME_INDEX, || Error::RoleNameTaken(name))?;
        write_parts(app, tx, id, &change).await?;
        let log = about.changed(&old.parts(), &old.changed_by(&change)).details(json!({ "name": row.name }));
        Ok::<_, Error>(audit::record(app, tx, &member.actor, log).await?)
    })?;
    get(member, id).await
}

/// Removes a role of the organization's own; from those who have it only if told.
pub(super) async fn delete(member: &Member, id: Uuid, force: bool) -> Result<(), Error> {
    let app = member.app();
    own(app, member.id, id).await?;
    let old = get(member, id).await?;
    transact!(app.metadata(), |tx| {
        still_admin(tx, member).await?;
        let held = store::count_given(tx, id).await?;
        if held > 0 && !force {
            return Err(Error::RoleHeld(held));
        }
        grants::delete_of_role(tx, id).await?;
        store::delete(tx, id).await?;
        let log = Change::new("role.delete").on(id).within(member.id).old(&old.parts());
        let log = log.details(json!({ "name": old.name, "taken_from": held }));
        Ok(audit::record(app, tx, &member.actor, log).await?)
    })
}

/// Refuses who has lost their place since the request came in.
async fn still_admin(tx: &Transaction, member: &Member) -> Result<(), Error> {
    let now = tenancy_store::organization_role(tx, member.user, member.id).await?;
    if now.is_some_and(|now| now.is_admin()) { Ok(()) } else { Err(Error::OrganizationRoleRequired) }
}

async fn own(app: &App, organization: OrganizationId, id: Uuid) -> Result<(), Error> {
    let row = store::find_usable(app.db(), organization, id).await?.ok_or(Error::NotFound)?;
    if row.is_system_role { Err(Error::SystemRole) } else { Ok(()) }
}

async fn check(app: &App, organization: OrganizationId, change: &RoleChange) -> Result<(), Error> {
    let mut errors = Vec::new();
    errors.extend(change.name.as_deref().and_then(rules::name));
    errors.extend(change.description.as_deref().and_then(rules::description));
    if let Some(permissions) = &change.permissions {
        let projects = tenancy_store::visible_projects(app.db(), &[organization], &[], None, None).await?;
        let projects: Vec<_> = projects.into_iter().map(|row| row.id).collect();
        errors.extend(rules::permissions(permissions, &projects));
    }
    errors.extend(change.row_rules.as_deref().map(rules::rows).unwrap_or_default());
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

fn apply(mut row: RoleRow, change: &RoleChange) -> RoleRow {
    if let Some(name) = &change.name {
        name.trim().clone_into(&mut row.name);
        row.name_key = row.name.to_lowercase();
    }
    if let Some(description) = &change.description {
        row.description = Some(description.clone()).filter(|text| !text.trim().is_empty());
    }
    if let Some(permissions) = &change.permissions {
        row.permissions = words(permissions);
    }
    row.is_active = change.is_active.unwrap_or(row.is_active);
    row
}

fn words(permissions: &[Permission]) -> serde_json::Value {
    permissions.iter().map(Permission::word).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Two roles of one name, of which one is everybody's, would be taken for one another.
async fn refuse_system_name(tx: &Transaction, row: &RoleRow) -> Result<(), Error> {
    let taken = store::system(tx).await?.iter().any(|system| system.name_key == row.name_key);
    if taken { Err(Error::RoleNameTaken(row.name.clone())) } else { Ok(()) }
}

async fn write_parts(app: &App, tx: &Transaction, role: Uuid, change: &RoleChange) -> metadata_store::Result<()> {
    if let Some(permissions) = &change.permissions {
        store::delete_permissions(tx, role).await?;
        store::insert_permissions(tx, permission_rows(app, role, permissions)).await?;
    }
    if let Some(rules) = &change.row_rules {
        store::delete_rules(tx, role).await?;
        let row = |rule: &RowRuleBody| RuleRow {
            id: app.clock().new_id(),
            role_id: role,
            property: rule.property.clone(),
            allowed_values: json!(rule.allowed_values),
            created_at: app.now(),
        };
        store::insert_rules(tx, rules.iter().map(row).collect()).await?;
    }
    Ok(())
}

fn permission_rows(app: &App, role: Uuid, permissions: &[Permission]) -> Vec<PermissionRow> {
    let row = |permission: &Permission| PermissionRow {
        id: app.clock().new_id(),
        role_id: role,
        resource: permission.resource.word(),
        action: permission.action.word(),
        conditions: (!permission.conditions.is_empty()).then(|| json!(permission.conditions)),
        created_at: app.now(),
    };
    permissions.iter().map(row).collect()
}

/// Writes the rows of the roles that every organization has, where they are not what they should be.
pub(crate) async fn write_system_roles(app: &App, wanted: Vec<SystemRole>) -> metadata_store::Result<()> {
    transact!(app.metadata(), |tx| {
        let there = store::system(tx).await?;
        let ids = wanted.iter().map(|role| role.id).collect();
        let allowed = store::permissions_of(tx, ids).await?;
        for role in &wanted {
            let old = there.iter().find(|row| row.id == role.id);
            let now = app.now();
            let row = RoleRow {
                id: role.id,
                organization_id: None,
                name: role.name.clone(),
                name_key: role.name.clone(),
                description: Some(role.description.to_owned()),
                permissions: words(&role.permissions),
                is_system_role: true,
                is_active: true,
                created_at: old.map_or(now, |row| row.created_at),
                updated_at: old.map_or(now, |row| row.updated_at),
            };
            let of_role = allowed.iter().filter(|of| of.role_id == role.id);
            let has: Option<Vec<Permission>> = of_role.map(rights_store::read).collect();
            let same_permissions = has.is_some_and(|has| {
                has.len() == role.permissions.len() && role.permissions.iter().all(|one| has.contains(one))
            });
            if old == Some(&row) && same_permissions {
                continue;
            }
            match old {
                Some(_) => store::update(tx, RoleRow { updated_at: now, ..row }).await?,
                None => store::insert(tx, row).await?,
            };
            store::delete_permissions(tx, role.id).await?;
            store::insert_permissions(tx, permission_rows(app, role.id, &role.permissions)).await?;
        }
        Ok(())
    })
}
