//! Whose rights a secret key has: of who last saw its secret, or its own where the organization answers for it.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column a statement.
        let columns = [
            uuid_null("holder_id").take(),
            uuid_null("previous_holder_id").take(),
            boolean("of_organization").default(false).take(),
        ];
        for column in columns {
            manager.alter_table(Table::alter().table("api_keys").add_column(column).take()).await?;
        }
        // Who made a key has seen its secret; nothing tells of later ones.
        let made = "update api_keys set holder_id = created_by, previous_holder_id = created_by";
        manager.get_connection().execute_unprepared(made).await?;
        Ok(())
    }
}
