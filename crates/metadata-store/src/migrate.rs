//! Bringing a database to this version's shape.

use std::collections::HashSet;

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::{MigrationTrait, SchemaManager};

use crate::{Clock, Error, Metadata, Result, Transaction};

/// The table that names what was applied.
const TABLE: &str = "metadata_migrations";
/// Any number, as long as every server takes the same one.
const ADVISORY_LOCK: i64 = 7_227_413_001;

/// The ordered history of a database's shape.
pub struct Migrations(Vec<Box<dyn MigrationTrait>>);

impl Migrations {
    /// Takes the history, oldest first.
    pub fn new(history: Vec<Box<dyn MigrationTrait>>) -> Self {
        Self(history)
    }

    fn names(&self) -> Vec<String> {
        self.0.iter().map(|migration| migration.name().to_owned()).collect()
    }
}

impl Metadata {
    /// Applies what is missing, each migration in a transaction of its own, and returns the names applied.
    ///
    /// Several servers may call it at once: one works, the others wait and find it done.
    pub async fn migrate(&self, migrations: &Migrations, clock: &Clock) -> Result<Vec<String>> {
        let mut done = Vec::new();
        for migration in &migrations.0 {
            let name = migration.name();
            let tx = self.begin_locked().await?;
            create_table(&tx).await?;
            let applied = applied(&tx).await?;
            refuse_newer(&applied, migrations)?;
            if applied.contains(name) {
                continue;
            }
            let outcome = migration.up(&SchemaManager::new(&tx)).await;
            outcome.map_err(|source| Error::Migration { name: name.to_owned(), source })?;
            record(&tx, name, clock).await?;
            tx.commit().await?;
            tracing::info!(migration = name, "migrated the metadata store");
            done.push(name.to_owned());
        }
        Ok(done)
    }

    /// Returns the names of the migrations that [`Metadata::migrate`] would apply.
    pub async fn pending_migrations(&self, migrations: &Migrations) -> Result<Vec<String>> {
        let manager = SchemaManager::new(self.read());
        if !manager.has_table(TABLE).await? {
            return Ok(migrations.names());
        }
        let applied = applied(self.read()).await?;
        refuse_newer(&applied, migrations)?;
        Ok(migrations.names().into_iter().filter(|name| !applied.contains(name)).collect())
    }

    /// Begins a transaction that no other server's migration runs beside.
    async fn begin_locked(&self) -> Result<Transaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = self.read().begin_with_options(options).await?;
        if self.backend() == DbBackend::Postgres {
            // Read committed, not serializable: what the one before us committed must be seen after the wait.
            let lock = Statement::from_sql_and_values(
                DbBackend::Postgres,
                "select pg_advisory_xact_lock($1)",
                [ADVISORY_LOCK.into()],
            );
            tx.execute_raw(lock).await?;
        }
        Ok(tx)
    }
}

async fn create_table(tx: &Transaction) -> Result<()> {
    let sql = format!("create table if not exists {TABLE} (name varchar(255) primary key, applied_at text not null)");
    tx.execute_unprepared(&sql).await?;
    Ok(())
}

async fn applied(db: &impl ConnectionTrait) -> Result<HashSet<String>> {
    let sql = Statement::from_string(db.get_database_backend(), format!("select name from {TABLE}"));
    let rows = db.query_all_raw(sql).await?;
    let names: std::result::Result<_, DbErr> = rows.iter().map(|row| row.try_get("", "name")).collect();
    Ok(names?)
}

async fn record(tx: &Transaction, name: &str, clock: &Clock) -> Result<()> {
    let sql = format!("insert into {TABLE} (name, applied_at) values ($1, $2)");
    let values = [name.into(), clock.now().to_rfc3339().into()];
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

fn refuse_newer(applied: &HashSet<String>, migrations: &Migrations) -> Result<()> {
    let known = migrations.names();
    let mut unknown: Vec<String> = applied.iter().filter(|name| !known.contains(name)).cloned().collect();
    if unknown.is_empty() {
        return Ok(());
    }
    unknown.sort();
    Err(Error::Newer { unknown })
}
