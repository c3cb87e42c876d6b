//! A memory of bounded size that forgets what was not used for longest, roughly.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};

/// A map of two generations: when the young one is full it becomes the old one, and the old one is forgotten.
///
/// It remembers at least the last `capacity` keys used, and at most twice as many.
#[derive(Debug)]
pub(crate) struct Generations<K, V, S = RandomState> {
    young: HashMap<K, V, S>,
    old: HashMap<K, V, S>,
    capacity: usize,
}

impl<K: Hash + Eq, V, S: BuildHasher + Default> Generations<K, V, S> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { young: HashMap::default(), old: HashMap::default(), capacity }
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.young.contains_key(key) || self.old.contains_key(key)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        if self.young.len() >= self.capacity {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    /// Returns the value of a key, which counts as a use.
    pub(crate) fn get(&mut self, key: &K) -> Option<&mut V>
    where
        K: Clone,
    {
        if !self.young.contains_key(key) {
            let value = self.old.remove(key)?;
            self.insert(key.clone(), value);
        }
        self.young.get_mut(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_used_are_remembered_and_the_size_is_bounded() {
        let mut memory: Generations<u32, u32> = Generations::new(10);
        for key in 0..1_000 {
            memory.insert(key, key);
            assert!(memory.get(&0).is_some(), "0 is used all the time");
            assert!(memory.young.len() + memory.old.len() <= 20);
        }
        assert!((992..1_000).all(|key| memory.contains(&key)));
        assert!(!memory.contains(&500));
    }
}
