//! Projects: what events belong to, and the calendar questions about them follow.

use analytics_model::{OrganizationId, ProjectId, WeekStart};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use http_kit::{FieldError, IfMatch, Json, Page, Paging, Problems, Query, Result, Tagged, Version, Versioned};
use metadata_store::{OnUnique, Transaction, transact};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::{
    Action, Error, Resource,
    access::Memberships,
    erasure,
    organizations::{self, OrganizationSettings, present},
    project_settings::ProjectSettings,
    store::{self, OrganizationRow, ProjectRow},
};
use crate::{
    Account, App, Scope,
    audit::{self, Change},
    versions::{self, Names},
};

const NAME_INDEX: &str = "projects_organization_id_name_key";
const MOST_NAME_CHARACTERS: usize = 100;
const MOST_DESCRIPTION_CHARACTERS: usize = 2_000;

/// A project.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// Its name, unlike that of any other project of the organization.
    pub name: String,
    /// What it is about; null where nobody has said.
    #[schema(required = true)]
    pub description: Option<String>,
    /// The IANA zone in which its days begin.
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    /// The day on which its weeks begin.
    pub week_start: WeekStart,
    /// The ISO 4217 currency of its amounts; null where nobody has said.
    #[schema(required = true, example = "EUR")]
    pub currency: Option<String>,
    /// After how many days its events are erased; null for never.
    #[schema(required = true)]
    pub retention_days: Option<u32>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What to send as `If-Match` with a change that is for it as it is here.
    pub version: Version,
}

impl Versioned for Project {
    fn version(&self) -> &Version {
        &self.version
    }
}

impl From<ProjectRow> for Project {
    fn from(row: ProjectRow) -> Self {
        let settings = ProjectSettings::of(&row.settings);
        Self {
            version: Version::of(&seen(&row)),
            currency: settings.currency,
            retention_days: settings.retention_days,
            week_start: week_start_of(&row),
            id: row.id,
            organization_id: row.organization_id,
            name: row.name,
            description: row.description,
            time_zone: row.time_zone,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A project to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewProject {
    /// 1 to 100 characters.
    name: String,
    /// Whose it will be; may be left out by who belongs to one organization.
    organization_id: Option<OrganizationId>,
    description: Option<String>,
    /// An IANA zone; UTC unless told.
    time_zone: Option<String>,
    /// Monday unless told.
    week_start: Option<WeekStart>,
    /// An ISO 4217 code; the organization's unless told.
    #[schema(example = "EUR")]
    currency: Option<String>,
    /// 1 to 3650; forever unless told.
    #[schema(minimum = 1, maximum = 3650)]
    retention_days: Option<u32>,
}

/// What changes in a project; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProjectChange {
    /// 1 to 100 characters.
    name: Option<String>,
    /// Empty to take it away.
    description: Option<String>,
    /// An IANA zone.
    time_zone: Option<String>,
    week_start: Option<WeekStart>,
    /// An ISO 4217 code; null for none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    currency: Option<Option<String>>,
    /// After how many days events are erased, 1 to 3650; null for never.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 3650)]
    retention_days: Option<Option<u32>>,
}

/// Lists the projects that you may see.
#[utoipa::path(get, path = "/projects", tag = "tenancy", operation_id = "list_projects", params(Paging),
    responses((status = 200, body = Page<Project>, description = "A page of projects."), Problems))]
pub(super) async fn list(account: Account, Query(paging): Query<Paging>) -> Result<Json<Page<Project>>> {
    let limit = paging.limit()?;
    let memberships = Memberships::of(account.app(), account.user).await?;
    let rows = memberships.projects(account.app(), paging.after()?, Some(limit + 1)).await?;
    let projects = rows.into_iter().map(|(row, _)| row.into()).collect();
    Ok(Json(Page::of(projects, limit, |project: &Project| project.id)))
}

/// Makes a project.
#[utoipa::path(post, path = "/projects", tag = "tenancy", operation_id = "create_project",
    responses((status = 201, body = Project, description = "Made."), Problems))]
pub(super) async fn create(account: Account, Json(new): Json<NewProject>) -> Result<(StatusCode, Json<Project>)> {
    let organization = organization_for(&account, new.organization_id).await?;
    let app = account.app();
    let mut row = empty(app, organization.id);
    row.created_by = Some(account.user);
    let defaults = OrganizationSettings::of(&organization.settings);
    let change = ProjectChange {
        name: Some(new.name),
        description: new.description,
        time_zone: new.time_zone.or(defaults.default_time_zone),
        week_start: new.week_start.or(defaults.default_week_start),
        currency: new.currency.or(defaults.default_currency).map(Some),
        retention_days: new.retention_days.map(Some),
    };
    apply(&mut row, change)?;
    let row: std::result::Result<ProjectRow, Error> = transact!(app.metadata(), |tx| {
        let row = insert(tx, row.clone()).await?;
        let change = Change::new("project.create").on(row.id.0).within(row.organization_id).project(row.id);
        let change = change.new_values(&seen(&row)).details(json!({ "name": row.name }));
        audit::record(app, tx, &account.actor, change).await?;
        Ok(row)
    });
    let row = row?;
    Ok((StatusCode::CREATED, Json(row.into())))
}

