//! What one mail says, as text and as HTML.

use std::fmt::Write;

/// A mail to one person: a few sentences, and at most one thing to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letter {
    /// The address it goes to.
    pub to: String,
    /// One line.
    pub subject: String,
    /// What comes before the button, a paragraph each.
    pub paragraphs: Vec<String>,
    /// What to do: the button's words, and where it leads.
    pub button: Option<(String, String)>,
    /// What comes after it, in small letters.
    pub small: Vec<String>,
    /// What the instance that sends it calls itself.
    pub instance: String,
}

impl Letter {
    /// Begins a mail.
    pub fn new(to: &str, subject: &str) -> Self {
        Self { to: to.to_owned(), subject: on_one_line(subject), ..Self::default() }
    }

    /// Adds a paragraph. Values of others need no escaping: that happens when it is written.
    #[must_use]
    pub fn paragraph(mut self, text: impl Into<String>) -> Self {
        self.paragraphs.push(text.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn button(mut self, words: &str, url: &str) -> Self {
        self.button = Some((words.to_owned(), url.to_owned()));
        self
    }

    /// Adds a paragraph in small letters.
    #[must_use]
    pub fn small(mut self, text: impl Into<String>) -> Self {
        self.small.push(text.into());
        self
    }

    /// Names the instance that sends it.
    #[must_use]
    pub fn signed(mut self, instance: &str) -> Self {
        self.instance = on_one_line(instance);
        self
    }

    /// Writes it for programs that show no HTML.
    pub(crate) fn text(&self) -> String {
        let mut parts: Vec<String> = self.paragraphs.clone();
        if let Some((words, url)) = &self.button {
            parts.push(format!("{words}:\n{url}"));
        }
        parts.extend(self.small.iter().cloned());
        parts.push(format!("-- \n{}", self.instance));
        parts.join("\n\n") + "\n"
    }

    /// Writes it as HTML: one column, inline styles, no pictures, readable on light and on dark.
    pub(super) fn html(&self) -> String {
        let mut content = String::new();
        for text in &self.paragraphs {
            let _ = write!(content, "<p style=\"margin:0 0 16px\">{}</p>", escape(text));
        }
        if let Some((words, url)) = &self.button {
            let (words, url) = (escape(words), escape(url));
            let _ = write!(
                content,
                "<p style=\"margin:24px 0\"><a href=\"{url}\" style=\"{BUTTON}\">{words}</a></p>\
                 <p class=\"small\" style=\"{SMALL};word-break:break-all\">{url}</p>"
            );
        }
        for text in &self.small {
            let _ = write!(content, "<p class=\"small\" style=\"{SMALL}\">{}</p>", escape(text));
        }
        let (subject, instance) = (escape(&self.subject), escape(&self.instance));
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
             <meta name=\"supported-color-schemes\" content=\"light dark\"><title>{subject}</title>\
             <style>{STYLE}</style></head>\
             <body class=\"page\" style=\"margin:0;padding:32px 16px;background:#f4f5f7;color:#16181d;{FONT}\">\
             <div class=\"card\" style=\"{CARD}\">\
             <p style=\"margin:0 0 24px;font-weight:650;letter-spacing:-0.01em\">\
             <span style=\"color:#3b5bdb\">&#9650;</span> {instance}</p>\
             <h1 style=\"margin:0 0 16px;font-size:22px;line-height:1.25;letter-spacing:-0.02em\">{subject}</h1>\
             {content}</div></body></html>"
        )
    }
}

const FONT: &str = "font:16px/1.5 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const CARD: &str = "max-width:520px;margin:0 auto;padding:32px;border-radius:12px;background:#ffffff";
const BUTTON: &str = "display:inline-block;padding:12px 20px;border-radius:8px;background:#3b5bdb;color:#ffffff;\
    font-weight:600;text-decoration:none";
const SMALL: &str = "margin:0 0 12px;font-size:13px;color:#6b7280";
const STYLE: &str = "@media (prefers-color-scheme:dark){.page{background:#111318!important;color:#e6e8ec!important}\
    .card{background:#1b1e25!important}.small{color:#9aa1ad!important}}";

/// Takes out what would begin another header.
fn on_one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect::<String>().trim().to_owned()
}

/// Makes text safe between tags and in quoted attributes.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' => safe.push_str("<br>"),
            other => safe.push(other),
        }
    }
    safe
}
