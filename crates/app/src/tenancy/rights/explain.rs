//! Why somebody may do something, or may not: the steps of the decision, told by what decides.

use analytics_model::{ProjectId, UserId};
use chrono::{DateTime, Utc};
use http_kit::{Json, Problem, Problems, Query, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Access, Action, Error, Item, Permission, Resource, RoleSource,
    access::{Asked, Finding, GrantSays, RoleSays},
    find::load_access,
    grants::Level,
};
use crate::{App, Scope, grantable, tenancy::store as tenancy_store};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(explain))
}

/// What is to be explained.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Question {
    /// About whom; about yourself unless told.
    user: Option<UserId>,
    #[param(inline)]
    action: Action,
    #[param(inline)]
    resource: Resource,
    /// What kind of single thing it is about: `folder`.
    resource_type: Option<String>,
    /// The thing's id; about some of them at least where absent.
    resource_id: Option<Uuid>,
}

/// A decision, and how it came about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccessExplanation)]
pub(super) struct Explanation {
    pub(super) allowed: bool,
    /// Everything that was looked at, in order.
    pub(super) steps: Vec<Step>,
    /// The rows of events they may do it on, or see where it is not about events: any of the lists, all rules of it.
    /// Null for all rows, and where it is about somebody else and you don't look after the organization.
    #[schema(required = true)]
    pub(super) rows: Option<Vec<Vec<VisibleRows>>>,
    /// Whether it is some rows only.
    pub(super) has_limited_rows: bool,
}

/// Something that was looked at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccessStep)]
pub(super) struct Step {
    #[serde(flatten)]
    about: About,
    /// Whether it lets them do it. A step that doesn't takes nothing away: any other may.
    pub(super) allows: bool,
    /// What it says, in a sentence.
    text: String,
}

/// What was looked at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccessStepAbout)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum About {
    /// Whether they belong to the organization.
    Membership,
    /// A role of theirs.
    Role {
        role_id: Uuid,
        role_name: String,
        from: RoleSource,
        /// The permission that allows it, or comes nearest.
        #[serde(skip_serializing_if = "Option::is_none")]
        permission: Option<Permission>,
    },
    /// Something granted on the thing, or on a folder above it.
    Grant {
        grant_id: Uuid,
        level: Level,
        /// The role it was given to; absent where to the person.
        #[serde(skip_serializing_if = "Option::is_none")]
        role_id: Option<Uuid>,
        /// The folder above that hands it down; absent where it is on the thing itself.
        #[serde(skip_serializing_if = "Option::is_none")]
        inherited_from: Option<Uuid>,
        #[schema(required = true)]
        expires_at: Option<DateTime<Utc>>,
    },
}

/// A property must have one of these values.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VisibleRows {
    property: String,
    allowed_values: Vec<String>,
}

/// Tells why somebody may do something in a project, or may not. Everybody may ask about themselves; who may change
/// the members of the project may ask about anybody of the organization.
#[utoipa::path(get, path = "/projects/{project}/access/explain", tag = "rights", operation_id = "explain_access",
    params(("project" = ProjectId, Path, description = "The project's id."), Question),
    responses((status = 200, body = Explanation, description = "The decision and its reasons."), Problems))]
async fn explain(scope: Scope, Query(question): Query<Question>) -> Result<Json<Explanation>> {
    let user = question.user.or(scope.user).ok_or_else(Problem::not_found)?;
    if Some(user) != scope.user {
        scope.require(Action::Edit, Resource::ProjectMembers)?;
    }
    let item = item_of(&scope, &question, Some(user) == scope.user).await?;
    // Nobody of another organization is confirmed to be there.
    let access = load_access(scope.app(), user, scope.project).await?.ok_or_else(Problem::not_found)?;
    let (action, resource) = (question.action, question.resource);
    // What is run without being kept anywhere is a question of their own.
    let is_question = (action, resource) == (Action::Run, Resource::Insights);
    let item = item.or_else(|| is_question.then(|| access.new_item()));
    let asked = Asked { action, resource, item: item.as_ref(), now: scope.now() };
    let mut explanation = of(&access, &asked);
    if Some(user) != scope.user && !looks_after_roles(&scope).await? {
        explanation.rows = None;
    }
    Ok(Json(explanation))
}

