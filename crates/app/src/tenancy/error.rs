//! What can be wrong with projects and keys.

use std::time::Duration;

use http_kit::{FieldError, Problem};

use crate::{accounts, problems, versions};

/// Why something about a project or a key was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields have values that can't be.
    #[error("{}", .0.iter().map(|error| format!("{}: {}", error.field, error.detail)).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<FieldError>),
    /// The organization has a project of this name.
    #[error("the organization has a project named “{0}” already")]
    ProjectNameTaken(String),
    /// More than one organization is meant by not naming one.
    #[error("you belong to several organizations: say by organization_id which one the project is for")]
    OrganizationUnclear,
    /// Only those who look after an organization make projects.
    #[error("this needs the role admin or owner in the organization")]
    OrganizationRoleRequired,
    /// There is no such thing, or none for who asks.
    #[error("there is nothing here, or nothing that you may see")]
    NotFound,
    /// Only owners may do this.
    #[error("this needs the role owner in the organization")]
    OwnerRequired,
    /// Nobody changes what they are themselves.
    #[error("nobody changes their own role: somebody else has to")]
    OwnRole,
    /// Nobody gives, or takes from others, more than they may do themselves.
    #[error("this would give or take more than you may do yourself")]
    BeyondOwnRights,
    /// An organization must have an owner.
    #[error("the organization would be left without an owner: transfer it, or make somebody else an owner first")]
    LastOwner,
    /// Another organization has this name in addresses.
    #[error("another organization has the short name “{0}” already")]
    SlugTaken(String),
    /// An instance must have an organization.
    #[error("this is the last organization of the instance")]
    LastOrganization,
    /// Its projects go first, or on purpose.
    #[error("the organization has projects: delete them first, or send force=true to delete them with it")]
    HasProjects,
    /// Tried too often.
    #[error("too many attempts, try again in {} seconds", .0.as_secs().max(1))]
    TooManyAttempts(Duration),
    /// Who is invited is there already.
    #[error("“{0}” is a member already")]
    AlreadyMember(String),
    /// The invited address has an account, which must sign in to accept.
    #[error("sign in with the invited address first, then accept the invitation")]
    SignInFirst,
    /// Who is signed in is not who was invited.
    #[error("this invitation is for another e-mail address than the one you are signed in with")]
    ForAnother,
    /// The project has a configuration of this name.
    #[error("the project has a configuration named “{0}” already")]
    ConfigNameTaken(String),
    /// The account of who was invited can't be made.
    #[error(transparent)]
    Account(#[from] accounts::Error),
    /// The metadata store took too long to answer.
    #[error("the metadata store takes too long to answer")]
    Slow,
    /// The analytics store failed.
    #[error(transparent)]
    Analytics(analytics_store::Error),
    /// It is not as who changes it has seen it.
    #[error(transparent)]
    Stale(#[from] versions::Stale),
    /// The metadata store failed.
    #[error(transparent)]
    Store(#[from] metadata_store::Error),
}

impl Error {
    /// Says that one field has a value that can't be.
    pub(super) fn field(field: &str, code: &'static str, detail: &str) -> Self {
        Self::Invalid(vec![FieldError::new(field, code, detail)])
    }

    /// Returns whether it refuses somebody a right, which the trail tells.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::OrganizationRoleRequired
                | Self::OwnerRequired
                | Self::OwnRole
                | Self::BeyondOwnRights
                | Self::ForAnother
        )
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(errors) => Problem::invalid(errors),
            Error::ProjectNameTaken(_) => Problem::conflict("project_name_taken", error),
            Error::OrganizationUnclear => Problem::unprocessable("organization_unclear", error),
            Error::OrganizationRoleRequired => Problem::forbidden("organization_role_required", error),
            Error::OwnerRequired => Problem::forbidden("organization_role_required", error),
            Error::OwnRole => Problem::forbidden("own_role", error),
            Error::BeyondOwnRights => Problem::forbidden("beyond_own_rights", error),
            Error::LastOwner => Problem::conflict("last_owner", error),
            Error::SlugTaken(_) => Problem::conflict("organization_slug_taken", error),
            Error::LastOrganization => Problem::conflict("last_organization", error),
            Error::HasProjects => Problem::conflict("organization_has_projects", error),
            Error::TooManyAttempts(wait) => Problem::too_many("too_many_attempts", &error, wait),
            Error::AlreadyMember(_) => Problem::conflict("already_member", error),
            Error::SignInFirst => Problem::conflict("sign_in_first", error),
            Error::ForAnother => Problem::forbidden("invitation_for_another", error),
            Error::ConfigNameTaken(_) => Problem::conflict("client_config_name_taken", error),
            Error::Account(inner) => inner.into(),
            Error::NotFound => Problem::not_found(),
            Error::Slow => Problem::unavailable("metadata_unavailable", error.to_string(), error),
            Error::Analytics(inner) => problems::from_analytics(inner),
            Error::Stale(inner) => inner.into(),
            Error::Store(inner) => problems::from_metadata(inner),
        }
    }
}
