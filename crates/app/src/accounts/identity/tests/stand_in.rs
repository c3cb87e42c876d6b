//! A stand-in for GitHub, which has no program to run: its three answers, and a check of PKCE.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Somebody with an account there.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: u64,
    pub(super) email: &'static str,
    pub(super) verified: bool,
}

type Fields = HashMap<String, String>;

/// Who is signed in there now, and which codes were given out, with what they were asked for.
#[derive(Clone)]
pub(super) struct StandIn {
    pub(super) url: String,
    state: Arc<Mutex<(Person, HashMap<String, Fields>)>>,
}

impl StandIn {
    pub(super) async fn start(person: Person) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let stand_in = Self { url, state: Arc::new(Mutex::new((person, HashMap::new()))) };
        let router = Router::new()
            .route("/login/oauth/authorize", get(authorize))
            .route("/login/oauth/access_token", post(token))
            .route("/user", get(user))
            .route("/user/emails", get(emails))
            .with_state(stand_in.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        stand_in
    }

    /// Signs somebody else in there.
    pub(super) fn is_now(&self, person: Person) {
        self.state.lock().expect("no panic").0 = person;
    }
}

/// Confirms at once, and answers with the code in a header in place of a redirect.
async fn authorize(State(here): State<StandIn>, Query(asked): Query<Fields>) -> Response {
    let mut state = here.state.lock().expect("no panic");
    let code = format!("code-{}", state.1.len());
    state.1.insert(code.clone(), asked);
    (StatusCode::OK, [("x-code", code)]).into_response()
}

/// Codes work once, for who began, and who knows the secret.
async fn token(State(here): State<StandIn>, body: String) -> Json<Value> {
    let asked: Fields = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let begun = here.state.lock().expect("no panic").1.remove(&asked["code"]);
    let Some(begun) = begun else { return Json(json!({ "error": "bad_verification_code" })) };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&asked["code_verifier"]));
    let proved = begun["code_challenge"] == challenge && begun["code_challenge_method"] == "S256";
    let same = asked["redirect_uri"] == begun["redirect_uri"] && asked["client_id"] == begun["client_id"];
    if proved && same && asked["client_secret"] == "client secret" {
        return Json(json!({ "access_token": "access", "token_type": "bearer", "scope": begun["scope"] }));
    }
    Json(json!({ "error": "incorrect_client_credentials" }))
}

async fn user(State(here): State<StandIn>, headers: HeaderMap) -> Response {
    let person = here.state.lock().expect("no panic").0.clone();
    answer(&headers, json!({ "id": person.id, "login": "ada", "name": "Ada King Lovelace", "email": null }))
}

async fn emails(State(here): State<StandIn>, headers: HeaderMap) -> Response {
    let person = here.state.lock().expect("no panic").0.clone();
    let all = json!([
        { "email": "other@example.com", "primary": false, "verified": true, "visibility": null },
        { "email": person.email, "primary": true, "verified": person.verified, "visibility": "public" },
    ]);
    answer(&headers, all)
}

fn answer(headers: &HeaderMap, body: Value) -> Response {
    let is_signed_in = headers.get("authorization").is_some_and(|value| value == "Bearer access");
    if is_signed_in { Json(body).into_response() } else { StatusCode::UNAUTHORIZED.into_response() }
}
