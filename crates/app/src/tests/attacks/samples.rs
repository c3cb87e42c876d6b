//! Bodies made from the API's own description, and what can be put into them.

use serde_json::{Map, Value, json};

/// The API's description.
pub(super) struct Description(Value);

impl Description {
    pub(super) fn new() -> Self {
        Self(serde_json::to_value(crate::openapi()).expect("a document"))
    }

    /// Returns what is said of an operation: `POST /api/v1/projects`.
    pub(super) fn operation(&self, operation: &str) -> &Value {
        let (method, path) = operation.split_once(' ').expect("a method and a path");
        &self.0["paths"][path][method.to_lowercase()]
    }

    /// Returns whether an operation reads a JSON body.
    pub(super) fn has_body(&self, operation: &str) -> bool {
        self.operation(operation)["requestBody"]["content"]["application/json"].is_object()
    }

    /// Returns the names of an operation's parameters in the query.
    pub(super) fn query_parameters(&self, operation: &str) -> Vec<String> {
        let parameters = self.operation(operation)["parameters"].as_array().cloned().unwrap_or_default();
        let in_query = parameters.iter().filter(|parameter| parameter["in"] == "query");
        in_query.filter_map(|parameter| parameter["name"].as_str().map(str::to_owned)).collect()
    }

    /// Returns the schemas of all JSON bodies, each with the operation it is sent to.
    pub(super) fn bodies(&self) -> Vec<(String, &Value)> {
        let mut found = Vec::new();
        for (path, item) in self.0["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                for (kind, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
                    if kind == "application/json" {
                        found.push((format!("{} {path}", method.to_uppercase()), &content["schema"]));
                    }
                }
            }
        }
        found
    }

    /// Follows a schema's references.
    pub(super) fn resolved<'a>(&'a self, mut schema: &'a Value) -> &'a Value {
        while let Some(reference) = schema["$ref"].as_str() {
            schema = self.0.pointer(reference.trim_start_matches('#')).expect("what a reference leads to");
        }
        schema
    }

    /// Makes a value of a schema, with everything in it that may be there.
    pub(super) fn example(&self, schema: &Value, depth: usize) -> Value {
        let schema = self.resolved(schema);
        if depth == 0 {
            return Value::Null;
        }
        if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
            return first.clone();
        }
        for word in ["oneOf", "anyOf"] {
            let kinds = schema[word].as_array().into_iter().flatten();
            if let Some(kind) = kinds.into_iter().find(|kind| kind["type"] != "null") {
                return self.example(kind, depth);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let mut whole = Map::new();
            for part in parts {
                whole.extend(self.example(part, depth).as_object().cloned().unwrap_or_default());
            }
            return whole.into();
        }
        match type_of(schema) {
            "array" => json!([self.example(&schema["items"], depth - 1)]),
            "object" => {
                let properties = schema["properties"].as_object().cloned().unwrap_or_default();
                properties.iter().map(|(name, part)| (name.clone(), self.example(part, depth - 1))).collect()
            }
            "integer" | "number" => schema["minimum"].as_i64().unwrap_or(1).into(),
            "boolean" => true.into(),
            _ => match schema["format"].as_str() {
                Some("uuid") => json!(uuid::Uuid::new_v4()),
                Some("date-time") => json!("2027-01-01T00:00:00Z"),
                _ => schema.get("example").cloned().unwrap_or_else(|| json!("sample")),
            },
        }
    }
}

fn type_of(schema: &Value) -> &str {
    let kind = &schema["type"];
    let of_several = || kind.as_array()?.iter().filter_map(Value::as_str).find(|kind| *kind != "null");
    kind.as_str().or_else(of_several).unwrap_or("string")
}

/// Returns the places of all values within a value, as JSON pointers; its own is the empty one.
pub(super) fn places(value: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut add = |name: String, inner: &Value| {
        found.extend(places(inner).into_iter().map(|place| format!("/{name}{place}")));
    };
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, inner)| add(name.replace('~', "~0").replace('/', "~1"), inner));
        }
        Value::Array(items) => items.iter().enumerate().for_each(|(index, inner)| add(index.to_string(), inner)),
        _ => {}
    }
    found
}

/// Returns the same value with another one at a place.
pub(super) fn with(value: &Value, place: &str, new: Value) -> Value {
    let mut whole = value.clone();
    *whole.pointer_mut(place).expect("a place within the value") = new;
    whole
}
