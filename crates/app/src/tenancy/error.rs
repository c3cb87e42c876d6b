//! What can be wrong with projects and keys.

use http_kit::{FieldError, Problem};

use crate::problems;

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
    /// The metadata store took too long to answer.
    #[error("the metadata store takes too long to answer")]
    Slow,
    /// The metadata store failed.
    #[error(transparent)]
    Store(#[from] metadata_store::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(errors) => Problem::invalid(errors),
            Error::ProjectNameTaken(_) => Problem::conflict("project_name_taken", error),
            Error::OrganizationUnclear => Problem::unprocessable("organization_unclear", error),
            Error::OrganizationRoleRequired => Problem::forbidden("organization_role_required", error),
            Error::NotFound => Problem::not_found(),
            Error::Slow => Problem::unavailable("metadata_unavailable", error.to_string(), error),
            Error::Store(inner) => problems::from_metadata(inner),
        }
    }
}
