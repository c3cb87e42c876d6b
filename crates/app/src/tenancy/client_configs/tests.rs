//! Client configurations, as people change them and as SDKs get them.

use axum::http::Method;
use serde_json::json;

use crate::{
    Role,
    testing::{Answer, TestApp, app_tests, request, with_header},
};

async fn served(app: &TestApp, query: &str, key: Option<&str>, known: Option<&str>) -> Answer {
    let mut asked = request(Method::GET, &format!("/api/v1/client_config{query}"), None);
    asked = with_header(asked, "origin", "https://shop.example");
    if let Some(key) = key {
        asked = with_header(asked, "authorization", &format!("Bearer {key}"));
    }
    if let Some(known) = known {
        asked = with_header(asked, "if-none-match", known);
    }
    app.send(asked).await
}

app_tests! {
    async fn sdks_get_what_people_write(app: TestApp) {
        let owner = app.owner().await;
        let key = owner.key().await;
        let nothing = served(&app, "", Some(&key), None).await;
        assert_eq!(nothing.expect(200), json!({}));
        let path = owner.path("/client_configs");
        let made = owner.post(&path, json!({ "name": "default", "config": { "sample": 0.5 } })).await.expect(201);
        owner.post(&path, json!({ "name": "default", "config": {} })).await.expect_problem(409, "client_config_name_taken");
        let answer = served(&app, "", Some(&key), None).await;
        assert_eq!(answer.expect(200), json!({ "sample": 0.5 }));
        assert_eq!(answer.header("cache-control"), Some("private, max-age=60"));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let etag = answer.header("etag").expect("an etag").to_owned();
        let same = served(&app, &format!("?name=default&key={key}"), None, Some(&etag)).await;
        assert_eq!((same.status.as_u16(), same.body.len()), (304, 0));
        let one = format!("{path}/{}", made["id"].as_str().expect("an id"));
        owner.patch(&one, json!({ "config": { "sample": 1 } })).await.expect(200);
        assert_eq!(owner.get(&one).await.expect(200)["config"], json!({ "sample": 1 }));
        assert_eq!(served(&app, "", Some(&key), Some(&etag)).await.expect(200), json!({ "sample": 1 }));
        assert_eq!(served(&app, "?name=other", Some(&key), None).await.expect(200), json!({}));
        served(&app, "", Some("rdx_wrong"), None).await.expect_problem(401, "key_wrong");
        served(&app, "", None, None).await.expect_problem(401, "key_wrong");
        owner.delete(&one).await.expect(204);
        assert_eq!(served(&app, "", Some(&key), None).await.expect(200), json!({}));
        let preflight = request(Method::OPTIONS, "/api/v1/client_config", None);
        let preflight = with_header(preflight, "origin", "https://shop.example");
        let answer = app.send(with_header(preflight, "access-control-request-method", "GET")).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }

    async fn a_configuration_is_an_object_of_some_size(app: TestApp) {
        let owner = app.owner().await;
        let path = owner.path("/client_configs");
        let wrong = [
            json!({ "name": "x", "config": [] }),
            json!({ "name": "x", "config": { "a": "x".repeat(65_536) } }),
            json!({ "name": "Not So", "config": {} }),
            json!({ "name": "x", "config": {}, "project_id": "x" }),
        ];
        for body in wrong {
            owner.post(&path, body).await.expect_problem(422, "validation_failed");
        }
    }

    // Attack 26: a configuration is reached through its own project only.
    async fn a_configuration_of_others_is_not_there(app: TestApp) {
        let (owner, stranger, viewer) = (app.owner().await, app.stranger().await, app.member(Role::Viewer).await);
        let made = owner.post(&owner.path("/client_configs"), json!({ "name": "x", "config": {} })).await.expect(201);
        let rest = format!("/client_configs/{}", made["id"].as_str().expect("an id"));
        stranger.get(&stranger.path(&rest)).await.expect_problem(404, "not_found");
        stranger.patch(&stranger.path(&rest), json!({ "config": {} })).await.expect_problem(404, "not_found");
        stranger.delete(&stranger.path(&rest)).await.expect_problem(404, "not_found");
        viewer.get(&viewer.path(&rest)).await.expect(200);
        viewer.patch(&viewer.path(&rest), json!({ "config": {} })).await.expect_problem(403, "permission_required");
    }
}
