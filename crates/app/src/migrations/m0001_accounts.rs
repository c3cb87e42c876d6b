//! People who may sign in, and their sessions.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(users()).await?;
        for column in ["email_key", "username_key"] {
            manager.create_index(unique("users", &[column])).await?;
        }
        manager.create_table(user_sessions()).await?;
        manager.create_index(unique("user_sessions", &["token"])).await?;
        manager.create_index(plain("user_sessions", &["user_id"])).await
    }
}

fn users() -> TableCreateStatement {
    Table::create()
        .table("users")
        .col(pk_uuid("id"))
        .col(string_len("email", 255))
        .col(string_len("email_key", 255))
        .col(string_len_null("username", 255))
        .col(string_len_null("username_key", 255))
        .col(string_len_null("password_hash", 255))
        .col(string_len("first_name", 100))
        .col(string_len("last_name", 100))
        .col(string_len("name", 255))
        .col(string_len_null("avatar_url", 500))
        .col(string_len_null("timezone", 50))
        .col(string_len_null("auth_provider", 50))
        .col(string_len_null("auth_provider_id", 255))
        .col(boolean("is_active"))
        .col(boolean("is_admin"))
        .col(boolean("email_verified"))
        .col(string_len_null("verification_token", 255))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("last_login_at"))
        .take()
}

fn user_sessions() -> TableCreateStatement {
    Table::create()
        .table("user_sessions")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(string_len("token", 255))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(string_len_null("ip_address", 45))
        .col(text_null("user_agent"))
        .foreign_key(&mut reference("user_sessions", "user_id", "users"))
        .take()
}

/// Names a unique index as `OnUnique` expects it: by table and columns.
pub(super) fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    plain(table, columns).unique().take()
}

pub(super) fn plain(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}

/// Refers to the id of another table; rows go with the row they refer to.
pub(super) fn reference(table: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_{column}_fkey"))
        .from(table, column)
        .to(to, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}
