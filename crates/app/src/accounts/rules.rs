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

/// Returns what an e-mail address or a username is searched by: the same in either letter case.
///
/// The small letters of a few signs are ASCII, such as that of the Kelvin sign (a plain k). They stay what they are:
/// a mail to such an address reaches somebody else.
pub(crate) fn key_of(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for letter in name.trim().chars() {
        let becomes_ascii = !letter.is_ascii() && letter.to_lowercase().any(|small| small.is_ascii());
        if becomes_ascii { key.push(letter) } else { key.extend(letter.to_lowercase()) }
    }
    key
}

/// Returns whether an address belongs to one of these domains: exactly, whatever the letter case, and in plain ASCII,
/// so that no letter only looks like another.
pub(crate) fn is_of(email: &str, domains: &[String]) -> bool {
    let Some((_, host)) = email.trim().rsplit_once('@') else { return false };
    host.is_ascii() && domains.iter().any(|domain| domain.trim().eq_ignore_ascii_case(host))
}

/// Accepts what a mail server might; whether it exists only a mail can tell.
fn is_email(text: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::{is_of, key_of};

    #[test]
    fn letters_of_another_alphabet_are_other_letters() {
        assert_eq!(key_of(" Ada.King@Example.COM "), "ada.king@example.com");
        assert_eq!(key_of("ÄDA@example.com"), key_of("äda@example.com"));
        // The Kelvin sign, the capital I with a dot, the dotless i, the long s, full width and Cyrillic letters.
        for other in [
            "\u{212a}ing@example.com",
            "K\u{130}ng@example.com",
            "k\u{131}ng@example.com",
            "king@example.co\u{ff4d}",
            "\u{43a}ing@example.com",
            "king@example.\u{441}om",
        ] {
            assert_ne!(key_of(other), key_of("king@example.com"), "{other}");
        }
        assert_ne!(key_of("\u{17f}mith@example.com"), key_of("smith@example.com"));
        let domains = ["Kings.example".to_owned()];
        assert!(is_of("a@kings.EXAMPLE", &domains));
        assert!(!is_of("a@\u{212a}ings.example", &domains));
    }
}
