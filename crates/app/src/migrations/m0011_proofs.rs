//! What proves who somebody is: when they have last shown it in a session, and no password that nobody has proved to
//! be the owner's.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let proved_at = timestamp_with_time_zone_null("proved_at");
        manager.alter_table(Table::alter().table("user_sessions").add_column(proved_at).take()).await?;
        // Whoever registered chose these without having read the mail; now whoever reads it chooses.
        let unproved = Query::update()
            .table("users")
            .value("password_hash", Option::<String>::None)
            .and_where(Expr::col("email_verified").eq(false))
            .take();
        manager.execute(unproved).await
    }
}
