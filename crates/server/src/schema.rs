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
    let tables = analytics_store::schema::tables().iter().map(|table| described(table.name, table.columns));
    let views = analytics_store::schema::views().iter().map(|view| described(view.name, view.columns));
    tables.chain(views).collect()
}

fn described(name: &str, columns: &[analytics_store::schema::Column]) -> Value {
    let columns: Vec<Value> = columns
        .iter()
        .map(|column| json!({ "name": column.name, "type": column.kind, "comment": column.comment }))
        .collect();
    json!({ "name": name, "columns": columns })
}
