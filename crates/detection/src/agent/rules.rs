//! The rules of uap-core, compiled.

use ua_parser::{Regexes, os, user_agent};

/// What finds browsers and systems.
pub(super) struct Rules {
    pub(super) browsers: user_agent::Extractor<'static>,
    pub(super) systems: os::Extractor<'static>,
}

impl Rules {
    pub(super) fn new() -> Self {
        let text = include_str!("../../data/uap-core.json");
        let regexes: Regexes<'static> = serde_json::from_str(text).expect("a test reads the list");
        let browsers = user_agent::Builder::new().push_all(regexes.user_agent_parsers).expect("a test compiles them");
        let systems = os::Builder::new().push_all(regexes.os_parsers).expect("a test compiles them");
        Self {
            browsers: browsers.build().expect("a test compiles them"),
            systems: systems.build().expect("a test compiles them"),
        }
    }
}