/// Returns a project.
#[utoipa::path(get, path = "/projects/{project}", tag = "tenancy", operation_id = "get_project",
    params(("project" = ProjectId, Path, description = "The project's id.")),
    responses((status = 200, body = Project, description = "The project."), Problems))]
pub(super) async fn get(scope: Scope) -> Result<Tagged<Project>> {
    scope.require(Action::View, Resource::Project)?;
    let row = store::find_project(scope.db(), scope.project).await.map_err(Error::from)?;
    Ok(Tagged(row.ok_or(Error::NotFound)?.into()))
}

/// Changes a project.
#[utoipa::path(patch, path = "/projects/{project}", tag = "tenancy", operation_id = "update_project",
    params(("project" = ProjectId, Path, description = "The project's id."), IfMatch),
    responses((status = 200, body = Project, description = "The project as it is now."), Problems))]
pub(super) async fn update(
    scope: Scope,
    if_match: IfMatch,
    Json(change): Json<ProjectChange>,
) -> Result<Tagged<Project>> {
    scope.require(Action::Edit, Resource::Project)?;
    let row: std::result::Result<ProjectRow, Error> = transact!(scope.metadata(), |tx| {
        let old = store::find_project(tx, scope.project).await?.ok_or(Error::NotFound)?;
        let about = scope.change("project.update").on(old.id.0);
        versions::require::<Error>(tx, &if_match, Some(&Version::of(&seen(&old))), (&about, Names::All)).await?;
        let mut row = old.clone();
        apply(&mut row, change.clone())?;
        row.updated_at = scope.now();
        let name = row.name.clone();
        let row = store::update_project(tx, row).await.on_unique(NAME_INDEX, || Error::ProjectNameTaken(name))?;
        let change = about.changed(&seen(&old), &seen(&row));
        audit::record(scope.app(), tx, &scope.actor, change.details(json!({ "name": row.name }))).await?;
        Ok(row)
    });
    Ok(Tagged(row?.into()))
}

/// Proof that the right project is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Confirmation {
    /// The project's name, once more.
    confirm: String,
}

/// What is lost with a project.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeletedProject {
    /// How many events it had; they are erased beside the request. Null where the analytics store is away: they are
    /// erased when it is back.
    #[schema(required = true)]
    events: Option<u64>,
}

/// Deletes a project with all that belongs to it. For owners and admins of the organization.
#[utoipa::path(delete, path = "/projects/{project}", tag = "tenancy", operation_id = "delete_project",
    params(("project" = ProjectId, Path, description = "The project's id."), Confirmation),
    responses((status = 200, body = DeletedProject, description = "Deleted."), Problems))]
pub(super) async fn delete(scope: Scope, Query(confirmation): Query<Confirmation>) -> Result<Json<DeletedProject>> {
    scope.require(Action::Delete, Resource::Project)?;
    let app = scope.app();
    let membership = match scope.user {
        Some(user) => organizations::store::find_membership(scope.db(), scope.organization, user).await,
        None => Ok(None),
    };
    if !membership.map_err(Error::from)?.is_some_and(|membership| membership.role.is_admin()) {
        let refused = scope.change("access.refused").details(json!({ "needed": "organization role admin" }));
        audit::refused(app, &scope.actor, refused);
        return Err(Error::OrganizationRoleRequired.into());
    }
    let events = erasure::count(app, scope.project).await.ok();
    let deleted: std::result::Result<(), Error> = transact!(scope.metadata(), |tx| {
        let row = store::find_project(tx, scope.project).await?.ok_or(Error::NotFound)?;
        if confirmation.confirm != row.name {
            return Err(Error::field("confirm", "different", "must be the project's name"));
        }
        erasure::request(app, tx, scope.organization, &[scope.project]).await?;
        store::delete_project(tx, scope.project).await?;
        let change = scope.change("project.delete").on(row.id.0).old(&seen(&row));
        let change = change.details(json!({ "name": row.name, "events": events }));
        Ok(audit::record(app, tx, &scope.actor, change).await?)
    });
    deleted?;
    erasure::begin(app, scope.project);
    Ok(Json(DeletedProject { events }))
}

