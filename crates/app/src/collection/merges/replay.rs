//! Who is who by a list of merges: said again from the beginning, without the one that is taken out.

use std::collections::BTreeMap;

use analytics_model::{PersonId, ProjectId};

/// Returns whom each of the ids belongs to after these merges, `(into, from)` in the order they were said.
pub(super) fn people<'a>(
    project: ProjectId,
    ids: impl IntoIterator<Item = &'a str>,
    merges: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> BTreeMap<&'a str, PersonId> {
    let mut people: BTreeMap<&str, PersonId> = ids.into_iter().map(|id| (id, PersonId::of(project, id))).collect();
    for (into, from) in merges {
        let of = |people: &BTreeMap<&str, PersonId>, id| people.get(id).copied().unwrap_or(PersonId::of(project, id));
        let (stays, goes) = (of(&people, into), of(&people, from));
        people.entry(into).or_insert(stays);
        people.entry(from).or_insert(goes);
        people.values_mut().filter(|person| **person == goes).for_each(|person| *person = stays);
    }
    people
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn without_a_merge_its_side_is_who_it_was() {
        let project = ProjectId(Uuid::from_u128(1));
        let all = [("ada", "anon-1"), ("ada", "anon-2"), ("anon-2", "old")];
        let own = |id: &str| PersonId::of(project, id);
        let whole = people(project, [], all);
        assert!(whole.values().all(|person| *person == own("ada")) && whole.len() == 4);
        let without = people(project, ["anon-1"], [all[0], all[2]]);
        assert_eq!(without["anon-1"], own("ada"));
        assert_eq!((without["old"], without["anon-2"]), (own("anon-2"), own("anon-2")));
    }
}
