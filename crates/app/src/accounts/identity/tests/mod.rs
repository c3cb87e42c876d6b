//! Who a person at a provider is here. OpenID Connect itself is tested against a real provider, in e2e/oidc.test.mjs.

mod connecting;
mod stand_in;

use std::collections::HashMap;

use analytics_model::UserId;
use axum::http::{Method, Request};
use chrono::TimeDelta;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;
use url::Url;

use super::{Client, GithubUrls, Providers};
use crate::{
    accounts::{
        self,
        tables::{refresh_tokens, users},
    },
    testing::{Answer, Caller, PASSWORD, TestApp, app_tests, request, with_header},
};
use stand_in::{Person, StandIn};

const ADA: Person = Person { id: 1, email: "Ada@Example.com", verified: true };

/// The product with a stand-in for GitHub, where `person` is signed in.
async fn with_github(app: &TestApp, person: Person) -> (TestApp, StandIn) {
    let stand_in = StandIn::start(person).await;
    let urls = GithubUrls { site: stand_in.url.clone(), api: stand_in.url.clone() };
    let client = Client { id: "client".to_owned(), secret: "client secret".to_owned() };
    let app = app.with_settings(|settings| {
        settings.allowed_email_domains = vec!["Example.com".to_owned()];
        settings.providers = Providers {
            github: Some(client),
            github_urls: urls,
            allow_private_addresses: true,
            ..Providers::default()
        };
    });
    (app, stand_in)
}

/// A browser on its way to the provider.
struct Journey {
    /// Where it was sent.
    url: Url,
    /// What it keeps.
    cookie: String,
}

impl Journey {
    fn of(answer: &Answer, url: &str) -> Self {
        let cookie = answer.header("set-cookie").expect("a cookie");
        assert!(cookie.contains("; Path=/api/v1/sign_in; Max-Age=600; HttpOnly; SameSite=Lax"), "{cookie}");
        Self { url: url.parse().expect("an address"), cookie: cookie.split(';').next().expect("a pair").to_owned() }
    }

    async fn begin(app: &TestApp, next: &str) -> Self {
        let answer = app.send(request(Method::GET, &format!("/api/v1/sign_in/github?next={next}"), None)).await;
        answer.expect(303);
        Self::of(&answer, answer.header("location").expect("an address"))
    }

    fn asked(&self) -> HashMap<String, String> {
        self.url.query_pairs().into_owned().collect()
    }

    /// Confirms at the provider and returns its code.
    async fn confirm(&self) -> String {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let answer = reqwest::get(self.url.clone()).await.expect("an answer");
        answer.headers()["x-code"].to_str().expect("a code").to_owned()
    }

    /// The way back, as the browser makes it: from another site, with its cookies.
    fn back(&self, code: &str) -> Request<axum::body::Body> {
        let path = format!("/api/v1/sign_in/github/callback?code={code}&state={}", self.asked()["state"]);
        with_header(
            with_header(request(Method::GET, &path, None), "sec-fetch-site", "cross-site"),
            "cookie",
            &self.cookie,
        )
    }
}

/// Signs in from the button to the way back.
async fn sign_in(app: &TestApp) -> Answer {
    let journey = Journey::begin(app, "/p/1").await;
    let code = journey.confirm().await;
    app.send(journey.back(&code)).await
}

fn session_of(app: &TestApp, answer: &Answer) -> Option<Caller> {
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    let pair = cookies.filter_map(|cookie| cookie.split(';').next()).find(|pair| pair.starts_with("radix_session="))?;
    let token = pair.split_once('=').expect("a pair").1.to_owned();
    Some(Caller { cookie: Some(token), ..app.nobody() })
}

#[track_caller]
fn expect_signed_in(app: &TestApp, answer: &Answer) -> Caller {
    answer.expect(303);
    assert_eq!(answer.header("location"), Some("/p/1"));
    session_of(app, answer).expect("a session")
}

#[track_caller]
fn expect_refused(app: &TestApp, answer: &Answer, code: &str) {
    answer.expect(303);
    assert_eq!(answer.header("location"), Some(format!("/sign-in?problem={code}").as_str()));
    assert!(session_of(app, answer).is_none());
}

