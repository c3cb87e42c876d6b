//! Why something about rights was not done.

use http_kit::{FieldError, Problem};

use super::grants::Level;
use crate::{problems, tenancy, versions};

/// Why something about rights was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Fields have values that can't be.
    #[error("some fields have values that can't be")]
    Invalid(Vec<FieldError>),
    /// The organization has a role of this name, or every organization has.
    #[error("there is a role named “{0}” already")]
    RoleNameTaken(String),
    /// The organization has as many roles as it can have.
    #[error("an organization has at most {0} roles of its own")]
    TooManyRoles(usize),
    /// Every organization has it, and it means the same in all of them.
    #[error("this role is the same in every organization and can't be changed; make a copy of it")]
    SystemRole,
    /// Somebody has the role.
    #[error("{0} people have this role: take it from them first, or ask by force=true to do both")]
    RoleHeld(usize),
    /// They have the role there already.
    #[error("they have this role there already")]
    RoleAssigned,
    /// It takes an owner or admin of the organization.
    #[error("this needs the role admin or owner in the organization")]
    OrganizationRoleRequired,
    /// A role can't be given by who may do less.
    #[error("nobody gives more than they have: this role lets people do or see what you may not")]
    MoreThanOwn,
    /// A grant can't be given, changed or taken by who may do less.
    #[error("nobody gives or takes more than they have: you may give “{}” at most, until then", .0.map_or("nothing", Level::word))]
    LevelAboveOwn(Option<Level>),
    /// What somebody has they can't make last longer.
    #[error("nobody grants anything to themselves")]
    GrantToSelf,
    /// The project has as many folders as it can have.
    #[error("a project has at most {0} folders")]
    TooManyFolders(usize),
    /// Its parent has a folder of this name.
    #[error("there is a folder named “{0}” already in the same place")]
    FolderNameTaken(String),
    /// There is no such thing, or none for who asks.
    #[error("there is nothing here, or nothing that you may see")]
    NotFound,
    /// What projects and organizations said.
    #[error(transparent)]
    Tenancy(#[from] tenancy::Error),
    /// It is not as who changes it has seen it.
    #[error(transparent)]
    Stale(#[from] versions::Stale),
    /// The metadata store failed.
    #[error(transparent)]
    Store(#[from] metadata_store::Error),
}

impl Error {
    /// Says what is wrong with one field.
    pub(crate) fn field(name: impl Into<String>, code: &'static str, detail: &str) -> Self {
        Self::Invalid(vec![FieldError::new(name, code, detail)])
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(errors) => Problem::invalid(errors),
            Error::RoleNameTaken(_) => Problem::conflict("role_name_taken", error),
            Error::TooManyRoles(_) => Problem::conflict("too_many_roles", error),
            Error::SystemRole => Problem::conflict("system_role", error),
            Error::RoleHeld(_) => Problem::conflict("role_held", error),
            Error::RoleAssigned => Problem::conflict("role_assigned", error),
            Error::OrganizationRoleRequired => Problem::forbidden("organization_role_required", error),
            Error::MoreThanOwn => Problem::forbidden("more_than_own", error),
            Error::LevelAboveOwn(_) => Problem::forbidden("level_above_own", error),
            Error::GrantToSelf => Problem::forbidden("grant_to_self", error),
            Error::TooManyFolders(_) => Problem::conflict("too_many_folders", error),
            Error::FolderNameTaken(_) => Problem::conflict("folder_name_taken", error),
            Error::NotFound => Problem::not_found(),
            Error::Tenancy(inner) => inner.into(),
            Error::Stale(inner) => inner.into(),
            Error::Store(inner) => problems::from_metadata(inner),
        }
    }
}
