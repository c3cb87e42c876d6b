//! Second factors and outside identities.

use sea_orm_migration::{prelude::*, schema::*};

use super::m0001_accounts::{reference, unique};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(second_factors()).await?;
        manager.create_table(recovery_codes()).await?;
        manager.create_index(unique("recovery_codes", &["user_id", "code_hash"])).await?;
        // Accounts without an outside identity have nulls there, which no index finds equal.
        manager.create_index(unique("users", &["auth_provider", "auth_provider_id"])).await
    }
}

fn second_factors() -> TableCreateStatement {
    Table::create()
        .table("second_factors")
        .col(pk_uuid("user_id"))
        .col(string_len("sealed_secret", 255))
        .col(timestamp_with_time_zone_null("confirmed_at"))
        .col(big_integer("last_step"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference("second_factors", "user_id", "users"))
        .take()
}

fn recovery_codes() -> TableCreateStatement {
    Table::create()
        .table("recovery_codes")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(string_len("code_hash", 64))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference("recovery_codes", "user_id", "users"))
        .take()
}
