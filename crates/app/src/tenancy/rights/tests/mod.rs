//! Rights through the API.

mod decisions;
mod folders;
mod grants;
mod leaving;
mod roles;

use serde_json::{Value, json};

use crate::testing::{Caller, id_of};

/// A path in the organization of somebody: `organization(&owner, "/roles")`.
async fn organization(of: &Caller, rest: &str) -> String {
    let me = of.get("/me").await.expect(200);
    format!("/organizations/{}{rest}", me["organizations"][0]["id"].as_str().expect("an id"))
}

/// Makes a role and returns its id.
async fn make_role(owner: &Caller, role: Value) -> String {
    let made = owner.post(&organization(owner, "/roles").await, role).await.expect(201);
    made["id"].as_str().expect("an id").to_owned()
}

/// Gives somebody a role in the owner's project.
async fn assign(owner: &Caller, to: &Caller, role: &str) -> Value {
    let new = json!({ "user_id": id_of(to).await, "role_id": role, "project_id": owner.project() });
    owner.post(&organization(owner, "/role_assignments").await, new).await.expect(201)
}

/// Makes a folder and returns its id.
async fn make_folder(by: &Caller, name: &str, parent: Option<&str>) -> String {
    let made = by.post(&by.path("/folders"), json!({ "name": name, "parent_id": parent })).await.expect(201);
    made["id"].as_str().expect("an id").to_owned()
}

/// Permissions without conditions: `permissions(&["events:view"])`.
fn permissions(words: &[&str]) -> Value {
    let permission = |word: &&str| {
        let (resource, action) = word.split_once(':').expect("resource:action");
        json!({ "resource": resource, "action": action })
    };
    words.iter().map(permission).collect()
}
