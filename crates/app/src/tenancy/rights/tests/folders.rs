//! Folders.

use serde_json::json;

use super::{assign, make_folder, make_role};
use crate::testing::{TestApp, app_tests};

app_tests! {
    async fn folders_lie_in_one_another(app: TestApp) {
        let owner = app.owner().await;
        let top = make_folder(&owner, "Growth", None).await;
        let inner = make_folder(&owner, "Weekly", Some(&top)).await;
        let leaf = make_folder(&owner, "Monday", Some(&inner)).await;
        let path = |id: &str| owner.path(&format!("/folders/{id}"));

        owner.post(&owner.path("/folders"), json!({ "name": "GROWTH" })).await.expect_problem(409, "folder_name_taken");
        for into in [&top, &inner, &leaf] {
            let problem = owner.patch(&path(&top), json!({ "parent_id": into })).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["code"], "circle");
        }
        owner.patch(&path(&leaf), json!({ "name": "Tuesday", "parent_id": null })).await.expect(200);
        let gone = owner.patch(&path(&leaf), json!({ "parent_id": leaf.replace('0', "1") })).await;
        assert_eq!(gone.expect_problem(422, "validation_failed")["errors"][0]["field"], "parent_id");
        owner.patch(&path(&leaf), json!({ "parent_id": inner })).await.expect(200);

        owner.delete(&path(&inner)).await.expect(204);

        assert_eq!(owner.get(&path(&leaf)).await.expect(200)["parent_id"], json!(top));
        let stranger = app.stranger().await;
        stranger.get(&stranger.path(&format!("/folders/{top}"))).await.expect_problem(404, "not_found");
    }

    async fn folders_are_at_most_eight_deep(app: TestApp) {
        let owner = app.owner().await;
        let mut parent = make_folder(&owner, "1", None).await;
        let first = parent.clone();
        for level in 2..=8 {
            parent = make_folder(&owner, &level.to_string(), Some(&parent)).await;
        }
        let ninth = owner.post(&owner.path("/folders"), json!({ "name": "9", "parent_id": parent })).await;
        assert_eq!(ninth.expect_problem(422, "validation_failed")["errors"][0]["code"], "too_deep");
        let outer = make_folder(&owner, "0", None).await;
        let moved = owner.patch(&owner.path(&format!("/folders/{first}")), json!({ "parent_id": outer })).await;
        assert_eq!(moved.expect_problem(422, "validation_failed")["errors"][0]["code"], "too_deep");
    }

    async fn a_condition_limits_a_role_to_what_its_holder_made(app: TestApp) {
        let owner = app.owner().await;
        let colleague = app.colleague("ada").await;
        let own = |action: &str| json!({ "resource": "folders", "action": action, "conditions": { "own": true } });
        let role = make_role(&owner, json!({ "name": "Maker", "permissions": [
            { "resource": "folders", "action": "view" }, own("create"), own("edit"),
        ] })).await;
        assign(&owner, &colleague, &role).await;
        let theirs = make_folder(&owner, "Of the owner", None).await;
        let mine = make_folder(&colleague, "Mine", None).await;
        let rename = json!({ "name": "Renamed" });
        colleague.patch(&colleague.path(&format!("/folders/{mine}")), rename.clone()).await.expect(200);
        colleague.patch(&colleague.path(&format!("/folders/{theirs}")), rename).await.expect_problem(403, "permission_required");
        colleague.delete(&colleague.path(&format!("/folders/{mine}"))).await.expect_problem(403, "permission_required");
    }
}
