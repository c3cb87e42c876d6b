//! Nobody gives, keeps or revives more than they have: what ends with a membership, and what can't be kept back.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{assign, id_of, make_folder, make_role, organization, permissions};
use crate::{
    Role,
    tenancy::testing,
    testing::{Caller, TestApp, app_tests},
};

async fn grant(owner: &Caller, folder: &str, to: &Caller, level: &str) {
    let new = json!({ "principal_type": "user", "principal_id": id_of(to).await, "permission_type": level });
    owner.put(&owner.path(&format!("/grants/folder/{folder}")), new).await.expect(200);
}

/// Makes a secret key that reads the project, and a program that has it.
async fn key_of(maker: &Caller) -> (String, Caller) {
    let new = json!({ "name": "theirs", "kind": "secret", "scopes": ["project:view"] });
    let made = maker.post(&maker.path("/api_keys"), new).await.expect(201);
    let key = Caller { token: made["key"].as_str().map(str::to_owned), cookie: None, ..maker.clone() };
    (made["id"].as_str().expect("an id").to_owned(), key)
}

async fn listed_key(owner: &Caller, id: &str) -> Value {
    let listed = owner.get(&owner.path("/api_keys")).await.expect(200);
    let key = listed["items"].as_array().expect("items").iter().find(|key| key["id"] == id).cloned();
    key.expect("the key")
}

async fn project_of(owner: &Caller) -> analytics_model::ProjectId {
    owner.project().parse().expect("an id")
}

