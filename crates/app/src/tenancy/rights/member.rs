//! Who asks about an organization they belong to.

use analytics_model::OrganizationId;
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use http_kit::{Problem, Result};

use super::Error;
use crate::{
    Account, App,
    tenancy::{OrganizationRole, store},
};

/// A member of the organization in the path. To others it isn't there.
pub(super) struct Member {
    pub(super) account: Account,
    pub(super) organization: OrganizationId,
    pub(super) role: OrganizationRole,
}

impl Member {
    /// Refuses who does not look after the organization.
    pub(super) fn require_admin(&self) -> std::result::Result<(), Error> {
        if self.role.is_admin() { Ok(()) } else { Err(Error::OrganizationRoleRequired) }
    }

    pub(super) fn app(&self) -> &App {
        self.account.app()
    }
}

impl FromRequestParts<App> for Member {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let account = Account::from_request_parts(parts, app).await?;
        let path = RawPathParams::from_request_parts(parts, app).await.map_err(Problem::internal)?;
        let id = path.iter().find(|(name, _)| *name == "organization").and_then(|(_, id)| id.parse().ok());
        let Some(organization) = id else { return Err(Problem::not_found()) };
        let role = store::organization_role(app.db(), account.user, organization).await.map_err(Error::from)?;
        let role = role.ok_or_else(Problem::not_found)?;
        Ok(Self { account, organization, role })
    }
}
