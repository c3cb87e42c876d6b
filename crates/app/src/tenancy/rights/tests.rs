//! Rights through the API.
