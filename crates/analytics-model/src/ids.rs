//! Typed ids: a project's id can't be passed where a user's is meant.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[cfg_attr(feature = "sea-orm", derive(sea_orm::DeriveValueType))]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        // SeaORM asks every primary key for this; a UUID never comes from a counter.
        #[cfg(feature = "sea-orm")]
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    };
}

typed_id!(
    /// Names a project: the tenant of events and of everything asked about them.
    ProjectId
);
typed_id!(
    /// Names an organization: the owner of projects.
    OrganizationId
);
typed_id!(
    /// Names an account of this platform, not a person seen in events.
    UserId
);
typed_id!(
    /// Names a signed-in session of an account.
    UserSessionId
);
typed_id!(
    /// Names an API key.
    ApiKeyId
);
typed_id!(
    /// Names an invitation to an organization.
    InvitationId
);
typed_id!(
    /// Names a configuration that SDKs are told.
    ClientConfigId
);
typed_id!(
    /// Names an event; two events of one project with the same id are one event.
    EventId
);
typed_id!(
    /// Names a person seen in events.
    PersonId
);

/// Namespace of person ids, so that they never meet ids made for another purpose.
const PERSON_NAMESPACE: Uuid = Uuid::from_u128(0x7261_6469_7869_5065_9273_6f6e_0000_0001);

impl PersonId {
    /// Returns the person a distinct id stands for until an identity merge says otherwise.
    ///
    /// The id is UUIDv5 over project and distinct id, so that every server and every import agree on it.
    pub fn of(project: ProjectId, distinct_id: &str) -> Self {
        let mut name = Vec::with_capacity(16 + distinct_id.len());
        name.extend_from_slice(project.0.as_bytes());
        name.extend_from_slice(distinct_id.as_bytes());
        Self(Uuid::new_v5(&PERSON_NAMESPACE, &name))
    }
}
