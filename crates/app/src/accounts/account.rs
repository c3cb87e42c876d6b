//! Who asks.

use analytics_model::{UserId, UserSessionId};
use axum::{
    extract::{FromRequestParts, MatchedPath},
    http::request::Parts,
};
use http_kit::{Origin, Problem, Result};
use serde_json::json;

use super::{
    device::{Credential, foreign},
    sessions,
};
use crate::{
    App,
    audit::{self, Actor, Change},
    system::Trace,
};

/// A signed-in person. For what belongs to a project, take a [`Scope`](crate::Scope) instead.
pub struct Account {
    // Private, so that nothing but the extractor below can make one.
    app: App,
    /// Who it is.
    pub user: UserId,
    /// By which session.
    pub session: UserSessionId,
    /// Whether they look after the instance itself. It is no right to anybody's data.
    pub is_admin: bool,
    /// The same person with the place they ask from, for the trail.
    pub actor: Actor,
}

impl Account {
    /// Returns the product.
    pub fn app(&self) -> &App {
        &self.app
    }
}

impl FromRequestParts<App> for Account {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let credential = Credential::of(&parts.headers).ok_or_else(not_signed_in)?;
        if let Credential::Cookie(_) = credential {
            let harmless = parts.method.is_safe() || Origin::of(&parts.headers) == Origin::Same;
            if !harmless {
                return Err(foreign());
            }
        }
        let known = sessions::service::resume(app, &credential).await?.ok_or_else(not_signed_in)?;
        if let Some(trace) = parts.extensions.get::<Trace>() {
            trace.is_by(known.user, known.session);
        }
        let actor = Actor::of_request(&parts.headers, &parts.extensions).known_as(known.user);
        Ok(Self { app: app.clone(), user: known.user, session: known.session, is_admin: known.is_admin, actor })
    }
}

/// A signed-in person who looks after the instance: the first argument of all that concerns the whole of it.
pub struct Administrator(pub Account);

impl FromRequestParts<App> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let account = Account::from_request_parts(parts, app).await?;
        if !account.is_admin {
            let operation = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
            let details =
                json!({ "operation": format!("{} {operation}", parts.method), "needed": "admin of the instance" });
            audit::refused(app, &account.actor, Change::new("access.refused").details(details));
            return Err(Problem::forbidden("admin_required", "only admins of this instance may do this"));
        }
        Ok(Self(account))
    }
}

fn not_signed_in() -> Problem {
    Problem::unauthorized("not_signed_in", "sign in first: there is no session, or it has ended")
}
