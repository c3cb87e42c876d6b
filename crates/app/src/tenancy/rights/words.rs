//! The words of rights: resources, actions, and what a permission says.

use analytics_model::ProjectId;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, IntoEnumIterator};
use utoipa::ToSchema;

/// What something is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema, EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// The project itself: its name, calendar and settings.
    Project,
    /// Who may enter the project, and as what.
    ProjectMembers,
    /// Keys that programs send and read with.
    ApiKeys,
    /// What SDKs are told.
    ClientConfigs,
    /// Events as they arrive, and the catalogue of them.
    Events,
    /// People seen in events, and customers.
    People,
    /// Trends, funnels and other questions.
    Insights,
    /// Questions in SQL.
    Queries,
    /// Dashboards and their tiles.
    Dashboards,
    /// Folders that hold dashboards, insights and queries.
    Folders,
    /// Connections to databases.
    Sources,
    /// Files that were uploaded.
    Uploads,
    /// What moves data in and out.
    Pipelines,
    /// Alerts and schedules.
    Alerts,
    /// Who may see a single thing.
    Grants,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema, EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Seeing it.
    View,
    /// Asking or starting it.
    Run,
    /// Making a new one.
    Create,
    /// Changing it.
    Edit,
    /// Removing it.
    Delete,
    /// Letting others see it.
    Share,
    /// Taking it out of the product as a file.
    Export,
}

impl Resource {
    /// Returns all of them, in the order a matrix shows them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter()
    }

    /// Returns the word in permissions: `api_keys`.
    pub fn word(self) -> String {
        word(&self)
    }

    /// Returns what can be done to it, in the order a matrix shows it.
    pub fn actions(self) -> &'static [Action] {
        use Action as A;
        match self {
            Self::Project => &[A::View, A::Edit, A::Delete],
            Self::ProjectMembers | Self::ApiKeys | Self::ClientConfigs => &[A::View, A::Create, A::Edit, A::Delete],
            Self::Events => &[A::View, A::Create, A::Edit, A::Delete, A::Export],
            Self::People => &[A::View, A::Edit, A::Delete, A::Export],
            Self::Insights | Self::Queries | Self::Dashboards => {
                &[A::View, A::Run, A::Create, A::Edit, A::Delete, A::Share, A::Export]
            }
            Self::Folders => &[A::View, A::Create, A::Edit, A::Delete, A::Share],
            Self::Sources | Self::Uploads | Self::Pipelines => {
                &[A::View, A::Run, A::Create, A::Edit, A::Delete, A::Share, A::Export]
            }
            Self::Alerts => &[A::View, A::Run, A::Create, A::Edit, A::Delete, A::Share],
            Self::Grants => &[A::View, A::Edit],
        }
    }

    /// Returns whether what is done to it shows or changes events, which rules about rows speak of.
    pub fn shows_rows(self) -> bool {
        matches!(
            self,
            Self::Events
                | Self::People
                | Self::Insights
                | Self::Queries
                | Self::Dashboards
                | Self::Pipelines
                | Self::Alerts
        )
    }

    /// Returns whether it is made of single things with a maker and tags, which conditions can tell apart.
    pub fn has_items(self) -> bool {
        matches!(
            self,
            Self::Insights
                | Self::Queries
                | Self::Dashboards
                | Self::Folders
                | Self::Sources
                | Self::Uploads
                | Self::Pipelines
                | Self::Alerts
        )
    }
}

impl Action {
    /// Returns all of them, in the order a matrix shows them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter()
    }

    /// Returns the word in permissions: `edit`.
    pub fn word(self) -> String {
        word(&self)
    }
}

fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A right to do something to a kind of thing, perhaps to some of them only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Permission {
    /// What to.
    pub resource: Resource,
    /// What.
    pub action: Action,
    /// To which of them; all where absent.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub conditions: Conditions,
}

impl Permission {
    /// Returns the permission's word, whatever its conditions: `insights:run`.
    pub fn word(&self) -> String {
        format!("{}:{}", self.resource.word(), self.action.word())
    }

    /// Returns whether it extends to everything that `other` extends to in a project where both count.
    pub fn includes(&self, other: &Self) -> bool {
        let same = self.resource == other.resource && self.action == other.action;
        let own = !self.conditions.own || other.conditions.own;
        let tags = match (&self.conditions.tags, &other.conditions.tags) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(mine), Some(theirs)) => theirs.iter().all(|tag| mine.contains(tag)),
        };
        same && own && tags
    }
}

/// To which things a permission extends: those that meet all conditions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Only what they have made themselves.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    /// Only in these projects; in all where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projects: Option<Vec<ProjectId>>,
    /// Only what carries one of these tags; whatever it carries where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
}

impl Conditions {
    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
