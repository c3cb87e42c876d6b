//! The right to an organization.

use analytics_model::{OrganizationId, UserId};
use axum::{
    extract::{FromRequestParts, MatchedPath, RawPathParams},
    http::request::Parts,
};
use http_kit::{Problem, Result};
use metadata_store::Metadata;
use serde_json::json;

use super::store;
use crate::{
    Account, App,
    audit::{self, Actor, Change},
    tenancy::{Error, OrganizationRole, store::OrganizationRow},
};

/// Somebody who belongs to the organization in the path: the first argument of all that is about one.
///
/// For who doesn't belong to it, it isn't there.
pub(in crate::tenancy) struct Member {
    // Private, so that nothing but the extractor below can make one.
    app: App,
    operation: String,
    pub(in crate::tenancy) organization: OrganizationRow,
    pub(in crate::tenancy) id: OrganizationId,
    pub(in crate::tenancy) user: UserId,
    /// The session they ask in.
    account: Account,
    pub(in crate::tenancy) role: OrganizationRole,
    pub(in crate::tenancy) actor: Actor,
}

impl Member {
    /// Returns the product.
    pub(in crate::tenancy) fn app(&self) -> &App {
        &self.app
    }

    /// Returns the metadata store.
    pub(in crate::tenancy) fn metadata(&self) -> &Metadata {
        self.app.metadata()
    }

    /// Returns who asks, in which session.
    pub(in crate::tenancy) fn account(&self) -> &Account {
        &self.account
    }

    /// Refuses who doesn't look after the organization.
    pub(in crate::tenancy) fn require_admin(&self) -> Result<()> {
        if self.role.is_admin() { Ok(()) } else { self.told(Err(Error::OrganizationRoleRequired)) }
    }

    /// Refuses who doesn't own the organization.
    pub(in crate::tenancy) fn require_owner(&self) -> Result<()> {
        if self.role == OrganizationRole::Owner { Ok(()) } else { self.told(Err(Error::OwnerRequired)) }
    }

    /// Begins a row of the trail.
    pub(in crate::tenancy) fn change(&self, action: &'static str) -> Change {
        Change::new(action).within(self.id)
    }

    /// Passes a result on, and writes a refusal down.
    pub(in crate::tenancy) fn told<T>(&self, result: std::result::Result<T, Error>) -> Result<T> {
        if let Err(error) = &result
            && error.is_refusal()
        {
            let details = json!({ "operation": self.operation, "reason": error.to_string() });
            audit::refused(&self.app, &self.actor, self.change("access.refused").details(details));
        }
        Ok(result?)
    }
}

impl FromRequestParts<App> for Member {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let account = Account::from_request_parts(parts, app).await?;
        let path = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Problem::not_found())?;
        let id = path.iter().find(|(name, _)| *name == "organization").and_then(|(_, id)| id.parse().ok());
        let Some(id) = id else { return Err(Problem::not_found()) };
        let found = store::find_member(app.db(), id, account.user).await.map_err(Error::from)?;
        let (organization, role) = found.ok_or_else(Problem::not_found)?;
        let operation = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
        Ok(Self {
            operation: format!("{} {operation}", parts.method),
            app: app.clone(),
            organization,
            id,
            user: account.user,
            role,
            actor: account.actor.clone(),
            account,
        })
    }
}
