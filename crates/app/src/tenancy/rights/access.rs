//! Who may do what in a project, decided in one place.

use analytics_model::{OrganizationId, ProjectId, UserId, WeekStart};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Action, Permission, Resource, grants::Grant, grants::Grants};
use crate::Role;

/// What somebody may do in a project that they may see, and what every question about it needs.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    pub(crate) organization: OrganizationId,
    pub(crate) project: ProjectId,
    /// Who; absent for a program that came with a key.
    pub(crate) user: Option<UserId>,
    pub(crate) zone: Tz,
    pub(crate) week_start: WeekStart,
    /// Every role that counts here, each with where it comes from.
    pub(crate) roles: Vec<HeldRole>,
    /// What was granted to them, or to their roles, on single things.
    pub(crate) grants: Grants,
}

/// A role that somebody has in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeldRole {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) from: RoleSource,
    pub(crate) permissions: Vec<Permission>,
    /// The rows it is limited to: all properties must have one of their values. Without rules it is all rows.
    pub(crate) row_rules: Vec<RowRule>,
}

/// Where a role comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleSource {
    /// Owners and admins of an organization are admins of its projects.
    Organization,
    /// They are a member of the project.
    ProjectMember,
    /// The role was given to them.
    Given,
    /// It is what the key may do.
    Key,
}

/// A property must have one of these values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowRule {
    pub(crate) property: String,
    pub(crate) values: Vec<String>,
}

/// A single thing that rights may depend on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Item {
    pub(crate) id: Uuid,
    /// Who made it.
    pub(crate) owner: Option<UserId>,
    /// The folder it lies in.
    pub(crate) folder: Option<Uuid>,
    pub(crate) tags: Vec<String>,
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) action: Action,
    pub(crate) resource: Resource,
    /// To what; absent where it is asked whether to some of them at least.
    pub(crate) item: Option<&'a Item>,
    pub(crate) now: DateTime<Utc>,
}

impl<'a> Asked<'a> {
    /// Returns the question whether they may do this to some things of a kind at least.
    pub(crate) fn to_some(action: Action, resource: Resource) -> Self {
        // Without a thing no grant is looked at, so the time does not matter.
        Self { action, resource, item: None, now: DateTime::UNIX_EPOCH }
    }
}

/// What was decided.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decision<'a> {
    pub(crate) allowed: bool,
    /// The rows of events that it holds for: any of the lists, all rules of it. None are all rows.
    pub(crate) rows: Option<Vec<&'a [RowRule]>>,
}

/// What speaks for or against it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Finding<'a> {
    /// A role, and what it says.
    Role(&'a HeldRole, RoleSays<'a>),
    /// A grant on the thing or on a folder above it, and what it says.
    Grant(&'a Grant, GrantSays),
}

