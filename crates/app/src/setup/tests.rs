//! Claiming an instance, through the API.

use serde_json::{Value, json};

use crate::{
    setup,
    tenancy::{self, FirstProject},
    testing::{PASSWORD, TestApp, app_tests},
};

fn claim(token: &str, email: &str) -> Value {
    json!({ "token": token, "email": email, "password": PASSWORD, "first_name": "Ada", "last_name": "Lovelace",
        "organization": "Analytical Engines" })
}

async fn ticket(app: &TestApp) -> String {
    setup::issue_ticket(&app.app).await.expect("the store answers").expect("a ticket")
}

app_tests! {
    async fn an_admin_made_on_the_command_line_owns_the_first_organization(app: TestApp) {
        let new = crate::accounts::NewUser {
            email: "ops@example.com".to_owned(),
            password: PASSWORD.to_owned(),
            first_name: String::new(),
            last_name: String::new(),
            is_admin: true,
        };
        setup::create_admin(&app.app, new).await.expect("an admin");
        let first = FirstProject { name: "My project".to_owned(), id: None };
        tenancy::bootstrap(&app.app, first).await.expect("a first project");
        let me = app.sign_in("ops@example.com").await.get("/me").await.expect(200);
        assert_eq!(me["organizations"][0]["role"], "owner");
        assert_eq!(me["projects"][0]["name"], "My project");
        assert_eq!(setup::issue_ticket(&app.app).await.expect("the store answers"), None);
    }

    async fn the_printed_ticket_makes_the_first_admin(app: TestApp) {
        let nobody = app.nobody();
        assert_eq!(nobody.get("/instance").await.expect(200)["claimed"], false);
        let token = ticket(&app).await;

        let answer = nobody.post("/setup", claim(&token, "Ada@Example.com")).await;

        let body = answer.expect(201);
        assert_eq!(body["user"]["email"], "Ada@Example.com");
        assert_eq!(body["user"]["is_admin"], true);
        assert!(answer.header("set-cookie").expect("a cookie").starts_with("radix_session="));
        assert_eq!(nobody.get("/instance").await.expect(200)["claimed"], true);
        let me = app.sign_in("ada@example.com").await.get("/me").await.expect(200);
        assert_eq!(me["organizations"][0]["name"], "Analytical Engines");
        assert_eq!(me["organizations"][0]["slug"], "analytical-engines");
        assert_eq!(me["organizations"][0]["role"], "owner");
    }

    async fn the_first_admin_gets_the_project_that_was_there_before(app: TestApp) {
        let first = FirstProject { name: "Demo".to_owned(), id: None };
        let project = tenancy::bootstrap(&app.app, first.clone()).await.expect("a project");
        let again = tenancy::bootstrap(&app.app, first).await.expect("the project");
        assert_eq!(again.id, project.id);

        app.nobody().post("/setup", claim(&ticket(&app).await, "ada@example.com")).await.expect(201);

        let me = app.sign_in("ada@example.com").await.get("/me").await.expect(200);
        assert_eq!(me["projects"].as_array().map(Vec::len), Some(1));
        assert_eq!(me["projects"][0]["id"], project.id.to_string());
        assert_eq!(me["projects"][0]["role"], "admin");
        assert_eq!(me["organizations"][0]["name"], "Analytical Engines");
    }

    // Attack 3: whoever finds an instance that nobody has claimed yet must not be able to claim it.
    async fn nobody_claims_without_the_ticket(app: TestApp) {
        let token = ticket(&app).await;
        let nobody = app.nobody();

        for wrong in ["", "x", &token[1..], &token.to_lowercase(), "0000000000000000000000000000000000000000000"] {
            nobody.post("/setup", claim(wrong, "eve@example.com")).await.expect_problem(403, "setup_token_wrong");
        }

        let without = json!({ "email": "eve@example.com", "password": PASSWORD });
        nobody.post("/setup", without).await.expect_problem(422, "validation_failed");
        assert_eq!(nobody.get("/instance").await.expect(200)["claimed"], false);
        nobody.post("/setup", claim(&token, "ada@example.com")).await.expect(201);
    }

    // Attack 3: the ticket was once readable through the public properties of an instance.
    async fn the_ticket_is_told_nowhere(app: TestApp) {
        let token = ticket(&app).await;
        for path in ["/api/v1/instance", "/api/openapi.json", "/api/v1/setup", "/api/v1/sessions", "/api/v1/me"] {
            let answer = app.send(crate::testing::request(axum::http::Method::GET, path, None)).await;
            assert!(!answer.text().contains(&token), "{path}");
        }
        let wrong = app.nobody().post("/setup", claim("wrong", "eve@example.com")).await;
        assert!(!wrong.text().contains(&token));
    }

    // Attack 2: setting up must be impossible once it is done.
    async fn nobody_claims_twice(app: TestApp) {
        let token = ticket(&app).await;
        app.nobody().post("/setup", claim(&token, "ada@example.com")).await.expect(201);

        app.nobody().post("/setup", claim(&token, "eve@example.com")).await.expect_problem(409, "already_claimed");

        let restarted = app.restart().await;
        assert_eq!(setup::issue_ticket(&restarted.app).await.expect("the store answers"), None);
        restarted.nobody().post("/setup", claim(&token, "eve@example.com")).await.expect_problem(409, "already_claimed");
    }

    async fn of_two_claims_at_once_one_wins(app: TestApp) {
        // Two servers, each with a ticket of its own, on one store. The organization is there already, so that no
        // unique index decides, but only what each claim has read.
        let first = FirstProject { name: "Demo".to_owned(), id: None };
        tenancy::bootstrap(&app.app, first).await.expect("a project");
        let other = app.restart().await;
        let (first, second) = (ticket(&app).await, ticket(&other).await);
        let (one, two) = (app.nobody(), other.nobody());

        let (one, two) = tokio::join!(
            one.post("/setup", claim(&first, "ada@example.com")),
            two.post("/setup", claim(&second, "eve@example.com")),
        );

        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{} {}", one.text(), two.text());
        let users = crate::accounts::list_users(&app.app).await.expect("the store answers");
        assert_eq!(users.len(), 1);
    }

    async fn a_new_ticket_makes_the_old_one_void(app: TestApp) {
        let old = ticket(&app).await;
        let new = ticket(&app).await;
        let nobody = app.nobody();
        nobody.post("/setup", claim(&old, "ada@example.com")).await.expect_problem(403, "setup_token_wrong");
        nobody.post("/setup", claim(&new, "ada@example.com")).await.expect(201);
    }

    async fn what_is_wrong_with_a_claim_is_named_and_the_ticket_stays_good(app: TestApp) {
        let token = ticket(&app).await;
        let nobody = app.nobody();
        let too_long = "ä".repeat(37);
        let cases = [
            ("email", "not an address", "invalid"),
            ("email", "two@at@example.com", "invalid"),
            ("password", "short", "too_short"),
            ("password", too_long.as_str(), "too_long"),
            ("password", "ADA@example.com", "is_email"),
            ("first_name", "two\nlines", "invalid"),
            ("organization", "two\nlines", "invalid"),
        ];
        for (field, value, code) in cases {
            let mut body = claim(&token, "ada@example.com");
            body[field] = value.into();
            let problem = nobody.post("/setup", body).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], field);
            assert_eq!(problem["errors"][0]["code"], code, "{field} {value}");
        }
        nobody.post("/setup", claim(&token, "ada@example.com")).await.expect(201);
    }

    // Attack 16: a page of somebody else must not be able to claim an instance on a developer's own machine.
    async fn a_page_of_another_site_can_not_claim(app: TestApp) {
        let token = ticket(&app).await;
        let body = Some(claim(&token, "eve@example.com"));
        let request = crate::testing::request(axum::http::Method::POST, "/api/v1/setup", body);
        let request = crate::testing::with_header(request, "origin", "https://evil.example");
        app.send(request).await.expect_problem(403, "foreign_origin");
    }
}
