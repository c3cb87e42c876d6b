//! Projects, keys and who may see them, through the API.

use analytics_model::{ProjectId, WeekStart};
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{FirstProject, ProjectKey, Role, bootstrap, create_key, ensure_project, find_key, list_projects};
use crate::{
    Scope,
    testing::{Caller, TestApp, app_tests, request, with_header},
};

async fn found(app: &TestApp, key: &str) -> Option<ProjectKey> {
    find_key(&app.app, key).await.expect("the store answers")
}

/// Makes a key and returns its id and secret.
async fn new_key(owner: &Caller, body: Value) -> (String, String) {
    let made = owner.post(&owner.path("/api_keys"), body).await.expect(201);
    let text = |field: &str| made[field].as_str().expect("a text").to_owned();
    (text("id"), text("key"))
}

app_tests! {
    async fn a_project_is_made_read_and_changed(app: TestApp) {
        let owner = app.owner().await;
        let new = json!({ "name": " Shop ", "description": "What we sell", "time_zone": "Europe/Berlin",
            "week_start": "sunday" });

        let made = owner.post("/projects", new).await.expect(201);

        assert_eq!(made["name"], "Shop");
        assert_eq!(made["time_zone"], "Europe/Berlin");
        assert_eq!(made["week_start"], "sunday");
        let path = format!("/projects/{}", made["id"].as_str().expect("an id"));
        assert_eq!(owner.get(&path).await.expect(200), made);
        app.clock.advance(TimeDelta::minutes(1));
        let change = json!({ "name": "Store", "description": "", "time_zone": "America/New_York" });
        let changed = owner.patch(&path, change).await.expect(200);
        assert_eq!(changed["name"], "Store");
        assert_eq!(changed["description"], Value::Null);
        assert_eq!(changed["time_zone"], "America/New_York");
        assert_eq!(changed["week_start"], "sunday");
        assert_eq!(changed["created_at"], made["created_at"]);
        assert_ne!(changed["updated_at"], made["updated_at"]);
        assert_eq!(owner.get(&path).await.expect(200), changed);
    }

    async fn what_is_wrong_with_a_project_is_named(app: TestApp) {
        let owner = app.owner().await;
        let cases = [
            (json!({ "name": "" }), "name"),
            (json!({ "name": "x".repeat(101) }), "name"),
            (json!({ "name": "two\nlines" }), "name"),
            (json!({ "name": "x", "time_zone": "Mars/Olympus" }), "time_zone"),
            (json!({ "name": "x", "time_zone": "+02:00" }), "time_zone"),
            (json!({ "name": "x", "week_start": "friday" }), "week_start"),
            (json!({ "name": "x", "description": "x".repeat(2_001) }), "description"),
            (json!({ "name": 5 }), "name"),
            (json!({}), "name"),
        ];
        for (body, field) in cases {
            let problem = owner.post("/projects", body.clone()).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], field, "{body}");
        }
    }

    async fn two_projects_of_an_organization_have_two_names(app: TestApp) {
        let owner = app.owner().await;
        owner.post("/projects", json!({ "name": "Shop" })).await.expect(201);
        owner.post("/projects", json!({ "name": "SHOP" })).await.expect_problem(409, "project_name_taken");
        let rename = owner.patch(&owner.path(""), json!({ "name": "shop" })).await;
        rename.expect_problem(409, "project_name_taken");
        app.stranger().await.post("/projects", json!({ "name": "Shop" })).await.expect(201);
    }

    async fn projects_come_in_pages(app: TestApp) {
        let owner = app.owner().await;
        for number in 1..=4 {
            app.clock.advance(TimeDelta::seconds(1));
            owner.post("/projects", json!({ "name": format!("Project {number}") })).await.expect(201);
        }
        let mut names = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = owner.get(&format!("/projects?limit=2{cursor}")).await.expect(200);
            let items = page["items"].as_array().expect("items");
            assert!(items.len() <= 2);
            names.extend(items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(names, ["My project", "Project 1", "Project 2", "Project 3", "Project 4"]);
        owner.get("/projects?limit=0").await.expect_problem(400, "limit_invalid");
        owner.get("/projects?limit=x").await.expect_problem(400, "query_invalid");
        owner.get("/projects?cursor=x").await.expect_problem(400, "cursor_invalid");
    }

    // Attack 26: an id must be of no use to who may not see what it names, nor may it be confirmed.
    async fn another_tenants_project_is_not_there(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let (key, _) = new_key(&owner, json!({ "name": "theirs" })).await;
        let nothing = "01890000-0000-7000-8000-000000000000";
        for project in [owner.project(), nothing, "no-uuid"] {
            let calls = [
                (Method::GET, format!("/projects/{project}"), None),
                (Method::PATCH, format!("/projects/{project}"), Some(json!({ "name": "Taken over" }))),
                (Method::GET, format!("/projects/{project}/api_keys"), None),
                (Method::POST, format!("/projects/{project}/api_keys"), Some(json!({ "name": "x" }))),
                (Method::PATCH, format!("/projects/{project}/api_keys/{key}"), Some(json!({ "name": "x" }))),
                (Method::DELETE, format!("/projects/{project}/api_keys/{key}"), None),
            ];
            for (method, path, body) in calls {
                let mut problem = stranger.call(method, &path, body).await.expect_problem(404, "not_found");
                problem["request_id"].take();
                let expected = json!({ "type": "about:blank", "title": "Not Found", "status": 404, "code": "not_found",
                    "detail": "there is nothing here, or nothing that you may see", "request_id": null });
                assert_eq!(problem, expected, "{path}");
            }
        }
        let listed = stranger.get("/projects").await.expect(200);
        assert!(!listed.to_string().contains(owner.project()));
        assert!(!stranger.get("/me").await.expect(200).to_string().contains(owner.project()));
    }

    // Attack 26: a key is reached through its own project only.
    async fn a_key_is_not_reached_through_another_project(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let (id, secret) = new_key(&owner, json!({ "name": "theirs" })).await;
        let path = stranger.path(&format!("/api_keys/{id}"));
        stranger.patch(&path, json!({ "is_active": false })).await.expect_problem(404, "not_found");
        stranger.delete(&path).await.expect_problem(404, "not_found");
        assert!(found(&app, &secret).await.is_some());
    }

    // Attack 22: what decides whose something is can't be sent along.
    async fn nobody_assigns_what_is_not_theirs_to_assign(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let me = owner.get("/me").await.expect(200);
        let organization = me["organizations"][0]["id"].clone();

        let elsewhere = json!({ "name": "Mine now", "organization_id": organization });
        stranger.post("/projects", elsewhere).await.expect_problem(404, "not_found");
        for field in ["organization_id", "created_by", "id", "role", "settings"] {
            let problem = stranger.patch(&stranger.path(""), json!({ field: organization })).await;
            let problem = problem.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["code"], "unknown");
        }
        for field in ["project_id", "key_hash", "prefix", "last_used_at"] {
            let body = json!({ "name": "x", field: "x" });
            stranger.post(&stranger.path("/api_keys"), body).await.expect_problem(422, "validation_failed");
        }
    }

    async fn a_role_allows_what_it_says(app: TestApp) {
        let owner = app.owner().await;
        let (id, _) = new_key(&owner, json!({ "name": "k" })).await;
        for role in [Role::Viewer, Role::Analyst, Role::Editor] {
            let member = app.member(role).await;
            assert_eq!(member.get("/me").await.expect(200)["projects"][0]["role"], role.to_string());
            member.get(&member.path("")).await.expect(200);
            member.get(&member.path("/api_keys")).await.expect(200);
            member.patch(&member.path(""), json!({ "name": "x" })).await.expect_problem(403, "permission_required");
            member.post(&member.path("/api_keys"), json!({ "name": "x" })).await.expect_problem(403, "permission_required");
            let key = member.path(&format!("/api_keys/{id}"));
            member.patch(&key, json!({ "name": "x" })).await.expect_problem(403, "permission_required");
            member.delete(&key).await.expect_problem(403, "permission_required");
            member.post("/projects", json!({ "name": "x" })).await.expect_problem(403, "organization_role_required");
        }
        let admin = app.member(Role::Admin).await;
        admin.patch(&admin.path(""), json!({ "name": "Renamed" })).await.expect(200);
    }

    async fn a_member_sees_the_projects_they_were_given_and_no_other(app: TestApp) {
        let owner = app.owner().await;
        let member = app.member(Role::Viewer).await;
        let other = owner.post("/projects", json!({ "name": "Secret" })).await.expect(201);
        let path = format!("/projects/{}", other["id"].as_str().expect("an id"));
        member.get(&path).await.expect_problem(404, "not_found");
        let listed = member.get("/projects").await.expect(200);
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    }

    async fn a_key_is_shown_once(app: TestApp) {
        let owner = app.owner().await;
        let made = owner.post(&owner.path("/api_keys"), json!({ "name": "Web shop" })).await.expect(201);
        let key = made["key"].as_str().expect("a key");
        assert_eq!(key.len(), 47);
        assert!(key.starts_with("rdx_") && key.starts_with(made["prefix"].as_str().expect("a prefix")));

        let listed = owner.get(&owner.path("/api_keys")).await.expect(200);

        assert_eq!(listed["items"][0]["name"], "Web shop");
        assert_eq!(listed["items"][0]["is_active"], true);
        assert!(!listed.to_string().contains(key));
        assert!(!listed.to_string().contains(&crate::secret::hash(key)));
    }

    async fn a_good_key_names_its_project(app: TestApp) {
        let owner = app.owner().await;
        let key = owner.key().await;
        let project: ProjectId = owner.project().parse().expect("an id");
        assert_eq!(found(&app, &key).await.map(|found| found.project), Some(project));
        let by_hand = create_key(&app.app, project, "command line").await.expect("a key").key;
        assert_eq!(found(&app, &by_hand).await.map(|found| found.project), Some(project));
        for wrong in ["", "rdx_", &key[..46], &format!("{key}x"), &key.to_uppercase(), &format!("rdx_{}", "A".repeat(43))] {
            assert_eq!(found(&app, wrong).await, None, "{wrong}");
        }
    }

    async fn a_change_to_a_key_takes_effect_at_once(app: TestApp) {
        let owner = app.owner().await;
        let (id, key) = new_key(&owner, json!({ "name": "k" })).await;
        let path = owner.path(&format!("/api_keys/{id}"));
        assert!(found(&app, &key).await.is_some());

        owner.patch(&path, json!({ "is_active": false })).await.expect(200);
        assert_eq!(found(&app, &key).await, None);
        let changed = owner.patch(&path, json!({ "is_active": true, "name": "renamed" })).await.expect(200);
        assert_eq!(changed["name"], "renamed");
        assert!(found(&app, &key).await.is_some());
        owner.patch(&path, json!({})).await.expect(200);
        owner.patch(&path, json!({ "name": "" })).await.expect_problem(422, "validation_failed");
        owner.delete(&path).await.expect(204);
        assert_eq!(found(&app, &key).await, None);
        owner.delete(&path).await.expect_problem(404, "not_found");
    }

    async fn a_change_by_another_server_takes_effect_within_a_second(app: TestApp) {
        let owner = app.owner().await;
        let other = app.restart().await;
        let (id, key) = new_key(&owner, json!({ "name": "k" })).await;
        assert!(found(&other, &key).await.is_some());
        owner.delete(&owner.path(&format!("/api_keys/{id}"))).await.expect(204);
        other.clock.advance(TimeDelta::seconds(1));
        assert_eq!(found(&other, &key).await, None);
    }

    async fn a_key_ends_when_it_should(app: TestApp) {
        let owner = app.owner().await;
        let end = app.clock.now() + TimeDelta::milliseconds(300);
        let (_, key) = new_key(&owner, json!({ "name": "k", "expires_at": end })).await;
        assert!(found(&app, &key).await.is_some());
        app.clock.advance(TimeDelta::milliseconds(300));
        assert_eq!(found(&app, &key).await, None);
        let past = json!({ "name": "k", "expires_at": "2020-01-01T00:00:00Z" });
        let problem = owner.post(&owner.path("/api_keys"), past).await.expect_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["field"], "expires_at");
    }

    async fn a_known_key_is_good_while_the_metadata_store_is_away(app: TestApp) {
        let owner = app.owner().await;
        let (known, unknown) = (owner.key().await, owner.key().await);
        let before = found(&app, &known).await;
        app.app.metadata().close().await.expect("the store to go away");

        app.clock.advance(TimeDelta::minutes(10));
        assert_eq!(found(&app, &known).await, before);
        find_key(&app.app, &unknown).await.expect_err("it is not known whether this is a key");
        app.clock.advance(TimeDelta::hours(1));
        find_key(&app.app, &known).await.expect_err("too long ago");
    }

    async fn the_last_use_of_a_key_is_written_down(app: TestApp) {
        let owner = app.owner().await;
        let key = owner.key().await;
        assert!(found(&app, &key).await.is_some());
        let mut last_use = Value::Null;
        // It is written beside the request: wait for it, 10 seconds at most.
        for _ in 0..1_000 {
            let listed = owner.get(&owner.path("/api_keys")).await.expect(200);
            last_use = listed["items"][0]["last_used_at"].clone();
            if !last_use.is_null() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(last_use, json!(app.clock.now()));
    }

    async fn a_scope_knows_its_calendar(app: TestApp) {
        let owner = app.owner().await;
        let change = json!({ "time_zone": "Asia/Kathmandu", "week_start": "sunday" });
        owner.patch(&owner.path(""), change).await.expect(200);

        let scope = scope_of(&app, &owner).await;

        let calendar = scope.calendar();
        assert_eq!(calendar.zone, chrono_tz::Asia::Kathmandu);
        assert_eq!(calendar.week_start, WeekStart::Sunday);
        assert_eq!(calendar.now, app.clock.now());
        assert_eq!(scope.project.to_string(), owner.project());
    }

    async fn servers_that_start_at_once_make_one_project(app: TestApp) {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let server = app.restart().await;
            tasks.spawn(async move {
                let first = FirstProject { name: "My project".to_owned(), id: None };
                bootstrap(&server.app, first).await.expect("the one project").id
            });
        }
        let ids = tasks.join_all().await;
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(list_projects(&app.app).await.expect("an answer").len(), 1);
    }

    async fn a_wanted_project_is_made_once(app: TestApp) {
        let id = Some(ProjectId("00000000-0000-8000-8000-000000000001".parse().expect("an id")));
        let wanted = FirstProject { name: "Demo".to_owned(), id };
        let first = ensure_project(&app.app, wanted.clone()).await.expect("a project");
        let again = ensure_project(&app.app, wanted).await.expect("the project");
        assert_eq!((Some(first.id), Some(again.id)), (id, id));
        let other = FirstProject { name: "My project".to_owned(), id: None };
        assert_eq!(Some(bootstrap(&app.app, other).await.expect("the project").id), id);
        assert_eq!(list_projects(&app.app).await.expect("an answer").len(), 1);
    }
}

/// Makes a scope as a handler gets one.
async fn scope_of(app: &TestApp, caller: &Caller) -> Scope {
    let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
    let handler = async move |scope: Scope| sender.send(scope).await.map_err(|_| "nobody waits");
    let router = axum::Router::new().route("/{project}", axum::routing::get(handler)).with_state(app.app.clone());
    let token = caller.token.as_deref().expect("somebody signed in");
    let request = request(Method::GET, &format!("/{}", caller.project()), None);
    let request = with_header(request, "authorization", &format!("Bearer {token}"));
    tower::ServiceExt::oneshot(router, request).await.expect("the router never fails");
    receiver.recv().await.expect("a scope")
}
