//! Who looks after the instance.

use axum::{
    extract::{FromRequestParts, MatchedPath},
    http::request::Parts,
};
use http_kit::{Problem, Result};
use serde_json::json;

use crate::{
    Account, App,
    audit::{self, Change},
};

/// A signed-in person who looks after the instance itself; others are refused, and the trail tells of it.
pub(crate) struct Administrator(pub(crate) Account);

impl FromRequestParts<App> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let account = Account::from_request_parts(parts, app).await?;
        if account.is_admin {
            return Ok(Self(account));
        }
        let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let operation = format!("{} {path}", parts.method);
        let details = json!({ "operation": operation, "needs": "instance admin" });
        audit::refused(app, &account.actor, Change::new("access.refused").details(details));
        Err(Problem::forbidden("admin_required", "this is for those who look after the instance"))
    }
}
