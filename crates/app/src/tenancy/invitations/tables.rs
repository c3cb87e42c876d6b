//! The table of invitations.

/// Who was invited into which organization.
pub(in crate::tenancy) mod org_invitations {
    use analytics_model::{InvitationId, OrganizationId, UserId};
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::tenancy::OrganizationRole;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "org_invitations")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: InvitationId,
        pub organization_id: OrganizationId,
        /// As the inviting person has written it.
        pub email: String,
        /// In lower case: an address has one invitation to an organization.
        pub email_key: String,
        pub role: OrganizationRole,
        /// A list of projects, each with the role in it.
        #[sea_orm(column_type = "JsonBinary")]
        pub projects: Json,
        #[sea_orm(unique)]
        pub token_hash: String,
        pub invited_by: Option<UserId>,
        pub created_at: DateTime<Utc>,
        pub expires_at: DateTime<Utc>,
        pub accepted_at: Option<DateTime<Utc>>,
        pub revoked_at: Option<DateTime<Utc>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
