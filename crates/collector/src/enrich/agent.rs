//! What `User-Agent`s tell, remembered: reading one takes longer than everything else of an event.

use std::sync::{Arc, Mutex, PoisonError};

use detection::Detector;
pub(super) use detection::{Agent, BOT};

use crate::generations::Generations;

/// So many different texts are remembered at least.
const REMEMBERED: usize = 5_000;
/// Longer texts are no browser's.
const LONGEST: usize = 1_000;

/// A memory of read texts.
pub(super) struct Agents {
    known: Mutex<Generations<String, Arc<Agent>>>,
}

impl Default for Agents {
    fn default() -> Self {
        Self { known: Mutex::new(Generations::new(REMEMBERED)) }
    }
}

impl Agents {
    pub(super) fn get(&self, text: &str) -> Arc<Agent> {
        if text.is_empty() || text == "-" || text.len() > LONGEST || is_server_library(text) {
            return Arc::default();
        }
        let key = text.to_owned();
        if let Some(agent) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return agent.clone();
        }
        let agent = Arc::new(Detector::shared().read(text));
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, agent.clone());
        agent
    }
}

/// A server that sends events for people is not their device.
fn is_server_library(text: &str) -> bool {
    let names = ["posthog-", "analytics-", "Segment", "RudderStack", "rudder-", "radixinsight"];
    names.iter().any(|name| text.starts_with(name))
}