/// Returns whether who asks may know which rows others are limited to.
async fn looks_after_roles(scope: &Scope) -> Result<bool> {
    let Some(user) = scope.user else { return Ok(false) };
    let role = tenancy_store::organization_role(scope.db(), user, scope.organization).await.map_err(Error::from)?;
    Ok(role.is_some_and(|role| role.is_admin()))
}

async fn item_of(scope: &Scope, question: &Question, about_self: bool) -> Result<Option<Item>> {
    let (Some(word), Some(id)) = (&question.resource_type, question.resource_id) else {
        if question.resource_type.is_some() || question.resource_id.is_some() {
            let detail = "resource_type and resource_id come together";
            return Err(Error::field("resource_id", "invalid", detail).into());
        }
        return Ok(None);
    };
    let kind = grantable::find(word).ok_or_else(Problem::not_found)?;
    let found = (kind.find)(scope.app(), scope.project, id).await.map_err(Error::from)?;
    let (item, _) = found.ok_or_else(Problem::not_found)?;
    if about_self && !scope.may_to(Action::View, kind.resource, &item) {
        return Err(Problem::not_found());
    }
    Ok(Some(item))
}

/// Explains the decision that [`Access::decide`] makes, by letting it decide.
pub(super) fn of(access: &Access, asked: &Asked) -> Explanation {
    let text = "They belong to the organization; that alone opens nothing.".to_owned();
    let mut steps = vec![Step { about: About::Membership, allows: false, text }];
    let decided = access.decide(asked, |finding| steps.push(step(&finding, asked)));
    // What is not about events is explained together with the events they see.
    let shown = if asked.resource.shows_rows() {
        decided.rows
    } else {
        access.rows(&Asked::to_some(Action::View, Resource::Events))
    };
    let visible =
        |rule: &super::RowRule| VisibleRows { property: rule.property.clone(), allowed_values: rule.values.clone() };
    let has_limited_rows = shown.is_some();
    let rows = shown.map(|lists| lists.iter().map(|list| list.iter().map(visible).collect()).collect());
    Explanation { allowed: decided.allowed, steps, rows, has_limited_rows }
}

fn step(finding: &Finding, asked: &Asked) -> Step {
    match *finding {
        Finding::Role(role, says) => {
            let wanted = format!("{}:{}", asked.resource.word(), asked.action.word());
            let (permission, text) = match says {
                RoleSays::Allows(permission) => (Some(permission), format!("The role {} has {wanted}.", role.name)),
                RoleSays::Nothing => (None, format!("The role {} has no {wanted}.", role.name)),
                RoleSays::Elsewhere(permission) => {
                    (Some(permission), format!("The role {} has {wanted}, but in other projects.", role.name))
                }
                RoleSays::NotOwn(permission) => {
                    let text = format!("The role {} has {wanted} for what they made, and they did not.", role.name);
                    (Some(permission), text)
                }
                RoleSays::NotTagged(permission) => {
                    let text = format!("The role {} has {wanted} for tags that this does not carry.", role.name);
                    (Some(permission), text)
                }
            };
            let about = About::Role {
                role_id: role.id,
                role_name: role.name.clone(),
                from: role.from,
                permission: permission.cloned(),
            };
            Step { about, allows: matches!(says, RoleSays::Allows(_)), text }
        }
        Finding::Grant(grant, says) => {
            let on = asked.item.map(|item| item.id);
            let inherited_from = Some(grant.item).filter(|item| Some(*item) != on);
            let place = if inherited_from.is_some() { "a folder above" } else { "this" };
            let whom = if grant.role.is_some() { "a role of theirs" } else { "them" };
            let text = match says {
                GrantSays::Allows => format!("On {place}, {} was granted to {whom}.", grant.level.word()),
                GrantSays::TooLow => {
                    format!("On {place}, {} was granted to {whom}, which is less than this.", grant.level.word())
                }
                GrantSays::Expired => {
                    format!("On {place}, {} was granted to {whom}, and has ended.", grant.level.word())
                }
            };
            let about = About::Grant {
                grant_id: grant.id,
                level: grant.level,
                role_id: grant.role,
                inherited_from,
                expires_at: grant.expires_at,
            };
            Step { about, allows: says == GrantSays::Allows, text }
        }
    }
}
