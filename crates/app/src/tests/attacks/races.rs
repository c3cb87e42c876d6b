//! Two requests at once, where only one may win.

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    accounts,
    testing::{Caller, PASSWORD, TestApp, app_tests, id_of, organization},
};

/// Sends requests at once and returns their statuses, sorted.
async fn at_once(calls: Vec<(Caller, Method, String, Option<Value>)>) -> Vec<u16> {
    let sent: Vec<_> = calls
        .into_iter()
        .map(|(caller, method, path, body)| {
            tokio::spawn(async move { caller.call(method, &path, body).await.status.as_u16() })
        })
        .collect();
    let mut statuses = Vec::new();
    for answer in sent {
        statuses.push(answer.await.expect("no panic"));
    }
    statuses.sort_unstable();
    statuses
}

/// Two owners of one organization.
async fn two_owners(app: &TestApp) -> (Caller, Caller, String) {
    let owner = app.owner().await;
    let other = app.colleague("second").await;
    let path = organization(&owner).await;
    owner.patch(&format!("{path}/members/{}", id_of(&other).await), json!({ "role": "owner" })).await.expect(200);
    (owner, other, path)
}

async fn owners(app: &TestApp, path: &str) -> usize {
    // Who was removed may not look; of two, one has stayed.
    for email in ["owner@example.com", "second@example.com"] {
        let listed = app.sign_in(email).await.get(&format!("{path}/members")).await;
        if listed.status == 200 {
            let items = listed.json()["items"].as_array().cloned().unwrap_or_default();
            return items.iter().filter(|member| member["role"] == "owner").count();
        }
    }
    0
}

app_tests! {
    async fn of_two_owners_who_remove_each_other_one_stays(app: TestApp) {
        let (owner, other, path) = two_owners(&app).await;
        let (mine, theirs) = (format!("{path}/members/{}", id_of(&owner).await), format!("{path}/members/{}", id_of(&other).await));
        let calls = vec![(owner, Method::DELETE, theirs, None), (other, Method::DELETE, mine, None)];
        let statuses = at_once(calls).await;
        assert_eq!(statuses.iter().filter(|status| **status == 204).count(), 1, "{statuses:?}");
        assert_eq!(owners(&app, &path).await, 1);
    }

    async fn of_two_owners_who_step_down_one_stays(app: TestApp) {
        let (owner, other, path) = two_owners(&app).await;
        let mut calls = Vec::new();
        for caller in [owner, other] {
            let own = format!("{path}/members/{}", id_of(&caller).await);
            calls.push((caller, Method::PATCH, own, Some(json!({ "role": "admin" }))));
        }
        assert_eq!(at_once(calls).await, [200, 409]);
        let listed = app.sign_in("owner@example.com").await.get(&format!("{path}/members")).await.expect(200);
        let count = listed["items"].as_array().expect("items").iter().filter(|member| member["role"] == "owner").count();
        assert_eq!(count, 1);
    }

    async fn of_two_admins_of_the_instance_who_leave_one_stays(app: TestApp) {
        let owner = app.owner().await;
        app.create_user("other@example.com", true).await;
        let other = app.sign_in("other@example.com").await;
        let mut calls = Vec::new();
        for (caller, of) in [(&owner, &other), (&other, &owner)] {
            calls.push((caller.clone(), Method::PATCH, format!("/users/{}", id_of(of).await), Some(json!({ "is_admin": false }))));
        }
        let statuses = at_once(calls).await;
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        let admins = accounts::list_users(&app.app).await.expect("accounts").into_iter().filter(|user| user.is_admin).count();
        assert_eq!(admins, 1);
    }

    // Attack 19: a token works once, also for who is quick.
    async fn of_many_who_accept_an_invitation_at_once_one_does(app: TestApp) {
        let owner = app.owner().await;
        let path = organization(&owner).await;
        let guest = json!({ "email": "guest@example.net", "role": "admin" });
        owner.post(&format!("{path}/invitations"), guest).await.expect(201);
        let token = app.mailed_token("guest@example.net").await;
        let accept = format!("/invitations/{token}/accept");
        let body = json!({ "password": PASSWORD, "first_name": "Guest", "last_name": "Guest" });
        let calls = (0..4).map(|_| (app.nobody(), Method::POST, accept.clone(), Some(body.clone()))).collect();
        let statuses = at_once(calls).await;
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 201 | 404 | 409)), "{statuses:?}");
        let guests = accounts::list_users(&app.app).await.expect("accounts").into_iter().filter(|user| user.email.starts_with("guest"));
        assert_eq!(guests.count(), 1);
    }

    async fn an_invitation_is_either_accepted_or_revoked(app: TestApp) {
        let owner = app.owner().await;
        let path = format!("{}/invitations", organization(&owner).await);
        for number in 0..4 {
            let email = format!("guest{number}@example.net");
            let made = owner.post(&path, json!({ "email": email, "role": "member" })).await.expect(201);
            let token = app.mailed_token(&email).await;
            let body = json!({ "password": PASSWORD, "first_name": "Guest", "last_name": "Guest" });
            let revoke = format!("{path}/{}", made["id"].as_str().expect("an id"));
            let calls = vec![
                (app.nobody(), Method::POST, format!("/invitations/{token}/accept"), Some(body)),
                (owner.clone(), Method::DELETE, revoke, None),
            ];
            let statuses = at_once(calls).await;
            assert!(statuses == [201, 404] || statuses == [204, 404], "{statuses:?}");
        }
    }

    async fn who_registers_an_address_at_once_with_others_makes_one_account(app: TestApp) {
        let body = json!({ "email": "ada@radix-int.com" });
        let calls = (0..4).map(|_| (app.nobody(), Method::POST, "/accounts".to_owned(), Some(body.clone()))).collect();
        assert_eq!(at_once(calls).await, [202; 4]);
        app.mails("ada@radix-int.com").await;
        assert_eq!(accounts::list_users(&app.app).await.expect("accounts").len(), 1);
    }

    async fn of_two_who_take_a_name_at_once_one_gets_it(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let body = json!({ "username": "ada" });
        let calls = [owner.clone(), stranger.clone()].map(|caller| (caller, Method::PATCH, "/me/profile".to_owned(), Some(body.clone())));
        assert_eq!(at_once(calls.into()).await, [200, 409]);
        let body = json!({ "name": "Same", "slug": "same" });
        let calls = [owner, stranger].map(|caller| (caller, Method::POST, "/organizations".to_owned(), Some(body.clone())));
        assert_eq!(at_once(calls.into()).await, [201, 409]);
    }

    // Attack 28: limits count what comes at once.
    async fn guesses_at_once_count_one_by_one(app: TestApp) {
        app.owner().await;
        let guess = json!({ "email": "owner@example.com", "password": "a wrong guess" });
        let calls = (0..20).map(|_| (app.nobody(), Method::POST, "/sessions".to_owned(), Some(guess.clone()))).collect();
        let statuses = at_once(calls).await;
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 10, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 10, "{statuses:?}");
    }
}
