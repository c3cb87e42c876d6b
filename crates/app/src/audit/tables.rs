//! The tables this feature owns.

/// The trail. Rows are written once.
pub(super) mod audit_logs {
    use analytics_model::{OrganizationId, ProjectId, UserId};
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_logs")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// 1, 2, 3 …: a missing number is a missing row.
        #[sea_orm(unique)]
        pub number: i64,
        /// Absent where it concerns the instance or an account.
        pub organization_id: Option<OrganizationId>,
        pub project_id: Option<ProjectId>,
        /// Who; absent for the command line and for who has not signed in.
        pub user_id: Option<UserId>,
        /// What was done to what: `project.update`.
        pub action: String,
        pub resource_type: String,
        pub resource_id: Option<Uuid>,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub old_values: Option<Json>,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub new_values: Option<Json>,
        #[sea_orm(column_type = "JsonBinary")]
        pub details: Json,
        pub ip_address: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub user_agent: Option<String>,
        pub created_at: DateTime<Utc>,
        /// The hash of the row before.
        pub previous_hash: String,
        /// Of all columns above.
        pub hash: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Where the chain of hashes ends: a single row.
pub(super) mod audit_heads {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_heads")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub number: i64,
        pub hash: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What the trail reads of accounts, which stand below it: names to show.
pub(super) mod people {
    use analytics_model::UserId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: UserId,
        pub email: String,
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
