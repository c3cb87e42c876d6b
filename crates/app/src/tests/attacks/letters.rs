//! Mails that say what somebody else wants them to say.

use chrono::TimeDelta;
use serde_json::json;

use crate::testing::{TestApp, app_tests, organization};

app_tests! {
    // Attack 34: names are in subjects and sentences of mails, and are one line of text.
    async fn no_name_writes_more_than_itself_into_a_mail(app: TestApp) {
        let owner = app.owner().await;
        let path = organization(&owner).await;
        for name in ["a\r\nBcc: victim@example.com", "a\nb", "a\rb", "a\u{0}b", "a\u{85}b", "a\u{1b}[2Jb", "\r\n"] {
            let refused = owner.patch(&path, json!({ "name": name })).await.expect_problem(422, "validation_failed");
            assert_eq!(refused["errors"][0]["field"], "name", "{name:?}");
            let refused = owner.patch("/me/profile", json!({ "first_name": name })).await.expect_problem(422, "validation_failed");
            assert_eq!(refused["errors"][0]["field"], "first_name", "{name:?}");
            owner.post("/organizations", json!({ "name": name })).await.expect_problem(422, "validation_failed");
            owner.post("/projects", json!({ "name": name })).await.expect_problem(422, "validation_failed");
        }
        for email in ["a@example.com\r\nBcc: v@example.com", "a@example.com,v@example.com", "a@example.com v@example.com",
            "<a@example.com>", "A <a@example.com>", "a@example.com\u{0}", "a@b@example.com", "a\u{2028}b@example.com", "\"a b\"@example.com"] {
            let answer = owner.post(&format!("{path}/invitations"), json!({ "email": email, "role": "member" })).await;
            answer.expect_problem(422, "validation_failed");
            owner.post("/users", json!({ "email": email })).await.expect_problem(422, "validation_failed");
        }
        let odd = "<b>Bold</b> & \"quoted\" %0d%0aBcc:x \\r\\n {name} ${name}";
        owner.patch(&path, json!({ "name": odd })).await.expect(200);
        owner.post(&format!("{path}/invitations"), json!({ "email": "guest@example.net", "role": "member" })).await.expect(201);
        let letter = app.mails("guest@example.net").await.remove(0);
        assert!(letter.subject.ends_with(odd), "{}", letter.subject);
        assert_eq!(letter.subject.lines().count(), 1);
    }

    async fn nobody_is_invited_without_end(app: TestApp) {
        let owner = app.owner().await;
        let path = format!("{}/invitations", organization(&owner).await);
        let victim = json!({ "email": "victim@example.net", "role": "member" });
        let made = owner.post(&path, victim.clone()).await.expect(201);
        let resend = format!("{path}/{}/resend", made["id"].as_str().expect("an id"));
        for _ in 0..4 {
            owner.post(&resend, json!({})).await.expect(200);
        }
        owner.post(&resend, json!({})).await.expect_problem(429, "too_many_attempts");
        owner.post(&path, json!({ "email": "Victim@Example.net", "role": "admin" })).await.expect_problem(429, "too_many_attempts");
        // Nor by way of another organization.
        let stranger = app.stranger().await;
        stranger.post(&format!("{}/invitations", organization(&stranger).await), victim).await.expect_problem(429, "too_many_attempts");
        assert_eq!(app.mails("victim@example.net").await.len(), 5);
        owner.post(&path, json!({ "email": "other@example.net", "role": "member" })).await.expect(201);
        app.clock.advance(TimeDelta::minutes(5));
        owner.post(&path, json!({ "email": "victim@example.net", "role": "member" })).await.expect(201);
    }
}
