//! Who asks.

use analytics_model::{UserId, UserSessionId};
use axum::{extract::FromRequestParts, http::request::Parts};
use http_kit::{Origin, Problem, Result};

use super::{
    device::{Credential, foreign},
    service,
};
use crate::{App, audit::Actor, system::Trace};

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
        let token = match credential {
            Credential::Bearer(token) => token,
            Credential::Cookie(token) => {
                let harmless = parts.method.is_safe() || Origin::of(&parts.headers) == Origin::Same;
                if !harmless {
                    return Err(foreign());
                }
                token
            }
        };
        let (session, user) = service::resume(app, &token).await?.ok_or_else(not_signed_in)?;
        if let Some(trace) = parts.extensions.get::<Trace>() {
            trace.is_by(user.id, session);
        }
        let actor = Actor::of_request(&parts.headers, &parts.extensions).known_as(user.id);
        Ok(Self { app: app.clone(), user: user.id, session, is_admin: user.is_admin, actor })
    }
}

fn not_signed_in() -> Problem {
    Problem::unauthorized("not_signed_in", "sign in first: there is no session, or it has ended")
}