app_tests! {
    async fn who_comes_back_begins_with_nothing(app: TestApp) {
        let owner = app.owner().await;
        let ada = app.colleague("ada").await;
        let folder = make_folder(&owner, "Growth", None).await;
        grant(&owner, &folder, &ada, "edit").await;
        let ada_id = id_of(&ada).await;
        owner.post(&owner.path("/members"), json!({ "user_id": ada_id, "role": "admin" })).await.expect(201);
        let everywhere = json!({ "user_id": ada_id, "role_id": Role::Viewer.id() });
        owner.post(&organization(&owner, "/role_assignments").await, everywhere).await.expect(201);
        assign(&owner, &ada, &Role::Editor.id().to_string()).await;
        let (id, key) = key_of(&ada).await;
        key.get(&key.path("")).await.expect(200);

        owner.delete(&organization(&owner, &format!("/members/{ada_id}")).await).await.expect(204);

        ada.get(&ada.path("")).await.expect_problem(404, "not_found");
        key.get(&key.path("")).await.expect_problem(401, "key_wrong");
        testing::add_colleague(&app.app, project_of(&owner).await, ada_id.parse().expect("an id")).await;
        app.app.forget_authority();
        assert_eq!(ada.get("/me").await.expect(200)["projects"], json!([]));
        ada.get(&ada.path(&format!("/folders/{folder}"))).await.expect_problem(404, "not_found");
        let grants = owner.get(&owner.path(&format!("/grants/folder/{folder}"))).await.expect(200);
        assert_eq!(grants["items"], json!([]));
        // Even with the same role again, the old key stays off until somebody who has all of it says otherwise.
        owner.post(&owner.path("/members"), json!({ "user_id": ada_id, "role": "admin" })).await.expect(201);
        key.get(&key.path("")).await.expect_problem(401, "key_wrong");
        assert_eq!(listed_key(&owner, &id).await["is_active"], false);
        let told = testing::trail_details(&app.app, "api_key.update").await;
        assert_eq!(told[0]["reason"], "its holder was removed");
    }

    async fn who_leaves_a_project_keeps_nothing_in_it(app: TestApp) {
        let owner = app.owner().await;
        let ada = app.colleague("ada").await;
        let folder = make_folder(&owner, "Growth", None).await;
        grant(&owner, &folder, &ada, "view").await;
        let ada_id = id_of(&ada).await;
        owner.post(&owner.path("/members"), json!({ "user_id": ada_id, "role": "admin" })).await.expect(201);
        assign(&owner, &ada, &Role::Editor.id().to_string()).await;
        let (_, key) = key_of(&ada).await;
        owner.delete(&owner.path(&format!("/members/{ada_id}"))).await.expect(204);
        ada.get(&ada.path("")).await.expect_problem(404, "not_found");
        ada.get(&ada.path(&format!("/folders/{folder}"))).await.expect_problem(404, "not_found");
        owner.post(&owner.path("/members"), json!({ "user_id": ada_id, "role": "viewer" })).await.expect(201);
        let me = ada.get("/me").await.expect(200);
        assert_eq!(me["projects"][0]["role"], "viewer");
        assert!(!me["projects"][0]["permissions"].to_string().contains("edit"), "{me}");
        key.get(&key.path("")).await.expect_problem(401, "key_wrong");
        // Also who came by a role or a grant alone is put out by their membership's end, once.
        owner.delete(&owner.path(&format!("/members/{ada_id}"))).await.expect(204);
        grant(&owner, &folder, &ada, "view").await;
        ada.get(&ada.path(&format!("/folders/{folder}"))).await.expect(200);
        ada.delete(&ada.path(&format!("/members/{ada_id}"))).await.expect(204);
        ada.get(&ada.path(&format!("/folders/{folder}"))).await.expect_problem(404, "not_found");
        owner.delete(&owner.path(&format!("/members/{ada_id}"))).await.expect_problem(404, "not_found");
    }

    async fn nobody_puts_out_who_has_more_than_they(app: TestApp) {
        let owner = app.owner().await;
        let (keeper, viewer) = (app.colleague("keeper").await, app.member(Role::Viewer).await);
        let all_of_viewer: Vec<String> = Role::Viewer.permissions().iter().map(|permission| permission.word()).collect();
        let mut words: Vec<&str> = all_of_viewer.iter().map(String::as_str).collect();
        words.extend(["project_members:delete", "project_members:edit"]);
        let role = make_role(&owner, json!({ "name": "Keeper", "permissions": permissions(&words) })).await;
        assign(&owner, &keeper, &role).await;
        assign(&owner, &viewer, &Role::Admin.id().to_string()).await;
        let path = keeper.path(&format!("/members/{}", id_of(&viewer).await));
        keeper.delete(&path).await.expect_problem(403, "beyond_own_rights");
        // Nor does anybody put a role aside for themselves.
        let mine = json!({ "user_id": id_of(&keeper).await, "role_id": Role::Viewer.id(), "project_id": owner.project() });
        keeper.post(&organization(&keeper, "/role_assignments").await, mine).await.expect_problem(403, "own_role");
    }

    async fn nobody_lets_themselves_in_by_a_role_they_have(app: TestApp) {
        let owner = app.owner().await;
        let (ada, bob) = (app.colleague("ada").await, app.colleague("bob").await);
        let guest = make_role(&owner, json!({ "name": "Guest", "permissions": permissions(&["project:view"]) })).await;
        assign(&owner, &ada, &guest).await;
        assign(&owner, &bob, &guest).await;
        let folder = make_folder(&owner, "Growth", None).await;
        grant(&owner, &folder, &ada, "share").await;
        let grants = ada.path(&format!("/grants/folder/{folder}"));
        ada.put(&grants, json!({ "principal_type": "role", "principal_id": guest, "permission_type": "share" })).await.expect(200);
        let to_ada = format!("{}?principal_type=user&principal_id={}", owner.path(&format!("/grants/folder/{folder}")), id_of(&ada).await);
        owner.delete(&to_ada).await.expect(204);
        ada.get(&ada.path(&format!("/folders/{folder}"))).await.expect_problem(404, "not_found");
        bob.get(&bob.path(&format!("/folders/{folder}"))).await.expect(200);
    }

    async fn nobody_moves_a_folder_to_where_it_opens_further_than_to_them(app: TestApp) {
        let owner = app.owner().await;
        let (ada, bob) = (app.colleague("ada").await, app.colleague("bob").await);
        let theirs = make_folder(&owner, "Of the owner", None).await;
        let inside = make_folder(&owner, "Inside", Some(&theirs)).await;
        let (wide, plain, short) = (make_folder(&owner, "Wide", None).await, make_folder(&owner, "Plain", None).await, make_folder(&owner, "Short", None).await);
        grant(&owner, &inside, &ada, "share").await;
        for place in [&wide, &plain, &short] {
            grant(&owner, place, &ada, "edit").await;
        }
        let move_to = async |by: &Caller, to: &str| by.patch(&by.path(&format!("/folders/{inside}")), json!({ "parent_id": to })).await;
        // Who may do more there would gain it here.
        grant(&owner, &wide, &bob, "admin").await;
        move_to(&ada, &wide).await.expect_problem(403, "level_above_own");
        // So would they themselves.
        grant(&owner, &wide, &bob, "view").await;
        grant(&owner, &wide, &ada, "admin").await;
        move_to(&ada, &wide).await.expect_problem(403, "level_above_own");
        // Who may do more where it lies would lose it.
        grant(&owner, &theirs, &bob, "admin").await;
        move_to(&ada, &plain).await.expect_problem(403, "level_above_own");
        grant(&owner, &theirs, &bob, "edit").await;
        move_to(&ada, &plain).await.expect(200);
        // And nobody lets others in for longer than they may be there.
        let mut ends = json!({ "principal_type": "user", "principal_id": id_of(&ada).await, "permission_type": "share" });
        ends["expires_at"] = json!(app.clock.now() + TimeDelta::hours(1));
        owner.put(&owner.path(&format!("/grants/folder/{inside}")), ends).await.expect(200);
        grant(&owner, &short, &bob, "share").await;
        move_to(&ada, &short).await.expect_problem(403, "level_above_own");
        move_to(&owner, &wide).await.expect(200);
    }

    async fn an_invitation_holds_as_long_as_its_senders_right_to_it(app: TestApp) {
        let owner = app.owner().await;
        let admin = app.colleague("second").await;
        let admin_id = id_of(&admin).await;
        let as_admin = organization(&owner, &format!("/members/{admin_id}")).await;
        owner.patch(&as_admin, json!({ "role": "admin" })).await.expect(200);
        let invitations = organization(&owner, "/invitations").await;
        let made = admin.post(&invitations, json!({ "email": "guest@example.com", "role": "admin" })).await.expect(201);
        let token = app.mailed_token("guest@example.com").await;
        let open = format!("/invitations/{token}");
        app.nobody().get(&open).await.expect(200);

        owner.patch(&format!("/users/{admin_id}"), json!({ "is_active": false })).await.expect(200);

        app.nobody().get(&open).await.expect_problem(404, "not_found");
        let sign_up = json!({ "password": crate::testing::PASSWORD, "first_name": "Eve", "last_name": "Guest" });
        app.nobody().post(&format!("{open}/accept"), sign_up.clone()).await.expect_problem(404, "not_found");
        // Sent again, it is an invitation of who sends it now.
        let again = format!("{invitations}/{}/resend", made["id"].as_str().expect("an id"));
        owner.post(&again, json!({})).await.expect(200);
        let token = app.mailed_token("guest@example.com").await;
        app.nobody().post(&format!("/invitations/{token}/accept"), sign_up).await.expect(201);
    }

    async fn an_old_invitation_does_not_bring_back_who_was_removed(app: TestApp) {
        let owner = app.owner().await;
        let ada = app.create_user("late@example.com", false).await;
        let invitations = organization(&owner, "/invitations").await;
        let new = json!({ "email": "late@example.com", "role": "admin" });
        owner.post(&invitations, new).await.expect(201);
        let token = app.mailed_token("late@example.com").await;
        // They came in another way meanwhile, and were removed.
        testing::add_colleague(&app.app, project_of(&owner).await, ada).await;
        owner.delete(&organization(&owner, &format!("/members/{}", ada.0)).await).await.expect(204);
        app.nobody().get(&format!("/invitations/{token}")).await.expect_problem(404, "not_found");
    }
}
