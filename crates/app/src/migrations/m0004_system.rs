//! System settings and logs.

use sea_orm_migration::{prelude::*, schema::*};

use super::m0001_accounts::{plain, unique};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(system_settings()).await?;
        manager.create_index(unique("system_settings", &["setting_key"])).await?;
        manager.create_table(system_logs()).await?;
        for columns in [&["created_at"][..], &["component", "created_at"], &["level", "created_at"]] {
            manager.create_index(plain("system_logs", columns)).await?;
        }
        Ok(())
    }
}

fn system_settings() -> TableCreateStatement {
    Table::create()
        .table("system_settings")
        .col(pk_uuid("id"))
        .col(string_len("setting_key", 255))
        .col(json_binary("setting_value"))
        .col(text("description"))
        .col(boolean("is_public"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(uuid_null("updated_by"))
        .take()
}

fn system_logs() -> TableCreateStatement {
    Table::create()
        .table("system_logs")
        .col(pk_uuid("id"))
        .col(string_len("component", 100))
        .col(string_len("level", 20))
        .col(text("message"))
        .col(json_binary("details"))
        .col(timestamp_with_time_zone("created_at"))
        .take()
}
