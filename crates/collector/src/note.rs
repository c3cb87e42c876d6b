//! What is doubtful about an event that is taken all the same.

/// What is doubtful about an event, told as it arrives: it becomes a warning once the event is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The field it is about.
    pub field: &'static str,
    /// What is wrong, in words, with the value as it came.
    pub details: String,
}
