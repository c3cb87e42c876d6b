//! Secret keys, rotation, project members, and the end of projects, through the API.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::find_key;
use crate::{
    Role,
    testing::{Caller, TestApp, app_tests, id_of, request, with_header},
};

async fn secret_key(owner: &Caller, scopes: &[&str]) -> (String, Caller) {
    let body = json!({ "name": "warehouse", "kind": "secret", "scopes": scopes });
    let made = owner.post(&owner.path("/api_keys"), body).await.expect(201);
    let key = made["key"].as_str().expect("a key").to_owned();
    assert!(key.starts_with("rdxs_"));
    (made["id"].as_str().expect("an id").to_owned(), Caller { token: Some(key), cookie: None, ..owner.clone() })
}

app_tests! {
    async fn a_secret_key_does_what_its_scopes_say(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let (_, key) = secret_key(&owner, &["project:view", "client_configs:create"]).await;
        key.get(&key.path("")).await.expect(200);
        key.post(&key.path("/client_configs"), json!({ "name": "x", "config": {} })).await.expect(201);
        key.get(&key.path("/client_configs")).await.expect_problem(403, "permission_required");
        key.patch(&key.path(""), json!({ "name": "x" })).await.expect_problem(403, "permission_required");
        key.get(&key.path("/api_keys")).await.expect_problem(403, "permission_required");
        key.delete(&key.path("?confirm=My%20project")).await.expect_problem(403, "permission_required");
        key.get(&stranger.path("")).await.expect_problem(404, "not_found");
        for path in ["/me", "/organizations", "/projects"] {
            key.get(path).await.expect_problem(401, "not_signed_in");
        }
        let trail = crate::tenancy::testing::trail_details(&app.app, "client_config.create").await;
        assert!(trail[0]["api_key_id"].is_string(), "{trail:?}");
    }

    async fn a_secret_key_is_refused_when_it_should_be(app: TestApp) {
        let owner = app.owner().await;
        let (id, key) = secret_key(&owner, &["project:view"]).await;
        let path = owner.path(&format!("/api_keys/{id}"));
        owner.patch(&path, json!({ "is_active": false })).await.expect(200);
        key.get(&key.path("")).await.expect_problem(401, "key_wrong");
        owner.patch(&path, json!({ "is_active": true, "expires_at": app.clock.now() + TimeDelta::hours(1) })).await.expect(200);
        key.get(&key.path("")).await.expect(200);
        app.clock.advance(TimeDelta::hours(1));
        key.get(&key.path("")).await.expect_problem(401, "key_wrong");
        // A proof of an hour ago is none.
        owner.patch(&path, json!({ "expires_at": null })).await.expect_problem(403, "proof_required");
        let owner = owner.again().await;
        owner.patch(&path, json!({ "expires_at": null })).await.expect(200);
        key.get(&key.path("")).await.expect(200);
        owner.patch(&path, json!({ "scopes": ["events:view"] })).await.expect(200);
        key.get(&key.path("")).await.expect_problem(403, "permission_required");
        let wrong = Caller { token: Some(format!("rdxs_{}", "A".repeat(43))), ..key.clone() };
        wrong.get(&key.path("")).await.expect_problem(401, "key_wrong");
        // A key that sends is no key that reads, whatever it is put in front of.
        let write = Caller { token: Some(owner.key().await), ..key };
        write.get(&write.path("")).await.expect_problem(401, "not_signed_in");
    }

    // Attack 22: a key is no way to more than one has.
    async fn scopes_are_checked(app: TestApp) {
        let owner = app.owner().await;
        let path = owner.path("/api_keys");
        let wrong = [
            json!({ "name": "k", "kind": "secret" }),
            json!({ "name": "k", "kind": "secret", "scopes": ["api_keys:create"] }),
            json!({ "name": "k", "kind": "secret", "scopes": ["project_members:view"] }),
            json!({ "name": "k", "kind": "secret", "scopes": ["grants:view"] }),
            json!({ "name": "k", "kind": "secret", "scopes": ["everything:view"] }),
            json!({ "name": "k", "kind": "secret", "scopes": ["events"] }),
            json!({ "name": "k", "kind": "write", "scopes": ["events:view"] }),
            json!({ "name": "k", "kind": "master" }),
        ];
        for body in wrong {
            owner.post(&path, body.clone()).await.expect_problem(422, "validation_failed");
        }
    }

    async fn an_old_secret_is_good_until_its_grace_ends(app: TestApp) {
        let owner = app.owner().await;
        let (id, old) = secret_key(&owner, &["project:view"]).await;
        old.get(&old.path("")).await.expect(200);
        let rotate = owner.path(&format!("/api_keys/{id}/rotate"));
        owner.post(&rotate, json!({ "grace_hours": 169 })).await.expect_problem(422, "validation_failed");
        let rotated = owner.post(&rotate, json!({ "grace_hours": 2 })).await.expect(200);
        let new = Caller { token: rotated["key"].as_str().map(str::to_owned), ..old.clone() };
        assert_ne!(new.token, old.token);
        new.get(&new.path("")).await.expect(200);
        old.get(&old.path("")).await.expect(200);
        app.clock.advance(TimeDelta::hours(2));
        old.get(&old.path("")).await.expect_problem(401, "key_wrong");
        new.get(&new.path("")).await.expect(200);
        let owner = owner.again().await;
        owner.post(&rotate, json!({})).await.expect(200);
        new.get(&new.path("")).await.expect_problem(401, "key_wrong");
        let listed = owner.get(&owner.path("/api_keys")).await.expect(200);
        assert!(!listed.to_string().contains("hash"));
    }

    async fn a_secret_key_sends_events_with_that_scope_only(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let event = json!({ "event": "sign up", "distinct_id": "u1" });
        let (_, reader) = secret_key(&owner, &["events:view"]).await;
        let (_, writer) = secret_key(&owner, &["events:create"]).await;
        reader.post("/events", event.clone()).await.expect_problem(403, "key_may_not_write");
        writer.post("/events", event).await.expect(200);
        writer.get(&writer.path("/events")).await.expect_problem(403, "permission_required");
        let arrived = reader.get(&reader.path("/events")).await.expect(200);
        assert_eq!(arrived["items"].as_array().map(Vec::len), Some(1));
    }

    async fn a_deleted_project_is_gone_with_its_events(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let admin = app.member(Role::Admin).await;
        let key = owner.key().await;
        let project = owner.project().parse().expect("an id");
        let send = async || {
            let event = json!({ "event": "sign up", "distinct_id": "u1" });
            let sent = with_header(request(Method::POST, "/api/v1/events", Some(event)), "x-api-key", &key);
            app.send(sent).await
        };
        send().await.expect(200);
        admin.delete(&admin.path("?confirm=My%20project")).await.expect_problem(403, "organization_role_required");
        owner.delete(&owner.path("?confirm=other")).await.expect_problem(422, "validation_failed");
        assert_eq!(owner.delete(&owner.path("?confirm=My%20project")).await.expect(200), json!({ "events": 1 }));
        owner.get(&owner.path("")).await.expect_problem(404, "not_found");
        assert_eq!(find_key(&app.app, &key).await.expect("an answer"), None);
        send().await.expect_problem(401, "key_wrong");
        crate::tenancy::sweep(&app.app).await.expect("erased");
        app.clock.advance(TimeDelta::hours(3));
        crate::tenancy::sweep(&app.app).await.expect("erased");
        let mut left = 1;
        // The store erases beside the request: wait for it, 20 seconds at most.
        for _ in 0..200 {
            left = crate::tenancy::erasure::count(&app.app, project).await.expect("a count");
            if left == 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(left, 0);
    }

    async fn events_are_kept_as_long_as_the_project_says(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        let project = owner.project().parse().expect("an id");
        for days in [1, 40] {
            let event = json!({ "event": "sign up", "distinct_id": "u1", "timestamp": app.clock.now() - TimeDelta::days(days) });
            let body = json!({ "batch": [event], "historical": true });
            let sent = with_header(request(Method::POST, "/api/v1/events", Some(body)), "x-api-key", &key);
            app.send(sent).await.expect(200);
        }
        for wrong in [0, 3_651] {
            owner.patch(&owner.path(""), json!({ "retention_days": wrong })).await.expect_problem(422, "validation_failed");
        }
        crate::tenancy::sweep(&app.app).await.expect("nothing to do");
        assert_eq!(crate::tenancy::erasure::count(&app.app, project).await.expect("a count"), 2);
        let changed = owner.patch(&owner.path(""), json!({ "retention_days": 30, "currency": "CHF" })).await.expect(200);
        assert_eq!((&changed["retention_days"], &changed["currency"]), (&json!(30), &json!("CHF")));
        crate::tenancy::sweep(&app.app).await.expect("erased");
        let mut left = 2;
        for _ in 0..200 {
            left = crate::tenancy::erasure::count(&app.app, project).await.expect("a count");
            if left == 1 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(left, 1);
        let kept = owner.patch(&owner.path(""), json!({ "retention_days": null })).await.expect(200);
        assert_eq!((&kept["retention_days"], &kept["currency"]), (&Value::Null, &json!("CHF")));
    }

    async fn project_admins_look_after_members(app: TestApp) {
        let (owner, admin, viewer) = (app.owner().await, app.member(Role::Admin).await, app.member(Role::Viewer).await);
        let stranger = app.stranger().await;
        let members = admin.path("/members");
        let one = |id: &str| admin.path(&format!("/members/{id}"));
        let (viewer_id, admin_id) = (id_of(&viewer).await, id_of(&admin).await);
        assert_eq!(viewer.get(&members).await.expect(200)["items"].as_array().map(Vec::len), Some(2));
        viewer.patch(&one(&viewer_id), json!({ "role": "admin" })).await.expect_problem(403, "permission_required");
        viewer.post(&members, json!({ "user_id": viewer_id, "role": "admin" })).await.expect_problem(403, "permission_required");
        admin.patch(&one(&admin_id), json!({ "role": "viewer" })).await.expect_problem(403, "own_role");
        admin.post(&members, json!({ "user_id": admin_id, "role": "viewer" })).await.expect_problem(403, "own_role");
        assert_eq!(admin.patch(&one(&viewer_id), json!({ "role": "editor" })).await.expect(200)["role"], "editor");
        admin.patch(&one(&viewer_id), json!({ "role": "owner" })).await.expect_problem(422, "validation_failed");
        for body in [json!({ "role": "viewer", "project_id": "x" }), json!({ "role": "viewer", "user_id": viewer_id })] {
            admin.patch(&one(&viewer_id), body).await.expect_problem(422, "validation_failed");
        }
        // Who is in no organization of ours, and who doesn't exist, are the same.
        let theirs = admin.post(&members, json!({ "user_id": id_of(&stranger).await, "role": "viewer" })).await;
        let none = admin.post(&members, json!({ "user_id": "01890000-0000-7000-8000-000000000000", "role": "viewer" })).await;
        assert_eq!(theirs.expect(422)["errors"], none.expect(422)["errors"]);
        let theirs = admin.post(&members, json!({ "email": "stranger@example.org", "role": "viewer" })).await;
        let none = admin.post(&members, json!({ "email": "nobody@example.org", "role": "viewer" })).await;
        assert_eq!(theirs.expect(422)["errors"], none.expect(422)["errors"]);
        admin.delete(&one(&viewer_id)).await.expect(204);
        viewer.get(&viewer.path("")).await.expect_problem(404, "not_found");
        admin.post(&members, json!({ "email": "viewer@example.com", "role": "analyst" })).await.expect(201);
        viewer.get(&viewer.path("")).await.expect(200);
        viewer.delete(&one(&viewer_id)).await.expect(204);
        owner.delete(&one(&viewer_id)).await.expect_problem(404, "not_found");
    }
}
