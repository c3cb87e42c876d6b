//! The way from an empty database to today's schema: ordered, recorded, safe to repeat and to run twice at once.
//!
//! Every change says "if not exists", so that a run that was cut off is finished by the next one, and two servers that
//! start together do no harm. A migration that makes a table makes it as it is declared today; later migrations that
//! add to it then find their work done.

use std::collections::BTreeSet;
use std::time::Duration;

use analytics_model::sql;
use serde::Deserialize;

use crate::rebuild::Rebuild;
use crate::schema::{self, Place, Table};
use crate::{Error, Options, Store};

/// A step of the schema's history. Names and order never change once released.
struct Migration {
    name: &'static str,
    changes: &'static [Change],
}

enum Change {
    /// Makes a table.
    Create(&'static Table),
    /// Copies a table's rows under another key.
    Rebuild(&'static Rebuild),
}

/// People who are merged later keep their rows in place: the person left the key.
pub(crate) static EVENTS_BY_USER: Rebuild = Rebuild { table: &schema::EVENTS, old_key: "person_id" };

static HISTORY: [Migration; 3] = [
    Migration { name: "0001_events", changes: &[Change::Create(&schema::EVENTS)] },
    Migration { name: "0002_user_activity", changes: &[Change::Create(&schema::USER_ACTIVITY)] },
    Migration { name: "0003_events_by_user", changes: &[Change::Rebuild(&EVENTS_BY_USER)] },
];

impl Store {
    /// Makes the database if it isn't there, applies the migrations it lacks, and returns their names.
    pub async fn migrate(&self) -> Result<Vec<String>, Error> {
        let pending = self.pending_migrations().await?;
        let place = self.place();
        if pending.is_empty() {
            return Ok(pending);
        }
        self.execute_anywhere(&sql(schema::create_database(place).text), &patient()).await?;
        self.create(&schema::MIGRATIONS).await?;
        for migration in HISTORY.iter().filter(|migration| pending.iter().any(|name| name == migration.name)) {
            for change in migration.changes {
                match change {
                    Change::Create(table) => self.create(table).await?,
                    Change::Rebuild(rebuild) => self.rebuild(rebuild).await?,
                }
            }
            self.record(migration.name).await?;
            tracing::info!(migration = migration.name, database = place.database, "migrated the analytics store");
        }
        Ok(pending)
    }

    /// Returns the names of the migrations that the database lacks; fails if it knows migrations unknown here.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, Error> {
        let applied = self.applied_migrations().await?;
        let unknown: Vec<String> =
            applied.iter().filter(|name| !HISTORY.iter().any(|known| known.name == *name)).cloned().collect();
        if !unknown.is_empty() {
            return Err(Error::Newer { database: self.database().to_owned(), migrations: unknown });
        }
        let pending = HISTORY.iter().filter(|migration| !applied.contains(migration.name));
        Ok(pending.map(|migration| migration.name.to_owned()).collect())
    }

    async fn applied_migrations(&self) -> Result<BTreeSet<String>, Error> {
        #[derive(Deserialize)]
        struct Row {
            name: String,
        }
        let question = sql("select distinct name from schema_migrations");
        match self.rows::<Row>(&question, &patient()).await {
            Ok(answer) => Ok(answer.rows.into_iter().map(|row| row.name).collect()),
            Err(Error::Refused { code: UNKNOWN_DATABASE | UNKNOWN_TABLE, .. }) => Ok(BTreeSet::new()),
            Err(error) => Err(error),
        }
    }

    async fn create(&self, table: &Table) -> Result<(), Error> {
        for statement in schema::create(table, self.place()) {
            self.execute(&sql(statement.text), &patient()).await?;
        }
        Ok(())
    }

    async fn record(&self, name: &str) -> Result<(), Error> {
        let statement = sql("insert into schema_migrations (name, version) select {name:String}, {version:String}")
            .bind("name", name)
            .bind("version", env!("CARGO_PKG_VERSION"));
        self.execute(&statement, &patient()).await.map(drop)
    }

    pub(crate) fn place(&self) -> Place<'_> {
        Place { database: self.database(), cluster: self.cluster() }
    }
}

const UNKNOWN_TABLE: u32 = 60;
const UNKNOWN_DATABASE: u32 = 81;

/// A cluster's servers take their time to agree.
fn patient() -> Options {
    Options { timeout: Duration::from_secs(300), ..Options::default() }
}
