//! What a `User-Agent` tells: device, system, browser.

mod browser;
mod device;
mod models;
mod robots;
mod rules;
mod system;

use std::sync::OnceLock;

pub use browser::published;
use device::Devices;
use robots::Robots;
use rules::Rules;

/// The device of programs that visit pages.
pub const BOT: &str = "bot";

/// What a `User-Agent` tells; empty for unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agent {
    /// `desktop`, `mobile`, `tablet`, `tv`, `console`, `wearable`, `bot` or `other`.
    pub device_type: &'static str,
    /// The operating system.
    pub os: String,
    /// Its version.
    pub os_version: String,
    /// The browser, or the app whose web view it is.
    pub browser: String,
    /// Its version: major, and minor where that is not 0.
    pub browser_version: String,
}

/// Reads user agents.
///
/// Making one takes some dozen milliseconds and 20 MB, so there is one for everybody, made when it is first needed.
pub struct Detector {
    rules: Rules,
    robots: Robots,
    devices: Devices,
}

impl Detector {
    /// Returns the one for everybody.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Detector> = OnceLock::new();
        SHARED.get_or_init(|| Self { rules: Rules::new(), robots: Robots::new(), devices: Devices::new() })
    }

    /// Returns what a text tells.
    pub fn read(&self, text: &str) -> Agent {
        let (os, os_version) = system::read(&self.rules, text);
        let (browser, browser_version) = browser::read(&self.rules, text);
        let is_robot = self.robots.are(text, !os.is_empty() || !browser.is_empty());
        let device_type = if is_robot { BOT } else { self.devices.of(text, &os) };
        Agent { device_type, os, os_version, browser, browser_version }
    }
}
