//! The rules of organizations.

use analytics_model::UserId;
use http_kit::{FieldError, IfMatch, Version};
use metadata_store::{OnUnique, transact};
use serde_json::json;

use super::{
    Member,
    routes::{NewOrganization, OrganizationChange},
    store, words,
};
use crate::{
    Account, accounts,
    audit::{self, Change},
    limits::{Limit, Rate},
    tenancy::{
        Error, OrganizationRole, bootstrap, erasure, projects,
        store::{self as tenancy_store, OrganizationRow},
    },
    versions::{self, Names},
};

const SLUG_INDEX: &str = "organizations_slug";
/// Organizations one person makes: a few at once, then one an hour.
const MADE: Rate = Rate { burst: 10, every_seconds: 3_600 };

/// Makes an organization that who asks owns.
pub(super) async fn create(account: &Account, new: NewOrganization) -> Result<OrganizationRow, Error> {
    let app = account.app();
    let mut row = bootstrap::empty_organization(app, new.name.trim());
    let change = OrganizationChange {
        name: Some(new.name),
        slug: Some(new.slug.unwrap_or_else(|| row.slug.clone())),
        industry: new.industry,
        settings: None,
    };
    apply(&mut row, change)?;
    let limit = Limit::new("organization_made", &account.user.to_string(), MADE);
    app.limits().count(&[limit], app.now()).await.map_err(Error::TooManyAttempts)?;
    transact!(app.metadata(), |tx| {
        let slug = row.slug.clone();
        let made = tenancy_store::insert_organization(tx, row.clone()).await;
        let made = made.on_unique(SLUG_INDEX, || Error::SlugTaken(slug))?;
        bootstrap::add_membership(app, tx, made.id, account.user, OrganizationRole::Owner).await?;
        let change = Change::new("organization.create").on(made.id.0).within(made.id).new_values(&seen(&made));
        audit::record(app, tx, &account.actor, change.details(json!({ "name": made.name }))).await?;
        Ok(made)
    })
}

/// Changes an organization.
pub(super) async fn update(
    member: &Member,
    change: OrganizationChange,
    if_match: &IfMatch,
) -> Result<OrganizationRow, Error> {
    let app = member.app();
    transact!(member.metadata(), |tx| {
        let old = store::find(tx, member.id).await?.ok_or(Error::NotFound)?;
        let about = member.change("organization.update").on(member.id.0);
        versions::require::<Error>(tx, if_match, Some(&Version::of(&seen(&old))), (&about, Names::All)).await?;
        let mut row = old.clone();
        apply(&mut row, change.clone())?;
        row.updated_at = app.now();
        let slug = row.slug.clone();
        let row = store::update(tx, row).await.on_unique(SLUG_INDEX, || Error::SlugTaken(slug))?;
        let change = about.changed(&seen(&old), &seen(&row));
        audit::record(app, tx, &member.actor, change.details(json!({ "name": row.name }))).await?;
        Ok(row)
    })
}

/// Deletes an organization, with its projects only where that is wanted.
pub(super) async fn delete(member: &Member, confirm: &str, force: bool) -> Result<(), Error> {
    let app = member.app();
    let deleted: Result<_, Error> = transact!(member.metadata(), |tx| {
        let row = store::find(tx, member.id).await?.ok_or(Error::NotFound)?;
        if confirm != row.slug {
            return Err(Error::field("confirm", "different", "must be the organization's short name"));
        }
        if store::count(tx).await? < 2 {
            return Err(Error::LastOrganization);
        }
        let projects = store::projects_of(tx, member.id).await?;
        if !projects.is_empty() && !force {
            return Err(Error::HasProjects);
        }
        let names: Vec<_> = projects.iter().map(|(_, name)| name.clone()).collect();
        let ids: Vec<_> = projects.into_iter().map(|(id, _)| id).collect();
        erasure::request(app, tx, member.id, &ids).await?;
        store::delete(tx, member.id).await?;
        let change = member.change("organization.delete").on(member.id.0).old(&seen(&row));
        let details = json!({ "name": row.name, "projects": names });
        audit::record(app, tx, &member.actor, change.details(details)).await?;
        Ok(ids)
    });
    for project in deleted? {
        erasure::begin(app, project);
    }
    Ok(())
}

/// Makes another member the owner, and who asks an admin.
pub(super) async fn transfer(
    member: &Member,
    to: UserId,
    password: Option<&str>,
    code: Option<&str>,
) -> Result<(), Error> {
    let app = member.app();
    accounts::give_proof(member.account(), password, code).await?;
    transact!(member.metadata(), |tx| {
        accounts::require_proof(tx, member.account().session, app.now()).await?;
        let from = store::find_membership(tx, member.id, member.user).await?.ok_or(Error::NotFound)?;
        if from.role != OrganizationRole::Owner {
            return Err(Error::OwnerRequired);
        }
        let heir = store::find_membership(tx, member.id, to).await?.filter(|heir| heir.user_id != member.user);
        let heir = heir.ok_or_else(|| Error::field("user_id", "unknown", "must be another member"))?;
        let user = accounts::get_user(tx, to).await?;
        if !user.is_active {
            return Err(Error::field("user_id", "inactive", "must be somebody who may sign in"));
        }
        store::set_role(tx, from.id, OrganizationRole::Admin).await?;
        store::set_role(tx, heir.id, OrganizationRole::Owner).await?;
        let change = member.change("organization.transfer").on(member.id.0);
        let change = change.changed(&json!({ "owner": member.user }), &json!({ "owner": to }));
        let details = json!({ "name": member.organization.name, "to": user.email });
        Ok(audit::record(app, tx, &member.actor, change.details(details)).await?)
    })
}

fn apply(row: &mut OrganizationRow, change: OrganizationChange) -> Result<(), Error> {
    let mut errors: Vec<FieldError> = Vec::new();
    if let Some(name) = change.name {
        errors.extend(projects::check_name("name", &name));
        name.trim().clone_into(&mut row.name);
    }
    if let Some(slug) = change.slug {
        errors.extend(words::check_slug(&slug));
        row.slug = slug;
    }
    if let Some(industry) = change.industry {
        row.industry = Some(industry.word());
    }
    if let Some(change) = change.settings {
        let mut settings = words::OrganizationSettings::of(&row.settings);
        settings.apply(change, &mut errors);
        row.settings = json!(settings);
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// What the trail tells of an organization, and its version is made of.
pub(super) fn seen(row: &OrganizationRow) -> serde_json::Value {
    json!({ "name": row.name, "slug": row.slug, "industry": row.industry, "settings": row.settings })
}
