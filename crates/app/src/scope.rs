//! Who asks, in which project, with which rights.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use analytics_model::{Calendar, Filter, OrganizationId, ProjectId, Sql, UserId, UserSessionId};
use analytics_store::{Asker, Options};
use axum::{
    extract::{FromRequestParts, MatchedPath, RawPathParams},
    http::request::Parts,
};
use chrono::{DateTime, Utc};
use http_kit::{Problem, Result};
use metadata_store::{Connection, Metadata, Transaction};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::{
    Account, App, accounts,
    audit::{self, Actor, Change},
    system::Trace,
    tenancy::{self, Access, Action, Asked, Item, Resource},
};

/// The right to a project's data: the first argument of all that touches it.
///
/// Only a request of somebody who may see the project makes one; for others the project isn't there. Handlers under
/// a path with `{project}` take it as an argument.
pub struct Scope {
    // Private, so that nothing but the extractor below can make a scope.
    app: App,
    calendar: Calendar,
    access: Arc<Access>,
    /// What is asked for, as the trail names it where it is refused.
    operation: String,
    /// Who asks; absent for a program that came with a key.
    pub user: Option<UserId>,
    /// The session they ask in; absent for a program that came with a key.
    session: Option<UserSessionId>,
    /// The organization that the project belongs to.
    pub organization: OrganizationId,
    /// The project.
    pub project: ProjectId,
    /// Who asks, with the place they ask from, for the trail.
    pub actor: Actor,
}

impl Scope {
    /// Refuses who may do this to none of these things; whether to a certain one, [`Scope::require_to`] tells.
    pub fn require(&self, action: Action, resource: Resource) -> Result<()> {
        if self.access.may(action, resource) {
            return Ok(());
        }
        Err(self.refuse(action, resource))
    }

    /// Refuses who may do this to this thing neither by a role nor by a grant. To who may not even see it, it is not
    /// there.
    pub(crate) fn require_to(&self, action: Action, resource: Resource, item: &Item) -> Result<()> {
        if self.may_to(action, resource, item) {
            return Ok(());
        }
        let refusal = self.refuse(action, resource);
        if self.may_to(Action::View, resource, item) { Err(refusal) } else { Err(Problem::not_found()) }
    }

    /// Returns whether a role or a grant lets who asks do this to this thing.
    pub(crate) fn may_to(&self, action: Action, resource: Resource, item: &Item) -> bool {
        self.access.may_to(action, resource, item, self.now())
    }

    /// Refuses who may not do this to something new of their own.
    pub(crate) fn require_for_new(&self, action: Action, resource: Resource) -> Result<()> {
        if self.may_to(action, resource, &self.access.new_item()) { Ok(()) } else { Err(self.refuse(action, resource)) }
    }

    /// Returns the filter for the events that who asks may see as they came; none where they may see all.
    pub(crate) fn rows_filter(&self) -> Option<Filter> {
        self.rows_to(Action::View, Resource::Events)
    }

    /// Returns the filter for the rows on which who asks may do this; none where on all.
    pub(crate) fn rows_to(&self, action: Action, resource: Resource) -> Option<Filter> {
        self.access.rows_filter(&Asked::to_some(action, resource))
    }

    /// Returns the filter for the rows that show in answers to questions of their own; none where all do.
    pub(crate) fn rows_in_answers(&self) -> Option<Filter> {
        let item = self.access.new_item();
        let (action, resource, now) = (Action::Run, Resource::Insights, self.now());
        self.access.rows_filter(&Asked { action, resource, item: Some(&item), now })
    }

    /// Returns the events that who asks may see as they came: where every statement about events begins.
    pub(crate) fn events(&self) -> insight_sql::Events {
        self.events_in(self.rows_filter())
    }

    /// Returns the events behind answers to questions of their own: where statements for answers begin.
    pub(crate) fn events_in_answers(&self) -> insight_sql::Events {
        self.events_in(self.rows_in_answers())
    }

    fn events_in(&self, rows: Option<Filter>) -> insight_sql::Events {
        insight_sql::Events::of(self.project, rows).with_columns(self.app.hot_properties().columns())
    }

