//! Ids that must never change.

use uuid::Uuid;

use crate::{PersonId, ProjectId};

#[test]
fn a_person_is_the_same_on_every_server_and_in_every_version() {
    let project = ProjectId(Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0001));
    // Stored with every event: another answer would split every person in two.
    assert_eq!(PersonId::of(project, "u1").to_string(), "ba494b30-8673-5058-92ff-d5819e84b812");
    let other = ProjectId(Uuid::from_u128(2));
    assert_ne!(PersonId::of(project, "u1"), PersonId::of(other, "u1"));
    assert_ne!(PersonId::of(project, "u1"), PersonId::of(project, "U1"));
}
