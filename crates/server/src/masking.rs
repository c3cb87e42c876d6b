//! Hides the secrets of configuration where it is shown.

use serde_json::Value;

/// What stands in place of a secret.
const HIDDEN: &str = "********";

/// Writes a value of the configuration as it may be shown.
pub(crate) fn written(key: &str, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(_) if key.ends_with("secret") || key.ends_with("token") => HIDDEN.to_owned(),
        Value::String(text) => masked(text),
        other => other.to_string(),
    }
}

/// Hides the passwords of a URL.
fn masked(text: &str) -> String {
    let Ok(mut url) = url::Url::parse(text) else { return text.to_owned() };
    if url.password().is_some() {
        // Fails only for URLs that can't hold a password.
        let _ = url.set_password(Some(HIDDEN));
    }
    if url.query_pairs().any(|(name, _)| name == "password") {
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let shown = pairs
            .into_iter()
            .map(|(name, value)| if name == "password" { (name, HIDDEN.into()) } else { (name, value) });
        url.query_pairs_mut().clear().extend_pairs(shown);
    }
    url.to_string()
}
