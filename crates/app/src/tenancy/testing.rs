//! Tenants for tests, until people can be invited through the API.

use analytics_model::{OrganizationId, ProjectId, UserId};
use metadata_store::transact;

use super::{Error, OrganizationRole, Role, bootstrap, store};
use crate::{App, secret};

/// Makes an organization that somebody owns.
pub(crate) async fn create_organization(app: &App, name: &str, owner: UserId) -> OrganizationId {
    let made: Result<_, Error> = transact!(app.metadata(), |tx| {
        let organization = bootstrap::insert_organization(app, tx, name).await?;
        bootstrap::add_membership(app, tx, organization, owner, OrganizationRole::Owner).await?;
        Ok(organization)
    });
    made.expect("a new organization")
}

/// Makes somebody a member of a project and of its organization.
pub(crate) async fn add_member(app: &App, project: ProjectId, user: UserId, role: Role) {
    let made: Result<(), Error> = transact!(app.metadata(), |tx| {
        let row = store::find_project(tx, project).await?.ok_or(Error::NotFound)?;
        bootstrap::add_membership(app, tx, row.organization_id, user, OrganizationRole::Member).await?;
        Ok(store::insert_project_member(tx, project, user, role, app.now()).await?)
    });
    made.expect("a new member");
}

/// Returns what the trail tells was done, oldest first.
pub(crate) async fn trail(app: &App) -> Vec<String> {
    let rows = crate::audit::all(app.db()).await.expect("the trail");
    rows.into_iter().map(|row| row.action).collect()
}

/// Returns the details of the rows about one action.
pub(crate) async fn trail_details(app: &App, action: &str) -> Vec<serde_json::Value> {
    let rows = crate::audit::all(app.db()).await.expect("the trail");
    rows.into_iter().filter(|row| row.action == action).map(|row| row.details).collect()
}

/// Makes somebody a member of the organization of a project, without any role in it.
pub(crate) async fn add_colleague(app: &App, project: ProjectId, user: UserId) {
    let made: Result<(), Error> = transact!(app.metadata(), |tx| {
        let row = store::find_project(tx, project).await?.ok_or(Error::NotFound)?;
        bootstrap::add_membership(app, tx, row.organization_id, user, OrganizationRole::Member).await
    });
    made.expect("a new colleague");
}

/// Gives a key another secret: recorded requests hold theirs in compressed bodies.
pub(crate) async fn set_secret(app: &App, old: &str, new: &str) {
    let made: Result<(), Error> = transact!(app.metadata(), |tx| {
        let row = store::find_key_by_hash(tx, &secret::hash(old)).await?.ok_or(Error::NotFound)?;
        store::update_key(tx, store::KeyRow { key_hash: secret::hash(new), ..row }).await?;
        Ok(())
    });
    made.expect("a key with another secret");
}
