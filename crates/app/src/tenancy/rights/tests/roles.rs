//! Roles and who has them.

use serde_json::{Value, json};

use super::{assign, id_of, make_role, organization, permissions};
use crate::{
    Role,
    tenancy::sync_system_roles,
    testing::{TestApp, app_tests},
};

app_tests! {
    async fn every_organization_has_the_same_roles_first(app: TestApp) {
        let owner = app.owner().await;
        app.member(Role::Viewer).await;
        make_role(&owner, json!({ "name": "Another" })).await;
        // A second server writes them again, at the same time even.
        let other = app.restart().await;
        let (one, two) = tokio::join!(sync_system_roles(&app.app), sync_system_roles(&other.app));
        one.and(two).expect("both go well");

        let listed = owner.get(&organization(&owner, "/roles").await).await.expect(200);

        let names: Vec<&str> = listed["items"].as_array().expect("items").iter().filter_map(|role| role["name"].as_str()).collect();
        assert_eq!(names, ["uploader", "viewer", "analyst", "editor", "admin", "Another"]);
        assert_eq!(listed["items"][1]["holders"], 1);
        assert_eq!(listed["items"][4]["holders"], 1, "the owner is an admin of all projects");
        let viewer = format!("/roles/{}", Role::Viewer.id());
        let path = organization(&owner, &viewer).await;
        owner.patch(&path, json!({ "name": "x" })).await.expect_problem(409, "system_role");
        owner.delete(&path).await.expect_problem(409, "system_role");
        let super_admin = organization(&owner, "/roles/0000401e-0000-8000-8000-000000000000").await;
        owner.get(&super_admin).await.expect_problem(404, "not_found");
    }

    async fn a_role_is_made_changed_and_removed(app: TestApp) {
        let owner = app.owner().await;
        let colleague = app.colleague("ada").await;
        let new = json!({ "name": " Support ", "description": "Answers customers",
            "permissions": [
                { "resource": "events", "action": "view" },
                { "resource": "dashboards", "action": "edit", "conditions": { "own": true, "tags": ["support"] } },
            ],
            "row_rules": [{ "property": "region", "allowed_values": ["EU"] }] });
        let made = owner.post(&organization(&owner, "/roles").await, new.clone()).await.expect(201);
        assert_eq!((&made["name"], &made["permissions"], &made["row_rules"]), (&json!("Support"), &new["permissions"], &new["row_rules"]));
        let id = made["id"].as_str().expect("an id");
        let path = organization(&owner, &format!("/roles/{id}")).await;
        assert_eq!(owner.get(&path).await.expect(200), made);

        let change = json!({ "permissions": permissions(&["insights:run", "events:view"]), "row_rules": [] });
        let changed = owner.patch(&path, change).await.expect(200);
        assert_eq!((&changed["name"], &changed["row_rules"]), (&json!("Support"), &json!([])));

        assign(&owner, &colleague, id).await;
        colleague.get(&colleague.path("/catalogue/properties")).await.expect_problem(503, "analytics_unavailable");
        let me = colleague.get("/me").await.expect(200);
        assert_eq!(me["projects"][0]["role"], Value::Null);
        assert_eq!(me["projects"][0]["permissions"], json!(["events:view", "insights:run"]));
        owner.delete(&path).await.expect_problem(409, "role_held");
        owner.patch(&path, json!({ "is_active": false })).await.expect(200);
        colleague.get(&colleague.path("/catalogue/properties")).await.expect_problem(404, "not_found");
        assert_eq!(colleague.get("/me").await.expect(200)["projects"], json!([]));
        owner.delete(&format!("{path}?force=true")).await.expect(204);
        owner.get(&path).await.expect_problem(404, "not_found");
    }

    async fn what_is_wrong_with_a_role_is_named(app: TestApp) {
        let owner = app.owner().await;
        let path = organization(&owner, "/roles").await;
        let elsewhere = app.stranger().await.project().to_owned();
        let cases = [
            (json!({ "name": "" }), "name"),
            (json!({ "name": "x", "permissions": [{ "resource": "api_keys", "action": "share" }] }), "permissions[0].action"),
            (json!({ "name": "x", "permissions": [{ "resource": "moon", "action": "view" }] }), "permissions[0].resource"),
            (json!({ "name": "x", "permissions": [{ "resource": "events", "action": "view", "conditions": { "own": true } }] }), "permissions[0].conditions"),
            (json!({ "name": "x", "permissions": [{ "resource": "events", "action": "view", "conditions": { "projects": [elsewhere] } }] }), "permissions[0].conditions.projects"),
            (json!({ "name": "x", "row_rules": [{ "property": "", "allowed_values": ["a"] }] }), "row_rules[0].property"),
            (json!({ "name": "x", "row_rules": [{ "property": "a", "allowed_values": [] }] }), "row_rules[0].allowed_values"),
            (json!({ "name": "x", "is_system_role": true }), "is_system_role"),
        ];
        for (body, field) in cases {
            let problem = owner.post(&path, body.clone()).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], field, "{body}");
        }
        make_role(&owner, json!({ "name": "Support" })).await;
        for name in ["SUPPORT", "Viewer", "Super_Admin"] {
            owner.post(&path, json!({ "name": name })).await.expect_problem(409, "role_name_taken");
        }
    }

    // Attack 22: nobody makes themselves, or anybody else, more than they are.
    async fn nobody_gives_more_than_they_have(app: TestApp) {
        let owner = app.owner().await;
        let admin = app.member(Role::Admin).await;
        let colleague = app.colleague("ada").await;
        let keeper = app.colleague("keeper").await;
        let keeper_role = make_role(&owner, json!({ "name": "Keeper",
            "permissions": permissions(&["project_members:edit", "project_members:view", "events:view"]),
            "row_rules": [{ "property": "region", "allowed_values": ["EU", "US"] }] })).await;
        assign(&owner, &keeper, &keeper_role).await;
        let (assignments, user) = (organization(&owner, "/role_assignments").await, id_of(&colleague).await);
        let give = |role: String, project: Option<&str>| json!({ "user_id": user, "role_id": role, "project_id": project });
        let project = Some(owner.project());

        // Who looks after a project does not look after the organization.
        let everywhere = give(Role::Viewer.id().to_string(), None);
        admin.post(&assignments, everywhere).await.expect_problem(403, "organization_role_required");
        admin.post(&organization(&owner, "/roles").await, json!({ "name": "Mine" })).await.expect_problem(403, "organization_role_required");
        admin.post(&assignments, give(Role::Viewer.id().to_string(), project)).await.expect(201);

        let wider = make_role(&owner, json!({ "name": "Wider", "permissions": permissions(&["events:export"]) })).await;
        let all_rows = make_role(&owner, json!({ "name": "All rows", "permissions": permissions(&["events:view"]) })).await;
        let other_rows = make_role(&owner, json!({ "name": "Other rows", "permissions": permissions(&["events:view"]),
            "row_rules": [{ "property": "region", "allowed_values": ["EU", "ASIA"] }] })).await;
        let narrower = make_role(&owner, json!({ "name": "Narrower", "permissions": permissions(&["events:view"]),
            "row_rules": [{ "property": "region", "allowed_values": ["EU"] }] })).await;
        for role in [wider, all_rows, other_rows, Role::Admin.id().to_string()] {
            keeper.post(&assignments, give(role, project)).await.expect_problem(403, "more_than_own");
        }
        let given = keeper.post(&assignments, give(narrower, project)).await.expect(201);
        let path = format!("{assignments}/{}", given["id"].as_str().expect("an id"));
        colleague.delete(&path).await.expect_problem(403, "permission_required");
        keeper.delete(&path).await.expect(204);
        // What somebody above them gave, they can't take.
        let above = assign(&owner, &colleague, &Role::Editor.id().to_string()).await;
        let path = format!("{assignments}/{}", above["id"].as_str().expect("an id"));
        keeper.delete(&path).await.expect_problem(403, "more_than_own");
        colleague.post(&assignments, give(Role::Admin.id().to_string(), project)).await.expect_problem(403, "permission_required");
    }

    // Attack 22: roles, people and projects of others can't be named.
    async fn what_belongs_to_others_is_not_there_to_give(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let colleague = app.colleague("ada").await;
        let theirs = make_role(&stranger, json!({ "name": "Theirs", "permissions": permissions(&["events:view"]) })).await;
        let mine = make_role(&owner, json!({ "name": "Mine" })).await;
        let assignments = organization(&owner, "/role_assignments").await;
        let user = id_of(&colleague).await;
        for body in [
            json!({ "user_id": user, "role_id": theirs }),
            json!({ "user_id": user, "role_id": "0000401e-0000-8000-8000-000000000000" }),
            json!({ "user_id": id_of(&stranger).await, "role_id": mine }),
            json!({ "user_id": user, "role_id": mine, "project_id": stranger.project() }),
        ] {
            owner.post(&assignments, body).await.expect_problem(404, "not_found");
        }
        owner.get(&organization(&owner, &format!("/roles/{theirs}")).await).await.expect_problem(404, "not_found");
        let body = json!({ "user_id": user, "role_id": mine });
        owner.post(&assignments, body.clone()).await.expect(201);
        owner.post(&assignments, body).await.expect_problem(409, "role_assigned");
    }

    async fn a_role_for_the_organization_opens_all_its_projects(app: TestApp) {
        let owner = app.owner().await;
        let colleague = app.colleague("ada").await;
        app.clock.advance(chrono::TimeDelta::seconds(1));
        owner.post("/projects", json!({ "name": "Second" })).await.expect(201);
        let body = json!({ "user_id": id_of(&colleague).await, "role_id": Role::Viewer.id() });
        owner.post(&organization(&owner, "/role_assignments").await, body).await.expect(201);

        let me = colleague.get("/me").await.expect(200);

        let names: Vec<_> = me["projects"].as_array().expect("projects").iter().map(|project| (project["name"].clone(), project["role"].clone())).collect();
        assert_eq!(names, [(json!("My project"), json!("viewer")), (json!("Second"), json!("viewer"))]);
        let assignments = organization(&colleague, "/role_assignments").await;
        colleague.get(&assignments).await.expect_problem(403, "organization_role_required");
        let own = format!("{assignments}?user={}", id_of(&colleague).await);
        assert_eq!(colleague.get(&own).await.expect(200)["items"][0]["role_name"], "viewer");
    }

    async fn who_does_not_look_after_roles_sees_the_rows_of_their_own_alone(app: TestApp) {
        let owner = app.owner().await;
        let (ada, keeper) = (app.colleague("ada").await, app.colleague("keeper").await);
        let in_region = |name: &str, region: &str| json!({ "name": name, "permissions": permissions(&["events:view"]),
            "row_rules": [{ "property": "region", "allowed_values": [region] }] });
        let (hers, other) = (make_role(&owner, in_region("Hers", "EU")).await, make_role(&owner, in_region("Other", "Atlantis")).await);
        let keeps = make_role(&owner, json!({ "name": "Keeps", "permissions": permissions(&["project_members:edit"]) })).await;
        assign(&owner, &ada, &hers).await;
        assign(&owner, &keeper, &keeps).await;
        assign(&owner, &keeper, &other).await;
        let path = organization(&owner, "/roles").await;
        let role = async |by: &crate::testing::Caller, id: &str| {
            let listed = by.get(&path).await.expect(200);
            let one = by.get(&format!("{path}/{id}")).await.expect(200);
            let listed = listed["items"].as_array().expect("items").iter().find(|role| role["id"] == id).cloned();
            assert_eq!(listed.as_ref(), Some(&one), "the list and the role itself tell the same");
            (one["has_row_rules"].clone(), one["row_rules"][0]["allowed_values"][0].clone())
        };
        assert_eq!(role(&owner, &other).await, (json!(true), json!("Atlantis")));
        assert_eq!(role(&ada, &other).await, (json!(true), Value::Null));
        assert_eq!(role(&ada, &hers).await, (json!(true), json!("EU")));
        assert_eq!(role(&ada, &keeps).await, (json!(false), Value::Null));
        assert_eq!(ada.get(&format!("{path}/{other}")).await.expect(200)["row_rules"], Value::Null);
        // Nor does an explanation tell who looks after members what others are limited to.
        let of = async |by: &crate::testing::Caller, user: &str| {
            let asked = format!("/access/explain?action=view&resource=events&user={user}");
            by.get(&by.path(&asked)).await.expect(200)
        };
        let (ada_id, keeper_id) = (id_of(&ada).await, id_of(&keeper).await);
        let told = of(&keeper, &ada_id).await;
        assert_eq!((&told["rows"], &told["has_limited_rows"]), (&Value::Null, &json!(true)));
        assert!(!told.to_string().contains("EU"), "{told}");
        assert_eq!(of(&keeper, &keeper_id).await["rows"][0][0]["allowed_values"], json!(["Atlantis"]));
        assert_eq!(of(&owner, &ada_id).await["rows"][0][0]["allowed_values"], json!(["EU"]));
    }

    async fn a_right_taken_on_another_server_ends_within_a_second(app: TestApp) {
        let owner = app.owner().await;
        let colleague = app.colleague("ada").await;
        let given = assign(&owner, &colleague, &Role::Viewer.id().to_string()).await;
        let other = app.restart().await;
        let there = crate::testing::Caller { app: other.clone(), ..colleague.clone() };
        there.get(&there.path("")).await.expect(200);

        let assignment = format!("/role_assignments/{}", given["id"].as_str().expect("an id"));
        owner.delete(&organization(&owner, &assignment).await).await.expect(204);

        colleague.get(&colleague.path("")).await.expect_problem(404, "not_found");
        other.clock.advance(chrono::TimeDelta::seconds(1));
        there.get(&there.path("")).await.expect_problem(404, "not_found");
    }
}
