//! Every table of the metadata store, as the features declare them.

use metadata_store::TableDescription;

use crate::{accounts, audit, collection, system, tenancy};

/// Returns all tables of the metadata store with their columns, by name.
pub fn schema() -> Vec<TableDescription> {
    let mut tables = audit::schema();
    tables.extend(system::schema());
    tables.extend(accounts::schema());
    tables.extend(tenancy::schema());
    tables.extend(collection::schema());
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    tables
}
