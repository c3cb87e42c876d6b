//! The product with empty stores of its own, for tests: requests go through the routes and layers that a server has.

mod answer;
mod caller;
mod engine;

use std::sync::Arc;

use analytics_store::Store;
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderName, HeaderValue, Method, Request, header},
};
use chrono::{DateTime, Utc};
use collector::Writer;
use http_kit::Edge;
use metadata_store::{Metadata, TestClock, testing::TestDatabase};
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) use answer::Answer;
pub(crate) use caller::Caller;
use engine::SharedEngine;
pub(crate) use metadata_store::testing::Kind;

use crate::{App, MasterKey, Parts, Role, Settings, accounts::NewUser, setup, tenancy};

/// The password of everybody in tests.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Makes two tests of each function, one on SQLite and one on PostgreSQL.
///
/// ```ignore
/// app_tests! {
///     async fn a_key_is_shown_once(app: TestApp) { … }
/// }
/// ```
macro_rules! app_tests {
    ($($(#[$attribute:meta])* async fn $name:ident($app:ident: $kind:ty) $body:block)+) => {
        $($(#[$attribute])* mod $name {
            #[allow(unused_imports, reason = "what the test's file uses, whether this test does or not")]
            use super::*;

            async fn run($app: $kind) $body

            #[test]
            fn sqlite() {
                $crate::testing::run($crate::testing::Kind::Sqlite, run);
            }

            #[test]
            fn postgres() {
                $crate::testing::run($crate::testing::Kind::Postgres, run);
            }
        })+
    };
}
pub(crate) use app_tests;

/// The product, with its router, on stores that nobody else uses.
#[derive(Clone)]
pub(crate) struct TestApp {
    pub(crate) app: App,
    /// Stands still until a test moves it.
    pub(crate) clock: TestClock,
    router: Router,
    database: Arc<TestDatabase>,
    events: Events,
}

/// Where the events of a test go.
#[derive(Clone)]
struct Events {
    store: Store,
    writer: Option<Writer>,
    _engine: Option<Arc<SharedEngine>>,
}

impl Events {
    /// Most tests ask nothing about events, and need no engine.
    fn nowhere() -> Self {
        let store = Store::http("http://127.0.0.1:1/none", None).expect("a valid address");
        Self { store, writer: None, _engine: None }
    }
}

/// Runs one test on one store.
pub(crate) fn run<F: Future<Output = ()>>(kind: Kind, test: impl FnOnce(TestApp) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let app = TestApp::start(kind).await;
        test(app).await;
    });
}

impl TestApp {
    /// Starts the product as a server does, on empty stores.
    pub(crate) async fn start(kind: Kind) -> Self {
        let database = Arc::new(TestDatabase::create(kind).await);
        let clock = TestClock::at(start_of_time());
        let metadata = database.connect().await;
        metadata.migrate(&crate::migrations(), &clock.clock()).await.expect("migrations to apply");
        Self::over(metadata, clock, database, Events::nowhere())
    }

    /// Starts the product once more, as a second server or after a restart: on the same stores, with nothing in memory.
    pub(crate) async fn restart(&self) -> Self {
        let metadata = self.database.connect().await;
        Self::over(metadata, self.clock.clone(), Arc::clone(&self.database), self.events.clone())
    }

    /// The same product with an analytics store: an empty database in the embedded engine, and a writer on it.
    pub(crate) async fn with_events(&self) -> Self {
        let engine = SharedEngine::get();
        let store = engine.database().await;
        let options = collector::Options::default();
        let writer = Writer::start(store.clone(), options).await.expect("a writer on the new database");
        let events = Events { store, writer: Some(writer), _engine: Some(engine) };
        let metadata = self.app.metadata().clone();
        Self::over(metadata, self.clock.clone(), Arc::clone(&self.database), events)
    }

    /// The same product with other settings.
    pub(crate) fn with_settings(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.app.settings().clone();
        change(&mut settings);
        let metadata = self.app.metadata().clone();
        Self::with(settings, metadata, self.clock.clone(), Arc::clone(&self.database), self.events.clone())
    }

    fn over(metadata: Metadata, clock: TestClock, database: Arc<TestDatabase>, events: Events) -> Self {
        let settings = Settings { bcrypt_cost: 4, ..Settings::new(master_key()) };
        Self::with(settings, metadata, clock, database, events)
    }

