//! The cookie of a browser that somebody has signed in with: guesses by others don't count against it.

use analytics_model::UserId;
use axum::http::{HeaderName, header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{App, seal::Seal, secret};

/// The name of the cookie. It lets nobody in: it only says whose guesses are counted apart.
pub(super) const COOKIE: &str = "radix_device";
/// How many accounts one browser is remembered for; more share one seldom.
const MOST_ACCOUNTS: usize = 5;
/// The longest that browsers keep a cookie.
const SECONDS: u32 = 400 * 24 * 60 * 60;

/// The accounts that a browser has signed in to, the last one first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct KnownDevice(Vec<Known>);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Known {
    user: UserId,
    /// Random: another browser of the same person is counted apart.
    id: String,
}

impl KnownDevice {
    /// Reads a cookie; one that was not sealed here is none.
    pub(super) fn read(app: &App, cookie: Option<&str>) -> Self {
        let text = cookie.and_then(|sealed| seal(app).open(sealed, COOKIE.as_bytes()));
        text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    /// Returns what this browser is called for an account that it has signed in to.
    pub(super) fn of(&self, user: UserId) -> Option<&str> {
        self.0.iter().find(|known| known.user == user).map(|known| known.id.as_str())
    }

    /// Returns the header that makes a browser remember that `user` has signed in with it.
    pub(super) fn remembering(&self, app: &App, user: UserId, secure: bool) -> (HeaderName, String) {
        let id = self.of(user).map_or_else(|| URL_SAFE_NO_PAD.encode(secret::random::<16>()), str::to_owned);
        let mut known = vec![Known { user, id }];
        known.extend(self.0.iter().filter(|known| known.user != user).take(MOST_ACCOUNTS - 1).cloned());
        let text = serde_json::to_vec(&Self(known)).unwrap_or_default();
        let value = seal(app).close(&text, COOKIE.as_bytes());
        let secure = if secure { "; Secure" } else { "" };
        let cookie = format!("{COOKIE}={value}; Path=/api/v1; Max-Age={SECONDS}; HttpOnly; SameSite=Lax{secure}");
        (header::SET_COOKIE, cookie)
    }
}

fn seal(app: &App) -> Seal {
    Seal::new(&app.settings().master_key, "known devices")
}