async fn count(app: &TestApp) -> usize {
    accounts::list_users(&app.app).await.expect("the store answers").len()
}

/// Changes an account behind the product's back.
async fn change(app: &TestApp, email: &str, change: impl FnOnce(&mut users::ActiveModel)) {
    let all = accounts::list_users(&app.app).await.expect("the store answers");
    let user = all.into_iter().find(|user| user.email == email).expect("the account");
    let mut row = users::ActiveModel { id: Set(user.id), ..Default::default() };
    change(&mut row);
    row.update(app.app.db()).await.expect("a change");
}

app_tests! {
    async fn who_may_have_an_account_gets_one_and_the_next_time_the_same(app: TestApp) {
        let (app, github) = with_github(&app, ADA).await;
        let instance = app.nobody().get("/instance").await.expect(200);
        assert_eq!(instance["sign_in_providers"], json!([{ "id": "github", "name": "GitHub" }]));
        let first = expect_signed_in(&app, &sign_in(&app).await).get("/me").await.expect(200);
        assert_eq!(first["user"]["email"], "Ada@Example.com");
        assert_eq!((&first["user"]["first_name"], &first["user"]["last_name"]), (&json!("Ada King"), &json!("Lovelace")));
        assert_eq!(first["user"]["is_admin"], false);

        // The address may change there, even to one that is not verified: it is the same person.
        github.is_now(Person { email: "ada@elsewhere.example", verified: false, ..ADA });
        let second = expect_signed_in(&app, &sign_in(&app).await).get("/me").await.expect(200);
        assert_eq!(second["user"], first["user"]);
        assert_eq!(count(&app).await, 1);
        let credentials = json!({ "email": "ada@example.com", "password": "null" });
        app.nobody().post("/sessions", credentials).await.expect_problem(401, "credentials_wrong");
    }

    async fn nothing_follows_from_an_unverified_address(app: TestApp) {
        app.owner().await;
        let (app, _) = with_github(&app, Person { id: 6, email: "owner@example.com", verified: false }).await;
        expect_refused(&app, &sign_in(&app).await, "email_unverified");
        let (app, _) = with_github(&app, Person { id: 7, email: "new@example.com", verified: false }).await;
        expect_refused(&app, &sign_in(&app).await, "email_unverified");
        assert_eq!(count(&app).await, 1);
    }

    async fn addresses_of_other_domains_need_an_invitation(app: TestApp) {
        for email in ["eve@evil.example", "eve@sub.example.com", "eve@example.com.evil.example", "eve@example.com@evil.example"] {
            let (app, _) = with_github(&app, Person { id: 8, email, verified: true }).await;
            expect_refused(&app, &sign_in(&app).await, "registration_closed");
            assert_eq!(count(&app).await, 0);
        }
    }

    async fn a_verified_address_connects_the_account_once(app: TestApp) {
        let owner = app.owner().await;
        let (app, github) = with_github(&app, Person { id: 2, email: "OWNER@example.com", verified: true }).await;
        let me = expect_signed_in(&app, &sign_in(&app).await).get("/me").await.expect(200);
        assert_eq!(me["user"], owner.get("/me").await.expect(200)["user"]);
        app.sign_in("owner@example.com").await;
        // The address has been given to somebody else there.
        github.is_now(Person { id: 3, email: "owner@example.com", verified: true });
        expect_refused(&app, &sign_in(&app).await, "linked_elsewhere");
    }

    // Somebody made an account with an address of somebody else, and waits for them to come.
    async fn who_made_the_account_before_its_owner_came_is_out(app: TestApp) {
        app.create_user("ada@example.com", false).await;
        let waiting = app.sign_in("ada@example.com").await;
        waiting.post("/me/second_factor", json!({ "password": PASSWORD })).await.expect(201);
        change(&app, "ada@example.com", |row| row.email_verified = Set(false)).await;
        let (app, _) = with_github(&app, ADA).await;
        let ada = expect_signed_in(&app, &sign_in(&app).await);
        ada.get("/me").await.expect(200);
        waiting.get("/me").await.expect_problem(401, "not_signed_in");
        let credentials = json!({ "email": "ada@example.com", "password": PASSWORD });
        app.nobody().post("/sessions", credentials).await.expect_problem(401, "credentials_wrong");
        assert_eq!(ada.get("/me/identity").await.expect(200)["has_password"], false);
        ada.delete("/me/identity").await.expect_problem(409, "password_missing");
    }

    async fn who_registered_and_never_verified_is_out_and_their_links_are_void(app: TestApp) {
        let email = "ada@radix-int.com";
        app.nobody().post("/accounts", json!({ "email": email })).await.expect(202);
        let verification = app.mailed_token(email).await;
        app.nobody().post("/password_resets", json!({ "email": email })).await.expect(202);
        let reset = app.mailed_token(email).await;
        let (app, _) = with_github(&app, Person { id: 10, email, verified: true }).await;
        expect_signed_in(&app, &sign_in(&app).await).get("/me").await.expect(200);
        let nobody = app.nobody();
        nobody.post("/accounts/verification", json!({ "token": verification, "password": PASSWORD })).await.expect_problem(403, "link_invalid");
        let confirm = json!({ "token": reset, "password": PASSWORD });
        nobody.post("/password_resets/confirm", confirm).await.expect_problem(403, "link_invalid");
        let credentials = json!({ "email": email, "password": PASSWORD });
        nobody.post("/sessions", credentials).await.expect_problem(401, "credentials_wrong");
    }

    async fn who_was_invited_may_come_by_a_provider(app: TestApp) {
        let (app, _) = with_github(&app, Person { id: 11, email: "eve@elsewhere.example", verified: true }).await;
        let owner = app.owner().await;
        let made = owner.post("/users", json!({ "email": "Eve@Elsewhere.example" })).await.expect(201);
        let invitation = app.mailed_token("Eve@Elsewhere.example").await;
        let eve = expect_signed_in(&app, &sign_in(&app).await).get("/me").await.expect(200);
        assert_eq!(eve["user"]["id"], made["id"]);
        let confirm = json!({ "token": invitation, "password": PASSWORD });
        app.nobody().post("/password_resets/confirm", confirm).await.expect_problem(403, "link_invalid");
        let path = format!("/users/{}", made["id"].as_str().expect("an id"));
        let seen = owner.get(&path).await.expect(200);
        assert_eq!((&seen["auth_provider"], &seen["email_verified"], &seen["has_password"]), (&json!("github"), &json!(true), &json!(false)));
        assert!(seen.get("auth_provider_id").is_none());
    }

    async fn domains_in_the_systems_settings_count_as_in_registration(app: TestApp) {
        let (app, _) = with_github(&app, Person { id: 12, email: "eve@elsewhere.example", verified: true }).await;
        let owner = app.owner().await;
        expect_refused(&app, &sign_in(&app).await, "registration_closed");
        let domains = json!({ "value": ["elsewhere.example"] });
        owner.patch("/settings/allowed_email_domains", domains).await.expect(200);
        expect_signed_in(&app, &sign_in(&app).await);
    }

    async fn a_session_of_a_provider_is_a_pages_and_the_trail_tells_how_it_began(app: TestApp) {
        let (app, _) = with_github(&app, ADA).await;
        let owner = app.owner().await;
        let journey = Journey::begin(&app, "/p/1").await;
        let code = journey.confirm().await;
        // Browsers say where a request comes from only to addresses with https.
        let mut back = journey.back(&code);
        back.headers_mut().remove("sec-fetch-site");
        let ada = expect_signed_in(&app, &app.send(back).await);
        let user: UserId = ada.get("/me").await.expect(200)["user"]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        let tokens = refresh_tokens::Entity::find().filter(refresh_tokens::Column::UserId.eq(user));
        assert_eq!(tokens.all(app.app.db()).await.expect("the store answers"), []);
        let log = owner.get("/audit_logs?action=session.start").await.expect(200);
        let rows = log["items"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["user"]["id"] == user.to_string()).expect("a row about the session");
        assert_eq!(row["details"]["provider"], "GitHub");
    }

    async fn an_address_is_not_enough_where_a_second_factor_is(app: TestApp) {
        let user = app.create_user("ada@example.com", false).await;
        let ada = app.sign_in("ada@example.com").await;
        ada.post("/me/second_factor", json!({ "password": PASSWORD })).await.expect(201);
        let (github, _) = with_github(&app, ADA).await;
        let confirmed = metadata_store::transact!(app.app.metadata(), |tx| {
            accounts::second_factor::testing::confirm(tx, user, app.clock.now()).await
        });
        confirmed.expect("a confirmed second factor");
        expect_refused(&github, &sign_in(&github).await, "link_by_hand");
    }

    async fn a_deactivated_account_stays_out(app: TestApp) {
        let (app, _) = with_github(&app, ADA).await;
        let ada = expect_signed_in(&app, &sign_in(&app).await);
        change(&app, "Ada@Example.com", |row| row.is_active = Set(false)).await;
        ada.get("/me").await.expect_problem(401, "not_signed_in");
        expect_refused(&app, &sign_in(&app).await, "account_deactivated");
        change(&app, "Ada@Example.com", |row| {
            row.auth_provider = Set(None);
            row.auth_provider_id = Set(None);
        }).await;
        expect_refused(&app, &sign_in(&app).await, "account_deactivated");
    }

    async fn an_answer_counts_only_in_the_browser_that_asked_and_only_once(app: TestApp) {
        let (app, _) = with_github(&app, ADA).await;
        let (mine, theirs) = (Journey::begin(&app, "/").await, Journey::begin(&app, "/").await);
        let code = mine.confirm().await;
        let crossed = Journey { url: mine.url.clone(), cookie: theirs.cookie.clone() };
        expect_refused(&app, &app.send(crossed.back(&code)).await, "sign_in_not_begun");
        for cookie in ["radix_sign_in=", "radix_sign_in=x", "other=1", &mine.cookie[..60]] {
            let forged = Journey { url: mine.url.clone(), cookie: cookie.to_owned() };
            expect_refused(&app, &app.send(forged.back(&code)).await, "sign_in_not_begun");
        }
        for path in ["?state=", "", "?code=x", &format!("?code={code}&state=tampered")] {
            let path = format!("/api/v1/sign_in/github/callback{path}");
            let answer = app.send(with_header(request(Method::GET, &path, None), "cookie", &mine.cookie)).await;
            expect_refused(&app, &answer, "sign_in_not_begun");
        }
        let declined = format!("/api/v1/sign_in/github/callback?error=access_denied&state={}", mine.asked()["state"]);
        let answer = app.send(with_header(request(Method::GET, &declined, None), "cookie", &mine.cookie)).await;
        expect_refused(&app, &answer, "provider_declined");
        let oidc = mine.back(&code).uri().to_string().replace("github", "oidc");
        app.send(with_header(request(Method::GET, &oidc, None), "cookie", &mine.cookie)).await.expect_problem(404, "not_found");

        let stolen = theirs.confirm().await;
        // A code given out for another beginning: PKCE tells them apart.
        expect_refused(&app, &app.send(mine.back(&stolen)).await, "provider_unproven");
        let answer = app.send(mine.back(&code)).await;
        assert!(session_of(&app, &answer).is_some());
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
        assert!(cookies.iter().any(|cookie| cookie.to_str().is_ok_and(|text| text.starts_with("radix_sign_in=; "))));
        expect_refused(&app, &app.send(mine.back(&code)).await, "provider_unproven");

        let late = Journey::begin(&app, "/").await;
        let code = late.confirm().await;
        app.clock.advance(TimeDelta::minutes(10));
        expect_refused(&app, &app.send(late.back(&code)).await, "sign_in_not_begun");
    }

    // Attack 17.
    async fn signing_in_with_a_provider_leads_to_this_page_only(app: TestApp) {
        let (app, _) = with_github(&app, ADA).await;
        for next in ["//evil.example", "/%5Cevil.example", "%09//evil.example", "https://evil.example", "/%2Fevil.example"] {
            let journey = Journey::begin(&app, next).await;
            let code = journey.confirm().await;
            let answer = app.send(journey.back(&code)).await;
            assert_eq!(answer.header("location"), Some("/"), "{next}");
        }
    }

    async fn somebody_signed_in_connects_their_account_and_disconnects_it(app: TestApp) {
        let (app, _) = with_github(&app, Person { id: 9, email: "private@elsewhere.example", verified: true }).await;
        let owner = app.owner().await;
        owner.delete("/me/identity").await.expect_problem(409, "identity_missing");
        let body = json!({ "next": "/settings/security?tab=1" });
        let begun = owner.post("/me/identity/github", body.clone()).await;
        let journey = Journey::of(&begun, begun.expect(200)["url"].as_str().expect("an address"));
        let code = journey.confirm().await;
        let back = |session: &str| with_header(journey.back(&code), "cookie", &format!("{}; radix_session={session}", journey.cookie));

        let refused = "/settings/security?tab=1&problem=sign_in_not_begun";
        assert_eq!(app.send(journey.back(&code)).await.header("location"), Some(refused));
        let other = owner.again().await;
        let elsewhere = back(other.cookie.as_deref().expect("a cookie"));
        assert_eq!(app.send(elsewhere).await.header("location"), Some(refused));

        let answer = app.send(back(owner.cookie.as_deref().expect("a cookie"))).await;
        assert_eq!(answer.header("location"), Some("/settings/security?tab=1"));
        assert!(session_of(&app, &answer).is_none(), "the session stays as it is");
        assert_eq!(owner.get("/me/identity").await.expect(200)["provider"]["name"], "GitHub");
        assert_eq!(app.mails("owner@example.com").await[0].subject, "Your account is connected with GitHub");
        owner.post("/me/identity/github", body.clone()).await.expect_problem(409, "identity_linked");
        expect_signed_in(&app, &sign_in(&app).await);

        let user = app.create_user("second@example.com", false).await;
        let second = app.sign_in("second@example.com").await;
        let begun = second.post("/me/identity/github", body).await;
        let journey = Journey::of(&begun, begun.expect(200)["url"].as_str().expect("an address"));
        let code = journey.confirm().await;
        let cookie = format!("{}; radix_session={}", journey.cookie, second.cookie.as_deref().expect("a cookie"));
        let answer = app.send(with_header(journey.back(&code), "cookie", &cookie)).await;
        assert_eq!(answer.header("location"), Some("/settings/security?tab=1&problem=identity_taken"), "{user}");

        owner.delete("/me/identity").await.expect(204);
        expect_refused(&app, &sign_in(&app).await, "registration_closed");
        owner.get("/me").await.expect(200);
    }

    async fn a_provider_that_is_away_is_said_so_on_the_page(app: TestApp) {
        let (app, _) = with_github(&app, ADA).await;
        let journey = Journey::begin(&app, "/").await;
        let app = app.with_settings(|settings| settings.providers.github_urls.site = "http://127.0.0.1:1".to_owned());
        expect_refused(&app, &app.send(journey.back("x")).await, "provider_away");
    }

    // Attack 13.
    async fn a_provider_at_a_private_address_is_not_asked_unless_allowed(app: TestApp) {
        let (app, _) = with_github(&app, ADA).await;
        let journey = Journey::begin(&app, "/").await;
        let code = journey.confirm().await;
        let app = app.with_settings(|settings| settings.providers.allow_private_addresses = false);
        expect_refused(&app, &app.send(journey.back(&code)).await, "provider_away");
        let app = app.with_settings(|settings| {
            let client = Client { id: "a".to_owned(), secret: "b".to_owned() };
            let issuer = "https://169.254.169.254/latest".to_owned();
            settings.providers.oidc = Some(crate::accounts::OpenId { name: "X".to_owned(), issuer, client });
        });
        let answer = app.send(request(Method::GET, "/api/v1/sign_in/oidc", None)).await;
        expect_refused(&app, &answer, "provider_away");
    }
}
