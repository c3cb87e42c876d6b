//! Grants on single things.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{assign, id_of, make_folder, make_role, permissions};
use crate::{
    Role,
    testing::{Caller, TestApp, app_tests},
};

async fn grant(to: &Caller, level: &str) -> Value {
    json!({ "principal_type": "user", "principal_id": id_of(to).await, "permission_type": level })
}

fn grants(of: &Caller, folder: &str) -> String {
    of.path(&format!("/grants/folder/{folder}"))
}

app_tests! {
    async fn a_grant_opens_one_thing_and_what_lies_in_it(app: TestApp) {
        let owner = app.owner().await;
        let colleague = app.colleague("ada").await;
        let top = make_folder(&owner, "Growth", None).await;
        let inner = make_folder(&owner, "Weekly", Some(&top)).await;
        make_folder(&owner, "Secret", None).await;
        colleague.get(&colleague.path("/folders")).await.expect_problem(404, "not_found");

        owner.put(&grants(&owner, &top), grant(&colleague, "view").await).await.expect(200);

        let seen = colleague.get(&colleague.path("/folders")).await.expect(200);
        let names: Vec<_> = seen["items"].as_array().expect("items").iter().map(|folder| folder["name"].clone()).collect();
        assert_eq!(names, ["Growth", "Weekly"]);
        assert_eq!(colleague.get("/me").await.expect(200)["projects"][0]["permissions"], json!([]));
        let path = colleague.path(&format!("/folders/{inner}"));
        colleague.patch(&path, json!({ "name": "x" })).await.expect_problem(403, "permission_required");
        colleague.get(&colleague.path("/events")).await.expect_problem(403, "permission_required");
        colleague.get(&colleague.path("")).await.expect_problem(403, "permission_required");

        owner.put(&grants(&owner, &top), grant(&colleague, "edit").await).await.expect(200);
        colleague.patch(&path, json!({ "name": "Daily" })).await.expect(200);
        make_folder(&colleague, "Made inside", Some(&top)).await;
        colleague.post(&colleague.path("/folders"), json!({ "name": "Outside" })).await.expect_problem(403, "permission_required");
        colleague.delete(&path).await.expect_problem(403, "permission_required");
        let listed = owner.get(&grants(&owner, &inner)).await.expect(200);
        assert_eq!(listed["items"][0]["inherited_from"], json!({ "id": top, "name": "Growth" }));
        assert_eq!(listed["own_level"], "admin");

        let taken = format!("{}?principal_type=user&principal_id={}", grants(&owner, &top), id_of(&colleague).await);
        owner.delete(&taken).await.expect(204);
        owner.delete(&taken).await.expect_problem(404, "not_found");
        colleague.get(&path).await.expect_problem(404, "not_found");
    }

    async fn a_grant_ends_when_it_should(app: TestApp) {
        let owner = app.owner().await;
        let colleague = app.colleague("ada").await;
        let folder = make_folder(&owner, "Growth", None).await;
        let mut new = grant(&colleague, "view").await;
        new["expires_at"] = json!(app.clock.now());
        owner.put(&grants(&owner, &folder), new.clone()).await.expect_problem(422, "validation_failed");
        new["expires_at"] = json!(app.clock.now() + TimeDelta::milliseconds(300));
        owner.put(&grants(&owner, &folder), new).await.expect(200);
        let path = colleague.path(&format!("/folders/{folder}"));
        colleague.get(&path).await.expect(200);
        // What the server remembers is younger than what it remembers things for.
        app.clock.advance(TimeDelta::milliseconds(300));
        colleague.get(&path).await.expect_problem(404, "not_found");
        colleague.get(&colleague.path("/folders")).await.expect_problem(404, "not_found");
        assert_eq!(owner.get(&grants(&owner, &folder)).await.expect(200)["items"][0]["is_expired"], true);
    }

    async fn a_grant_to_a_role_is_for_all_who_have_it(app: TestApp) {
        let owner = app.owner().await;
        let (uploader, viewer) = (app.member(Role::Uploader).await, app.member(Role::Viewer).await);
        let folder = make_folder(&owner, "Files", None).await;
        let path = owner.path(&format!("/folders/{folder}"));
        uploader.get(&path).await.expect_problem(404, "not_found");
        let new = json!({ "principal_type": "role", "principal_id": Role::Uploader.id(), "permission_type": "edit" });
        owner.put(&grants(&owner, &folder), new).await.expect(200);
        uploader.patch(&path, json!({ "name": "Renamed" })).await.expect(200);
        viewer.patch(&path, json!({ "name": "x" })).await.expect_problem(403, "permission_required");
    }

    // Attack 22: a grant is no way to more than one has, nor to having it for longer.
    async fn nobody_grants_more_than_they_have(app: TestApp) {
        let owner = app.owner().await;
        let (ada, bob) = (app.colleague("ada").await, app.colleague("bob").await);
        let role = make_role(&owner, json!({ "name": "Guest", "permissions": permissions(&["project:view"]) })).await;
        assign(&owner, &bob, &role).await;
        let folder = make_folder(&owner, "Growth", None).await;
        let until = app.clock.now() + TimeDelta::days(1);
        let mut to_ada = grant(&ada, "share").await;
        to_ada["expires_at"] = json!(until);
        owner.put(&grants(&owner, &folder), to_ada).await.expect(200);

        let mut to_bob = grant(&bob, "view").await;
        ada.put(&grants(&ada, &folder), to_bob.clone()).await.expect_problem(403, "level_above_own");
        to_bob["expires_at"] = json!(until + TimeDelta::seconds(1));
        ada.put(&grants(&ada, &folder), to_bob.clone()).await.expect_problem(403, "level_above_own");
        to_bob["expires_at"] = json!(until);
        ada.put(&grants(&ada, &folder), to_bob.clone()).await.expect(200);
        to_bob["permission_type"] = json!("admin");
        ada.put(&grants(&ada, &folder), to_bob).await.expect_problem(403, "level_above_own");
        ada.put(&grants(&ada, &folder), grant(&ada, "view").await).await.expect_problem(403, "grant_to_self");
        // Bob may see, and can't let anybody in.
        bob.put(&grants(&bob, &folder), grant(&ada, "view").await).await.expect_problem(403, "permission_required");
        // Who has less can't cut down who has more.
        owner.put(&grants(&owner, &folder), grant(&bob, "admin").await).await.expect(200);
        let taken = format!("{}?principal_type=user&principal_id={}", grants(&ada, &folder), id_of(&bob).await);
        ada.delete(&taken).await.expect_problem(403, "level_above_own");
    }

    async fn what_is_not_there_can_t_be_granted(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let colleague = app.colleague("ada").await;
        let theirs = make_folder(&stranger, "Theirs", None).await;
        let folder = make_folder(&owner, "Mine", None).await;
        let new = grant(&colleague, "view").await;
        owner.put(&grants(&owner, &theirs), new.clone()).await.expect_problem(404, "not_found");
        owner.put(&owner.path(&format!("/grants/moon/{folder}")), new).await.expect_problem(404, "not_found");
        owner.put(&grants(&owner, &folder), grant(&stranger, "view").await).await.expect_problem(404, "not_found");
        let super_admin = json!({ "principal_type": "role", "principal_id": "0000401e-0000-8000-8000-000000000000",
            "permission_type": "view" });
        owner.put(&grants(&owner, &folder), super_admin).await.expect_problem(404, "not_found");
    }
}
