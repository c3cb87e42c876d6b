//! Properties that questions ask for often get a column of `events`.
//!
//! Questions count what they ask for; every few minutes the counts go into the analytics store, and the properties
//! asked for most get columns. A column that others have pushed out is given up first and removed an hour later, when
//! no server has a question under way that names it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use analytics_model::ProjectId;
use analytics_store::{Error, PropertyColumn};
use chrono::TimeDelta;
use insight_sql::PropertyColumns;
use sha2::{Digest, Sha256};

use crate::App;

/// How many properties of the whole installation have columns.
const MOST_COLUMNS: usize = 16;
/// How often a property must have been asked for.
const FEWEST_USES: u64 = 20;
/// Uses of these days count.
const DAYS: i64 = 30;
/// How long a column that was given up stays.
const STAYS_SECONDS: u64 = 3_600;
/// How many properties are counted between two writings; others are asked for so rarely that it doesn't matter.
const MOST_COUNTED: usize = 10_000;

/// What this server knows of properties with columns, and counts of those asked for.
#[derive(Default)]
pub(crate) struct HotProperties {
    uses: Mutex<HashMap<(ProjectId, String), u64>>,
    columns: RwLock<Arc<PropertyColumns>>,
}

impl HotProperties {
    /// Returns the columns questions may use.
    pub(crate) fn columns(&self) -> Arc<PropertyColumns> {
        Arc::clone(&self.columns.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts the properties that a question asks for.
    pub(crate) fn count<'a>(&self, project: ProjectId, properties: impl IntoIterator<Item = &'a str>) {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        for property in properties {
            if uses.len() < MOST_COUNTED {
                *uses.entry((project, property.to_owned())).or_default() += 1;
            } else if let Some(count) = uses.get_mut(&(project, property.to_owned())) {
                *count += 1;
            }
        }
    }

    fn know(&self, columns: &[PropertyColumn]) {
        let known = columns.iter().filter(|column| column.retired_at.is_none());
        let known: PropertyColumns = known.map(|column| (column.property.clone(), column.column.clone())).collect();
        *self.columns.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
    }
}

/// Writes down what was asked for, and gives columns to what is asked for most.
///
/// Call it every few minutes; what the analytics store does not take now is tried again then.
pub async fn look_after_hot_properties(app: &App) -> Result<(), Error> {
    write_uses(app).await?;
    let store = app.analytics();
    let columns = store.property_columns().await?;
    app.hot_properties().know(&columns);
    let since = (app.now() - TimeDelta::days(DAYS)).date_naive();
    store.forget_property_uses(since).await?;
    let used = store.most_used_properties(since, MOST_COLUMNS as u64).await?;
    let hot: Vec<&str> =
        used.iter().filter(|(_, uses)| *uses >= FEWEST_USES).map(|(property, _)| property.as_str()).collect();
    let now = u64::try_from(app.now().timestamp()).unwrap_or_default();

    let mut kept = columns.iter().filter(|column| column.retired_at.is_none()).count();
    for column in &columns {
        match column.retired_at {
            Some(at) if now.saturating_sub(at) >= STAYS_SECONDS && !hot.contains(&column.property.as_str()) => {
                store.drop_property_column(&column.column).await?;
            }
            // One is given up only where another needs its place: a column that is there costs little.
            None if !hot.contains(&column.property.as_str()) && kept + missing(&hot, &columns) > MOST_COLUMNS => {
                store.retire_property_column(column, now).await?;
                kept -= 1;
            }
            _ => {}
        }
    }
    for property in &hot {
        if kept < MOST_COLUMNS && !has_column(property, &columns) {
            let few_values = store.has_few_values(property).await?;
            store.add_property_column(property, &column_name(property), few_values).await?;
            tracing::info!(property, few_values, "a property that is asked for often has got a column");
            kept += 1;
        }
    }
    for column in store.unfilled_property_columns().await? {
        store.fill_property_column(&column).await?;
    }
    app.hot_properties().know(&store.property_columns().await?);
    Ok(())
}

async fn write_uses(app: &App) -> Result<(), Error> {
    let uses = std::mem::take(&mut *app.hot_properties().uses.lock().unwrap_or_else(PoisonError::into_inner));
    if uses.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = uses.iter().map(|((project, property), uses)| (*project, property.clone(), *uses)).collect();
    let written = app.analytics().record_property_uses(app.now().date_naive(), &rows).await;
    if written.is_err() {
        // Tried again with the next: a use that is counted twice then does no harm.
        let mut waiting = app.hot_properties().uses.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, uses) in uses {
            *waiting.entry(key).or_default() += uses;
        }
    }
    written
}

