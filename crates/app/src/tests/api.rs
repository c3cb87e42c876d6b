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
