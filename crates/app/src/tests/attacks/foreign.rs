//! Ids of another tenant's things, in paths, bodies and queries, and cursors of another tenant's lists.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::testing::{Answer, Caller, TestApp, app_tests};
use crate::tests::permissions::rejected_event;

/// Somebody's things, by the words that stand for their ids below.
struct Things(Vec<(&'static str, String)>);

impl Things {
    /// Makes one of each.
    async fn of(caller: &Caller) -> Self {
        let me = caller.get("/me").await.expect(200);
        let user = text(&me["user"]["id"]);
        let organization = text(&me["organizations"][0]["id"]);
        let at = |rest: &str| format!("/organizations/{organization}{rest}");
        let made = async |path: String, new: Value| text(&caller.post(&path, new).await.expect(201)["id"]);
        let role = made(at("/roles"), json!({ "name": "A role" })).await;
        let assignment = made(at("/role_assignments"), json!({ "user_id": user, "role_id": role })).await;
        let invitation =
            made(at("/invitations"), json!({ "email": format!("{user}@example.net"), "role": "member" })).await;
        let folder = made(caller.path("/folders"), json!({ "name": "A folder" })).await;
        let key = made(caller.path("/api_keys"), json!({ "name": "A key" })).await;
        let config = made(caller.path("/client_configs"), json!({ "name": "a-config", "config": {} })).await;
        let session = text(&caller.get("/sessions").await.expect(200)["items"][0]["id"]);
        let rejected_event = rejected_event(caller).await;
        let email = caller.email.clone().expect("an address");
        Self(vec![
            ("user", user),
            ("organization", organization),
            ("project", caller.project().to_owned()),
            ("role", role),
            ("assignment", assignment),
            ("invitation", invitation),
            ("folder", folder),
            ("key", key),
            ("config", config),
            ("session", session),
            ("rejected_event", rejected_event),
            ("email", email),
        ])
    }

    /// Ids of nothing, and the address of nobody.
    fn nothing() -> Self {
        let id = || uuid::Uuid::new_v4().to_string();
        let names = [
            "user",
            "organization",
            "project",
            "role",
            "assignment",
            "invitation",
            "folder",
            "key",
            "config",
            "session",
            "rejected_event",
        ];
        let mut all: Vec<_> = names.map(|name| (name, id())).into();
        all.push(("email", "nobody-at-all@example.org".to_owned()));
        Self(all)
    }

    /// Writes the ids for `<mark.user>` and so on.
    fn fill(&self, mark: &str, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("<{mark}.{name}>"), id))
    }

    /// Takes the ids out of an answer, which may repeat what was asked for.
    fn without(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, id)| text.replace(id, name))
    }
}

fn text(id: &Value) -> String {
    id.as_str().unwrap_or_else(|| panic!("{id} is no text")).to_owned()
}

