//! Days computed anew.

use std::collections::BTreeMap;
use std::time::Duration;

use analytics_model::{PersonId, ProjectId};
use uuid::Uuid;

use super::engine::migrated;
use super::states::{Chance, Event, asked, insert, recounted, run, same, told};
use crate::schema::{self, feeds};
use crate::{Day, Store};

async fn marked(store: &Store) -> Vec<Day> {
    store.marked_days(1_000).await.expect("a list")
}

async fn recompute_all(store: &Store) {
    for day in marked(store).await {
        store.recompute(day).await.expect("computed");
    }
}

async fn check_all(store: &Store) -> usize {
    let days = store.unchecked_days(1_000, Duration::ZERO).await.expect("a list");
    let mut wrong = 0;
    for day in days {
        wrong += usize::from(!store.check(day).await.expect("counted"));
    }
    wrong
}

fn merged() -> BTreeMap<(ProjectId, String), Uuid> {
    let project = ProjectId(Uuid::from_u128(1));
    let survivor = PersonId::of(project, "user 3").0;
    ["user 1", "user 5"].map(|user| ((project, user.to_owned()), survivor)).into()
}

#[tokio::test]
async fn events_from_before_the_views_are_added_up_once() {
    let (_engine, store) = migrated().await;
    let events = Chance(21).events(1_500);
    for feed in feeds() {
        run(&store, &format!("drop view {}", feed.name)).await;
    }
    insert(&store, &events[..1_000], "before").await.expect("stored");
    run(&store, "delete from schema_migrations where name = '0004_sessions_and_people'").await;

    store.migrate().await.expect("migrated");
    insert(&store, &events[1_000..], "after").await.expect("stored");
    assert!(!marked(&store).await.is_empty());
    recompute_all(&store).await;

    same(&told(&store).await, &recounted(&events, &BTreeMap::new()));
    assert_eq!(marked(&store).await, []);
    assert_eq!(check_all(&store).await, 0);
    assert_eq!(store.unchecked_days(10, Duration::ZERO).await.expect("a list"), []);
    // Again and again, with the same rows.
    let days: Vec<Day> = all_days(&store).await;
    for _ in 0..2 {
        store.mark_days(&days, "test").await.expect("marked");
        recompute_all(&store).await;
        same(&told(&store).await, &recounted(&events, &BTreeMap::new()));
    }
}

async fn all_days(store: &Store) -> Vec<Day> {
    let rows = asked(store, "select distinct project_id, date from events").await;
    rows.into_iter()
        .map(|row| Day {
            project: serde_json::from_value(row[0].clone()).expect("an id"),
            date: serde_json::from_value(row[1].clone()).expect("a date"),
        })
        .collect()
}

#[tokio::test]
async fn a_merge_of_people_shows_in_counts_once_the_days_are_computed() {
    let (_engine, store) = migrated().await;
    let events = Chance(23).events(2_000);
    insert(&store, &events, "a").await.expect("stored");
    for ((project, user), survivor) in merged() {
        run(&store, &format!("insert into person_overrides values ('{project}', '{user}', '{survivor}', 1)")).await;
        store.mark_days_of_user(project, &user, "merge").await.expect("marked");
    }

    recompute_all(&store).await;

    let as_one: Vec<Event> = events
        .iter()
        .map(|event| Event {
            person: merged().get(&(event.project, event.user.clone())).copied().unwrap_or(event.person),
            ..event.clone()
        })
        .collect();
    same(&told(&store).await, &recounted(&as_one, &merged()));
}

#[tokio::test]
async fn days_whose_sums_are_wrong_are_found_and_mended() {
    let (_engine, store) = migrated().await;
    let events = Chance(25).events(1_000);
    insert(&store, &events, "a").await.expect("stored");
    let first = all_days(&store).await.iter().map(|day| day.date).min().expect("a day");
    assert_eq!(store.mark_doubtful_days(first).await.expect("counted"), 0);

    // Lost by half, and counted twice.
    run(&store, "delete from session_states where date = '2026-03-01' and cityHash64(user_id) % 2 = 0").await;
    run(
        &store,
        "insert into event_states select * from event_states where date = '2026-03-02' settings insert_deduplicate = 0",
    )
    .await;
    assert!(store.mark_doubtful_days(first).await.expect("counted") >= 3);
    recompute_all(&store).await;

    same(&told(&store).await, &recounted(&events, &BTreeMap::new()));
    assert_eq!(store.mark_doubtful_days(first).await.expect("counted"), 0);
}