    fn with(
        settings: Settings,
        metadata: Metadata,
        clock: TestClock,
        database: Arc<TestDatabase>,
        events: Events,
    ) -> Self {
        let (analytics, writer) = (events.store.clone(), events.writer.clone());
        let app = App::new(Parts { metadata, analytics, writer, clock: clock.clock(), settings });
        let router = http_kit::surround(crate::router(app.clone()), Edge::default());
        Self { app, clock, router, database, events }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        let peer: std::net::SocketAddr = ([192, 0, 2, 1], 40_000).into();
        if request.extensions().get::<ConnectInfo<std::net::SocketAddr>>().is_none() {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        request.headers_mut().entry(header::HOST).or_insert(HeaderValue::from_static("radix.test"));
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        Answer::read(response).await
    }

    /// Somebody who has not signed in.
    pub(crate) fn nobody(&self) -> Caller {
        Caller::nobody(self.clone())
    }

    /// The first admin, who owns the first organization; claims the instance when first called.
    pub(crate) async fn owner(&self) -> Caller {
        let email = "owner@example.com";
        if let Some(token) = setup::issue_ticket(&self.app).await.expect("the store answers") {
            let first = tenancy::FirstProject { name: "My project".to_owned(), id: None };
            tenancy::bootstrap(&self.app, first).await.expect("a first project");
            let claim =
                json!({ "token": token, "email": email, "password": PASSWORD, "organization": "Analytical Engines" });
            self.nobody().post("/setup", claim).await.expect(201);
        }
        self.sign_in(email).await
    }

    /// The owner of another organization, with a project there.
    pub(crate) async fn stranger(&self) -> Caller {
        let email = "stranger@example.org";
        let user = self.create_user(email).await;
        tenancy::testing::create_organization(&self.app, "Somebody else's", user).await;
        let caller = self.sign_in(email).await;
        let project = caller.post("/projects", json!({ "name": "Theirs" })).await.expect(201);
        Caller { project: project["id"].as_str().map(str::to_owned), ..caller }
    }

    /// A member of the owner's organization, with a role in their project.
    pub(crate) async fn member(&self, role: Role) -> Caller {
        let owner = self.owner().await;
        let email = format!("{role}@example.com");
        let user = self.create_user(&email).await;
        let project = owner.project().parse().expect("a project's id");
        tenancy::testing::add_member(&self.app, project, user, role).await;
        self.sign_in(&email).await
    }

    /// Signs in with everybody's password.
    pub(crate) async fn sign_in(&self, email: &str) -> Caller {
        let credentials = json!({ "email": email, "password": PASSWORD });
        let body = self.nobody().post("/sessions", credentials).await.expect(201);
        let token = body["token"].as_str().expect("a token").to_owned();
        let caller = Caller { email: Some(email.to_owned()), token: Some(token), ..self.nobody() };
        let me = caller.get("/me").await.expect(200);
        Caller { project: me["projects"][0]["id"].as_str().map(str::to_owned), ..caller }
    }

    pub(crate) async fn create_user(&self, email: &str) -> analytics_model::UserId {
        let new = NewUser {
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
            first_name: "Test".to_owned(),
            last_name: "Person".to_owned(),
            is_admin: false,
        };
        crate::accounts::create_user(&self.app, new).await.expect("a new account")
    }
}

/// Makes a request with a JSON body, or without one.
pub(crate) fn request(method: Method, path: &str, body: Option<Value>) -> Request<Body> {
    let builder = Request::builder().method(method).uri(path);
    let request = match body {
        Some(json) => builder.header(header::CONTENT_TYPE, "application/json").body(Body::from(json.to_string())),
        None => builder.body(Body::empty()),
    };
    request.expect("a valid request")
}

/// Adds a header to a request.
pub(crate) fn with_header(mut request: Request<Body>, name: &str, value: &str) -> Request<Body> {
    let name: HeaderName = name.parse().expect("a header's name");
    request.headers_mut().insert(name, value.parse().expect("a header's value"));
    request
}

/// The same for all, so that a restarted product reads what it sealed before.
fn master_key() -> MasterKey {
    MasterKey::from_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").expect("a key")
}

fn start_of_time() -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse().expect("a valid time")
}
