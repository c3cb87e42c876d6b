//! Who uses what, on its way into the analytics store.
//!
//! No request waits for it: what a request did is put into a queue of limited length, and a task inserts what has
//! gathered, once a second at most. What finds no room is counted.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError},
};

use analytics_model::{OrganizationId, UserId, UserSessionId};
use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::activity_store;
use crate::App;

/// How many activities may wait.
const MOST_WAITING: usize = 10_000;
/// A page that asks again and again by itself counts once in this time.
const SAME_AGAIN: TimeDelta = TimeDelta::minutes(1);
/// How many activities are remembered to recognise repetition.
const MOST_REMEMBERED: usize = 20_000;

/// Who sends a request and within what, written down by the extractors that find it out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace(Arc<Found>);

#[derive(Debug, Default)]
struct Found {
    who: OnceLock<(UserId, UserSessionId)>,
    organization: OnceLock<OrganizationId>,
}

impl Trace {
    /// Says who asks.
    pub(crate) fn is_by(&self, user: UserId, session: UserSessionId) {
        // Two extractors of one request find the same.
        let _ = self.0.who.set((user, session));
    }

    /// Says within which organization.
    pub(crate) fn is_within(&self, organization: OrganizationId) {
        let _ = self.0.organization.set(organization);
    }
}

/// Something somebody did.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Activity {
    pub(super) id: Uuid,
    pub(super) user: UserId,
    pub(super) organization: Option<OrganizationId>,
    pub(super) session: UserSessionId,
    /// The operation's name in the API's document.
    pub(super) kind: &'static str,
    /// What it was done to: the last parameter of the path and its value; empty where there is none.
    pub(super) resource_type: String,
    pub(super) resource_id: String,
    pub(super) at: DateTime<Utc>,
}

/// Activities that wait to be inserted.
#[derive(Default)]
pub(crate) struct ActivityQueue(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    activities: Vec<Activity>,
    dropped: u64,
    last: HashMap<(UserSessionId, &'static str, String), DateTime<Utc>>,
}

impl ActivityQueue {
    fn push(&self, activity: Activity) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (activity.session, activity.kind, activity.resource_id.clone());
        if waiting.last.get(&key).is_some_and(|at| activity.at - *at < SAME_AGAIN) {
            return;
        }
        if waiting.activities.len() >= MOST_WAITING {
            waiting.dropped += 1;
            metrics::counter!("radixinsight_user_activity_dropped_total").increment(1);
            return;
        }
        if waiting.last.len() >= MOST_REMEMBERED {
            waiting.last.retain(|_, at| activity.at - *at < SAME_AGAIN);
        }
        if waiting.last.len() < MOST_REMEMBERED {
            waiting.last.insert(key, activity.at);
        }
        waiting.activities.push(activity);
    }

    fn take(&self) -> (Vec<Activity>, u64) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (std::mem::take(&mut waiting.activities), std::mem::take(&mut waiting.dropped))
    }

    fn put_back(&self, mut activities: Vec<Activity>, dropped: u64) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        activities.append(&mut waiting.activities);
        let too_many = activities.len().saturating_sub(MOST_WAITING);
        activities.drain(..too_many);
        metrics::counter!("radixinsight_user_activity_dropped_total").increment(too_many as u64);
        waiting.dropped += dropped + too_many as u64;
        waiting.activities = activities;
    }
}

/// Writes down what signed-in people do: the layer around all operations.
pub(crate) async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let trace = Trace::default();
    request.extensions_mut().insert(trace.clone());
    let template = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let (method, path) = (request.method().as_str().to_lowercase(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let succeeded = response.status().is_success();
    if let (true, Some(template), Some((user, session))) = (succeeded, template, trace.0.who.get().copied())
        && let Some(kind) = operation(&method, &template)
    {
        let (resource_type, resource_id) = resource(&template, &path);
        app.activities().push(Activity {
            id: app.clock().new_id(),
            user,
            organization: trace.0.organization.get().copied(),
            session,
            kind,
            resource_type,
            resource_id,
            at: app.now(),
        });
    }
    response
}

/// Inserts what waits; what the store does not take waits on, as far as there is room.
pub(super) async fn write(app: &App) {
    let (activities, dropped) = app.activities().take();
    if activities.is_empty() {
        return;
    }
    match activity_store::insert(app.analytics(), &activities).await {
        Ok(()) if dropped > 0 => {
            tracing::warn!(dropped, "some use of the product was not recorded: the analytics store was away");
        }
        Ok(()) => {}
        Err(error) if error.is_temporary() => {
            tracing::debug!(%error, "use of the product could not be recorded yet");
            app.activities().put_back(activities, dropped);
        }
        Err(error) => {
            metrics::counter!("radixinsight_user_activity_dropped_total").increment(activities.len() as u64);
            tracing::warn!(%error, lost = activities.len(), "use of the product could not be recorded");
        }
    }
}

/// Deletes what is older than so many days.
pub(super) async fn clean(app: &App, days: u32) {
    let before = (app.now() - TimeDelta::days(days.into())).date_naive();
    if let Err(error) = activity_store::delete_before(app.analytics(), before).await {
        tracing::warn!(%error, "old records of use could not be deleted");
    }
}

/// Returns the name an operation has in the API's document.
fn operation(method: &str, template: &str) -> Option<&'static str> {
    static NAMES: LazyLock<HashMap<(String, String), String>> = LazyLock::new(names);
    NAMES.get(&(method.to_owned(), template.to_owned())).map(String::as_str)
}

fn names() -> HashMap<(String, String), String> {
    let document = serde_json::to_value(crate::openapi()).unwrap_or_default();
    let mut names = HashMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if let Some(name) = operation["operationId"].as_str() {
                names.insert((method.clone(), path.clone()), name.to_owned());
            }
        }
    }
    names
}

/// Returns the last parameter of a path, and its value.
fn resource(template: &str, path: &str) -> (String, String) {
    let mut found = (String::new(), String::new());
    for (part, value) in template.split('/').zip(path.split('/')) {
        if let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            // A token opens something: it is kept nowhere in clear.
            let value = if name == "token" { "" } else { value };
            found = (name.to_owned(), value.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::resource;

    // Attack 23: what opens a door is no name for a thing.
    #[test]
    fn what_is_in_a_path_names_a_thing_unless_it_is_a_token() {
        let named = |template: &str, path: &str| resource(template, path);
        let project = named("/api/v1/projects/{project}/insights/run", "/api/v1/projects/17/insights/run");
        assert_eq!(project, ("project".to_owned(), "17".to_owned()));
        let token = named("/api/v1/invitations/{token}/accept", "/api/v1/invitations/secret/accept");
        assert_eq!(token, ("token".to_owned(), String::new()));
    }
}
