//! What projects want done with their events, and what people say of event names and properties.

use sea_orm_migration::{prelude::*, schema::*};

use super::m0001_accounts::{reference, unique};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(collection_settings()).await?;
        for table in ["event_definitions", "property_definitions"] {
            manager.create_table(definitions(table)).await?;
            manager.create_index(unique(table, &["project_id", "name"])).await?;
        }
        Ok(())
    }
}

fn collection_settings() -> TableCreateStatement {
    Table::create()
        .table("collection_settings")
        .col(pk_uuid("project_id"))
        .col(json_binary("settings"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("collection_settings", "project_id", "projects"))
        .take()
}

fn definitions(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(pk_uuid("id"))
        .col(uuid("project_id"))
        .col(text("name"))
        .col(text("description"))
        .col(json_binary("tags"))
        .col(boolean("is_hidden"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference(table, "project_id", "projects"))
        .take()
}
