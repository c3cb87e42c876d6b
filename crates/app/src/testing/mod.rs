//! The product with empty stores of its own, for tests: requests go through the routes and layers that a server has.

mod answer;
mod caller;
mod engine;

use std::sync::{Arc, Mutex, PoisonError};

use analytics_store::{QuestionLimits, Store};
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderName, HeaderValue, Method, Request, Response, header},
};
use chrono::{DateTime, Utc};
use collector::Writer;
use http_kit::Edge;
use metadata_store::{Metadata, TestClock, testing::TestDatabase};
use serde_json::{Value, json};
use shared_cache::Cache;
use tower::ServiceExt;

pub(crate) use answer::Answer;
pub(crate) use caller::{Caller, id_of, organization};
use engine::SharedEngine;
pub(crate) use metadata_store::testing::Kind;

use crate::{
    App, MasterKey, Parts, Role, Settings,
    accounts::{self, NewUser},
    collection,
    mail::{Delivery, Letter, MailSettings},
    setup, tenancy,
};

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
    letters: Arc<Mutex<Vec<Letter>>>,
}

/// Where the events of a test go.
#[derive(Clone)]
struct Events {
    store: Store,
    writer: Option<Writer>,
    _spool: Option<Arc<tempfile::TempDir>>,
    _engine: Option<Arc<SharedEngine>>,
}

impl Events {
    /// Most tests ask nothing about events, and need no engine.
    fn nowhere() -> Self {
        let store = Store::http("http://127.0.0.1:1/none", None).expect("a valid address");
        Self { store, writer: None, _spool: None, _engine: None }
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
        let app = Self::over(metadata, clock, database, Events::nowhere(), Cache::in_process());
        tenancy::sync_system_roles(&app.app).await.expect("the roles that every organization has");
        app
    }

    /// Starts the product once more, as a second server or after a restart: on the same stores, with nothing in memory.
    pub(crate) async fn restart(&self) -> Self {
        self.with_cache(Cache::in_process()).await
    }

    /// Starts the product once more, as a second server would, with a cache that others may share.
    pub(crate) async fn with_cache(&self, cache: Cache) -> Self {
        let metadata = self.database.connect().await;
        Self::over(metadata, self.clock.clone(), Arc::clone(&self.database), self.events.clone(), cache)
    }

    /// The same product with an analytics store: an empty database in the embedded engine, and a writer on it.
    pub(crate) async fn with_events(&self) -> Self {
        let engine = SharedEngine::get();
        let store = engine.database().await;
        let folder = Arc::new(tempfile::tempdir().expect("a folder for the spool"));
        let writer = {
            let rules = Arc::new(crate::StoredRules::new(self.app.metadata().clone()));
            // Tests ask for counts at once.
            let pause = std::time::Duration::ZERO;
            let options = collector::Options { catalogue_pause: pause, ..collector::Options::in_folder(folder.path()) };
            Writer::start(store.clone(), options, rules).expect("a writer")
        };
        let events = Events { store, writer: Some(writer), _spool: Some(folder), _engine: Some(engine) };
        let metadata = self.app.metadata().clone();
        Self::over(metadata, self.clock.clone(), Arc::clone(&self.database), events, Cache::in_process())
    }

    /// The same product, with less of the analytics store for each question.
    pub(crate) fn with_question_limits(&self, limits: QuestionLimits) -> Self {
        let mut events = self.events.clone();
        events.store = events.store.with_limits(limits);
        let metadata = self.app.metadata().clone();
        Self::over(metadata, self.clock.clone(), Arc::clone(&self.database), events, Cache::in_process())
    }

    /// The same product with other settings.
    pub(crate) fn with_settings(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.app.settings().clone();
        change(&mut settings);
        let (metadata, cache) = (self.app.metadata().clone(), self.app.cache().clone());
        let (database, letters) = (Arc::clone(&self.database), Arc::clone(&self.letters));
        Self::with(settings, metadata, self.clock.clone(), database, self.events.clone(), cache, letters)
    }

    fn over(metadata: Metadata, clock: TestClock, database: Arc<TestDatabase>, events: Events, cache: Cache) -> Self {
        let letters = Arc::default();
        let mail = MailSettings { delivery: Delivery::Kept(Arc::clone(&letters)), from: "radix@radix.test".to_owned() };
        let settings = Settings {
            bcrypt_cost: 4,
            public_url: "http://radix.test".to_owned(),
            allowed_email_domains: vec!["radix-int.com".to_owned()],
            mail,
            ..Settings::new(master_key())
        };
        Self::with(settings, metadata, clock, database, events, cache, letters)
    }

    fn with(
        settings: Settings,
        metadata: Metadata,
        clock: TestClock,
        database: Arc<TestDatabase>,
        events: Events,
        cache: Cache,
        letters: Arc<Mutex<Vec<Letter>>>,
    ) -> Self {
        let (analytics, writer) = (events.store.clone(), events.writer.clone());
        let app = App::new(Parts { metadata, analytics, writer, cache, clock: clock.clock(), settings });
        let router = http_kit::surround(crate::router(app.clone()), Edge::default());
        Self { app, clock, router, database, events, letters }
    }

