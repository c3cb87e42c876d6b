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
use crate::schema::{self, Feed, Place, Statement, Table, View};
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
    /// Makes what feeds a table from another.
    Feed(&'static Feed),
    /// Makes a view, in place of an earlier one.
    View(&'static View),
    /// Marks every day that has events, so that what is fed from now on is computed for them too.
    MarkEveryDay(&'static str),
    /// Writes down the properties of the events that are there.
    Catalogue,
    /// Makes every table keep on disk what it answers for.
    Durable,
}

/// People who are merged later keep their rows in place: the person left the key.
pub(crate) static EVENTS_BY_USER: Rebuild = Rebuild { table: &schema::EVENTS, old_key: "person_id" };

static HISTORY: [Migration; 11] = [
    Migration { name: "0001_events", changes: &[Change::Create(&schema::EVENTS)] },
    Migration { name: "0002_user_activity", changes: &[Change::Create(&schema::USER_ACTIVITY)] },
    Migration { name: "0003_events_by_user", changes: &[Change::Rebuild(&EVENTS_BY_USER)] },
    Migration {
        name: "0004_sessions_and_people",
        changes: &[
            Change::Create(&schema::PERSON_OVERRIDES),
            Change::Create(&schema::SESSION_STATES),
            Change::Create(&schema::EVENT_STATES),
            Change::Create(&schema::PERSON_PROPERTY_STATES),
            Change::Create(&schema::DIRTY_DAYS),
            Change::Feed(&schema::SESSION_FEED),
            Change::Feed(&schema::EVENT_FEED),
            Change::Feed(&schema::PERSON_PROPERTY_FEED),
            Change::View(&schema::USER_SESSIONS),
            Change::View(&schema::USER_PROFILES),
            Change::View(&schema::AGGREGATED_EVENTS),
            Change::MarkEveryDay("sessions and people"),
        ],
    },
    Migration { name: "0005_property_uses", changes: &[Change::Create(&schema::PROPERTY_USES)] },
    Migration { name: "0006_events_rejected", changes: &[Change::Create(&schema::EVENTS_REJECTED)] },
    Migration {
        name: "0007_merges",
        changes: &[Change::Create(&schema::PERSON_MERGES), Change::Create(&schema::IDENTIFIED_PEOPLE)],
    },
    Migration { name: "0008_ingestion_warnings", changes: &[Change::Create(&schema::INGESTION_WARNINGS)] },
    Migration {
        name: "0009_catalogue",
        changes: &[
            Change::Create(&schema::EVENT_NAMES),
            Change::Create(&schema::EVENT_PROPERTIES),
            Change::Create(&schema::PROPERTY_VALUES),
            Change::Feed(&schema::EVENT_NAME_FEED),
            Change::MarkEveryDay("names of events"),
            Change::Catalogue,
        ],
    },
    Migration { name: "0010_ingestion_counts", changes: &[Change::Create(&schema::INGESTION_COUNTS)] },
    Migration { name: "0011_durable", changes: &[Change::Durable] },
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
                    Change::Feed(feed) => self.run(schema::create_feed(feed, self.place())).await?,
                    Change::View(view) => self.run(schema::create_view(view, self.place())).await?,
                    Change::MarkEveryDay(reason) => self.mark_every_day(reason).await?,
                    Change::Catalogue => self.catalogue_events().await?,
                    Change::Durable => self.make_durable().await?,
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
            self.run(statement).await?;
        }
        Ok(())
    }

    async fn run(&self, statement: Statement) -> Result<(), Error> {
        self.execute(&sql(statement.text), &patient()).await.map(drop)
    }

    /// Alters the tables that are there; what a later migration makes is made so.
    async fn make_durable(&self) -> Result<(), Error> {
        for table in schema::tables() {
            match self.run(schema::make_durable(table, self.place())).await {
                Err(Error::Refused { code: UNKNOWN_TABLE, .. }) => {}
                result => result?,
            }
        }
        Ok(())
    }

    async fn mark_every_day(&self, reason: &str) -> Result<(), Error> {
        let statement = sql("insert into dirty_days (project_id, date, reason, marked_at) \
                             select distinct project_id, date, {reason:String}, now64(6) from events");
        self.execute(&statement.bind("reason", reason), &patient()).await.map(drop)
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
