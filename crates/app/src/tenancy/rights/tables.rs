//! The tables of rights.

/// Roles: those of every organization, and those an organization has made.
pub(in crate::tenancy) mod roles {
    use analytics_model::OrganizationId;
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "roles")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Absent for the roles that every organization has.
        pub organization_id: Option<OrganizationId>,
        pub name: String,
        /// In lower case: what must be unique in its organization.
        pub name_key: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub description: Option<String>,
        /// `resource:action` of each row in `permissions`, for readers of the table.
        #[sea_orm(column_type = "JsonBinary")]
        pub permissions: Json,
        pub is_system_role: bool,
        /// A role that is not active gives no right.
        pub is_active: bool,
        pub created_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a role may do.
pub(in crate::tenancy) mod permissions {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "permissions")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub role_id: Uuid,
        pub resource: String,
        pub action: String,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub conditions: Option<Json>,
        pub created_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who has which role, in an organization or in one of its projects.
pub(in crate::tenancy) mod user_roles {
    use analytics_model::{OrganizationId, ProjectId, UserId};
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "user_roles")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organization_id: OrganizationId,
        /// Absent where it counts in all of the organization's projects.
        pub project_id: Option<ProjectId>,
        pub user_id: UserId,
        pub role_id: Uuid,
        pub granted_by: Option<UserId>,
        pub created_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The rows a role is limited to.
pub(in crate::tenancy) mod row_rules {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "row_rules")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub role_id: Uuid,
        pub property: String,
        /// Texts, one of which the property must have.
        #[sea_orm(column_type = "JsonBinary")]
        pub allowed_values: Json,
        pub created_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What dashboards, insights and queries lie in; grants on a folder hold for all in it.
pub(in crate::tenancy) mod folders {
    use analytics_model::{ProjectId, UserId};
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "folders")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub project_id: ProjectId,
        pub parent_id: Option<Uuid>,
        pub name: String,
        pub created_by: Option<UserId>,
        pub created_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Grants on single things, to a person or a role.
pub(in crate::tenancy) mod resource_permissions {
    use analytics_model::{ProjectId, UserId};
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "resource_permissions")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub project_id: ProjectId,
        pub resource_type: String,
        pub resource_id: Uuid,
        /// `user` or `role`.
        pub principal_type: String,
        pub principal_id: Uuid,
        /// `view`, `edit`, `share` or `admin`; each includes those before it.
        pub permission_type: String,
        pub granted_by: Option<UserId>,
        pub granted_at: DateTime<Utc>,
        pub expires_at: Option<DateTime<Utc>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
