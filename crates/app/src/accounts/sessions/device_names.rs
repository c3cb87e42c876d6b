//! A device's name as a person would say it.

use detection::Detector;

/// Names the browser and the system behind a user agent: “Firefox on Linux”; a program by what it calls itself.
pub(crate) fn device_name(agent: Option<&str>) -> String {
    let Some(agent) = agent.filter(|agent| !agent.trim().is_empty()) else { return "Unknown device".to_owned() };
    let found = Detector::shared().read(agent);
    match (found.browser.as_str(), found.os.as_str()) {
        ("", _) => agent.split([' ', '/', '(']).next().unwrap_or(agent).chars().take(40).collect(),
        (browser, "") => browser.to_owned(),
        (browser, os) => format!("{browser} on {os}"),
    }
}