    /// Refuses a change in a session whose owner has not proved lately who they are; call it in the change's
    /// transaction. A program's key is no session: what it may do, it may.
    pub(crate) async fn require_proof(&self, tx: &Transaction) -> std::result::Result<(), accounts::Error> {
        match self.session {
            Some(session) => accounts::require_proof(tx, session, self.now()).await,
            None => Ok(()),
        }
    }

    /// Writes a refusal down and returns it.
    pub(crate) fn refuse(&self, action: Action, resource: Resource) -> Problem {
        let needed = format!("{}:{}", resource.word(), action.word());
        let change = Change::new("access.refused")
            .within(self.organization)
            .project(self.project)
            .details(json!({ "operation": self.operation, "needed": needed }));
        audit::refused(&self.app, &self.actor, change);
        Problem::forbidden("permission_required", format!("this needs the permission {needed} in the project"))
    }

    /// Passes a result on, and writes a refusal down.
    pub(crate) fn told<T>(&self, result: std::result::Result<T, tenancy::Error>) -> Result<T> {
        if let Err(error) = &result
            && error.is_refusal()
        {
            let details = json!({ "operation": self.operation, "reason": error.to_string() });
            audit::refused(&self.app, &self.actor, self.change("access.refused").details(details));
        }
        Ok(result?)
    }

    /// Begins a row of the trail about something in the project.
    pub(crate) fn change(&self, action: &'static str) -> Change {
        Change::new(action).within(self.organization).project(self.project)
    }

    /// Returns what who asks may do.
    pub(crate) fn access(&self) -> &Access {
        &self.access
    }

    /// Returns the product.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Asks the analytics store in the name of who asks, for `timeout` at most: the way of every question that a
    /// request brings. It waits for its turn among those of others.
    pub(crate) async fn ask<Row: DeserializeOwned>(
        &self,
        statement: &Sql,
        timeout: Duration,
    ) -> std::result::Result<Vec<Row>, analytics_store::Error> {
        let options = Options { timeout, read_only: true, asker: Some(self.asker()), ..Options::default() };
        Ok(self.app.analytics().rows(statement, &options).await?.rows)
    }

    fn asker(&self) -> Asker {
        let person = self.actor.key.map(|key| key.0).or(self.user.map(|user| user.0));
        Asker { tenant: self.project.0.as_u128(), person: person.unwrap_or_default().as_u128() }
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
        let began = Instant::now();
        let path = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Problem::not_found())?;
        let project = path.iter().find(|(name, _)| *name == "project").and_then(|(_, id)| id.parse().ok());
        let (actor, session, access) = match tenancy::secret_key_of(&parts.headers) {
            Some(secret) => {
                let key = tenancy::find_key(app, secret).await?.ok_or_else(key_wrong)?;
                let Some(project) = project else { return Err(Problem::not_found()) };
                let actor = Actor::of_request(&parts.headers, &parts.extensions).with_key(key.key);
                (actor, None, tenancy::find_key_access(app, &key, project).await?.map(Arc::new))
            }
            None => {
                let account = Account::from_request_parts(parts, app).await?;
                let Some(project) = project else { return Err(Problem::not_found()) };
                (account.actor, Some(account.session), tenancy::find_access(app, account.user, project).await?)
            }
        };
        let access = access.ok_or_else(Problem::not_found)?;
        if let Some(trace) = parts.extensions.get::<Trace>() {
            trace.is_within(access.organization);
        }
        let operation = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
        metrics::histogram!("radixinsight_authorize_seconds").record(began.elapsed());
        Ok(Self {
            calendar: Calendar { zone: access.zone, week_start: access.week_start, now: app.now() },
            app: app.clone(),
            operation: format!("{} {operation}", parts.method),
            user: access.user,
            session,
            organization: access.organization,
            project: access.project,
            actor,
            access,
        })
    }
}

fn key_wrong() -> Problem {
    Problem::unauthorized(
        "key_wrong",
        "the secret key is wrong, expired or switched off, or its holder may do nothing of what it is for",
    )
}
