//! Who asks, in which project, with which rights.

use analytics_model::{Calendar, OrganizationId, ProjectId, UserId};
use axum::{
    extract::{FromRequestParts, MatchedPath, RawPathParams},
    http::request::Parts,
};
use chrono::{DateTime, Utc};
use http_kit::{Problem, Result};
use metadata_store::{Connection, Metadata};
use serde_json::json;

use crate::{
    Account, App,
    audit::{self, Actor, Change},
    system::Trace,
    tenancy::{self, Role},
};

/// The right to a project's data: the first argument of all that touches it.
///
/// Only a request of somebody who may see the project makes one; for others the project isn't there. Handlers under
/// a path with `{project}` take it as an argument.
pub struct Scope {
    // Private, so that nothing but the extractor below can make a scope.
    app: App,
    calendar: Calendar,
    /// What is asked for, as the trail names it where it is refused.
    operation: String,
    /// Who asks.
    pub user: UserId,
    /// The organization that the project belongs to.
    pub organization: OrganizationId,
    /// The project.
    pub project: ProjectId,
    /// What who asks may do in it.
    pub role: Role,
    /// Who asks, with the place they ask from, for the trail.
    pub actor: Actor,
}

impl Scope {
    /// Refuses who has less than `role`.
    pub fn require(&self, role: Role) -> Result<()> {
        if self.role >= role {
            return Ok(());
        }
        let refused = Change::new("access.refused")
            .within(self.organization)
            .project(self.project)
            .details(json!({ "operation": self.operation, "needs": role }));
        audit::refused(&self.app, &self.actor, refused);
        Err(Problem::forbidden("role_required", format!("this needs the role {role} in the project")))
    }

    /// Returns the product.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Returns the metadata store.
    pub fn metadata(&self) -> &Metadata {
        self.app.metadata()
    }

    /// Returns the metadata store's connections, for reading.
    pub fn db(&self) -> &Connection {
        self.app.db()
    }

    /// Returns the time of the request.
    pub fn now(&self) -> DateTime<Utc> {
        self.calendar.now
    }

    /// Returns the project's zone, first day of the week, and the time of the request.
    pub fn calendar(&self) -> Calendar {
        self.calendar
    }
}

impl FromRequestParts<App> for Scope {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let account = Account::from_request_parts(parts, app).await?;
        let path = RawPathParams::from_request_parts(parts, app).await.map_err(Problem::internal)?;
        let project = path.iter().find(|(name, _)| *name == "project").and_then(|(_, id)| id.parse().ok());
        let Some(project) = project else { return Err(Problem::not_found()) };
        let access = tenancy::find_access(&account, project).await?.ok_or_else(Problem::not_found)?;
        if let Some(trace) = parts.extensions.get::<Trace>() {
            trace.is_within(access.organization);
        }
        let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        Ok(Self {
            operation: format!("{} {path}", parts.method),
            calendar: Calendar { zone: access.zone, week_start: access.week_start, now: app.now() },
            app: app.clone(),
            user: account.user,
            organization: access.organization,
            project,
            role: access.role,
            actor: account.actor,
        })
    }
}
