//! The roles that every organization has. They can't be changed, so that their names mean the same everywhere.

use strum::IntoEnumIterator;
use uuid::Uuid;

use super::{Action, Conditions, Permission, Resource, roles};
use crate::{App, Role};

impl Role {
    /// Returns what the role may do.
    pub fn permissions(self) -> Vec<Permission> {
        use Action as A;
        use Resource as R;
        let mut all = Vec::new();
        let mut may = |resources: &[Resource], actions: &[Action], conditions: &Conditions| {
            for &resource in resources {
                for &action in actions.iter().filter(|action| resource.actions().contains(action)) {
                    all.push(Permission { resource, action, conditions: conditions.clone() });
                }
            }
        };
        let any = Conditions::default();
        let own = Conditions { own: true, ..Conditions::default() };
        let readable = [
            R::Project,
            R::ProjectMembers,
            R::ApiKeys,
            R::ClientConfigs,
            R::Events,
            R::People,
            R::Insights,
            R::Queries,
            R::Dashboards,
            R::Folders,
            R::Sources,
            R::Uploads,
            R::Pipelines,
            R::Alerts,
        ];
        let made = [R::Insights, R::Queries, R::Dashboards, R::Folders, R::Alerts];
        match self {
            Role::Viewer => {
                may(&readable, &[A::View], &any);
                may(&[R::Insights, R::Dashboards], &[A::Run], &any);
            }
            Role::Analyst => {
                may(&readable, &[A::View], &any);
                may(&[R::Insights, R::Dashboards, R::Queries], &[A::Run, A::Create, A::Export], &any);
                may(&[R::Events, R::People], &[A::Export], &any);
                may(&[R::Alerts], &[A::Create], &any);
                may(&[R::Insights, R::Dashboards, R::Queries, R::Alerts], &[A::Edit, A::Delete, A::Share], &own);
            }
            Role::Editor => {
                may(&readable, &[A::View], &any);
                may(&made, &[A::Run, A::Create, A::Edit, A::Delete, A::Share, A::Export], &any);
                may(&[R::Events, R::People], &[A::Export], &any);
                may(&[R::Uploads, R::Pipelines], &[A::Run, A::Create, A::Edit], &any);
            }
            Role::Uploader => {
                may(&[R::Project, R::Uploads, R::Pipelines], &[A::View], &any);
                may(&[R::Uploads], &[A::Create, A::Run], &any);
                may(&[R::Uploads], &[A::Edit, A::Delete], &own);
                may(&[R::Pipelines], &[A::Run], &any);
            }
            Role::Admin => {
                for resource in Resource::all() {
                    may(&[resource], resource.actions(), &any);
                }
            }
        }
        all
    }

    /// Returns all of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter()
    }

    /// Returns what the role is for, in a sentence.
    pub fn description(self) -> &'static str {
        match self {
            Role::Viewer => "Looks at what others have made.",
            Role::Uploader => "Brings files in, and sees nothing but what comes of them.",
            Role::Analyst => "Asks questions of their own, and keeps what they have made.",
            Role::Editor => "Makes and changes what everybody sees.",
            Role::Admin => "Looks after the project: its settings, keys and members.",
        }
    }

    /// Returns the id of its row in `roles`, the same in every instance.
    pub fn id(self) -> Uuid {
        Uuid::from_u128(0x0000_401e_0000_8000_8000_0000_0000_0000 + 1 + self as u128)
    }
}

/// The id of the row in `roles` that stands for those who look after the instance; `users.is_admin` says who does.
pub(super) const SUPER_ADMIN: Uuid = Uuid::from_u128(0x0000_401e_0000_8000_8000_0000_0000_0000);

/// Writes the rows of these roles, so that tables tell what the program does. Two servers may do it at once.
pub(crate) async fn sync(app: &App) -> metadata_store::Result<()> {
    let mut wanted = vec![roles::SystemRole {
        id: SUPER_ADMIN,
        name: "super_admin".to_owned(),
        description: "Looks after the instance, its people and its settings, and sees nobody's data for it.",
        permissions: Vec::new(),
    }];
    wanted.extend(Role::all().map(|role| roles::SystemRole {
        id: role.id(),
        name: role.to_string(),
        description: role.description(),
        permissions: role.permissions(),
    }));
    roles::write_system_roles(app, wanted).await
}
