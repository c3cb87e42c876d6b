//! Invitations, client configurations, kinds of keys, and what is left to erase of deleted projects.

use sea_orm_migration::{prelude::*, schema::*};

use super::m0001_accounts::{plain, reference, unique};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(org_invitations()).await?;
        manager.create_index(unique("org_invitations", &["token_hash"])).await?;
        manager.create_index(unique("org_invitations", &["organization_id", "email_key"])).await?;
        manager.create_index(plain("org_invitations", &["email_key"])).await?;
        manager.create_table(client_configs()).await?;
        manager.create_index(unique("client_configs", &["project_id", "name"])).await?;
        manager.create_table(project_erasures()).await?;
        // SQLite adds one column a statement.
        let columns = [
            string_len("kind", 10).default("write").take(),
            json_binary("scopes").default("[]").take(),
            string_len_null("previous_hash", 255).take(),
            timestamp_with_time_zone_null("previous_expires_at").take(),
        ];
        for column in columns {
            manager.alter_table(Table::alter().table("api_keys").add_column(column).take()).await?;
        }
        manager.create_index(unique("api_keys", &["previous_hash"])).await
    }
}

fn org_invitations() -> TableCreateStatement {
    Table::create()
        .table("org_invitations")
        .col(pk_uuid("id"))
        .col(uuid("organization_id"))
        .col(string_len("email", 255))
        .col(string_len("email_key", 255))
        .col(string_len("role", 50))
        .col(json_binary("projects"))
        .col(string_len("token_hash", 255))
        .col(uuid_null("invited_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("accepted_at"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .foreign_key(&mut reference("org_invitations", "organization_id", "organizations"))
        .foreign_key(reference("org_invitations", "invited_by", "users").on_delete(ForeignKeyAction::SetNull))
        .take()
}

fn client_configs() -> TableCreateStatement {
    Table::create()
        .table("client_configs")
        .col(pk_uuid("id"))
        .col(uuid("project_id"))
        .col(string_len("name", 100))
        .col(json_binary("config"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("client_configs", "project_id", "projects"))
        .take()
}

/// Refers to nothing: the project is gone already.
fn project_erasures() -> TableCreateStatement {
    Table::create()
        .table("project_erasures")
        .col(pk_uuid("project_id"))
        .col(uuid("organization_id"))
        .col(timestamp_with_time_zone("requested_at"))
        .col(timestamp_with_time_zone_null("erased_at"))
        .take()
}
