//! The ordered history of the metadata store's shape. It never imports entities: those change, history doesn't.

mod m0001_accounts;
mod m0002_tenancy;
mod m0003_audit;
mod m0004_system;
mod m0005_accounts_whole;
mod m0006_second_factor;
mod m0007_rights;
mod m0008_organizations_whole;
mod m0009_collection;
mod m0010_key_holders;
mod m0011_proofs;

use metadata_store::Migrations;

/// Returns all migrations, oldest first.
pub fn migrations() -> Migrations {
    Migrations::new(vec![
        Box::new(m0001_accounts::Migration),
        Box::new(m0002_tenancy::Migration),
        Box::new(m0003_audit::Migration),
        Box::new(m0004_system::Migration),
        Box::new(m0005_accounts_whole::Migration),
        Box::new(m0006_second_factor::Migration),
        Box::new(m0007_rights::Migration),
        Box::new(m0008_organizations_whole::Migration),
        Box::new(m0009_collection::Migration),
        Box::new(m0010_key_holders::Migration),
        Box::new(m0011_proofs::Migration),
    ])
}
