//! The trail: who changed what.

use sea_orm_migration::{prelude::*, schema::*};

use super::m0001_accounts::{plain, unique};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(audit_logs()).await?;
        manager.create_index(unique("audit_logs", &["number"])).await?;
        for columns in [["organization_id", "number"], ["user_id", "number"], ["resource_id", "number"]] {
            manager.create_index(plain("audit_logs", &columns)).await?;
        }
        manager.create_table(audit_heads()).await?;
        let first = Query::insert()
            .into_table("audit_heads")
            .columns(["id", "number", "hash"])
            .values_panic([1.into(), 0.into(), "".into()])
            .take();
        manager.execute(first).await
    }
}

/// Rows outlive what they tell of, so nothing here refers to another table.
fn audit_logs() -> TableCreateStatement {
    Table::create()
        .table("audit_logs")
        .col(pk_uuid("id"))
        .col(big_integer("number"))
        .col(uuid_null("organization_id"))
        .col(uuid_null("project_id"))
        .col(uuid_null("user_id"))
        .col(string_len("action", 100))
        .col(string_len("resource_type", 100))
        .col(uuid_null("resource_id"))
        .col(json_binary_null("old_values"))
        .col(json_binary_null("new_values"))
        .col(json_binary("details"))
        .col(string_len_null("ip_address", 45))
        .col(text_null("user_agent"))
        .col(timestamp_with_time_zone("created_at"))
        .col(string_len("previous_hash", 64))
        .col(string_len("hash", 64))
        .take()
}

/// One row: where the chain ends. All who write to the trail change it, and so come one after the other.
fn audit_heads() -> TableCreateStatement {
    Table::create()
        .table("audit_heads")
        .col(integer("id").primary_key())
        .col(big_integer("number"))
        .col(string_len("hash", 64))
        .take()
}
