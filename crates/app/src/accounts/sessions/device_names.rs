//! A device's name as a person would say it.

use woothee::parser::Parser;

/// Names the browser and the system behind a user agent: “Firefox on Linux”; a program by what it calls itself.
pub(crate) fn device_name(agent: Option<&str>) -> String {
    let Some(agent) = agent.filter(|agent| !agent.trim().is_empty()) else { return "Unknown device".to_owned() };
    let known = |name: &str| !name.is_empty() && name != "UNKNOWN";
    match Parser::new().parse(agent) {
        Some(found) if known(found.name) && known(found.os) => format!("{} on {}", found.name, found.os),
        Some(found) if known(found.name) => found.name.to_owned(),
        _ => agent.split([' ', '/', '(']).next().unwrap_or(agent).chars().take(40).collect(),
    }
}