    /// Sends a request as it is, by the way that it takes in a server.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let Some(way) = collection::way(&request) else { return self.routed(request).await };
        let answer = |request| way.answer(self.app.clone(), request);
        self.read(http_kit::surrounded(Edge::default(), arrived(request), answer).await).await
    }

    /// Sends a request to the router, even where a server has a shorter way.
    pub(crate) async fn routed(&self, request: Request<Body>) -> Answer {
        self.read(self.router.clone().oneshot(arrived(request)).await.expect("the router never fails")).await
    }

    async fn read(&self, response: Response<Body>) -> Answer {
        // What was taken can be asked about by the next request.
        if let Some(writer) = &self.events.writer {
            writer.settle().await;
        }
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
        let user = self.create_user(email, false).await;
        tenancy::testing::create_organization(&self.app, "Somebody else's", user).await;
        let caller = self.sign_in(email).await;
        let project = caller.post("/projects", json!({ "name": "Theirs" })).await.expect(201);
        Caller { project: project["id"].as_str().map(str::to_owned), ..caller }
    }

    /// A member of the owner's organization, with a role in their project.
    pub(crate) async fn member(&self, role: Role) -> Caller {
        let owner = self.owner().await;
        let email = format!("{role}@example.com");
        let user = self.create_user(&email, false).await;
        let project = owner.project().parse().expect("a project's id");
        tenancy::testing::add_member(&self.app, project, user, role).await;
        self.sign_in(&email).await
    }

    /// A member of the owner's organization who has no role yet; the path of the owner's project is theirs too.
    pub(crate) async fn colleague(&self, name: &str) -> Caller {
        let owner = self.owner().await;
        let email = format!("{name}@example.com");
        let user = self.create_user(&email, false).await;
        tenancy::testing::add_colleague(&self.app, owner.project().parse().expect("a project's id"), user).await;
        Caller { project: owner.project.clone(), ..self.sign_in(&email).await }
    }

    /// Somebody who looks after the instance and belongs to no organization.
    pub(crate) async fn super_admin(&self) -> Caller {
        let email = "super_admin@example.net";
        self.create_user(email, true).await;
        self.sign_in(email).await
    }

    /// Signs in with everybody's password, and proves with it that it is they: most tests are about something else.
    pub(crate) async fn sign_in(&self, email: &str) -> Caller {
        let caller = self.sign_in_only(email).await;
        accounts::testing::prove(&self.app, caller.cookie.as_deref().expect("a session")).await;
        caller
    }

    /// Signs in with everybody's password: what whoever has stolen a session has.
    pub(crate) async fn sign_in_only(&self, email: &str) -> Caller {
        self.signed_in(email, json!({ "email": email, "password": PASSWORD })).await
    }

    /// Signs in with everybody's password and a code.
    pub(crate) async fn sign_in_coded(&self, email: &str, code: &str) -> Caller {
        self.signed_in(email, json!({ "email": email, "password": PASSWORD, "code": code })).await
    }

    /// Signs in with a password of one's own, and proves with it that it is they.
    pub(crate) async fn sign_in_with(&self, email: &str, password: &str) -> Caller {
        let caller = self.signed_in(email, json!({ "email": email, "password": password })).await;
        accounts::testing::prove(&self.app, caller.cookie.as_deref().expect("a session")).await;
        caller
    }

    async fn signed_in(&self, email: &str, credentials: Value) -> Caller {
        let answer = self.nobody().post("/sessions", credentials).await;
        let token = answer.expect(201)["access_token"].as_str().map(str::to_owned);
        let cookie = answer.cookie();
        let caller = Caller { email: Some(email.to_owned()), token, cookie, ..self.nobody() };
        let me = caller.get("/me").await.expect(200);
        Caller { project: me["projects"][0]["id"].as_str().map(str::to_owned), ..caller }
    }

    /// Takes all mails that were sent to an address so far.
    pub(crate) async fn mails(&self, to: &str) -> Vec<Letter> {
        self.app.mail().settle(std::time::Duration::from_secs(10)).await;
        let mut letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        letters.extract_if(.., |letter| letter.to == to).collect()
    }

    /// Takes the only mail to an address, and returns the token in its link.
    pub(crate) async fn mailed_token(&self, to: &str) -> String {
        let letters = self.mails(to).await;
        assert_eq!(letters.len(), 1, "{letters:?}");
        let url = letters[0].button.as_ref().map(|(_, url)| url.clone()).expect("a link");
        url.split_once("#token=").expect("a token in the link").1.to_owned()
    }

    pub(crate) async fn create_user(&self, email: &str, is_admin: bool) -> analytics_model::UserId {
        let new = NewUser {
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
            first_name: "Test".to_owned(),
            last_name: "Person".to_owned(),
            is_admin,
        };
        crate::accounts::create_user(&self.app, new).await.expect("a new account")
    }
}

/// Gives a request what a connection gives it.
fn arrived(mut request: Request<Body>) -> Request<Body> {
    let peer: std::net::SocketAddr = ([192, 0, 2, 1], 40_000).into();
    if request.extensions().get::<ConnectInfo<std::net::SocketAddr>>().is_none() {
        request.extensions_mut().insert(ConnectInfo(peer));
    }
    request.headers_mut().entry(header::HOST).or_insert(HeaderValue::from_static("radix.test"));
    request
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
