//! What names and addresses must look like.

use http_kit::FieldError;

use crate::{App, system};

const MOST_NAME_CHARACTERS: usize = 100;

/// Returns the domains whose e-mail addresses may make an account of their own; nobody may where there are none.
pub fn allowed_domains(app: &App) -> Vec<String> {
    let mut domains = app.settings().allowed_email_domains.clone();
    for domain in &system::last_known(app).allowed_email_domains {
        if !domains.iter().any(|known| known.trim().eq_ignore_ascii_case(domain.trim())) {
            domains.push(domain.clone());
        }
    }
    domains
}

/// Returns what an e-mail address or a username is searched by.
pub(crate) fn key_of(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Returns whether an address belongs to one of these domains: exactly, whatever the letter case, and in plain ASCII,
/// so that no letter only looks like another.
pub(crate) fn is_of(email: &str, domains: &[String]) -> bool {
    let Some((_, host)) = email.trim().rsplit_once('@') else { return false };
    host.is_ascii() && domains.iter().any(|domain| domain.trim().eq_ignore_ascii_case(host))
}

/// Accepts what a mail server might; whether it exists only a mail can tell.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let clean = !text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    clean && text.chars().count() <= 255 && !name.is_empty() && !name.contains('@') && !host.is_empty()
}

/// Says what is wrong with an e-mail address.
pub(crate) fn check_email(email: &str) -> Option<FieldError> {
    let wrong = !is_email(email.trim());
    wrong.then(|| FieldError::new("email", "invalid", "must be an e-mail address, such as ada@example.com"))
}

/// Says what is wrong with an address that a mail shall go to: it must also be one in the eyes of a mail server.
pub(crate) fn check_mailable(email: &str) -> Option<FieldError> {
    let odd = email.contains(['"', '<', '>', '(', ')', ',', ':', ';', '\\', '[', ']']);
    let parsed = email.trim().parse::<lettre::Address>();
    if odd || parsed.is_err() {
        return Some(FieldError::new("email", "invalid", "must be an e-mail address, such as ada@example.com"));
    }
    check_email(email)
}

/// Says what is wrong with a first or last name.
pub(crate) fn check_name(field: &str, name: &str) -> Option<FieldError> {
    let wrong = name.trim().chars().count() > MOST_NAME_CHARACTERS || name.chars().any(char::is_control);
    wrong.then(|| FieldError::new(field, "invalid", "must have at most 100 characters on one line"))
}

/// Says what is wrong with a username.
pub(crate) fn check_username(name: &str) -> Option<FieldError> {
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "._-".contains(letter);
    let good = (3..=32).contains(&name.len()) && name.chars().all(allowed);
    (!good).then(|| FieldError::new("username", "invalid", "must have 3 to 32 of the characters a-z 0-9 . _ -"))
}

/// Returns both names as they are shown.
pub(crate) fn whole_name(first: &str, last: &str) -> String {
    format!("{} {}", first.trim(), last.trim()).trim().to_owned()
}

/// Tells enough about an address to recognise it, for a trail that others read: `a…@example.com`.
pub(crate) fn masked(email: &str) -> String {
    let email = email.trim();
    match email.rsplit_once('@') {
        Some((name, host)) => {
            let host: String = host.chars().filter(|letter| !letter.is_control()).take(100).collect();
            format!("{}…@{host}", name.chars().next().unwrap_or('?'))
        }
        None => format!("{}…", email.chars().next().unwrap_or('?')),
    }
}
