//! Roles and their permissions, who has them, grants on single things, folders, and rules about rows.

use sea_orm_migration::{prelude::*, schema::*};

use super::m0001_accounts::{plain, reference, unique};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(roles()).await?;
        manager.create_index(unique("roles", &["organization_id", "name_key"])).await?;
        manager.create_table(permissions()).await?;
        manager.create_index(plain("permissions", &["role_id"])).await?;
        manager.create_table(user_roles()).await?;
        manager.create_index(plain("user_roles", &["user_id"])).await?;
        manager.create_index(plain("user_roles", &["role_id"])).await?;
        manager.create_table(row_rules()).await?;
        manager.create_index(plain("row_rules", &["role_id"])).await?;
        manager.create_table(folders()).await?;
        manager.create_index(plain("folders", &["project_id"])).await?;
        manager.create_table(resource_permissions()).await?;
        let once = ["resource_type", "resource_id", "principal_type", "principal_id"];
        manager.create_index(unique("resource_permissions", &once)).await?;
        manager.create_index(plain("resource_permissions", &["principal_id"])).await
    }
}

fn roles() -> TableCreateStatement {
    Table::create()
        .table("roles")
        .col(pk_uuid("id"))
        .col(uuid_null("organization_id"))
        .col(string_len("name", 100))
        .col(string_len("name_key", 100))
        .col(text_null("description"))
        .col(json_binary("permissions"))
        .col(boolean("is_system_role"))
        .col(boolean("is_active"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("roles", "organization_id", "organizations"))
        .take()
}

fn permissions() -> TableCreateStatement {
    Table::create()
        .table("permissions")
        .col(pk_uuid("id"))
        .col(uuid("role_id"))
        .col(string_len("resource", 100))
        .col(string_len("action", 50))
        .col(json_binary_null("conditions"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference("permissions", "role_id", "roles"))
        .take()
}

fn user_roles() -> TableCreateStatement {
    Table::create()
        .table("user_roles")
        .col(pk_uuid("id"))
        .col(uuid("organization_id"))
        .col(uuid_null("project_id"))
        .col(uuid("user_id"))
        .col(uuid("role_id"))
        .col(uuid_null("granted_by"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference("user_roles", "organization_id", "organizations"))
        .foreign_key(&mut reference("user_roles", "project_id", "projects"))
        .foreign_key(&mut reference("user_roles", "user_id", "users"))
        .foreign_key(&mut reference("user_roles", "role_id", "roles"))
        .take()
}

fn row_rules() -> TableCreateStatement {
    Table::create()
        .table("row_rules")
        .col(pk_uuid("id"))
        .col(uuid("role_id"))
        .col(string_len("property", 255))
        .col(json_binary("allowed_values"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference("row_rules", "role_id", "roles"))
        .take()
}

fn folders() -> TableCreateStatement {
    Table::create()
        .table("folders")
        .col(pk_uuid("id"))
        .col(uuid("project_id"))
        .col(uuid_null("parent_id"))
        .col(string_len("name", 100))
        .col(uuid_null("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("folders", "project_id", "projects"))
        .foreign_key(&mut reference("folders", "parent_id", "folders"))
        .foreign_key(reference("folders", "created_by", "users").on_delete(ForeignKeyAction::SetNull))
        .take()
}

fn resource_permissions() -> TableCreateStatement {
    Table::create()
        .table("resource_permissions")
        .col(pk_uuid("id"))
        .col(uuid("project_id"))
        .col(string_len("resource_type", 100))
        .col(uuid("resource_id"))
        .col(string_len("principal_type", 50))
        .col(uuid("principal_id"))
        .col(string_len("permission_type", 50))
        .col(uuid_null("granted_by"))
        .col(timestamp_with_time_zone("granted_at"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .foreign_key(&mut reference("resource_permissions", "project_id", "projects"))
        .foreign_key(reference("resource_permissions", "granted_by", "users").on_delete(ForeignKeyAction::SetNull))
        .take()
}
