//! The tables this feature owns.

/// People who may sign in.
pub(crate) mod users {
    use analytics_model::UserId;
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: UserId,
        /// As written by its owner.
        pub email: String,
        /// In lower case: what must be unique and is searched by.
        #[sea_orm(unique)]
        pub email_key: String,
        pub username: Option<String>,
        #[sea_orm(unique)]
        pub username_key: Option<String>,
        /// Absent for people who sign in elsewhere.
        pub password_hash: Option<String>,
        pub first_name: String,
        pub last_name: String,
        /// Both names, as shown.
        pub name: String,
        pub avatar_url: Option<String>,
        /// The IANA zone times are shown in; the project's where absent.
        pub timezone: Option<String>,
        pub auth_provider: Option<String>,
        pub auth_provider_id: Option<String>,
        pub is_active: bool,
        pub is_admin: bool,
        pub email_verified: bool,
        /// Hashed.
        pub verification_token: Option<String>,
        pub created_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
        pub last_login_at: Option<DateTime<Utc>>,
        /// Until when the link that verifies the address works.
        pub verification_expires_at: Option<DateTime<Utc>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(has_many = "super::user_sessions::Entity")]
        Sessions,
    }

    impl Related<super::user_sessions::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Sessions.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Signed-in sessions.
pub(super) mod user_sessions {
    use analytics_model::{UserId, UserSessionId};
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "user_sessions")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: UserSessionId,
        pub user_id: UserId,
        /// Hashed: who reads this table can't sign in with it.
        #[sea_orm(unique)]
        pub token: String,
        pub created_at: DateTime<Utc>,
        pub expires_at: DateTime<Utc>,
        pub ip_address: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub user_agent: Option<String>,
        /// Within a few minutes; absent for sessions from before this was kept.
        pub last_used_at: Option<DateTime<Utc>>,
        /// When its owner has last shown again who they are; absent where they have not since they signed in, or since
        /// what they would show it by has changed.
        pub proved_at: Option<DateTime<Utc>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {
        #[sea_orm(belongs_to = "super::users::Entity", from = "Column::UserId", to = "super::users::Column::Id")]
        User,
    }

    impl Related<super::users::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::User.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What programs get new access tokens with. All of one session are a family.
pub(super) mod refresh_tokens {
    use analytics_model::{UserId, UserSessionId};
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "refresh_tokens")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: UserId,
        pub session_id: UserSessionId,
        /// Hashed.
        #[sea_orm(unique)]
        pub token: String,
        pub created_at: DateTime<Utc>,
        pub expires_at: DateTime<Utc>,
        /// When it was exchanged for the next one: a second use means that somebody else has it.
        pub used_at: Option<DateTime<Utc>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What somebody who forgot their password gets by mail.
pub(super) mod password_reset_tokens {
    use analytics_model::UserId;
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "password_reset_tokens")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: UserId,
        /// Hashed.
        #[sea_orm(unique)]
        pub token: String,
        pub created_at: DateTime<Utc>,
        pub expires_at: DateTime<Utc>,
        pub is_used: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// New addresses that wait for a click in the mail sent there.
pub(super) mod email_changes {
    use analytics_model::UserId;
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "email_changes")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(unique)]
        pub user_id: UserId,
        pub email: String,
        /// Hashed.
        #[sea_orm(unique)]
        pub token: String,
        pub created_at: DateTime<Utc>,
        pub expires_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What the page remembers for somebody.
pub(super) mod user_preferences {
    use analytics_model::UserId;
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "user_preferences")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: UserId,
        pub preference_key: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub preference_value: Json,
        pub updated_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Pictures of people.
pub(super) mod user_avatars {
    use analytics_model::UserId;
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "user_avatars")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(unique)]
        pub user_id: UserId,
        pub content_type: String,
        pub picture: Vec<u8>,
        pub created_at: DateTime<Utc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
