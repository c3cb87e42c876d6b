//! The table of client configurations.

/// What SDKs are told, by name.
pub(in crate::tenancy) mod client_configs {
    use analytics_model::{ClientConfigId, ProjectId};
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "client_configs")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ClientConfigId,
        pub project_id: ProjectId,
        pub name: String,
        /// A JSON object of 64 KiB at most.
        #[sea_orm(column_type = "JsonBinary")]
        pub config: Json,
        pub created_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
