//! Both stores keep the same promises.

use std::sync::atomic::{AtomicU32, Ordering};

use analytics_model::{ProjectId, UserId};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelBehavior, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    entity::prelude::*,
};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

use crate::{
    Clock, Error, Metadata, Migrations, OnUnique, TestClock,
    testing::{Kind, TestDatabase},
    transact,
};

/// Makes two tests of each function, one on SQLite and one on PostgreSQL.
macro_rules! store_tests {
    ($(async fn $name:ident($database:ident: TestDatabase) $body:block)+) => {
        $(mod $name {
            use super::*;

            async fn run($database: TestDatabase) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn sqlite() {
                run(TestDatabase::create(Kind::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn postgres() {
                run(TestDatabase::create(Kind::Postgres).await).await;
            }
        })+
    };
}

mod rooms {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "rooms")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: ProjectId,
        pub(super) owner_id: Option<UserId>,
        pub(super) name: String,
        pub(super) seats: i64,
        pub(super) opened_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A migration that runs the same few statements on both stores.
struct Statements(&'static str, &'static [&'static str]);

impl MigrationName for Statements {
    fn name(&self) -> &str {
        self.0
    }
}

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Statements {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in self.1 {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const ROOMS: Statements = Statements(
    "m0001_rooms",
    &[
        "create table rooms (id uuid primary key, owner_id uuid, name varchar(50) not null, seats bigint not null, \
         opened_at timestamp with time zone not null)",
        "create unique index rooms_owner_id_name on rooms (owner_id, name)",
    ],
);

fn history(list: Vec<Statements>) -> Migrations {
    Migrations::new(list.into_iter().map(|migration| Box::new(migration) as Box<dyn MigrationTrait>).collect())
}

async fn with_rooms(database: &TestDatabase) -> Metadata {
    let metadata = database.connect().await;
    metadata.migrate(&history(vec![ROOMS]), &Clock::system()).await.expect("the migration to apply");
    metadata
}

fn room(clock: &Clock, name: &str) -> rooms::Model {
    rooms::Model {
        id: ProjectId(clock.new_id()),
        owner_id: Some(UserId(clock.new_id())),
        name: name.to_owned(),
        seats: 0,
        opened_at: clock.now(),
    }
}

async fn insert(db: &impl ConnectionTrait, row: rooms::Model) -> crate::Result<rooms::Model> {
    Ok(sea_orm::ActiveModelTrait::insert(row.into_active_model().reset_all(), db).await?)
}

store_tests! {
    async fn typed_ids_and_times_come_back_as_they_went(database: TestDatabase) {
        let metadata = with_rooms(&database).await;
        let row = room(&Clock::system(), "Ada");

        transact!(&metadata, |tx| insert(tx, row.clone()).await).expect("a new row");

        let by_id = rooms::Entity::find_by_id(row.id).one(metadata.read()).await.expect("an answer");
        assert_eq!(by_id.as_ref(), Some(&row));
        let by_owner = rooms::Entity::find().filter(rooms::Column::OwnerId.eq(row.owner_id));
        assert_eq!(by_owner.one(metadata.read()).await.expect("an answer"), Some(row));
    }

    async fn ids_are_ordered_by_the_time_of_their_making(database: TestDatabase) {
        let metadata = with_rooms(&database).await;
        let time = TestClock::at("2026-01-01T00:00:00Z".parse().expect("a time"));
        for name in ["first", "second", "third"] {
            transact!(&metadata, |tx| insert(tx, room(&time.clock(), name)).await).expect("a new row");
            time.advance(TimeDelta::milliseconds(1));
        }

        let rows = rooms::Entity::find().order_by_asc(rooms::Column::Id).all(metadata.read()).await;

        let names: Vec<_> = rows.expect("an answer").into_iter().map(|row| row.name).collect();
        assert_eq!(names, ["first", "second", "third"]);
    }

    async fn times_compare_as_times_whatever_their_fraction(database: TestDatabase) {
        let metadata = with_rooms(&database).await;
        let time = TestClock::at("2026-01-01T00:00:00Z".parse().expect("a time"));
        for micros in [0, 1, 999, 1_000, 500_000, 999_999, 1_000_000] {
            time.advance(TimeDelta::microseconds(micros));
            transact!(&metadata, |tx| insert(tx, room(&time.clock(), &micros.to_string())).await).expect("a new row");
        }

        let rows = rooms::Entity::find().order_by_asc(rooms::Column::OpenedAt).all(metadata.read()).await;

        let names: Vec<_> = rows.expect("an answer").into_iter().map(|row| row.name).collect();
        assert_eq!(names, ["0", "1", "999", "1000", "500000", "999999", "1000000"]);
    }

    async fn work_that_reads_and_then_writes_loses_nothing(database: TestDatabase) {
        let metadata = with_rooms(&database).await;
        let row = room(&Clock::system(), "counted");
        transact!(&metadata, |tx| insert(tx, row.clone()).await).expect("a new row");

        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let (metadata, id) = (metadata.clone(), row.id);
            tasks.spawn(async move {
                for _ in 0..10 {
                    take_a_seat(&metadata, id).await.expect("a seat");
                }
            });
        }
        tasks.join_all().await;

        let row = rooms::Entity::find_by_id(row.id).one(metadata.read()).await.expect("an answer");
        assert_eq!(row.expect("the row").seats, 160);
    }

    async fn work_that_fails_changes_nothing_and_runs_once(database: TestDatabase) {
        let metadata = with_rooms(&database).await;
        let runs = AtomicU32::new(0);

        let outcome: Result<(), Error> = transact!(&metadata, |tx| {
            runs.fetch_add(1, Ordering::Relaxed);
            insert(tx, room(&Clock::system(), "never")).await?;
            Err(Error::Url("no conflict".to_owned()))
        });

        outcome.expect_err("the work's error");
        assert_eq!(runs.into_inner(), 1);
        assert_eq!(rooms::Entity::find().all(metadata.read()).await.expect("an answer"), []);
    }

    async fn an_abandoned_transaction_is_rolled_back(database: TestDatabase) {
        let metadata = with_rooms(&database).await;
        let abandoned = async {
            let outcome: Result<(), Error> = transact!(&metadata, |tx| {
                insert(tx, room(&Clock::system(), "abandoned")).await?;
                std::future::pending().await
            });
            outcome
        };

        let timeout = tokio::time::timeout(std::time::Duration::from_millis(200), abandoned).await;

        timeout.expect_err("the work waits for ever");
        transact!(&metadata, |tx| insert(tx, room(&Clock::system(), "next")).await).expect("no lock is left");
        assert_eq!(rooms::Entity::find().all(metadata.read()).await.expect("an answer").len(), 1);
    }

    async fn a_unique_index_speaks_by_its_name(database: TestDatabase) {
        let metadata = with_rooms(&database).await;
        let row = room(&Clock::system(), "taken");
        let again = rooms::Model { id: ProjectId(Clock::system().new_id()), ..row.clone() };
        transact!(&metadata, |tx| insert(tx, row.clone()).await).expect("a new row");

        let named: Result<_, Error> = transact!(&metadata, |tx| {
            insert(tx, again.clone()).await.on_unique("rooms_owner_id_name", || Error::Url("the name is taken".to_owned()))
        });
        let other: Result<_, Error> = transact!(&metadata, |tx| {
            insert(tx, again.clone()).await.on_unique("rooms_other", || Error::Url("something else".to_owned()))
        });

        assert!(matches!(named, Err(Error::Url(_))), "{named:?}");
        assert!(matches!(other, Err(Error::Database(_))), "{other:?}");
    }

    async fn servers_that_start_at_once_migrate_once(database: TestDatabase) {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let metadata = database.connect().await;
            tasks.spawn(async move {
                let more = Statements("m0002_seats", &["alter table rooms add column colour varchar(20)"]);
                metadata.migrate(&history(vec![ROOMS, more]), &Clock::system()).await
            });
        }

        let mut applied = Vec::new();
        for outcome in tasks.join_all().await {
            applied.extend(outcome.expect("every server starts"));
        }

        applied.sort();
        assert_eq!(applied, ["m0001_rooms", "m0002_seats"]);
    }

    async fn a_migration_that_fails_leaves_nothing_behind(database: TestDatabase) {
        let metadata = database.connect().await;
        let broken = Statements("m0001_broken", &["create table half (id uuid primary key)", "create nonsense"]);

        let outcome = metadata.migrate(&history(vec![broken]), &Clock::system()).await;

        assert!(outcome.expect_err("nonsense").to_string().contains("m0001_broken"));
        assert!(!metadata.tables().await.expect("an answer").iter().any(|table| table.name == "half"));
    }

    async fn a_newer_database_is_refused_by_name(database: TestDatabase) {
        let newer = Statements("m0099_tomorrow", &["create table tomorrow (id uuid primary key)"]);
        let metadata = database.connect().await;
        metadata.migrate(&history(vec![ROOMS, newer]), &Clock::system()).await.expect("a newer program");

        let outcome = metadata.migrate(&history(vec![ROOMS]), &Clock::system()).await;

        let message = outcome.expect_err("a refusal").to_string();
        assert!(message.contains("newer version") && message.contains("m0099_tomorrow"), "{message}");
        metadata.pending_migrations(&history(vec![ROOMS])).await.expect_err("a refusal");
    }

    async fn what_is_missing_is_named_before_it_is_applied(database: TestDatabase) {
        let metadata = database.connect().await;
        let pending = metadata.pending_migrations(&history(vec![ROOMS])).await.expect("an answer");
        assert_eq!(pending, ["m0001_rooms"]);
        with_rooms(&database).await;
        let pending = metadata.pending_migrations(&history(vec![ROOMS])).await.expect("an answer");
        assert!(pending.is_empty());
    }
}

async fn take_a_seat(metadata: &Metadata, id: ProjectId) -> crate::Result<()> {
    transact!(metadata, |tx| {
        let row = rooms::Entity::find_by_id(id).one(tx).await?.ok_or(DbErr::RecordNotFound(id.to_string()))?;
        let change = rooms::ActiveModel {
            id: sea_orm::Set(id),
            seats: sea_orm::Set(row.seats + 1),
            ..sea_orm::ActiveModelTrait::default()
        };
        sea_orm::ActiveModelTrait::update(change, tx).await?;
        Ok(())
    })
}

#[tokio::test]
async fn sqlite_runs_as_measured_best() {
    let database = TestDatabase::create(Kind::Sqlite).await;
    let metadata = database.connect().await;
    for (pragma, expected) in
        [("journal_mode", "wal"), ("synchronous", "1"), ("foreign_keys", "1"), ("busy_timeout", "5000")]
    {
        let statement = sea_orm::Statement::from_string(metadata.backend(), format!("pragma {pragma}"));
        let row = metadata.read().query_one_raw(statement).await.expect("an answer").expect("a row");
        let value =
            row.try_get_by_index::<String>(0).or_else(|_| row.try_get_by_index::<i64>(0).map(|n| n.to_string()));
        assert_eq!(value.expect("a value"), expected, "{pragma}");
    }
}

#[tokio::test]
async fn an_address_of_no_store_we_know_is_refused() {
    for address in ["mysql://localhost/x", "sqlite:relative.db", "http://localhost"] {
        let outcome = Metadata::connect(&address.parse().expect("an address")).await;
        assert!(matches!(outcome, Err(Error::Url(_))), "{address}");
    }
}

#[tokio::test]
async fn a_store_that_is_away_is_told_from_one_that_refuses() {
    let database = TestDatabase::create(Kind::Postgres).await;
    let mut url = database.url.clone();
    url.set_password(Some("secret")).expect("an address with a host");
    url.set_path("not_there");
    let error = Metadata::connect(&url).await.expect_err("there is no such database");
    assert!(error.is_unavailable());
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
}
