//! The product: one folder for each feature, and what they stand on.
//!
//! Features come in tiers; each uses only those above it: the audit trail, the instance's settings and logs, accounts,
//! tenancy, setup, then what is asked of a project.

pub mod accounts;
pub mod audit;
pub mod collection;
mod grantable;
mod hooks;
mod insights;
mod limits;
pub mod mail;
mod migrations;
mod problems;
mod router;
mod schema;
mod scope;
mod seal;
mod secret;
mod servers;
pub mod setup;
mod state;
pub mod system;
mod tasks;
pub mod tenancy;
mod versions;

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
pub use tasks::{Tasks, Troubled};

pub use accounts::{Account, Administrator};
pub use collection::StoredRules;
pub use tenancy::Role;
