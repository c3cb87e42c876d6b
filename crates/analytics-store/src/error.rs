//! What can go wrong between us and the analytics store.

use std::time::Duration;

/// Why the analytics store gave no answer. No variant ever holds a credential.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address in the configuration can't be used.
    #[error("the analytics store's address is not usable: {0}")]
    Address(String),
    /// The store was not reached, or the connection broke: whether the statement ran is unknown.
    #[error("the analytics store at {endpoint} is not reachable: {reason}")]
    Unavailable {
        /// The socket's path, or scheme, host and port.
        endpoint: String,
        /// What happened.
        reason: String,
    },
    /// The statement took too long and was given up; whether an insert was done is unknown.
    #[error("the analytics store gave no answer within {} s", after.as_secs_f32())]
    Timeout {
        /// How long it was waited for.
        after: Duration,
    },
    /// The store was busy with other questions for too long.
    #[error("the analytics store had no place for the question within {} s", after.as_secs_f32())]
    NoTurn {
        /// How long it was waited for.
        after: Duration,
    },
    /// Whoever asks has too many questions waiting already.
    #[error("too many questions wait for the analytics store already")]
    TooManyQuestions,
    /// The store understood and said no.
    #[error("the analytics store refused the statement: {message} (code {code})")]
    Refused {
        /// ClickHouse's error code.
        code: u32,
        /// ClickHouse's words, without its version.
        message: String,
    },
    /// Something else than a ClickHouse server answers there.
    #[error("the address answers, but not like a ClickHouse server (HTTP {status}): {text}")]
    Unexpected {
        /// The HTTP status.
        status: u16,
        /// The beginning of the answer.
        text: String,
    },
    /// The answer has another shape than the caller expects.
    #[error("the analytics store's answer can't be read: {0}")]
    Decode(String),
    /// A value can't be bound.
    #[error("parameter {name}: {reason}")]
    Parameter {
        /// The parameter.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A block or the name of a table or column is malformed.
    #[error("the insert is malformed: {0}")]
    Block(String),
    /// The database knows migrations that this program does not.
    #[error(
        "the analytics database {database} was migrated by a newer version of this program (it knows {}): \
         start that version, or restore a backup made before the upgrade",
        migrations.join(", ")
    )]
    Newer {
        /// The database.
        database: String,
        /// The migrations unknown here.
        migrations: Vec<String>,
    },
}

/// ClickHouse's code for a statement that ran longer than it may.
pub(crate) const TIMEOUT_EXCEEDED: u32 = 159;

/// Codes of refusals that say "not now": too many queries (202), sockets and networks between servers (209, 210),
/// table read-only while its Keeper is away (242), too many parts (252), no shard reachable (279), memory (241), too few
/// replicas or one that lags, and an insert or the one before it of which it is not known whether enough have it (285,
/// 286, 289, 319).
const TEMPORARY: [u32; 11] = [202, 209, 210, 241, 242, 252, 279, 285, 286, 289, 319];

/// Codes of refusals that blame the rows: unreadable text, numbers and times (6, 26, 27, 38, 41, 72, 130), types and
/// ranges (53, 69, 70, 321, 349), sizes and shapes (33, 117, 131, 190), partitions and constraints (248, 469).
const DATA: [u32; 18] = [6, 26, 27, 33, 38, 41, 53, 69, 70, 72, 117, 130, 131, 190, 248, 321, 349, 469];

impl Error {
    /// Tells whether the store was not reached or the connection broke; the outcome of the statement is unknown.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    /// Tells whether the database or a table of it is not there: its schema has not been made yet.
    pub fn is_unprepared(&self) -> bool {
        const UNKNOWN_TABLE: u32 = 60;
        const UNKNOWN_DATABASE: u32 = 81;
        matches!(self.code(), Some(UNKNOWN_TABLE | UNKNOWN_DATABASE))
    }

    /// Tells whether the same statement may well succeed later.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::Timeout { .. } | Self::NoTurn { .. } | Self::TooManyQuestions => true,
            Self::Refused { code, .. } => TEMPORARY.contains(code),
            _ => false,
        }
    }

    /// Tells whether the rows of an insert are at fault: others would have been taken. A full disk is no such thing.
    pub fn blames_data(&self) -> bool {
        match self {
            Self::Refused { code, .. } => DATA.contains(code),
            Self::Block(_) => true,
            _ => false,
        }
    }

    /// Returns ClickHouse's error code, if the store refused.
    pub fn code(&self) -> Option<u32> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }
}
