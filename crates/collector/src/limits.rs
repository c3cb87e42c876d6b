//! How large things may be.

/// Bytes of one event.
pub const EVENT_BYTES: usize = 1024 * 1024;
/// Bytes of a request to our own API as it arrives and once decompressed.
pub const NATIVE_BODY_BYTES: usize = 20 * 1024 * 1024;
/// Bytes of a PostHog batch as it arrives and once decompressed.
pub const POSTHOG_BATCH_BYTES: usize = 20 * 1024 * 1024;
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
