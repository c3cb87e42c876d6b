//! The trail as the store has it.

use metadata_store::transact;
use serde_json::json;

use super::{Actor, Change, record};
use crate::testing::{TestApp, app_tests};

app_tests! {
    async fn changes_at_once_make_one_chain(app: TestApp) {
        let app = app.app.clone();
        let writers: Vec<_> = (0..8_u128).map(|number| {
            let app = app.clone();
            tokio::spawn(async move {
                let actor = Actor::system();
                let change = Change::new("project.update")
                    .on(uuid::Uuid::from_u128(number))
                    .from_to(&json!({ "name": "a", "b": 1, "z": [] }), &json!({ "name": "A", "b": 1, "z": [1.5] }))
                    .details(json!({ "password": "open sesame", "why": "é \u{1f600} \"quoted\"" }));
                transact!(app.metadata(), |tx| record(&app, tx, &actor, change.clone()).await)
            })
        }).collect();
        for writer in writers {
            writer.await.expect("no panic").expect("written");
        }
        let rows = crate::audit::store::all(app.db()).await.expect("rows");
        assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
        let mut previous = String::new();
        for row in rows {
            assert_eq!(row.previous_hash, previous);
            assert_eq!(row.hash, crate::audit::record::hash(&row), "what is read back is what was hashed");
            assert_eq!(row.old_values, Some(json!({ "name": "a", "z": [] })), "only what differs");
            assert_eq!(row.details["password"], "********");
            previous = row.hash;
        }
    }
}