/// What a role says about what somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RoleSays<'a> {
    /// They may, by this permission.
    Allows(&'a Permission),
    /// It has no such permission.
    Nothing,
    /// It has, for other projects.
    Elsewhere(&'a Permission),
    /// It has, for what they have made themselves.
    NotOwn(&'a Permission),
    /// It has, for things with other tags.
    NotTagged(&'a Permission),
}

/// What a grant says about what somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GrantSays {
    /// They may.
    Allows,
    /// It lets them do less than that.
    TooLow,
    /// It has ended.
    Expired,
}

impl Access {
    /// Decides. Everything that asks for a right or for rows comes through here, and so does what explains a decision:
    /// `found` is told all that speaks for or against it.
    ///
    /// Of the roles, those that let them do it say on which rows; a role that says nothing of it lifts no limit. A
    /// grant opens a thing and shows no rows.
    pub(crate) fn decide<'a>(&'a self, asked: &Asked, mut found: impl FnMut(Finding<'a>)) -> Decision<'a> {
        let mut allowed = false;
        let mut lists = Vec::new();
        for role in &self.roles {
            let says = self.role_says(role, asked);
            if matches!(says, RoleSays::Allows(_)) {
                allowed = true;
                lists.push(role.row_rules.as_slice());
            }
            found(Finding::Role(role, says));
        }
        if let Some(item) = asked.item {
            for grant in self.grants.on(asked.resource, item) {
                let says = grant.says(asked.action, asked.now);
                allowed |= says == GrantSays::Allows;
                found(Finding::Grant(grant, says));
            }
        }
        if allowed && is_told_by_events(asked.action, asked.resource) {
            lists.extend(self.lists_for_events());
        }
        Decision { allowed, rows: rows_of(lists) }
    }

    /// Returns whether their roles let them do it to some of these things at least; which ones, [`Access::may_to`]
    /// tells.
    pub(crate) fn may(&self, action: Action, resource: Resource) -> bool {
        self.decide(&Asked::to_some(action, resource), |_| ()).allowed
    }

    /// Returns whether a role or a grant lets them do it to this one.
    pub(crate) fn may_to(&self, action: Action, resource: Resource, item: &Item, now: DateTime<Utc>) -> bool {
        self.decide(&Asked { action, resource, item: Some(item), now }, |_| ()).allowed
    }

    /// Returns the rows of events on which they may do it: any of the lists, all rules of it. None are all rows.
    pub(crate) fn rows(&self, asked: &Asked) -> Option<Vec<&[RowRule]>> {
        self.decide(asked, |_| ()).rows
    }

    /// Returns what rights to something depend on that they make just now, such as a question that nobody has kept.
    pub(crate) fn new_item(&self) -> Item {
        Item { owner: self.user, ..Item::default() }
    }

    /// Returns whether they may enter the project: by a role, or for a single thing that was granted to them.
    pub(crate) fn opens(&self, now: DateTime<Utc>) -> bool {
        !self.roles.is_empty() || self.grants.any(now)
    }

    /// Returns the greatest of the roles every organization has, for people to read.
    pub(crate) fn role(&self) -> Option<Role> {
        let held = |role: &Role| self.roles.iter().any(|held| held.id == role.id());
        Role::all().filter(held).max()
    }

    /// Returns what they may do to some things at least, as `resource:action`, for a page to know what to offer.
    pub(crate) fn permissions(&self) -> Vec<String> {
        let here = self.roles.iter().flat_map(|role| &role.permissions).filter(|permission| self.is_here(permission));
        let mut words: Vec<String> = here.map(Permission::word).collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    /// Returns whether they themselves may do what a role would let somebody do here, to no fewer things and on no
    /// fewer rows.
    pub(crate) fn covers(&self, permissions: &[Permission], row_rules: &[RowRule]) -> bool {
        permissions.iter().all(|wanted| match self.held(wanted) {
            None => false,
            Some(None) => true,
            Some(Some(lists)) => lists.iter().any(|list| list.iter().all(|rule| rule.is_kept_by(row_rules))),
        })
    }

    /// Returns the rows on which they hold a permission whole, as [`Access::rows`] does; none where they don't.
    fn held(&self, wanted: &Permission) -> Option<Option<Vec<&[RowRule]>>> {
        let includes = |held: &Permission| self.is_here(held) && held.includes(wanted);
        let mut lists = self.lists_of(includes);
        if lists.is_empty() {
            return None;
        }
        if !wanted.resource.shows_rows() {
            return Some(None);
        }
        if is_told_by_events(wanted.action, wanted.resource) {
            lists.extend(self.lists_for_events());
        }
        Some(rows_of(lists))
    }

    /// Returns roles that let somebody do what they hold whole of this, on the rows that they hold it on.
    pub(crate) fn part(&self, wanted: &[Permission], like: &HeldRole) -> Vec<HeldRole> {
        let mut parts: Vec<HeldRole> = Vec::new();
        for permission in wanted {
            let Some(rows) = self.held(permission) else { continue };
            for rules in rows.unwrap_or_else(|| vec![&[]]) {
                match parts.iter_mut().find(|part| part.row_rules == rules) {
                    Some(part) => part.permissions.push(permission.clone()),
                    None => parts.push(HeldRole {
                        permissions: vec![permission.clone()],
                        row_rules: rules.to_vec(),
                        ..like.clone()
                    }),
                }
            }
        }
        parts
    }

    /// Returns the rules about rows of the roles with a permission like that.
    fn lists_of(&self, is_meant: impl Fn(&Permission) -> bool) -> Vec<&[RowRule]> {
        let roles = self.roles.iter().filter(|role| role.permissions.iter().any(&is_meant));
        roles.map(|role| role.row_rules.as_slice()).collect()
    }

    /// Returns those of the roles that show events as they came.
    fn lists_for_events(&self) -> Vec<&[RowRule]> {
        let (action, resource) = (Action::View, Resource::Events);
        self.lists_of(|held| (held.action, held.resource) == (action, resource) && self.is_here(held))
    }

    fn role_says<'a>(&self, role: &'a HeldRole, asked: &Asked) -> RoleSays<'a> {
        let mut nearest = RoleSays::Nothing;
        let is_asked = |held: &&Permission| held.resource == asked.resource && held.action == asked.action;
        for permission in role.permissions.iter().filter(is_asked) {
            let conditions = &permission.conditions;
            let is_own = |item: &Item| self.user.is_some() && item.owner == self.user;
            let has_tag = |item: &Item, tags: &[String]| tags.iter().any(|tag| item.tags.contains(tag));
            nearest = match (asked.item, &conditions.tags) {
                _ if !self.is_here(permission) => RoleSays::Elsewhere(permission),
                (Some(item), _) if conditions.own && !is_own(item) => RoleSays::NotOwn(permission),
                (Some(item), Some(tags)) if !has_tag(item, tags) => RoleSays::NotTagged(permission),
                _ => return RoleSays::Allows(permission),
            };
        }
        nearest
    }

    fn is_here(&self, permission: &Permission) -> bool {
        permission.conditions.projects.as_ref().is_none_or(|projects| projects.contains(&self.project))
    }
}

impl RowRule {
    /// Returns whether who is limited by `rules` sees no row that this rule hides.
    fn is_kept_by(&self, rules: &[Self]) -> bool {
        let narrower =
            |rule: &Self| rule.property == self.property && rule.values.iter().all(|value| self.values.contains(value));
        rules.iter().any(narrower)
    }
}

/// Returns whether it tells people no more of a row than seeing events as they came, which then shows as much.
fn is_told_by_events(action: Action, resource: Resource) -> bool {
    let is_answer = matches!(resource, Resource::Insights | Resource::Queries | Resource::Dashboards);
    is_answer && matches!(action, Action::View | Action::Run)
}

/// Joins the rules of roles that all show rows: none of the lists is no row, and a list without rules is all rows.
fn rows_of(mut lists: Vec<&[RowRule]>) -> Option<Vec<&[RowRule]>> {
    if lists.iter().any(|rules| rules.is_empty()) {
        return None;
    }
    lists.sort_unstable();
    lists.dedup();
    Some(lists)
}
