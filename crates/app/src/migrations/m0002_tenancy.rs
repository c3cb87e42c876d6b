//! Organizations, their projects, who belongs to them, and the keys programs send events with.

use sea_orm_migration::{prelude::*, schema::*};

use super::m0001_accounts::{plain, reference, unique};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(organizations()).await?;
        manager.create_index(unique("organizations", &["slug"])).await?;
        manager.create_table(org_memberships()).await?;
        manager.create_index(unique("org_memberships", &["organization_id", "user_id"])).await?;
        manager.create_index(plain("org_memberships", &["user_id"])).await?;
        manager.create_table(projects()).await?;
        manager.create_index(unique("projects", &["organization_id", "name_key"])).await?;
        manager.create_table(project_members()).await?;
        manager.create_index(plain("project_members", &["user_id"])).await?;
        manager.create_table(api_keys()).await?;
        manager.create_index(unique("api_keys", &["key_hash"])).await?;
        manager.create_index(plain("api_keys", &["project_id"])).await
    }
}

fn organizations() -> TableCreateStatement {
    Table::create()
        .table("organizations")
        .col(pk_uuid("id"))
        .col(string_len("name", 255))
        .col(string_len("slug", 100))
        .col(string_len_null("industry", 100))
        .col(json_binary("settings"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .take()
}

fn org_memberships() -> TableCreateStatement {
    Table::create()
        .table("org_memberships")
        .col(pk_uuid("id"))
        .col(uuid("organization_id"))
        .col(uuid("user_id"))
        .col(string_len("role", 50))
        .col(json_binary("permissions"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference("org_memberships", "organization_id", "organizations"))
        .foreign_key(&mut reference("org_memberships", "user_id", "users"))
        .take()
}

fn projects() -> TableCreateStatement {
    Table::create()
        .table("projects")
        .col(pk_uuid("id"))
        .col(uuid("organization_id"))
        .col(string_len("name", 100))
        .col(string_len("name_key", 100))
        .col(text_null("description"))
        .col(string_len("time_zone", 64))
        .col(string_len("week_start", 10))
        .col(json_binary("settings"))
        .col(uuid_null("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("projects", "organization_id", "organizations"))
        .foreign_key(reference("projects", "created_by", "users").on_delete(ForeignKeyAction::SetNull))
        .take()
}

fn project_members() -> TableCreateStatement {
    Table::create()
        .table("project_members")
        .col(uuid("project_id"))
        .col(uuid("user_id"))
        .col(string_len("role", 50))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("project_id").col("user_id"))
        .foreign_key(&mut reference("project_members", "project_id", "projects"))
        .foreign_key(&mut reference("project_members", "user_id", "users"))
        .take()
}

fn api_keys() -> TableCreateStatement {
    Table::create()
        .table("api_keys")
        .col(pk_uuid("id"))
        .col(uuid("project_id"))
        .col(string_len("name", 100))
        .col(string_len("prefix", 20))
        .col(string_len("key_hash", 255))
        .col(boolean("is_active"))
        .col(uuid_null("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .col(timestamp_with_time_zone_null("last_used_at"))
        .foreign_key(&mut reference("api_keys", "project_id", "projects"))
        .foreign_key(reference("api_keys", "created_by", "users").on_delete(ForeignKeyAction::SetNull))
        .take()
}
