//! Sums over events computed anew where they don't follow from the events any more.

use std::time::Duration;

use analytics_store::Error;
use chrono::TimeDelta;

use crate::App;

/// How many days one sweep computes: the next goes on.
const DAYS_AT_ONCE: u64 = 500;

/// After this time no insert is under way that was when a day was computed.
const SETTLED: Duration = Duration::from_secs(300);

/// How many days back events and sums are compared, today included.
const COMPARED_DAYS: i64 = 2;

/// Computes marked days, counts those that were computed, and looks for others that need it.
///
/// Call it every few minutes; what the analytics store does not answer is asked again then.
pub async fn sweep(app: &App) -> Result<(), Error> {
    super::catalogue::sweep(app).await?;
    sweep_settled(app, SETTLED).await
}

async fn sweep_settled(app: &App, settled: Duration) -> Result<(), Error> {
    let store = app.analytics();
    for day in store.unchecked_days(DAYS_AT_ONCE, settled).await? {
        if !store.check(day).await? {
            tracing::debug!(project = %day.project, date = %day.date, "a day was counted twice while it was computed");
        }
    }
    let from = (app.now() - TimeDelta::days(COMPARED_DAYS - 1)).date_naive();
    let doubtful = store.mark_doubtful_days(from).await?;
    if doubtful > 0 {
        tracing::info!(days = doubtful, "sums differ from their events and are computed anew");
    }
    let days = store.marked_days(DAYS_AT_ONCE).await?;
    for day in &days {
        store.recompute(*day).await?;
    }
    metrics::counter!("radixinsight_recomputed_days_total").increment(days.len() as u64);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use analytics_model::sql;
    use analytics_store::Options;
    use axum::http::Method;
    use serde::Deserialize;
    use serde_json::json;

    use super::sweep_settled;
    use crate::testing::{Caller, TestApp, app_tests, request, with_header};

    async fn send(owner: &Caller) {
        let events: Vec<_> = (0..20)
            .map(|number| {
                json!({ "event": "seen", "distinct_id": format!("user {}", number % 4),
                    "timestamp": format!("2026-03-0{}T10:{number:02}:00Z", 1 + number % 2),
                    "properties": { "number": number } })
            })
            .collect();
        let key = owner.key().await;
        let request = with_header(request(Method::POST, "/api/v1/events", Some(json!(events))), "x-api-key", &key);
        owner.app.send(request).await.expect(200);
    }

    #[derive(Deserialize)]
    struct Counted {
        count: u64,
    }

    async fn count(app: &TestApp, what: &str) -> u64 {
        let question = sql(format!("select toUInt64({what}) as count"));
        app.app.analytics().rows::<Counted>(&question, &Options::default()).await.expect("an answer").rows[0].count
    }

    async fn execute(app: &TestApp, text: &str) {
        app.app.analytics().execute(&sql(text), &Options::default()).await.expect("done");
    }

    app_tests! {
        async fn a_sweep_mends_what_is_not_as_its_events_say(app: TestApp) {
            let app = app.with_events().await;
            let owner = app.owner().await;
            send(&owner).await;
            let sums = ["(select sum(events_count) from aggregated_events)", "(select sum(events_count) from user_profiles)"];
            for sum in sums {
                assert_eq!(count(&app, sum).await, 20, "{sum}");
            }
            execute(&app, "delete from session_states where user_id = 'user 1'").await;
            execute(&app, "insert into event_states select * from event_states settings insert_deduplicate = 0").await;
            assert_eq!(count(&app, sums[0]).await, 40);

            sweep_settled(&app.app, Duration::ZERO).await.expect("mended");
            for sum in sums {
                assert_eq!(count(&app, sum).await, 20, "{sum}");
            }
            sweep_settled(&app.app, Duration::ZERO).await.expect("counted");
            assert_eq!(app.app.analytics().unchecked_days(9, Duration::ZERO).await.expect("a list"), []);
        }

        async fn nothing_is_left_of_a_deleted_project(app: TestApp) {
            let app = app.with_events().await;
            let owner = app.owner().await;
            send(&owner).await;
            assert!(count(&app, "(select count() from session_states)").await > 0);
            app.clock.advance(chrono::TimeDelta::seconds(1));
            owner.post("/projects", json!({ "name": "Elsewhere" })).await.expect(201);
            let name = owner.get(&owner.path("")).await.expect(200)["name"].as_str().expect("a name").replace(' ', "%20");
            owner.delete(&owner.path(&format!("?confirm={name}"))).await.expect(200);

            crate::tenancy::sweep(&app.app).await.expect("erased");
            for table in ["events", "session_states", "event_states", "person_property_states", "dirty_days", "event_names", "event_properties", "property_values"] {
                let left = format!("(select count() from {table})");
                for _ in 0..100 {
                    if count(&app, &left).await == 0 {
                        break;
                    }
                    // A mutation ends beside the statement that begins it.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                assert_eq!(count(&app, &left).await, 0, "{table}");
            }
        }
    }
}
