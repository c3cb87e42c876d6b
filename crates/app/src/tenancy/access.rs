//! Which organizations and projects somebody may see.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use analytics_model::{OrganizationId, ProjectId, UserId};

use super::{
    Access, Error, OrganizationRole, find_access,
    rights::{given_to, granted_to},
    store::{self, OrganizationRow, ProjectRow},
};
use crate::App;

/// The organizations and projects of somebody.
pub(super) struct Memberships {
    pub(super) organizations: Vec<(OrganizationRow, OrganizationRole)>,
    user: UserId,
    /// Projects they may see by a role there or by something granted there.
    single: BTreeSet<ProjectId>,
    /// Organizations all of whose projects they may see.
    whole: BTreeSet<OrganizationId>,
}

impl Memberships {
    pub(super) async fn of(app: &App, user: UserId) -> Result<Self, Error> {
        let db = app.db();
        let organizations = store::organizations_of(db, user).await?;
        let administered = organizations.iter().filter(|(_, role)| role.is_admin()).map(|(row, _)| row.id);
        let mut whole: BTreeSet<_> = administered.collect();
        let members: HashMap<_, _> = store::project_roles(db, user).await?.into_iter().collect();
        let mut single: BTreeSet<_> = members.into_keys().collect();
        let mut roles = BTreeSet::new();
        for (organization, project, role) in given_to(db, user).await? {
            roles.insert(role);
            match project {
                Some(project) => _ = single.insert(project),
                None => _ = whole.insert(organization),
            }
        }
        single.extend(granted_to(db, user, &roles).await?);
        // Who belongs to an organization no more sees none of its projects, whatever roles are left over there.
        whole.retain(|id| organizations.iter().any(|(row, _)| row.id == *id));
        Ok(Self { organizations, user, single, whole })
    }

    /// Returns the projects they may see, in the order of their making, with what they may do there.
    pub(super) async fn projects(
        &self,
        app: &App,
        after: Option<ProjectId>,
        limit: Option<usize>,
    ) -> Result<Vec<(ProjectRow, Arc<Access>)>, Error> {
        let whole: Vec<_> = self.whole.iter().copied().collect();
        let single: Vec<_> = self.single.iter().copied().collect();
        let mut found = Vec::new();
        let mut after = after;
        loop {
            let rows = store::visible_projects(app.db(), &whole, &single, after, limit).await?;
            let was_all = limit.is_none_or(|limit| rows.len() < limit);
            after = rows.last().map(|row| row.id);
            for row in rows {
                // What these lists only hint at, the access decides: roles may be switched off, grants may have ended.
                if let Some(access) = find_access(app, self.user, row.id).await? {
                    found.push((row, access));
                }
            }
            if was_all || limit.is_some_and(|limit| found.len() >= limit) {
                break;
            }
        }
        found.truncate(limit.unwrap_or(usize::MAX));
        Ok(found)
    }
}
