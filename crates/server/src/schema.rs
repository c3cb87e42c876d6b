//! `radixinsight schema`: every table and column of both stores.

use serde_json::{Value, json};

/// Returns both stores' tables as JSON.
pub(crate) fn json() -> anyhow::Result<String> {
    let schema = json!({
        "metadata": serde_json::to_value(app::schema())?,
        "analytics": analytics(),
    });
    Ok(serde_json::to_string_pretty(&schema)?)
}

fn analytics() -> Vec<Value> {
    let table = |table: &analytics_store::schema::Table| {
        let columns: Vec<Value> = table
            .columns
            .iter()
            .map(|column| json!({ "name": column.name, "type": column.kind, "comment": column.comment }))
            .collect();
        json!({ "name": table.name, "columns": columns })
    };
    analytics_store::schema::tables().iter().copied().map(table).collect()
}
