//! Why a question is refused: which field, and what is wrong with it.

use analytics_model::TimeError;

/// Why a question can't be asked, or its result can't be read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A part of the definition is not usable.
    #[error("{field}: {reason}")]
    Field {
        /// The part's path in the definition's JSON, such as `series[1].filter.and[0].values[0]`.
        field: String,
        /// What is wrong with it.
        reason: Reason,
    },
    /// The analytics store returned something else than was asked for: a mistake of ours.
    #[error("unexpected result of the analytics store: {0}")]
    Result(String),
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Reason {
    /// Nothing is there where something must be.
    #[error("must not be empty")]
    Empty,
    /// Longer or more than can be answered in reasonable time.
    #[error("at most {limit} {what} are allowed")]
    TooMany {
        /// The most that is allowed.
        limit: usize,
        /// What is limited, in the plural.
        what: &'static str,
    },
    /// Fewer or more than this operator compares with.
    #[error("this operator takes {0}")]
    ValueCount(&'static str),
    /// Not a finite decimal number.
    #[error("“{0}” is not a number")]
    NotANumber(String),
    /// Not a number of lines that can be drawn.
    #[error("must be {0} to {1}")]
    OutOfRange(u32, u32),
    /// Not a regular expression of RE2.
    #[error("“{0}” is not a regular expression that RE2 understands")]
    BadRegex(String),
    /// Not a formula over the question's series.
    #[error("{message} at character {position}")]
    BadFormula {
        /// What is wrong.
        message: String,
        /// Where, counted in characters from 1.
        position: usize,
    },
    /// Nothing lies before all time.
    #[error("a range over all time has no period before it")]
    NothingBefore,
    /// An event would belong to both periods.
    #[error("a range of more than a year can't be compared with the year before")]
    LongerThanYear,
    /// Not a range that can be answered.
    #[error(transparent)]
    Time(#[from] TimeError),
}

impl Reason {
    /// Returns the stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooMany { .. } | Self::Time(TimeError::TooManyBuckets(_)) => "too_many",
            Self::ValueCount(_) => "value_count",
            Self::NotANumber(_) => "not_a_number",
            Self::OutOfRange(..) | Self::Time(TimeError::Count(_) | TimeError::OutOfYears(_)) => "out_of_range",
            Self::BadRegex(_) => "bad_regex",
            Self::BadFormula { .. } => "bad_formula",
            Self::NothingBefore => "nothing_before",
            Self::LongerThanYear => "longer_than_year",
            Self::Time(TimeError::Backwards { .. }) => "backwards",
        }
    }

    pub(crate) fn at(self, field: impl Into<String>) -> Error {
        Error::Field { field: field.into(), reason: self }
    }
}
