//! Who may do what in a project, decided in one place.

use analytics_model::{OrganizationId, ProjectId, UserId, WeekStart};
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Action, Permission, Resource};
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
}

/// A role that somebody has in a project.
#[derive(Debug, Clone)]
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

impl Access {
    /// Returns whether they may do it to some of these things at least; which ones, [`Access::may_to`] tells.
    pub(crate) fn may(&self, action: Action, resource: Resource) -> bool {
        self.matching(action, resource).any(|permission| self.is_here(permission))
    }

    /// Returns whether a role lets them do it to this one. Grants on the thing itself come on top.
    pub(crate) fn may_to(&self, action: Action, resource: Resource, item: &Item) -> bool {
        self.matching(action, resource).any(|permission| self.is_here(permission) && self.is_of(permission, item))
    }

    /// Returns the rows they may see: any of the lists, all rules of it. None are all rows.
    ///
    /// Who has a role without rules sees all rows, whatever other roles say: the most permissive one wins.
    pub(crate) fn rows(&self) -> Option<Vec<&[RowRule]>> {
        let sees = |role: &&HeldRole| role.permissions.iter().any(|permission| reads_rows(permission.resource));
        let mut lists: Vec<&[RowRule]> = self.roles.iter().filter(sees).map(|role| role.row_rules.as_slice()).collect();
        if lists.iter().any(|rules| rules.is_empty()) {
            return None;
        }
        lists.sort_unstable();
        lists.dedup();
        Some(lists)
    }

    /// Returns the greatest of the roles every organization has, for people to read.
    pub(crate) fn role(&self) -> Option<Role> {
        let held = |role: &Role| self.roles.iter().any(|held| held.id == role.id());
        Role::all().filter(held).max()
    }

    fn matching(&self, action: Action, resource: Resource) -> impl Iterator<Item = &Permission> {
        let permissions = self.roles.iter().flat_map(|role| &role.permissions);
        permissions.filter(move |permission| permission.resource == resource && permission.action == action)
    }

    fn is_here(&self, permission: &Permission) -> bool {
        permission.conditions.projects.as_ref().is_none_or(|projects| projects.contains(&self.project))
    }

    fn is_of(&self, permission: &Permission, item: &Item) -> bool {
        let conditions = &permission.conditions;
        let is_own = !conditions.own || (self.user.is_some() && item.owner == self.user);
        is_own && conditions.tags.as_ref().is_none_or(|tags| tags.iter().any(|tag| item.tags.contains(tag)))
    }
}

/// Returns whether a permission on it shows rows that row rules speak of.
fn reads_rows(resource: Resource) -> bool {
    matches!(
        resource,
        Resource::Events | Resource::People | Resource::Insights | Resource::Queries | Resource::Dashboards
    )
}
