//! The schemas clients generate their types from.

use utoipa::OpenApi;

use crate::{Trends, TrendsAnswer};

#[derive(OpenApi)]
#[openapi(components(schemas(Trends, TrendsAnswer)))]
struct Document;

#[test]
fn schemas_of_questions_and_answers() {
    let document = serde_json::to_value(Document::openapi()).expect("json");
    assert_eq!(document["openapi"], "3.1.0");
    insta::assert_json_snapshot!(document["components"]["schemas"]);
}
