//! Everything accounts need beyond signing in: verification, refresh and reset tokens, preferences, avatars.

use sea_orm_migration::{prelude::*, schema::*};

use super::m0001_accounts::{plain, reference, unique};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(add("users", timestamp_with_time_zone_null("verification_expires_at"))).await?;
        manager.create_index(plain("users", &["verification_token"])).await?;
        manager.alter_table(add("user_sessions", timestamp_with_time_zone_null("last_used_at"))).await?;
        manager.create_index(plain("user_sessions", &["expires_at"])).await?;
        for table in [refresh_tokens(), password_reset_tokens(), email_changes(), user_preferences(), user_avatars()] {
            manager.create_table(table).await?;
        }
        for table in ["refresh_tokens", "password_reset_tokens", "email_changes"] {
            manager.create_index(unique(table, &["token"])).await?;
            manager.create_index(plain(table, &["expires_at"])).await?;
        }
        manager.create_index(plain("refresh_tokens", &["session_id"])).await?;
        manager.create_index(plain("password_reset_tokens", &["user_id"])).await?;
        manager.create_index(unique("email_changes", &["user_id"])).await?;
        manager.create_index(unique("user_preferences", &["user_id", "preference_key"])).await?;
        manager.create_index(unique("user_avatars", &["user_id"])).await
    }
}

fn add(table: &'static str, column: ColumnDef) -> TableAlterStatement {
    Table::alter().table(table).add_column(column).take()
}

/// A used token is kept until it would have expired: its second use ends the session.
fn refresh_tokens() -> TableCreateStatement {
    Table::create()
        .table("refresh_tokens")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(uuid("session_id"))
        .col(string_len("token", 255))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("used_at"))
        .foreign_key(&mut reference("refresh_tokens", "user_id", "users"))
        .foreign_key(&mut reference("refresh_tokens", "session_id", "user_sessions"))
        .take()
}

fn password_reset_tokens() -> TableCreateStatement {
    Table::create()
        .table("password_reset_tokens")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(string_len("token", 255))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(boolean("is_used"))
        .foreign_key(&mut reference("password_reset_tokens", "user_id", "users"))
        .take()
}

/// At most one for each account: who asks again means the last address.
fn email_changes() -> TableCreateStatement {
    Table::create()
        .table("email_changes")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(string_len("email", 255))
        .col(string_len("token", 255))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .foreign_key(&mut reference("email_changes", "user_id", "users"))
        .take()
}

fn user_preferences() -> TableCreateStatement {
    Table::create()
        .table("user_preferences")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(string_len("preference_key", 255))
        .col(json_binary("preference_value"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("user_preferences", "user_id", "users"))
        .take()
}

/// The id is part of the picture's address and changes with it.
fn user_avatars() -> TableCreateStatement {
    Table::create()
        .table("user_avatars")
        .col(pk_uuid("id"))
        .col(uuid("user_id"))
        .col(string_len("content_type", 50))
        .col(blob("picture"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference("user_avatars", "user_id", "users"))
        .take()
}
