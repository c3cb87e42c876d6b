//! A secret key never has more than who saw its secret, unless the organization answers for it.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    Role,
    testing::{Caller, TestApp, app_tests, id_of, organization, request, with_header},
};

async fn make_key(by: &Caller, scopes: &[&str]) -> (String, Caller) {
    let body = json!({ "name": "warehouse", "kind": "secret", "scopes": scopes });
    let made = by.post(&by.path("/api_keys"), body).await.expect(201);
    (made["id"].as_str().expect("an id").to_owned(), program(by, &made))
}

fn program(by: &Caller, made: &Value) -> Caller {
    Caller { token: made["key"].as_str().map(str::to_owned), cookie: None, ..by.clone() }
}

async fn listed(owner: &Caller, id: &str) -> Value {
    let keys = owner.get(&owner.path("/api_keys")).await.expect(200);
    keys["items"].as_array().expect("items").iter().find(|key| key["id"] == id).cloned().expect("the key")
}

/// Gives somebody a role of their own: what it lets them do, on the rows of one region where one is named.
async fn give(owner: &Caller, to: &Caller, words: &[&str], region: Option<&str>) -> String {
    let permission = |word: &&str| {
        let (resource, action) = word.split_once(':').expect("resource:action");
        json!({ "resource": resource, "action": action })
    };
    let rules: Vec<Value> =
        region.iter().map(|region| json!({ "property": "region", "allowed_values": [region] })).collect();
    let permissions: Value = words.iter().map(permission).collect();
    let name = format!("Role {} {region:?}", words.join(" "));
    let name: String = name.chars().take(100).collect();
    let path = organization(owner).await;
    let role = json!({ "name": name, "permissions": permissions, "row_rules": rules });
    let role = owner.post(&format!("{path}/roles"), role).await.expect(201);
    let new = json!({ "user_id": id_of(to).await, "role_id": role["id"], "project_id": owner.project() });
    owner.post(&format!("{path}/role_assignments"), new).await.expect(201);
    format!("{path}/roles/{}", role["id"].as_str().expect("an id"))
}

