//! Every system setting: what it means, what it may be, and what it is until somebody sets it.

use http_kit::FieldError;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// How the whole instance behaves, as its admins have set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SystemSettings {
    /// What the instance calls itself.
    pub instance_name: String,
    /// Who may register by themselves: people with an address in one of these domains; nobody where empty.
    pub allowed_email_domains: Vec<String>,
    /// How long after its last use a session ends.
    pub session_timeout_minutes: u32,
    /// How long an access token of a program works.
    pub access_token_minutes: u32,
    /// How long a refresh token works.
    pub refresh_token_days: u32,
    /// How long an invitation can be taken.
    pub invitation_days: u32,
    /// How long the link of a forgotten password works.
    pub password_reset_minutes: u32,
    /// How long a question may take.
    pub query_timeout_seconds: u32,
    /// How large an uploaded file may be.
    pub max_upload_size_mb: u32,
    /// Whether dashboards can be shown to people without an account.
    pub enable_public_dashboards: bool,
    /// How long warnings and errors are kept.
    pub system_log_retention_days: u32,
    /// How long the use of the product is kept.
    pub user_activity_retention_days: u32,
}

impl Default for SystemSettings {
    fn default() -> Self {
        Self {
            instance_name: "RadixInsight".to_owned(),
            allowed_email_domains: Vec::new(),
            session_timeout_minutes: 43_200,
            access_token_minutes: 15,
            refresh_token_days: 7,
            invitation_days: 7,
            password_reset_minutes: 60,
            query_timeout_seconds: 30,
            max_upload_size_mb: 100,
            enable_public_dashboards: false,
            system_log_retention_days: 30,
            user_activity_retention_days: 365,
        }
    }
}

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub(super) enum Allowed {
    /// A whole number within bounds.
    WholeNumber {
        /// The least it may be.
        least: u32,
        /// The most it may be.
        most: u32,
    },
    /// True or false.
    Flag,
    /// One line of text.
    Text {
        /// The most characters it may have.
        longest: u32,
    },
    /// Names of e-mail domains, such as `example.com`.
    Domains {
        /// The most there may be.
        most: u32,
    },
}

/// What belongs together on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Group {
    /// The instance itself.
    Instance,
    /// Accounts, sessions and tokens.
    Accounts,
    /// Questions and files.
    Data,
    /// How long records are kept.
    Retention,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SettingUnit)]
pub(super) enum Unit {
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Days.
    Days,
    /// Megabytes.
    Megabytes,
}

/// A setting as the code knows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Definition {
    pub(super) key: &'static str,
    pub(super) group: Group,
    pub(super) allowed: Allowed,
    pub(super) unit: Option<Unit>,
    /// Whether people who have not signed in may read it.
    pub(super) is_public: bool,
    pub(super) description: &'static str,
}

/// Every setting, in the order in which the page shows them.
pub(super) const DEFINITIONS: [Definition; 12] = [
    Definition {
        key: "instance_name",
        group: Group::Instance,
        allowed: Allowed::Text { longest: 60 },
        unit: None,
        is_public: true,
        description: "What this instance calls itself, on its pages and in its mails.",
    },
    Definition {
        key: "enable_public_dashboards",
        group: Group::Instance,
        allowed: Allowed::Flag,
        unit: None,
        is_public: true,
        description: "Whether dashboards can be shown to people without an account.",
    },
    Definition {
        key: "allowed_email_domains",
        group: Group::Accounts,
        allowed: Allowed::Domains { most: 100 },
        unit: None,
        is_public: false,
        description: "People with an address in one of these domains may register by themselves. Where there is none, people come by invitation only.",
    },
    number(
        "session_timeout_minutes",
        Group::Accounts,
        (5, 525_600),
        Unit::Minutes,
        "How long after its last use a sign-in ends.",
    ),
    number(
        "access_token_minutes",
        Group::Accounts,
        (1, 1_440),
        Unit::Minutes,
        "How long an access token works before a program has to refresh it.",
    ),
    number(
        "refresh_token_days",
        Group::Accounts,
        (1, 365),
        Unit::Days,
        "How long a program may stay away before it has to sign in again.",
    ),
    number("invitation_days", Group::Accounts, (1, 90), Unit::Days, "How long an invitation can be taken."),
    number(
        "password_reset_minutes",
        Group::Accounts,
        (5, 1_440),
        Unit::Minutes,
        "How long the link for a forgotten password works.",
    ),
    number(
        "query_timeout_seconds",
        Group::Data,
        (1, 3_600),
        Unit::Seconds,
        "How long a question to the events may take before it is given up.",
    ),
    Definition {
        is_public: true,
        ..number("max_upload_size_mb", Group::Data, (1, 10_240), Unit::Megabytes, "How large an uploaded file may be.")
    },
    number(
        "system_log_retention_days",
        Group::Retention,
        (1, 3_650),
        Unit::Days,
        "How long warnings and errors are kept in the system log.",
    ),
    number(
        "user_activity_retention_days",
        Group::Retention,
        (1, 3_650),
        Unit::Days,
        "How long it is kept who used what. The audit log is kept for ever.",
    ),
];

const fn number(
    key: &'static str,
    group: Group,
    (least, most): (u32, u32),
    unit: Unit,
    description: &'static str,
) -> Definition {
    let allowed = Allowed::WholeNumber { least, most };
    Definition { key, group, allowed, unit: Some(unit), is_public: false, description }
}

/// Finds a setting by its key.
pub(super) fn find(key: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|definition| definition.key == key)
}

impl Definition {
    /// Returns what it is until somebody sets it.
    pub(super) fn default_value(&self) -> Value {
        let all = serde_json::to_value(SystemSettings::default()).unwrap_or_default();
        all.get(self.key).cloned().unwrap_or_default()
    }

    /// Returns the value as it is to be stored, or what is wrong with it.
    pub(super) fn check(&self, value: &Value) -> Result<Value, FieldError> {
        let refused = |detail: String| Err(FieldError::new("value", "invalid", detail));
        match self.allowed {
            Allowed::Flag if value.is_boolean() => Ok(value.clone()),
            Allowed::Flag => refused("must be true or false".to_owned()),
            Allowed::WholeNumber { least, most } => match value.as_u64() {
                Some(number) if (u64::from(least)..=u64::from(most)).contains(&number) => Ok(number.into()),
                _ => refused(format!("must be a whole number from {least} to {most}")),
            },
            Allowed::Text { longest } => match value.as_str().map(str::trim) {
                Some(text) if is_line(text, longest) => Ok(text.into()),
                _ => refused(format!("must be 1 to {longest} characters on one line")),
            },
            Allowed::Domains { most } => domains(value, most).map_or_else(refused, Ok),
        }
    }
}

fn is_line(text: &str, longest: u32) -> bool {
    let length = text.chars().count();
    length > 0 && length <= longest as usize && !text.chars().any(char::is_control)
}

/// Writes domains in lower case, each once.
fn domains(value: &Value, most: u32) -> Result<Value, String> {
    let list = value.as_array().ok_or("must be a list of domains, such as [\"example.com\"]")?;
    if list.len() > most as usize {
        return Err(format!("must be at most {most} domains"));
    }
    let mut domains: Vec<String> = Vec::new();
    for item in list {
        let text = item.as_str().unwrap_or_default().trim().to_lowercase();
        if !is_domain(&text) {
            return Err(format!("{item} is not a domain, such as example.com"));
        }
        if !domains.contains(&text) {
            domains.push(text);
        }
    }
    Ok(domains.into())
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label)
}