/// What somebody could try with what belongs to others, written with `<my.…>` and `<their.…>`.
const ATTEMPTS: &[(&str, &str, &str)] = &[
    // In bodies: what something shall belong to, lie in, or be given to.
    ("POST", "/projects", r#"{"name":"Mine","organization_id":"<their.organization>"}"#),
    ("POST", "/projects/<my.project>/folders", r#"{"name":"x","parent_id":"<their.folder>"}"#),
    ("PATCH", "/projects/<my.project>/folders/<my.folder>", r#"{"parent_id":"<their.folder>"}"#),
    (
        "PUT",
        "/projects/<my.project>/grants/folder/<my.folder>",
        r#"{"principal_type":"user","principal_id":"<their.user>","permission_type":"view"}"#,
    ),
    (
        "PUT",
        "/projects/<my.project>/grants/folder/<my.folder>",
        r#"{"principal_type":"role","principal_id":"<their.role>","permission_type":"view"}"#,
    ),
    ("POST", "/projects/<my.project>/members", r#"{"user_id":"<their.user>","role":"viewer"}"#),
    ("POST", "/projects/<my.project>/members", r#"{"email":"<their.email>","role":"viewer"}"#),
    (
        "POST",
        "/organizations/<my.organization>/role_assignments",
        r#"{"user_id":"<their.user>","role_id":"<my.role>"}"#,
    ),
    (
        "POST",
        "/organizations/<my.organization>/role_assignments",
        r#"{"user_id":"<my.user>","role_id":"<their.role>"}"#,
    ),
    (
        "POST",
        "/organizations/<my.organization>/role_assignments",
        r#"{"user_id":"<my.user>","role_id":"<my.role>","project_id":"<their.project>"}"#,
    ),
    (
        "POST",
        "/organizations/<my.organization>/roles",
        r#"{"name":"x","permissions":[{"resource":"events","action":"view","conditions":{"projects":["<their.project>"]}}]}"#,
    ),
    (
        "PATCH",
        "/organizations/<my.organization>/roles/<my.role>",
        r#"{"permissions":[{"resource":"events","action":"view","conditions":{"projects":["<their.project>"]}}]}"#,
    ),
    (
        "POST",
        "/organizations/<my.organization>/invitations",
        r#"{"email":"x@example.net","role":"member","projects":[{"project_id":"<their.project>","role":"admin"}]}"#,
    ),
    (
        "POST",
        "/organizations/<my.organization>/transfer",
        r#"{"user_id":"<their.user>","password":"correct horse battery"}"#,
    ),
    // In paths, behind what is one's own.
    ("GET", "/projects/<my.project>/folders/<their.folder>", ""),
    ("PATCH", "/projects/<my.project>/folders/<their.folder>", r#"{"name":"Taken"}"#),
    ("DELETE", "/projects/<my.project>/folders/<their.folder>", ""),
    ("GET", "/projects/<my.project>/grants/folder/<their.folder>", ""),
    (
        "PUT",
        "/projects/<my.project>/grants/folder/<their.folder>",
        r#"{"principal_type":"role","principal_id":"<my.role>","permission_type":"admin"}"#,
    ),
    ("PATCH", "/projects/<my.project>/api_keys/<their.key>", r#"{"name":"Taken"}"#),
    ("POST", "/projects/<my.project>/api_keys/<their.key>/rotate", "{}"),
    ("DELETE", "/projects/<my.project>/api_keys/<their.key>", ""),
    ("GET", "/projects/<my.project>/client_configs/<their.config>", ""),
    ("PATCH", "/projects/<my.project>/client_configs/<their.config>", r#"{"config":{}}"#),
    ("DELETE", "/projects/<my.project>/client_configs/<their.config>", ""),
    ("PATCH", "/projects/<my.project>/members/<their.user>", r#"{"role":"viewer"}"#),
    ("DELETE", "/projects/<my.project>/members/<their.user>", ""),
    ("PATCH", "/organizations/<my.organization>/members/<their.user>", r#"{"role":"owner"}"#),
    ("DELETE", "/organizations/<my.organization>/members/<their.user>", ""),
    ("GET", "/organizations/<my.organization>/roles/<their.role>", ""),
    ("PATCH", "/organizations/<my.organization>/roles/<their.role>", r#"{"is_active":false}"#),
    ("DELETE", "/organizations/<my.organization>/roles/<their.role>", ""),
    ("DELETE", "/organizations/<my.organization>/role_assignments/<their.assignment>", ""),
    ("DELETE", "/organizations/<my.organization>/invitations/<their.invitation>", ""),
    ("POST", "/organizations/<my.organization>/invitations/<their.invitation>/resend", "{}"),
    ("DELETE", "/sessions/<their.session>", ""),
    ("GET", "/projects/<my.project>/rejected_events/<their.rejected_event>", ""),
    ("DELETE", "/projects/<my.project>/rejected_events/<their.rejected_event>", ""),
    ("GET", "/projects/<their.project>/catalogue/events?hidden=true", ""),
    ("PATCH", "/projects/<their.project>/catalogue/events?name=x", r#"{"is_hidden":true}"#),
    ("PATCH", "/projects/<their.project>/catalogue/properties?name=x", r#"{"is_hidden":true}"#),
    // In queries.
    ("GET", "/projects/<my.project>/access/explain?action=view&resource=events&user=<their.user>", ""),
    ("GET", "/projects/<my.project>/access/explain?action=view&resource=folders&item=<their.folder>", ""),
    ("DELETE", "/projects/<my.project>/grants/folder/<my.folder>?principal_type=user&principal_id=<their.user>", ""),
    ("GET", "/organizations/<my.organization>/role_assignments?user=<their.user>", ""),
    ("GET", "/organizations/<my.organization>/role_assignments?project=<their.project>", ""),
    ("GET", "/organizations/<my.organization>/audit_logs?user=<their.user>", ""),
    ("GET", "/organizations/<my.organization>/audit_logs?project=<their.project>", ""),
    ("GET", "/organizations/<my.organization>/audit_logs?resource_id=<their.key>", ""),
    ("GET", "/organizations/<my.organization>/members?search=<their.email>", ""),
];

async fn attempt(caller: &Caller, mine: &Things, others: &Things, (method, path, body): (&str, &str, &str)) -> Answer {
    let fill = |text: &str| others.fill("their", &mine.fill("my", text));
    let body = (!body.is_empty()).then(|| serde_json::from_str(&fill(body)).expect("JSON"));
    caller.call(method.parse::<Method>().expect("a method"), &fill(path), body).await
}

/// What an answer says, whatever ids were asked for.
fn said(answer: &Answer, about: &Things) -> (u16, Value) {
    let body = if answer.body.is_empty() { Value::Null } else { answer.json() };
    let mut body: Value = serde_json::from_str(&about.without(&body.to_string())).expect("JSON");
    if let Some(fields) = body.as_object_mut() {
        fields.remove("request_id");
    }
    (answer.status.as_u16(), body)
}

/// All that somebody sees of their own.
async fn seen_by(caller: &Caller, things: &Things) -> Vec<Value> {
    let mut seen = Vec::new();
    for path in [
        "/projects/<my.project>/folders",
        "/projects/<my.project>/api_keys",
        "/projects/<my.project>/client_configs",
        "/projects/<my.project>/members",
        "/projects/<my.project>/rejected_events",
        "/projects/<my.project>/grants/folder/<my.folder>",
        "/organizations/<my.organization>/roles",
        "/organizations/<my.organization>/role_assignments",
        "/organizations/<my.organization>/invitations",
        "/organizations/<my.organization>/members",
        "/organizations/<my.organization>",
    ] {
        seen.push(caller.get(&things.fill("my", path)).await.expect(200));
    }
    seen
}

app_tests! {
    // Attack 19, 22, 26: an id of somebody else's is worth as much as one of nothing, wherever it is put.
    async fn ids_of_others_are_ids_of_nothing(app: TestApp) {
        let app = app.with_events().await;
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let (mine, theirs) = (Things::of(&stranger).await, Things::of(&owner).await);
        let before = (seen_by(&owner, &theirs).await, seen_by(&stranger, &mine).await);
        let mut wrong = Vec::new();
        for row in ATTEMPTS {
            app.clock.advance(TimeDelta::minutes(10));
            let nothing = Things::nothing();
            let of_others = said(&attempt(&stranger, &mine, &theirs, *row).await, &theirs);
            let of_nothing = said(&attempt(&stranger, &mine, &nothing, *row).await, &nothing);
            if of_others != of_nothing {
                wrong.push(format!("{row:?}: {of_others:?} is not {of_nothing:?}"));
            }
            // What is read is the same as of nothing, and so tells nothing.
            if !(400..500).contains(&of_others.0) && row.0 != "GET" {
                wrong.push(format!("{row:?} succeeds: {of_others:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!((seen_by(&owner, &theirs).await, seen_by(&stranger, &mine).await), before, "something has changed");
    }

    // The attempts above must fail for what is others', not for how they are written.
    async fn the_same_attempts_are_well_formed(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let mine = Things::of(&owner).await;
        let mut wrong = Vec::new();
        for row in ATTEMPTS {
            app.clock.advance(TimeDelta::minutes(10));
            let answer = attempt(&owner.again().await, &mine, &mine, *row).await;
            if matches!(answer.status.as_u16(), 400 | 405 | 415) || answer.text().contains("unknown field") {
                wrong.push(format!("{row:?}: {}", answer.text()));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    // Attack 26: a cursor tells where a page begins, not whose it is.
    async fn a_cursor_of_others_leads_to_nothing_of_theirs(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let lists = ["/api_keys", "/client_configs", "/organization/roles", "/organization/invitations", "/organization/role_assignments",
            "/organization/audit_logs"];
        let organization = async |caller: &Caller| text(&caller.get("/me").await.expect(200)["organizations"][0]["id"]);
        let at = |caller: &Caller, organization: &str, list: &str| match list.strip_prefix("/organization/") {
            Some(list) => format!("/organizations/{organization}/{list}"),
            None => caller.path(list),
        };
        for caller in [&owner, &stranger] {
            let organization = organization(caller).await;
            let user = caller.get("/me").await.expect(200)["user"]["id"].clone();
            for number in 0..3 {
                caller.post(&caller.path("/api_keys"), json!({ "name": format!("key {number}") })).await.expect(201);
                let config = json!({ "name": format!("config-{number}"), "config": {} });
                caller.post(&caller.path("/client_configs"), config).await.expect(201);
                let role = caller.post(&at(caller, &organization, "/organization/roles"), json!({ "name": format!("role {number}") })).await.expect(201);
                let given = json!({ "user_id": user, "role_id": role["id"] });
                caller.post(&at(caller, &organization, "/organization/role_assignments"), given).await.expect(201);
                let guest = json!({ "email": format!("guest{number}@example.net"), "role": "member" });
                caller.post(&at(caller, &organization, "/organization/invitations"), guest).await.expect(201);
            }
        }
        let (ours, theirs) = (organization(&owner).await, organization(&stranger).await);
        let mut paged = 0;
        for list in lists {
            let (mine, others) = (at(&stranger, &theirs, list), at(&owner, &ours, list));
            let whole = stranger.get(&format!("{mine}?limit=1000")).await.expect(200);
            let own: Vec<String> = whole["items"].as_array().expect("items").iter().map(|item| text(&item["id"])).collect();
            for limit in [1, 2] {
                let page = owner.get(&format!("{others}?limit={limit}")).await.expect(200);
                let Some(cursor) = page["next_cursor"].as_str() else { continue };
                paged += 1;
                let found = stranger.get(&format!("{mine}?limit=1000&cursor={cursor}")).await.expect(200);
                for item in found["items"].as_array().expect("items") {
                    assert!(own.contains(&text(&item["id"])), "{list}: {item} is not theirs");
                }
            }
        }
        assert!(paged >= 8, "only {paged} lists had a second page");
    }
}
