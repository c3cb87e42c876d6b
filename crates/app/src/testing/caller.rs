//! Somebody who sends requests.

use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::Value;

use super::{Answer, TestApp, request, with_header};

/// Somebody who sends requests, signed in or not.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) app: TestApp,
    /// Whom they sign in as.
    pub(crate) email: Option<String>,
    /// What a program would send; it works for 15 minutes of the test's clock.
    pub(crate) token: Option<String>,
    /// What a page sends, for as long as the session lasts.
    pub(crate) cookie: Option<String>,
    /// The first project they may see.
    pub(crate) project: Option<String>,
}

impl Caller {
    pub(super) fn nobody(app: TestApp) -> Self {
        Self { app, email: None, token: None, cookie: None, project: None }
    }

    /// The same person in a session of its own.
    pub(crate) async fn again(&self) -> Self {
        match &self.email {
            Some(email) => Self { project: self.project.clone(), ..self.app.sign_in(email).await },
            None => self.clone(),
        }
    }

    /// The id of the first project they may see.
    pub(crate) fn project(&self) -> &str {
        self.project.as_deref().expect("somebody with a project")
    }

    /// A path in that project: `path("/api_keys")`.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/projects/{}{rest}", self.project())
    }

    /// Gets a path under `/api/v1`.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    /// Posts JSON to a path under `/api/v1`.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Puts JSON to a path under `/api/v1`.
    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    /// Patches a path under `/api/v1`.
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    /// Deletes a path under `/api/v1`.
    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Calls a path under `/api/v1`.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.send(request(method, &format!("/api/v1{path}"), body)).await
    }

    /// Sends a request as their page does; as their program does where they have a token alone.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        if let Some(cookie) = &self.cookie {
            request = with_header(request, "cookie", &format!("radix_session={cookie}"));
            if !request.headers().contains_key("origin") && !request.headers().contains_key("sec-fetch-site") {
                request = with_header(request, "sec-fetch-site", "same-origin");
            }
        } else if let Some(token) = &self.token {
            request = with_header(request, "authorization", &format!("Bearer {token}"));
        }
        self.app.send(request).await
    }

    /// Makes a key for their project and returns its secret.
    pub(crate) async fn key(&self) -> String {
        let body = self.post(&self.path("/api_keys"), serde_json::json!({ "name": "test" })).await.expect(201);
        body["key"].as_str().expect("a key").to_owned()
    }
}

/// Returns the id of somebody's account.
pub(crate) async fn id_of(caller: &Caller) -> String {
    caller.get("/me").await.expect(200)["user"]["id"].as_str().expect("an id").to_owned()
}

/// Returns the path of the first organization that somebody belongs to.
pub(crate) async fn organization(caller: &Caller) -> String {
    let listed = caller.get("/organizations").await.expect(200);
    format!("/organizations/{}", listed["items"][0]["id"].as_str().expect("an organization"))
}
