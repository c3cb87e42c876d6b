//! The ordered history of the metadata store's shape. It never imports entities: those change, history doesn't.

mod m0001_accounts;
mod m0002_tenancy;

use metadata_store::Migrations;

/// Returns all migrations, oldest first.
pub fn migrations() -> Migrations {
    Migrations::new(vec![Box::new(m0001_accounts::Migration), Box::new(m0002_tenancy::Migration)])
}
