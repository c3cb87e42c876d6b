//! Which rows of the trail are wanted.

use analytics_model::{OrganizationId, ProjectId, UserId};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which rows of the trail are wanted; what is left out allows all.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditChoice {
    /// Only what this person did.
    pub(super) user: Option<UserId>,
    /// Only this action, or all that begin with it where it ends with a dot: `project.`.
    #[param(example = "project.")]
    pub(super) action: Option<String>,
    /// Only what was done to things of this type.
    pub(super) resource_type: Option<String>,
    /// Only what was done to this.
    pub(super) resource_id: Option<Uuid>,
    /// Only within this project.
    pub(super) project: Option<ProjectId>,
    /// Only of this time or later.
    pub(super) from: Option<DateTime<Utc>>,
    /// Only before this time.
    pub(super) to: Option<DateTime<Utc>>,
}

/// Whose trail is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// All of it.
    Instance,
    /// What concerns one organization.
    Organization(OrganizationId),
}
