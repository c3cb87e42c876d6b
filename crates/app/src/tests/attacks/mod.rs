//! Attacks that broke systems like this one, tried on the whole API at once. What each feature does against those that
//! concern it alone stands with the feature; `docs/attacks.md` says where.

mod bodies;
mod foreign;
mod forged;
mod hostile;
mod letters;
mod page;
mod races;
mod samples;
mod secrets;
