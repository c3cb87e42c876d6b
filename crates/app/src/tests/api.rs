//! The API as a whole: its document, and how it refuses.

use axum::http::Method;

use crate::testing::{TestApp, app_tests, request};

app_tests! {
    async fn the_document_is_served_and_is_openapi_3_1(app: TestApp) {
        let document = app.send(request(Method::GET, "/api/openapi.json", None)).await.expect(200);
        assert!(document["openapi"].as_str().expect("a version").starts_with("3.1"));
        assert_eq!(document, serde_json::to_value(crate::openapi()).expect("a document"));
    }

    async fn an_unknown_path_is_a_problem_not_a_page(app: TestApp) {
        for path in ["/api", "/api/v1", "/api/v1/nothing", "/api/v2/projects", "/api/v1/projects/x/y/z"] {
            app.send(request(Method::GET, path, None)).await.expect_problem(404, "not_found");
        }
        app.send(request(Method::PUT, "/api/v1/me", None)).await.expect_problem(405, "method_not_allowed");
    }

    async fn every_answer_has_an_id_and_is_kept_by_nobody(app: TestApp) {
        let answer = app.nobody().get("/me").await;
        let problem = answer.expect_problem(401, "not_signed_in");
        assert_eq!(problem["request_id"].as_str(), answer.header("x-request-id"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    let document = serde_json::to_value(crate::openapi()).expect("a document");
    let mut missing = Vec::new();
    visit(&document, &mut |reference| {
        let pointer = reference.trim_start_matches('#');
        if document.pointer(pointer).is_none() {
            missing.push(reference.to_owned());
        }
    });
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_operation_has_a_name_a_tag_and_a_sentence() {
    let document = serde_json::to_value(crate::openapi()).expect("a document");
    let mut names = std::collections::HashSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let name = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no name"));
            assert!(names.insert(name.to_owned()), "two operations are named {name}");
            assert!(operation["tags"][0].is_string(), "{method} {path} has no tag");
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
        }
    }
}

fn visit(value: &serde_json::Value, found: &mut impl FnMut(&str)) {
    match value {
        serde_json::Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(|reference| reference.as_str()) {
                found(reference);
            }
            fields.values().for_each(|value| visit(value, found));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|value| visit(value, found)),
        _ => {}
    }
}

/// The document has one place for each name: of two types with one name, one would be described as the other.
#[test]
fn every_schema_has_a_name_of_its_own() {
    let mut names = std::collections::BTreeMap::<String, Vec<String>>::new();
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut folders: Vec<_> =
        ["app", "http-kit", "analytics-model", "insight-sql"].iter().map(|name| root.join(name).join("src")).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).expect("a text");
                for name in schemas_in(&text) {
                    names.entry(name).or_default().push(path.display().to_string());
                }
            }
        }
    }
    assert!(names.len() > 100, "{}", names.len());
    let described = serde_json::to_value(crate::openapi()).expect("a document");
    let unheard_of: Vec<_> = described["components"]["schemas"]
        .as_object()
        .expect("schemas")
        .keys()
        .filter(|name| !names.contains_key(name.split('_').next().unwrap_or_default()))
        .collect();
    assert_eq!(unheard_of, Vec::<&String>::new(), "the document has schemas that were not found in the sources");
    names.retain(|_, places| places.len() > 1);
    assert!(names.is_empty(), "give these other names, or #[schema(as = …)]: {names:?}");
}

/// Returns the names of types that a source file describes for the document.
fn schemas_in(text: &str) -> Vec<String> {
    // Typed ids are made by a macro.
    let ids = text
        .split("typed_id!(")
        .skip(1)
        .filter_map(|made| made.lines().find_map(|line| line.trim().strip_suffix("Id")));
    let mut names: Vec<String> = ids.map(|name| format!("{name}Id")).collect();
    for (at, _) in text.match_indices("#[derive(") {
        let Some((derived, rest)) = text[at..].split_once(")]") else { continue };
        if !derived.split(|letter: char| !letter.is_alphanumeric()).any(|name| name == "ToSchema") {
            continue;
        }
        let mut called = None;
        for line in rest.lines().map(str::trim) {
            if let Some((_, name)) = line.split_once("#[schema(as = ") {
                called = Some(name);
            }
            let words: Vec<&str> = line.split(' ').collect();
            let declared =
                words.iter().position(|word| matches!(*word, "struct" | "enum")).and_then(|at| words.get(at + 1));
            if let (Some(name), false) = (declared, line.starts_with("//")) {
                let name = called.unwrap_or(name);
                let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(name.len());
                names.push(name[..end].to_owned());
                break;
            }
        }
    }
    names
}
