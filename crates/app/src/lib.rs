//! The product: one folder for each feature, and what they stand on.
//!
//! Features come in tiers; each uses only those above it: the audit trail, accounts, tenancy,
//! setup, then what is asked of a project.

pub mod accounts;
pub mod audit;
mod collection;
mod insights;
mod limits;
mod migrations;
mod problems;
mod router;
mod schema;
mod scope;
mod seal;
mod secret;
pub mod setup;
mod state;
pub mod tenancy;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use migrations::migrations;
pub use router::{openapi, router};
pub use schema::schema;
pub use scope::Scope;
pub use secret::MasterKey;
pub use state::{App, Parts, Settings};

pub use accounts::Account;
pub use tenancy::Role;