app_tests! {
    async fn a_secret_key_never_has_more_than_its_holder_has_now(app: TestApp) {
        let owner = app.owner().await;
        let admin = app.member(Role::Admin).await;
        let (id, key) = make_key(&admin, &["project:view", "client_configs:view", "client_configs:create"]).await;
        key.post(&key.path("/client_configs"), json!({ "name": "x", "config": {} })).await.expect(201);
        let admin_id = id_of(&admin).await;
        let member = owner.path(&format!("/members/{admin_id}"));

        owner.patch(&member, json!({ "role": "viewer" })).await.expect(200);

        key.get(&key.path("/client_configs")).await.expect(200);
        key.post(&key.path("/client_configs"), json!({ "name": "y", "config": {} })).await.expect_problem(403, "permission_required");
        assert_eq!(listed(&owner, &id).await["working_scopes"], json!(["client_configs:view", "project:view"]));
        owner.patch(&member, json!({ "role": "uploader" })).await.expect(200);
        key.get(&key.path("/client_configs")).await.expect_problem(403, "permission_required");
        key.get(&key.path("")).await.expect(200);
        owner.patch(&member, json!({ "role": "admin" })).await.expect(200);
        key.get(&key.path("/client_configs")).await.expect(200);

        let account = format!("/users/{admin_id}");
        owner.patch(&account, json!({ "is_active": false })).await.expect(200);
        key.get(&key.path("")).await.expect_problem(401, "key_wrong");
        assert_eq!(listed(&owner, &id).await["working_scopes"], json!([]));
        owner.patch(&account, json!({ "is_active": true })).await.expect(200);
        key.get(&key.path("")).await.expect(200);

        // Also where another server made the change.
        let other = Caller { app: app.restart().await, ..key.clone() };
        other.get(&other.path("")).await.expect(200);
        owner.delete(&format!("{}/members/{admin_id}", organization(&owner).await)).await.expect(204);
        key.get(&key.path("")).await.expect_problem(401, "key_wrong");
        app.clock.advance(TimeDelta::seconds(1));
        other.get(&other.path("")).await.expect_problem(401, "key_wrong");
    }

    async fn a_secret_key_sends_and_reads_as_far_as_its_holder(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let ada = app.colleague("ada").await;
        let all = ["api_keys:create", "events:create", "events:view", "insights:run"];
        let wide = give(&owner, &ada, &all, None).await;
        let (_, key) = make_key(&ada, &["events:create", "events:view", "insights:run"]).await;
        let event = |region: &str| json!({ "event": "seen", "distinct_id": "a", "properties": { "region": region } });
        key.post("/events", json!([event("EU"), event("US")])).await.expect(200);
        let count = async |by: &Caller| by.get(&by.path("/events")).await.expect(200)["items"].as_array().map(Vec::len);
        assert_eq!(count(&key).await, Some(2));
        // Limited to some rows since, they see these, and so does their key.
        give(&owner, &ada, &["events:create", "events:view"], Some("EU")).await;
        owner.patch(&wide, json!({ "is_active": false })).await.expect(200);
        assert_eq!(count(&ada).await, Some(1));
        assert_eq!(count(&key).await, Some(1));
        let path = key.path("/access/explain?action=view&resource=events");
        assert_eq!(ada.get(&path).await.expect(200)["rows"][0][0]["allowed_values"], json!(["EU"]));
        let question = json!({ "kind": "trends", "series": [{ "measure": { "kind": "count" } }],
            "range": { "kind": "last", "count": 7, "unit": "day" }, "interval": "day" });
        key.post(&key.path("/insights/run"), question).await.expect_problem(403, "permission_required");
        // A key that sends, and has nothing left, is refused like one that is none; one of a page goes on.
        let page = ada.app.owner().await.key().await;
        owner.delete(&format!("{}/members/{}", organization(&owner).await, id_of(&ada).await)).await.expect(204);
        key.post("/events", event("EU")).await.expect_problem(401, "key_wrong");
        app.send(with_header(request(Method::POST, "/api/v1/events", Some(event("EU"))), "x-api-key", &page)).await.expect(200);
    }

    async fn a_write_key_of_who_is_gone_goes_on(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let admin = app.member(Role::Admin).await;
        let key = admin.key().await;
        owner.delete(&format!("{}/members/{}", organization(&owner).await, id_of(&admin).await)).await.expect(204);
        let event = json!({ "event": "seen", "distinct_id": "a" });
        app.send(with_header(request(Method::POST, "/api/v1/events", Some(event)), "x-api-key", &key)).await.expect(200);
    }

    // Attack 22: an old key is no way to more than one has.
    async fn nobody_revives_a_key_that_may_do_more_than_they(app: TestApp) {
        let owner = app.owner().await;
        let ada = app.colleague("ada").await;
        let words = ["api_keys:view", "api_keys:create", "api_keys:edit", "api_keys:delete", "events:view", "project:view"];
        give(&owner, &ada, &words, Some("EU")).await;
        let (id, key) = make_key(&owner, &["events:view", "project:view"]).await;
        let path = owner.path(&format!("/api_keys/{id}"));
        let soon = app.clock.now() + TimeDelta::hours(1);
        // What makes it do less, or nothing, is not giving.
        ada.patch(&path, json!({ "name": "renamed", "is_active": false, "expires_at": soon })).await.expect(200);
        for wider in [
            json!({ "is_active": true }),
            json!({ "expires_at": null }),
            json!({ "expires_at": soon + TimeDelta::seconds(1) }),
            json!({ "is_active": true, "expires_at": soon - TimeDelta::seconds(1) }),
            json!({ "scopes": ["events:view", "project:view"] }),
            json!({ "scopes": ["events:view"] }),
            json!({ "scopes": ["events:view", "events:export"] }),
        ] {
            ada.patch(&path, wider.clone()).await.expect_problem(403, "beyond_own_rights");
        }
        ada.post(&format!("{path}/rotate"), json!({ "grace_hours": 168 })).await.expect_problem(403, "beyond_own_rights");
        ada.patch(&path, json!({ "owner": "organization" })).await.expect_problem(403, "beyond_own_rights");
        let new = json!({ "name": "k", "kind": "secret", "scopes": ["events:view"] });
        ada.post(&ada.path("/api_keys"), new).await.expect_problem(403, "beyond_own_rights");
        key.get(&key.path("")).await.expect_problem(401, "key_wrong");
        // Narrowed to what they have, it is theirs to give.
        ada.patch(&path, json!({ "scopes": ["project:view"], "is_active": true })).await.expect(200);
        key.get(&key.path("")).await.expect(200);
    }

    async fn a_key_goes_on_where_the_organization_answers_for_it(app: TestApp) {
        let owner = app.owner().await;
        let (admin, other) = (app.member(Role::Admin).await, app.colleague("other").await);
        let (id, key) = make_key(&admin, &["project:view"]).await;
        let path = owner.path(&format!("/api_keys/{id}"));
        assert_eq!(listed(&owner, &id).await["owner"], "person");
        // Who looks after a project does not speak for the organization.
        admin.patch(&path, json!({ "owner": "organization" })).await.expect_problem(403, "organization_role_required");
        assert_eq!(owner.patch(&path, json!({ "owner": "organization" })).await.expect(200)["owner"], "organization");
        owner.delete(&format!("{}/members/{}", organization(&owner).await, id_of(&admin).await)).await.expect(204);
        key.get(&key.path("")).await.expect(200);
        give(&owner, &other, &["api_keys:view", "api_keys:edit", "project:view"], None).await;
        other.post(&format!("{path}/rotate"), json!({})).await.expect_problem(403, "organization_role_required");
        let rotated = owner.post(&format!("{path}/rotate"), json!({})).await.expect(200);
        assert_eq!(rotated["holder_id"], json!(id_of(&owner).await));
        key.get(&key.path("")).await.expect_problem(401, "key_wrong");
        let new = program(&owner, &rotated);
        new.get(&new.path("")).await.expect(200);
    }

    async fn a_secret_is_bound_to_who_saw_it(app: TestApp) {
        let owner = app.owner().await;
        let (first, second) = (app.member(Role::Admin).await, app.colleague("second").await);
        give(&owner, &second, &["api_keys:edit", "project:view"], None).await;
        let (id, old) = make_key(&first, &["project:view"]).await;
        let rotated = second.post(&second.path(&format!("/api_keys/{id}/rotate")), json!({ "grace_hours": 24 })).await.expect(200);
        let new = program(&second, &rotated);
        old.get(&old.path("")).await.expect(200);
        new.get(&new.path("")).await.expect(200);
        // Who made it goes: the secret they know goes with them, the other stays.
        let out = async |who: &Caller| owner.delete(&format!("{}/members/{}", organization(&owner).await, id_of(who).await)).await.expect(204);
        out(&first).await;
        old.get(&old.path("")).await.expect_problem(401, "key_wrong");
        new.get(&new.path("")).await.expect(200);
        out(&second).await;
        new.get(&new.path("")).await.expect_problem(401, "key_wrong");
    }
}
