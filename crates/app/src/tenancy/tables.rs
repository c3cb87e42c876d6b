//! The tables this feature owns, and the roles their columns hold.

use sea_orm::{DeriveActiveEnum, EnumIter, prelude::StringLen};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The roles that every organization has; what each may do, [`Role::permissions`] says.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema, EnumIter, DeriveActiveEnum,
)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))", rename_all = "snake_case")]
pub enum Role {
    /// Brings files in, and sees nothing but what comes of them.
    Uploader,
    /// Looks at what others have made.
    Viewer,
    /// Asks questions of their own.
    Analyst,
    /// Makes and changes what everybody sees.
    Editor,
    /// Looks after the project: its settings, keys and members.
    Admin,
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Uploader => "uploader",
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Editor => "editor",
            Self::Admin => "admin",
        })
    }
}

/// What somebody is in an organization.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema, EnumIter, DeriveActiveEnum,
)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))", rename_all = "snake_case")]
pub enum OrganizationRole {
    /// Sees the projects they are a member of.
    Member,
    /// Looks after all its projects.
    Admin,
    /// Answers for it.
    Owner,
}

impl OrganizationRole {
    /// Returns whether all of the organization's projects are theirs to look after.
    pub fn is_admin(self) -> bool {
        self >= Self::Admin
    }
}

/// The tenants.
pub(super) mod organizations {
    use analytics_model::OrganizationId;
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organizations")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: OrganizationId,
        pub name: String,
        /// Its name in addresses.
        #[sea_orm(unique)]
        pub slug: String,
        pub industry: Option<String>,
        #[sea_orm(column_type = "JsonBinary")]
        pub settings: Json,
        pub created_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who belongs to an organization.
pub(super) mod org_memberships {
    use analytics_model::{OrganizationId, UserId};
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::tenancy::OrganizationRole;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "org_memberships")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: OrganizationId,
        pub user_id: UserId,
        pub role: OrganizationRole,
        /// Permissions beyond the role's.
        #[sea_orm(column_type = "JsonBinary")]
        pub permissions: Json,
        pub created_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(
            belongs_to = "super::organizations::Entity",
            from = "Column::OrganizationId",
            to = "super::organizations::Column::Id"
        )]
        Organization,
    }

    impl Related<super::organizations::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Organization.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What events and everything asked about them belong to.
pub(super) mod projects {
    use analytics_model::{OrganizationId, ProjectId, UserId};
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "projects")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ProjectId,
        pub organization_id: OrganizationId,
        pub name: String,
        /// In lower case: what must be unique in its organization.
        pub name_key: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub description: Option<String>,
        /// An IANA name that `chrono_tz` knows.
        pub time_zone: String,
        /// `monday` or `sunday`.
        pub week_start: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub settings: Json,
        pub created_by: Option<UserId>,
        pub created_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who may see a project without looking after its organization.
pub(super) mod project_members {
    use analytics_model::{ProjectId, UserId};
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::tenancy::Role;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "project_members")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub project_id: ProjectId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: UserId,
        pub role: Role,
        pub created_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What programs send events with.
pub(super) mod api_keys {
    use analytics_model::{ApiKeyId, ProjectId, UserId};
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "api_keys")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ApiKeyId,
        pub project_id: ProjectId,
        pub name: String,
        /// How the key begins, to recognise it by.
        pub prefix: String,
        #[sea_orm(unique)]
        pub key_hash: String,
        pub is_active: bool,
        pub created_by: Option<UserId>,
        pub created_at: DateTime<Utc>,
        pub expires_at: Option<DateTime<Utc>>,
        /// To the minute, not to the request.
        pub last_used_at: Option<DateTime<Utc>>,
        /// `write` or `secret`.
        pub kind: String,
        /// What a secret key may do: words such as `insights:run`.
        #[sea_orm(column_type = "JsonBinary")]
        pub scopes: Json,
        /// The hash of the secret before the last rotation.
        #[sea_orm(unique)]
        pub previous_hash: Option<String>,
        /// Until when that one is accepted too.
        pub previous_expires_at: Option<DateTime<Utc>>,
        /// Who saw the secret when it was made: a secret key may do no more than they.
        pub holder_id: Option<UserId>,
        /// The same of the secret before.
        pub previous_holder_id: Option<UserId>,
        /// The organization answers for it: it may do what its scopes say, whoever holds it.
        pub of_organization: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Projects that were deleted, and whose events are being erased.
pub(super) mod project_erasures {
    use analytics_model::{OrganizationId, ProjectId};
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "project_erasures")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub project_id: ProjectId,
        pub organization_id: OrganizationId,
        pub requested_at: DateTime<Utc>,
        /// Absent while events of it may still be there or arrive.
        pub erased_at: Option<DateTime<Utc>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
