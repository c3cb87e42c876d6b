//! Errors as `application/problem+json` (RFC 9457) with stable codes.

use std::{collections::BTreeMap, fmt::Display, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder, response},
};

use crate::{
    request_id,
    version::{CHANGED, Changed},
};

/// What a handler answers with.
pub type Result<T> = std::result::Result<T, Problem>;

/// Why a request was not done.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<Duration>,
    /// What was changed meanwhile, where that is why.
    changed: Option<Box<Changed>>,
    /// For the log alone: what it says is none of the client's business.
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field's path, such as `series[0].event`.
    pub field: String,
    /// A stable code.
    pub code: &'static str,
    /// A sentence for people.
    pub detail: String,
}

impl FieldError {
    /// Says what is wrong with a field.
    pub fn new(field: impl Into<String>, code: &'static str, detail: impl Display) -> Self {
        Self { field: field.into(), code, detail: detail.to_string() }
    }
}

impl Problem {
    /// Makes a problem; codes are stable, details are for people.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Display) -> Self {
        Self {
            status,
            code,
            detail: detail.to_string(),
            errors: Vec::new(),
            retry_after: None,
            changed: None,
            cause: None,
        }
    }

    /// 400: the request can't be understood.
    pub fn bad_request(code: &'static str, detail: impl Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 401: it is not known who asks.
    pub fn unauthorized(code: &'static str, detail: impl Display) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail)
    }

    /// 403: who asks may not do this.
    pub fn forbidden(code: &'static str, detail: impl Display) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    /// 404: there is nothing here, or nothing for who asks.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is nothing here, or nothing that you may see")
    }

    /// 409: it contradicts what is there.
    pub fn conflict(code: &'static str, detail: impl Display) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 422: the request is understood and something in it can't be.
    pub fn unprocessable(code: &'static str, detail: impl Display) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// 422 `validation_failed`: fields have values that can't be.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let parts: Vec<String> = errors.iter().map(|error| format!("{}: {}", error.field, error.detail)).collect();
        Self { errors, ..Self::unprocessable("validation_failed", parts.join("; ")) }
    }

    /// 429: too often; `retry_after` says when to try again.
    pub fn too_many(code: &'static str, detail: impl Display, retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail) }
    }

    /// 503: something needed is away, trying again later may help.
    pub fn unavailable(
        code: &'static str,
        detail: impl Display,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            retry_after: Some(Duration::from_secs(2)),
            cause: Some(cause.into()),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
        }
    }

    /// Says after how long it may be tried again.
    #[must_use]
    pub fn after(self, retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..self }
    }

    /// 500: our fault; the cause goes to the log, the client gets the request's id.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let detail = "something went wrong on this server; its log has the details under the request's id";
        Self { cause: Some(cause.into()), ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail) }
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Adds what is wrong with single fields.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// 412 `changed_meanwhile`: the change is for a state that is no more.
    pub fn changed(changed: Changed) -> Self {
        let detail =
            "this has been changed since the version that the change is for: read it again, or change it as it is now";
        Self { changed: Some(Box::new(changed)), ..Self::new(StatusCode::PRECONDITION_FAILED, CHANGED, detail) }
    }

    fn log(&self, request_id: Option<&str>) {
        let Some(cause) = &self.cause else { return };
        let mut chain = cause.to_string();
        let mut source = cause.source();
        while let Some(error) = source {
            chain.push_str(": ");
            chain.push_str(&error.to_string());
            source = error.source();
        }
        tracing::error!(request_id, code = self.code, cause = chain, "a request failed");
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let request_id = request_id::current();
        self.log(request_id.as_deref());
        let body = Body {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail,
            errors: self.errors,
            request_id,
            changed: self.changed,
        };
        let mut response = (self.status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(after) = self.retry_after {
            let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Why a request was not done (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
struct Body {
    /// Always `about:blank`: the code tells problems apart.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    #[schema(example = "Not Found")]
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 404)]
    status: u16,
    /// A stable code for programs.
    #[schema(example = "not_found")]
    code: &'static str,
    /// A sentence for people; may change.
    detail: String,
    /// What is wrong with single fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
    /// Finds the request in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// With `changed_meanwhile`: as what it is there now, and by whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    changed: Option<Box<Changed>>,
}

/// The problems any operation may answer with, for `responses(…, Problems)`.
#[derive(Debug)]
pub struct Problems;

impl Problems {
    /// Returns the schemas that the responses refer to, for the document's components.
    pub fn schemas() -> Vec<(String, RefOr<utoipa::openapi::Schema>)> {
        let mut schemas = vec![("Problem".to_owned(), <Body as utoipa::PartialSchema>::schema())];
        <Body as ToSchema>::schemas(&mut schemas);
        schemas
    }
}

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<response::Response>> {
        let problem = |description: &str| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            RefOr::T(
                ResponseBuilder::new().description(description).content("application/problem+json", content).build(),
            )
        };
        BTreeMap::from([
            ("4XX".to_owned(), problem("The request can't be done as it is.")),
            ("5XX".to_owned(), problem("The server can't do it now.")),
        ])
    }
}

/// Answers in place of a handler that panicked: one request fails, not the connection with all that waits on it.
pub(crate) fn panicked(payload: &(dyn std::any::Any + Send)) -> Response {
    let text = payload.downcast_ref::<String>().map(String::as_str).or(payload.downcast_ref::<&str>().copied());
    Problem::internal(format!("a handler panicked: {}", text.unwrap_or("for an unknown reason"))).into_response()
}

/// Gives the router's own bare refusals of a method the form of a problem.
///
/// Around the router, not as its fallback for methods: that one would replace what CORS layers have put there.
pub(crate) fn explain(bare: Response) -> Response {
    if bare.status() != StatusCode::METHOD_NOT_ALLOWED || bare.headers().contains_key(header::CONTENT_TYPE) {
        return bare;
    }
    let detail = "this path has other methods than this one";
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail);
    let mut response = problem.into_response();
    for (name, value) in bare.headers() {
        if name != header::CONTENT_LENGTH {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}
