//! The table of contents of the HTTP API.

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::any,
};
use http_kit::{Problem, Problems};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;

use crate::{App, accounts, audit, collection, insights, setup, system, tenancy};

/// Returns all routes of the product; layers and the page come around them.
pub fn router(app: App) -> Router {
    let (of_people, _) = of_people().split_for_parts();
    let (of_keys, _) = of_keys().split_for_parts();
    of_people
        .layer(from_fn_with_state(app.clone(), system::observe))
        .layer(from_fn_with_state(app.clone(), forget_authority))
        // What comes with a key concerns neither: nobody is signed in, and no right changes.
        .merge(of_keys)
        .merge(collection::foreign_routes())
        .route("/api/openapi.json", axum::routing::get(document))
        .route("/api", any(nothing_here))
        .route("/api/{*path}", any(nothing_here))
        .with_state(app)
}

/// After a request that may have changed who may do what, this server and all others ask the store again.
async fn forget_authority(State(app): State<App>, request: Request, next: Next) -> Response {
    let may_change = !request.method().is_safe() && !request.uri().path().ends_with("/insights/run");
    let response = next.run(request).await;
    if may_change {
        app.forget_authority();
        app.tell_others_to_forget();
    }
    response
}

/// Returns the OpenAPI document of all routes.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = of_people().merge(of_keys()).into_openapi();
    insights::describe_kind(&mut document);
    document
}

/// What people and their programs do.
fn of_people() -> OpenApiRouter<App> {
    let version_1 = OpenApiRouter::new()
        .merge(setup::routes())
        .merge(audit::routes())
        .merge(system::routes())
        .merge(accounts::routes())
        .merge(tenancy::routes())
        .merge(collection::routes())
        .merge(insights::routes());
    OpenApiRouter::with_openapi(Document::openapi()).nest("/api/v1", version_1)
}

/// What is sent with a project's key.
fn of_keys() -> OpenApiRouter<App> {
    OpenApiRouter::new().nest("/api/v1", collection::ingest_routes())
}

async fn document() -> axum::Json<utoipa::openapi::OpenApi> {
    axum::Json(openapi())
}

async fn nothing_here() -> Problem {
    Problem::not_found()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "RadixInsight",
        description = "Collects product events, answers questions about them, and runs the product around both.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    security(("token" = []), ("cookie" = [])),
    modifiers(&Shared)
)]
struct Document;

/// What all operations refer to: how to sign in, and what a problem looks like.
struct Shared;

impl Modify for Shared {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("For programs.")).build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        let cookie = ApiKeyValue::with_description(accounts::COOKIE, "For the page, which gets it by signing in.");
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A project's key, to send events with."));
        components.add_security_scheme("key", SecurityScheme::Http(key.build()));
        components.schemas.extend(Problems::schemas());
    }
}
