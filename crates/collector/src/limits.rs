//! How large things may be.

/// Bytes of one event.
pub const EVENT_BYTES: usize = 1024 * 1024;
/// Bytes that are kept of an event that is refused.
pub const REJECTED_BYTES: usize = 64 * 1024;
/// Bytes of what is told about something that is refused: errors may repeat what they met, however long.
pub const REASON_BYTES: usize = 2_000;
/// Bytes of a request to our own API as it arrives and once decompressed.
pub const NATIVE_BODY_BYTES: usize = 20 * 1024 * 1024;
/// Bytes of a PostHog batch, of either protocol, as it arrives and once decompressed.
pub const POSTHOG_BATCH_BYTES: usize = 20 * 1024 * 1024;
/// Bytes of what a PostHog library for browsers sends at once, as it arrives and once decompressed.
pub const POSTHOG_EVENT_BYTES: usize = 2 * 1024 * 1024;
/// Bytes of a session recording's piece as it arrives; nothing of it is kept.
pub const POSTHOG_RECORDING_BYTES: usize = 25 * 1024 * 1024;
/// Bytes of a request in Segment's form as it arrives and once decompressed: as RudderStack takes, and eight times what
/// Segment does.
pub const SEGMENT_BODY_BYTES: usize = 4 * 1024 * 1024;
/// Bytes that the context of a whole batch comes to in all its events.
pub const SEGMENT_CONTEXT_BYTES: usize = 32 * 1024 * 1024;
/// Events of one request.
pub const EVENTS_A_REQUEST: usize = 50_000;
/// Characters of an event's name; the rest is cut off.
pub const EVENT_NAME_CHARS: usize = 200;
/// Characters of a distinct id or session id; the rest is cut off.
pub const ID_CHARS: usize = 200;
/// Characters of any other text column; the rest is cut off there, and kept in the properties.
pub const COLUMN_CHARS: usize = 2_000;
/// Properties of an event.
pub const PROPERTIES: usize = 1_000;
/// Characters of a property's name.
pub const PROPERTY_NAME_CHARS: usize = 400;
/// Objects and lists within one another, the properties themselves included.
pub const NESTING: usize = 20;
