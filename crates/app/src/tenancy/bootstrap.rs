//! The first organization and project: there before anybody is, so that events have a place to go.

use analytics_model::{OrganizationId, ProjectId, UserId};
use http_kit::FieldError;
use metadata_store::{Transaction, transact};

use super::{
    Error, OrganizationRole, Project,
    organizations::{self, slug_of},
    projects, rights,
    store::{self, MembershipRow, OrganizationRow, ProjectRow},
};
use crate::{
    App,
    audit::{self, Actor, Change},
};

const FIRST_ORGANIZATION: &str = "My organization";

/// How to make a project that nobody asks for.
#[derive(Debug, Clone)]
pub struct FirstProject {
    /// Its name.
    pub name: String,
    /// Its id, where demo data must always get the same; chosen by the clock where absent.
    pub id: Option<ProjectId>,
}

/// Returns the oldest project, after making an organization and a project where none exists.
///
/// The organization belongs to nobody until the first admin claims the instance.
pub async fn bootstrap(app: &App, first: FirstProject) -> Result<Project, Error> {
    rights::sync_system_roles(app).await?;
    let row: Result<ProjectRow, Error> = transact!(app.metadata(), |tx| {
        let organization = first_organization(app, tx).await?;
        if let Some(project) = store::first_project(tx, organization).await? {
            return Ok(project);
        }
        make_project(app, tx, organization, &first).await
    });
    Ok(row?.into())
}

/// Returns the project of this id, after making it in the first organization where it is missing.
pub async fn ensure_project(app: &App, wanted: FirstProject) -> Result<Project, Error> {
    rights::sync_system_roles(app).await?;
    let row: Result<ProjectRow, Error> = transact!(app.metadata(), |tx| {
        if let Some(id) = wanted.id
            && let Some(project) = store::find_project(tx, id).await?
        {
            return Ok(project);
        }
        let organization = first_organization(app, tx).await?;
        make_project(app, tx, organization, &wanted).await
    });
    Ok(row?.into())
}

/// Gives the first organization to the first admin, under the name they choose.
pub(crate) async fn claim(app: &App, tx: &Transaction, owner: UserId, name: &str) -> Result<(), Error> {
    let name = name.trim();
    let organization = first_organization(app, tx).await?;
    if !name.is_empty() {
        let mut renamed = empty_organization(app, name);
        renamed.id = organization;
        let slug = free_slug(tx, &renamed).await?;
        store::rename_organization(tx, organization, name, &slug, app.now()).await?;
    }
    add_membership(app, tx, organization, owner, OrganizationRole::Owner).await
}

/// Says what is wrong with the name of an organization; an empty one keeps the name it has.
pub(crate) fn check_organization_name(name: &str) -> Option<FieldError> {
    let fits = name.trim().chars().count() <= 100 && !name.chars().any(char::is_control);
    (!fits).then(|| FieldError::new("organization", "invalid", "must have at most 100 characters on one line"))
}

pub(super) async fn add_membership(
    app: &App,
    tx: &Transaction,
    organization: OrganizationId,
    user: UserId,
    role: OrganizationRole,
) -> Result<(), Error> {
    let membership = MembershipRow {
        id: app.clock().new_id(),
        organization_id: organization,
        user_id: user,
        role,
        permissions: serde_json::json!([]),
        created_at: app.now(),
    };
    Ok(store::insert_membership(tx, membership).await?)
}

pub(super) async fn insert_organization(app: &App, tx: &Transaction, name: &str) -> Result<OrganizationId, Error> {
    let mut row = empty_organization(app, name);
    row.slug = free_slug(tx, &row).await?;
    Ok(store::insert_organization(tx, row).await?.id)
}

/// Returns an organization that is called something, with nothing set.
pub(super) fn empty_organization(app: &App, name: &str) -> OrganizationRow {
    let now = app.now();
    OrganizationRow {
        id: OrganizationId(app.clock().new_id()),
        name: name.to_owned(),
        slug: slug_of(name),
        industry: None,
        settings: serde_json::json!({}),
        created_at: now,
        updated_at: now,
    }
}

/// Makes an account a member of an organization: for the command line, which nobody signs in to.
pub async fn add_to_organization(app: &App, user: UserId, slug: &str, role: OrganizationRole) -> Result<(), Error> {
    transact!(app.metadata(), |tx| {
        let row = organizations::store::find_by_slug(tx, slug).await?.ok_or(Error::NotFound)?;
        add_membership(app, tx, row.id, user, role).await?;
        let change = Change::new("member.create").on(user.0).within(row.id);
        let change = change.new_values(&serde_json::json!({ "role": role }));
        Ok(audit::record(app, tx, &Actor::system(), change).await?)
    })
}

/// Returns whether there is an organization of a short name.
pub async fn organization_exists(app: &App, slug: &str) -> Result<bool, Error> {
    Ok(organizations::store::find_by_slug(app.db(), slug).await?.is_some())
}

/// Returns the row's short name, or one like it where that is taken by another organization.
async fn free_slug(tx: &Transaction, row: &OrganizationRow) -> Result<String, Error> {
    match organizations::store::find_by_slug(tx, &row.slug).await? {
        Some(other) if other.id != row.id => {
            let id = row.id.0.simple().to_string();
            Ok(format!("{}-{}", row.slug, id.get(26..).unwrap_or_default()))
        }
        _ => Ok(row.slug.clone()),
    }
}

async fn make_project(
    app: &App,
    tx: &Transaction,
    organization: OrganizationId,
    wanted: &FirstProject,
) -> Result<ProjectRow, Error> {
    if let Some(error) = projects::check_name("name", &wanted.name) {
        return Err(Error::Invalid(vec![error]));
    }
    let mut row = projects::empty(app, organization);
    row.id = wanted.id.unwrap_or(row.id);
    projects::set_name(&mut row, wanted.name.trim());
    projects::insert(tx, row).await
}

async fn first_organization(app: &App, tx: &Transaction) -> Result<OrganizationId, Error> {
    match store::first_organization(tx).await? {
        Some(row) => Ok(row.id),
        None => insert_organization(app, tx, FIRST_ORGANIZATION).await,
    }
}