fn has_column(property: &str, columns: &[PropertyColumn]) -> bool {
    columns.iter().any(|column| column.property == property && column.retired_at.is_none())
}

fn missing(hot: &[&str], columns: &[PropertyColumn]) -> usize {
    hot.iter().filter(|property| !has_column(property, columns)).count()
}

/// Returns the name of a property's column: whatever the property is called, it is a plain one.
fn column_name(property: &str) -> String {
    let hash = Sha256::digest(property);
    let digits: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("p_{digits}")
}

#[cfg(test)]
mod tests {
    use analytics_model::ProjectId;
    use axum::http::Method;
    use chrono::TimeDelta;
    use serde_json::{Value, json};

    use super::{FEWEST_USES, MOST_COLUMNS, look_after_hot_properties};
    use crate::testing::{Caller, TestApp, app_tests, request, with_header};

    /// Names and values that go wrong where somebody formats instead of binding, or reads numbers as numbers.
    const NAMES: [&str; 3] = ["plan", "it's a \\ \"key\" {project:UUID} \u{fc} 漢", "a.b"];

    fn values() -> Vec<Value> {
        let numbers = ["1.10", "1e5", "-0.0", "18446744073709551616", "0.1", "7"];
        let numbers = numbers.map(|number| serde_json::from_str::<Value>(number).expect("a number"));
        let others = json!(["", "true", "pro", "Ü 漢 🦀", "null", "\\N", "1.10", " 7 ", true, false, null, { "b": 1 }, [1, "two"], "it's"]);
        numbers.into_iter().chain(others.as_array().expect("a list").clone()).collect()
    }

    async fn send(owner: &Caller, day: u32) {
        let mut events = Vec::new();
        for (index, value) in values().into_iter().enumerate() {
            for name in NAMES {
                events.push(json!({ "event": "seen", "distinct_id": format!("user {index}"),
                    "timestamp": format!("2026-03-0{day}T10:00:00Z"), "properties": { (name): value, "other": index } }));
            }
        }
        events.push(
            json!({ "event": "seen", "distinct_id": "nobody", "timestamp": format!("2026-03-0{day}T11:00:00Z") }),
        );
        let key = owner.key().await;
        let request = with_header(request(Method::POST, "/api/v1/events", Some(json!(events))), "x-api-key", &key);
        let verdicts = owner.app.send(request).await.expect(200);
        assert_eq!(verdicts["rejected"], 0, "{verdicts}");
    }

    async fn answers(owner: &Caller) -> Vec<Value> {
        let mut answers = Vec::new();
        for name in NAMES {
            let condition = |operator: &str, values: Value| json!({ "filter": { "property": name, "operator": operator, "values": values } });
            let parts = [
                json!({ "breakdown": { "property": name, "limit": 50 } }),
                json!({ "series": [{ "measure": { "kind": "sum", "property": name } }, { "measure": { "kind": "maximum", "property": name } }] }),
                json!({ "filter": { "property": name, "operator": "is_set" } }),
                json!({ "filter": { "property": name, "operator": "is_not_set" } }),
                condition("is", json!(["1.1", "true", ""])),
                condition("is_not", json!(["pro"])),
                condition("contains", json!(["ü"])),
                condition("matches", json!(["^[0-9.]+$"])),
                condition("greater_than", json!(["1"])),
            ];
            for part in parts {
                let mut question = json!({ "kind": "trends", "series": [{ "measure": { "kind": "count" } }],
                    "range": { "kind": "dates", "from": "2026-02-27", "to": "2026-03-02" }, "interval": "day" });
                let (Value::Object(whole), Value::Object(part)) = (&mut question, part) else { panic!("objects") };
                whole.extend(part);
                let mut answer = owner.post(&owner.path("/insights/run"), question).await.expect(200);
                answer["elapsed_ms"] = json!(0);
                answers.push(answer);
            }
            let path = format!("/catalogue/values?property={}", urlencoding(name));
            answers.push(owner.get(&owner.path(&path)).await.expect(200));
        }
        answers
    }

