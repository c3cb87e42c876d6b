//! The tables of second factors.

/// What somebody's app makes its codes from: one for each account.
pub(super) mod second_factors {
    use analytics_model::UserId;
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "second_factors")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: UserId,
        /// Sealed to the account: neither this table alone nor another account can use it.
        pub sealed_secret: String,
        /// Absent until a first code has shown that the app has it: it is not asked for before.
        pub confirmed_at: Option<DateTime<Utc>>,
        /// The half minute of the last code that was taken: none of it or of an earlier one is taken again.
        pub last_step: i64,
        pub created_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Codes that stand in for the app, each of them once: a row goes with its use.
pub(super) mod recovery_codes {
    use analytics_model::UserId;
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery_codes")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: UserId,
        /// Hashed with a key of the instance.
        pub code_hash: String,
        pub created_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