/// What the trail tells of a project.
fn seen(row: &ProjectRow) -> Value {
    json!({ "name": row.name, "description": row.description, "time_zone": row.time_zone,
        "week_start": row.week_start, "settings": row.settings })
}

/// Returns all projects of the instance: for the command line, which nobody signs in to.
pub async fn list_projects(app: &App) -> std::result::Result<Vec<Project>, Error> {
    Ok(store::all_projects(app.db()).await?.into_iter().map(Into::into).collect())
}

/// Stores a new project.
pub(super) async fn insert(tx: &Transaction, row: ProjectRow) -> std::result::Result<ProjectRow, Error> {
    let name = row.name.clone();
    store::insert_project(tx, row).await.on_unique(NAME_INDEX, || Error::ProjectNameTaken(name))
}

/// Returns a project without a name, in UTC, with weeks from Monday.
pub(super) fn empty(app: &App, organization: OrganizationId) -> ProjectRow {
    let now = app.now();
    ProjectRow {
        id: ProjectId(app.clock().new_id()),
        organization_id: organization,
        name: String::new(),
        name_key: String::new(),
        description: None,
        time_zone: Tz::UTC.name().to_owned(),
        week_start: week_start_name(WeekStart::default()).to_owned(),
        settings: serde_json::json!({}),
        created_by: None,
        created_at: now,
        updated_at: now,
    }
}

/// Gives a project a name, which must be checked already.
pub(super) fn set_name(row: &mut ProjectRow, name: &str) {
    row.name = name.to_owned();
    row.name_key = name.to_lowercase();
}

/// Returns the zone a project's days begin in.
pub(super) fn zone_of(row: &ProjectRow) -> Tz {
    // Checked when it was stored; a zone that a later version no longer knows must not take the project away.
    row.time_zone.parse().unwrap_or(Tz::UTC)
}

/// Returns the day a project's weeks begin on.
pub(super) fn week_start_of(row: &ProjectRow) -> WeekStart {
    if row.week_start == week_start_name(WeekStart::Sunday) { WeekStart::Sunday } else { WeekStart::Monday }
}

fn week_start_name(week_start: WeekStart) -> &'static str {
    match week_start {
        WeekStart::Monday => "monday",
        WeekStart::Sunday => "sunday",
    }
}

fn apply(row: &mut ProjectRow, change: ProjectChange) -> std::result::Result<(), Error> {
    let mut errors = Vec::new();
    if let Some(name) = change.name {
        errors.extend(check_name("name", &name));
        set_name(row, name.trim());
    }
    if let Some(description) = change.description {
        if description.chars().count() > MOST_DESCRIPTION_CHARACTERS {
            errors.push(FieldError::new("description", "too_long", "must have at most 2,000 characters"));
        }
        row.description = Some(description).filter(|text| !text.trim().is_empty());
    }
    if let Some(name) = change.time_zone {
        match name.parse::<Tz>() {
            Ok(zone) => zone.name().clone_into(&mut row.time_zone),
            Err(_) => errors.push(FieldError::new(
                "time_zone",
                "unknown",
                "must be the name of a time zone in the IANA database, such as Europe/Berlin",
            )),
        }
    }
    if let Some(week_start) = change.week_start {
        week_start_name(week_start).clone_into(&mut row.week_start);
    }
    let mut settings = ProjectSettings::of(&row.settings);
    settings.apply(change.currency, change.retention_days, &mut errors);
    settings.store(&mut row.settings);
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// Says what is wrong with the name of a project or key.
pub(super) fn check_name(field: &str, name: &str) -> Option<FieldError> {
    let length = name.trim().chars().count();
    let fits = (1..=MOST_NAME_CHARACTERS).contains(&length) && !name.chars().any(char::is_control);
    (!fits).then(|| FieldError::new(field, "invalid", "must have 1 to 100 characters on one line"))
}

/// Returns the organization a new project is for, which who asks must look after.
async fn organization_for(
    account: &Account,
    named: Option<OrganizationId>,
) -> std::result::Result<OrganizationRow, Error> {
    let memberships = Memberships::of(account.app(), account.user).await?;
    let organization = match (named, memberships.organizations.as_slice()) {
        (Some(named), _) => named,
        (None, [(only, _)]) => only.id,
        (None, []) => return Err(Error::OrganizationRoleRequired),
        (None, _) => return Err(Error::OrganizationUnclear),
    };
    match memberships.organizations.into_iter().find(|(row, _)| row.id == organization) {
        Some((row, role)) if role.is_admin() => Ok(row),
        Some(_) => {
            let refused = Change::new("access.refused").within(organization);
            audit::refused(account.app(), &account.actor, refused.details(json!({ "operation": "create_project" })));
            Err(Error::OrganizationRoleRequired)
        }
        None => Err(Error::NotFound),
    }
}