    fn project_of(owner: &Caller) -> ProjectId {
        ProjectId(owner.project().parse().expect("an id"))
    }

    fn urlencoding(text: &str) -> String {
        text.bytes().map(|byte| format!("%{byte:02X}")).collect()
    }

    async fn columns(app: &TestApp) -> Vec<(String, bool)> {
        let columns = app.app.analytics().property_columns().await.expect("a list");
        columns.into_iter().map(|column| (column.property, column.retired_at.is_some())).collect()
    }

    app_tests! {
        async fn answers_are_the_same_with_columns_and_without(app: TestApp) {
            let app = app.with_events().await;
            let owner = app.owner().await;
            send(&owner, 1).await;
            let before = answers(&owner).await;
            look_after_hot_properties(&app.app).await.expect("looked after");
            assert_eq!(columns(&app).await, [], "asked for too rarely");
            for _ in 0..FEWEST_USES {
                app.app.hot_properties().count(project_of(&owner), NAMES);
            }

            look_after_hot_properties(&app.app).await.expect("looked after");

            assert_eq!(columns(&app).await.len(), NAMES.len());
            for name in NAMES {
                assert!(app.app.hot_properties().columns().find(name).is_some(), "{name}");
            }
            assert_eq!(answers(&owner).await, before);
            // What comes in later has its values from the start.
            send(&owner, 2).await;
            let with = answers(&owner).await;
            let without = app.restart().await;
            assert!(without.app.hot_properties().columns().find("plan").is_none());
            let stranger = Caller { app: without, ..owner.clone() };
            assert_eq!(answers(&stranger).await, with);
            while !app.app.analytics().unfilled_property_columns().await.expect("a list").is_empty() {
                look_after_hot_properties(&app.app).await.expect("looked after");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            assert_eq!(answers(&owner).await, with);
        }

        async fn columns_go_to_what_is_asked_for_most(app: TestApp) {
            let app = app.with_events().await;
            let owner = app.owner().await;
            let project = project_of(&owner);
            let ask = |names: std::ops::Range<usize>, times: usize| {
                let names: Vec<String> = names.map(|name| format!("key {name}")).collect();
                for _ in 0..times {
                    app.app.hot_properties().count(project, names.iter().map(String::as_str));
                }
            };
            ask(0..MOST_COLUMNS, 20);
            look_after_hot_properties(&app.app).await.expect("looked after");
            assert_eq!(columns(&app).await.len(), MOST_COLUMNS);

            ask(1..MOST_COLUMNS + 1, 30);
            look_after_hot_properties(&app.app).await.expect("looked after");
            let there = columns(&app).await;
            assert!(there.contains(&("key 0".to_owned(), true)), "given up: {there:?}");
            assert!(there.contains(&(format!("key {}", MOST_COLUMNS), false)), "{there:?}");
            assert!(app.app.hot_properties().columns().find("key 0").is_none());

            app.clock.advance(TimeDelta::hours(2));
            look_after_hot_properties(&app.app).await.expect("looked after");
            let there = columns(&app).await;
            assert_eq!(there.len(), MOST_COLUMNS);
            assert!(there.iter().all(|(name, given_up)| name != "key 0" && !given_up), "{there:?}");
        }
    }
}
