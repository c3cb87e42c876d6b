//! Organizations and their members, through the API.

use serde_json::{Value, json};

use crate::{
    Role,
    testing::{PASSWORD, TestApp, app_tests, id_of, organization},
};

fn without_id(mut problem: Value) -> Value {
    problem["request_id"].take();
    problem
}

app_tests! {
    async fn who_looks_after_the_instance_sees_all_organizations_from_outside(app: TestApp) {
        let (owner, _) = (app.owner().await, app.member(Role::Viewer).await);
        let stranger = app.stranger().await;
        stranger.get("/instance/organizations").await.expect_problem(403, "admin_required");
        let all = owner.get("/instance/organizations").await.expect(200);
        let seen: Vec<_> = all["items"].as_array().expect("items").iter().map(|item| {
            json!([item["name"], item["members"], item["projects"], item["owners"]])
        }).collect();
        assert_eq!(seen, [
            json!(["Analytical Engines", 2, 1, ["owner@example.com"]]),
            json!(["Somebody else's", 1, 1, ["stranger@example.org"]]),
        ]);
        let first = owner.get("/instance/organizations?limit=1").await.expect(200);
        let next = first["next_cursor"].as_str().expect("another page");
        let second = owner.get(&format!("/instance/organizations?limit=1&cursor={next}")).await.expect(200);
        assert_eq!((&second["items"][0]["name"], &second["next_cursor"]), (&json!("Somebody else's"), &json!(null)));
        let found = owner.get("/instance/organizations?search=ENGINE").await.expect(200);
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(owner.get("/instance/organizations?search=%25").await.expect(200)["items"], json!([]));
    }

    async fn anybody_makes_an_organization_and_owns_it(app: TestApp) {
        let viewer = app.member(Role::Viewer).await;
        let made = viewer.post("/organizations", json!({ "name": "Söhne & Co", "industry": "retail" })).await.expect(201);
        assert_eq!((&made["role"], &made["slug"]), (&json!("owner"), &json!("s-hne-co")));
        let path = format!("/organizations/{}", made["id"].as_str().expect("an id"));
        let settings = json!({ "default_time_zone": "Europe/Berlin", "default_currency": "EUR" });
        let changed = viewer.patch(&path, json!({ "slug": "sons", "settings": settings })).await.expect(200);
        assert_eq!(changed["settings"]["default_currency"], "EUR");
        let project = json!({ "name": "First", "organization_id": made["id"] });
        let project = viewer.post("/projects", project).await.expect(201);
        assert_eq!((&project["time_zone"], &project["currency"]), (&json!("Europe/Berlin"), &json!("EUR")));
        let cleared = viewer.patch(&path, json!({ "settings": { "default_currency": null } })).await.expect(200);
        assert_eq!(cleared["settings"]["default_currency"], Value::Null);
        assert_eq!(cleared["settings"]["default_time_zone"], "Europe/Berlin");
        let taken = app.owner().await.patch(&organization(&app.owner().await).await, json!({ "slug": "sons" })).await;
        taken.expect_problem(409, "organization_slug_taken");
        let wrong = [json!({ "slug": "No Spaces" }), json!({ "slug": "x" }), json!({ "industry": "magic" }),
            json!({ "settings": { "default_currency": "EURO" } }), json!({ "settings": { "unheard_of": 1 } })];
        for body in wrong {
            viewer.patch(&path, body).await.expect_problem(422, "validation_failed");
        }
    }

    // Attack 26, 27: an organization of others is not there, nor are its members.
    async fn an_organization_of_others_is_not_there(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let (path, user) = (organization(&owner).await, id_of(&owner).await);
        let nothing = "/organizations/01890000-0000-7000-8000-000000000000";
        for rest in ["".to_owned(), "/members".to_owned(), "/invitations".to_owned()] {
            let real = stranger.get(&format!("{path}{rest}")).await.expect_problem(404, "not_found");
            let none = stranger.get(&format!("{nothing}{rest}")).await.expect_problem(404, "not_found");
            assert_eq!(without_id(real), without_id(none));
        }
        stranger.patch(&path, json!({ "name": "Mine" })).await.expect_problem(404, "not_found");
        stranger.delete(&format!("{path}?confirm=x")).await.expect_problem(404, "not_found");
        let member = format!("{path}/members/{user}");
        stranger.patch(&member, json!({ "role": "member" })).await.expect_problem(404, "not_found");
        stranger.delete(&member).await.expect_problem(404, "not_found");
        // The same person through one's own organization.
        let own = format!("{}/members/{user}", organization(&stranger).await);
        stranger.patch(&own, json!({ "role": "member" })).await.expect_problem(404, "not_found");
        stranger.delete(&own).await.expect_problem(404, "not_found");
    }

    // Attack 22: nobody raises themselves, and admins don't touch owners.
    async fn nobody_raises_themselves(app: TestApp) {
        let (owner, viewer, editor) = (app.owner().await, app.member(Role::Viewer).await, app.member(Role::Editor).await);
        let path = organization(&owner).await;
        let member = |id: String| format!("{path}/members/{id}");
        let (owner_id, viewer_id, editor_id) = (id_of(&owner).await, id_of(&viewer).await, id_of(&editor).await);

        viewer.patch(&member(viewer_id.clone()), json!({ "role": "admin" })).await
            .expect_problem(403, "organization_role_required");
        viewer.get(&format!("{path}/members")).await.expect_problem(403, "organization_role_required");
        viewer.delete(&member(editor_id.clone())).await.expect_problem(403, "organization_role_required");
        owner.patch(&member(viewer_id.clone()), json!({ "role": "admin" })).await.expect(200);
        viewer.patch(&member(viewer_id.clone()), json!({ "role": "owner" })).await
            .expect_problem(403, "organization_role_required");
        viewer.patch(&member(editor_id.clone()), json!({ "role": "owner" })).await
            .expect_problem(403, "organization_role_required");
        viewer.patch(&member(owner_id.clone()), json!({ "role": "member" })).await
            .expect_problem(403, "organization_role_required");
        viewer.delete(&member(owner_id.clone())).await.expect_problem(403, "organization_role_required");
        viewer.delete(&format!("{path}?confirm=x")).await.expect_problem(403, "organization_role_required");
        viewer.patch(&member(editor_id.clone()), json!({ "role": "admin" })).await.expect(200);
        for field in ["organization_id", "is_active", "user_id", "permissions", "email"] {
            let body = json!({ "role": "member", field: owner_id });
            viewer.patch(&member(editor_id.clone()), body).await.expect_problem(422, "validation_failed");
            viewer.patch(&path, json!({ field: owner_id })).await.expect_problem(422, "validation_failed");
        }
    }

    async fn an_organization_keeps_an_owner(app: TestApp) {
        let (owner, viewer) = (app.owner().await, app.member(Role::Viewer).await);
        let path = organization(&owner).await;
        let (own, other) = (format!("{path}/members/{}", id_of(&owner).await), format!("{path}/members/{}", id_of(&viewer).await));
        owner.patch(&own, json!({ "role": "member" })).await.expect_problem(409, "last_owner");
        owner.delete(&own).await.expect_problem(409, "last_owner");
        owner.patch(&other, json!({ "role": "owner" })).await.expect(200);
        owner.delete(&own).await.expect(204);
        owner.get(&path).await.expect_problem(404, "not_found");
        owner.get(&viewer.path("")).await.expect_problem(404, "not_found");
        viewer.delete(&other).await.expect_problem(409, "last_owner");
    }

    async fn who_is_removed_keeps_nothing(app: TestApp) {
        let (owner, viewer) = (app.owner().await, app.member(Role::Viewer).await);
        let path = organization(&owner).await;
        let listed = owner.get(&format!("{path}/members?search=VIEW")).await.expect(200);
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(listed["items"][0]["projects"][0]["role"], "viewer");
        assert!(owner.get(&format!("{path}/members?search=%25")).await.expect(200)["items"].as_array().expect("items").is_empty());
        viewer.get(&viewer.path("")).await.expect(200);
        owner.delete(&format!("{path}/members/{}", id_of(&viewer).await)).await.expect(204);
        viewer.get(&viewer.path("")).await.expect_problem(404, "not_found");
        let again = owner.post(&viewer.path("/members"), json!({ "email": "viewer@example.com", "role": "viewer" })).await;
        again.expect_problem(422, "validation_failed");
        let page = owner.get(&format!("{path}/members?limit=1")).await.expect(200);
        assert_eq!((page["items"].as_array().map(Vec::len), &page["next_cursor"]), (Some(1), &Value::Null));
    }

    async fn a_transfer_takes_the_owners_password(app: TestApp) {
        let (owner, viewer) = (app.owner().await, app.member(Role::Viewer).await);
        let path = format!("{}/transfer", organization(&owner).await);
        let to = |user: &str, password: &str| json!({ "user_id": user, "password": password });
        let heir = id_of(&viewer).await;
        viewer.post(&path, to(&heir, PASSWORD)).await.expect_problem(403, "organization_role_required");
        owner.post(&path, to(&heir, "something else")).await.expect_problem(422, "password_wrong");
        let stranger = id_of(&app.stranger().await).await;
        owner.post(&path, to(&stranger, PASSWORD)).await.expect_problem(422, "validation_failed");
        assert_eq!(owner.post(&path, to(&heir, PASSWORD)).await.expect(200)["role"], "admin");
        assert_eq!(viewer.get("/organizations").await.expect(200)["items"][0]["role"], "owner");
        owner.post(&path, to(&heir, PASSWORD)).await.expect_problem(403, "organization_role_required");
    }

    // Guessing must be slow.
    async fn a_transfers_password_is_not_to_be_guessed(app: TestApp) {
        let (owner, viewer) = (app.owner().await, app.member(Role::Viewer).await);
        let path = format!("{}/transfer", organization(&owner).await);
        let body = json!({ "user_id": id_of(&viewer).await, "password": "guess" });
        for _ in 0..5 {
            owner.post(&path, body.clone()).await.expect_problem(422, "password_wrong");
        }
        owner.post(&path, body).await.expect_problem(429, "too_many_attempts");
    }

    async fn an_organization_is_deleted_on_purpose_only(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let path = organization(&stranger).await;
        let key = stranger.key().await;
        stranger.delete(&path).await.expect_problem(400, "query_invalid");
        stranger.delete(&format!("{path}?confirm=other")).await.expect_problem(422, "validation_failed");
        let slug = stranger.get(&path).await.expect(200)["slug"].as_str().expect("a slug").to_owned();
        stranger.delete(&format!("{path}?confirm={slug}")).await.expect_problem(409, "organization_has_projects");
        stranger.delete(&format!("{path}?confirm={slug}&force=true")).await.expect(204);
        stranger.get(&path).await.expect_problem(404, "not_found");
        stranger.get(&stranger.path("")).await.expect_problem(404, "not_found");
        assert_eq!(crate::tenancy::find_key(&app.app, &key).await.expect("an answer"), None);
        let last = organization(&owner).await;
        let slug = owner.get(&last).await.expect(200)["slug"].as_str().expect("a slug").to_owned();
        owner.delete(&format!("{last}?confirm={slug}&force=true")).await.expect_problem(409, "last_organization");
    }

    async fn each_change_is_in_the_trail(app: TestApp) {
        let (owner, viewer) = (app.owner().await, app.member(Role::Viewer).await);
        let path = organization(&owner).await;
        owner.patch(&path, json!({ "name": "Renamed" })).await.expect(200);
        owner.patch(&format!("{path}/members/{}", id_of(&viewer).await), json!({ "role": "admin" })).await.expect(200);
        owner.delete(&format!("{path}/members/{}", id_of(&viewer).await)).await.expect(204);
        let actions = crate::tenancy::testing::trail(&app.app).await;
        for expected in ["organization.update", "member.update", "member.remove"] {
            assert!(actions.iter().any(|action| action == expected), "{expected} is not in {actions:?}");
        }
    }
}