#[tokio::test]
async fn a_day_computed_under_inserts_is_right_in_the_end() {
    let (_engine, store) = migrated().await;
    let events = Chance(27).events(6_000);
    insert(&store, &events[..3_000], "first").await.expect("stored");
    let days = all_days(&store).await;
    store.mark_days(&days, "test").await.expect("marked");

    let writer = async {
        for (index, some) in events[3_000..].chunks(100).enumerate() {
            insert(&store, some, &format!("block {index}")).await.expect("stored");
        }
    };
    tokio::join!(writer, recompute_all(&store));
    // Nothing is under way any more: what was counted twice is found, whatever it was.
    while check_all(&store).await > 0 {
        recompute_all(&store).await;
    }

    same(&told(&store).await, &recounted(&events, &BTreeMap::new()));
}

#[tokio::test]
async fn nothing_of_an_erased_project_remains() {
    let (_engine, store) = migrated().await;
    let events = Chance(29).events(1_000);
    insert(&store, &events, "a").await.expect("stored");
    for ((project, user), survivor) in merged() {
        run(&store, &format!("insert into person_overrides values ('{project}', '{user}', '{survivor}', 1)")).await;
        store.mark_days_of_user(project, &user, "merge").await.expect("marked");
    }
    let project = ProjectId(Uuid::from_u128(1));
    let day = "2026-03-01".parse().expect("a date");

    store.erase_states(project, Some(day)).await.expect("erased");
    let left = asked(&store, &format!("select min(date) from session_states where project_id = '{project}'")).await;
    assert_eq!(left[0][0], "2026-03-01");

    store.erase_states(project, None).await.expect("erased");
    for table in schema::tables().iter().filter(|table| table.columns[0].name == "project_id" && table.name != "events")
    {
        let question = format!("select toUInt32(count()) from {} where project_id = '{project}'", table.name);
        assert_eq!(asked(&store, &question).await[0][0], 0, "{}", table.name);
    }
    let others: Vec<Event> = events.iter().filter(|event| event.project != project).cloned().collect();
    run(&store, &format!("alter table events delete where project_id = '{project}'")).await;
    same(&told(&store).await, &recounted(&others, &BTreeMap::new()));
}

#[tokio::test]
async fn properties_of_events_from_before_the_catalogue_are_written_down_once() {
    let (_engine, store) = migrated().await;
    let events = Chance(29).events(1_000);
    insert(&store, &events, "before").await.expect("stored");
    for _ in 0..2 {
        run(&store, "delete from schema_migrations where name = '0009_catalogue'").await;
        store.migrate().await.expect("migrated");
    }
    let rows = asked(
        &store,
        "select source, property, sum(texts), sum(numbers), sum(times) from event_properties \
         group by source, property order by source, property",
    )
    .await;
    let mut expected = BTreeMap::<(&str, String), [u64; 3]>::new();
    for event in &events {
        let properties: serde_json::Value = serde_json::from_str(&event.properties).expect("JSON");
        for (source, object) in
            [("event", &properties), ("person", &properties["$set"]), ("person", &properties["$set_once"])]
        {
            for (name, value) in object.as_object().into_iter().flatten() {
                if source == "person" || !name.starts_with('$') {
                    expected.entry((source, name.clone())).or_default()[usize::from(value.is_number())] += 1;
                }
            }
        }
    }
    let expected: Vec<serde_json::Value> = expected
        .into_iter()
        .map(|((source, name), counts)| serde_json::json!([source, name, counts[0], counts[1], counts[2]]))
        .collect();
    assert_eq!(serde_json::json!(rows), serde_json::json!(expected));
    let values =
        asked(&store, "select value, sum(count) from property_values where property = 'x' group by value").await;
    let titled = events.iter().filter(|event| event.properties.contains("\"x\"")).count();
    assert_eq!(serde_json::json!(values), serde_json::json!([["1.5", titled]]));

    store.erase_states(ProjectId(Uuid::from_u128(1)), None).await.expect("erased");
    store
        .erase_states(ProjectId(Uuid::from_u128(2)), Some("2100-01-01".parse().expect("a date")))
        .await
        .expect("erased");
    for table in ["event_names", "event_properties", "property_values"] {
        let left = asked(&store, &format!("select count() from {table}")).await;
        assert_eq!(serde_json::json!(left), serde_json::json!([[0]]), "{table}");
    }
}
