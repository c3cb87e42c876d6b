//! The tables this feature owns.

/// What admins have set for the whole instance: a row for each setting.
pub(super) mod system_settings {
    use analytics_model::UserId;
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "system_settings")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(unique)]
        pub setting_key: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub setting_value: Json,
        #[sea_orm(column_type = "Text")]
        pub description: String,
        /// Whether people who have not signed in may read it.
        pub is_public: bool,
        pub updated_at: DateTime<Utc>,
        /// Absent where nobody has changed it yet.
        pub updated_by: Option<UserId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Warnings and errors of all servers.
pub(super) mod system_logs {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "system_logs")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The part of the program it comes from.
        pub component: String,
        /// `warn` or `error`.
        pub level: String,
        #[sea_orm(column_type = "Text")]
        pub message: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub details: Json,
        pub created_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
