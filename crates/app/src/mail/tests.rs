//! Mails as they leave.

use std::time::Duration;

use metadata_store::TestClock;

use super::{Delivery, Letter, MailSettings, Mailer, check_smtp_url, delivery::message};

const FROM: &str = "RadixInsight <radix@example.com>";

// Attack 15: names are chosen by people, and mails are HTML.
#[test]
fn values_are_escaped_in_html() {
    let letter = Letter::new("a@example.com", "<b>Hello</b>")
        .paragraph("<script>alert(1)</script> & \"more\"")
        .button("Go", "https://radix.test/?a=1&b=\"><img src=x>");
    let html = letter.html();
    for dangerous in ["<script", "<b>", "<img"] {
        assert!(!html.contains(dangerous), "{html}");
    }
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;"));
    assert!(letter.text().contains("Go:\nhttps://radix.test/?a=1"));
}

#[test]
fn no_value_begins_another_header() {
    let letter = Letter::new("a@example.com", "Hello\r\nBcc: victim@example.com\r\n\r\nbody").paragraph("x");
    let text = String::from_utf8(message(FROM, &letter).expect("a mail").formatted()).expect("text");
    assert!(!text.to_lowercase().contains("\nbcc:"), "{text}");
    for to in ["a@example.com\r\nBcc: v@example.com", "a@example.com, v@example.com", "a@example.com> <v@example.com"] {
        assert!(message(FROM, &Letter { to: to.to_owned(), ..letter.clone() }).is_err(), "{to}");
    }
}

#[test]
fn addresses_of_mail_servers_are_checked() {
    for good in ["smtp://localhost:25", "smtps://user:pass@mail.example.com:465", "smtp://h:587?tls=required"] {
        assert_eq!(check_smtp_url(good), Ok(()), "{good}");
    }
    for bad in ["http://localhost", "localhost:25", "smtp://h?tls=perhaps"] {
        assert!(check_smtp_url(bad).is_err(), "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_watches_the_folder_never_sees_half_a_mail() {
    const MAILS: usize = 200;
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("mail");
    let clock = TestClock::at("2026-03-02T12:00:00Z".parse().expect("a time"));
    let settings = MailSettings { delivery: Delivery::Folder(folder.clone()), from: FROM.to_owned() };
    let mailer = Mailer::new(settings, clock.clock());
    let watcher = std::thread::spawn(move || {
        let mut seen = std::collections::HashSet::new();
        while seen.len() < MAILS {
            for file in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let name = file.file_name().into_string().expect("a name");
                if name.ends_with(".eml") && seen.insert(name) {
                    let text = std::fs::read_to_string(file.path()).expect("the mail");
                    assert!(text.contains("To: a@example.com") && text.trim_end().ends_with("--"), "{text:?}");
                }
            }
        }
    });
    for _ in 0..MAILS {
        mailer.send(Letter::new("a@example.com", "Hello").paragraph("World"));
    }
    mailer.settle(Duration::from_secs(30)).await;
    watcher.join().expect("only whole mails");
}

#[tokio::test]
async fn without_a_server_mails_are_files_that_only_their_owner_reads() {
    let folder = std::env::temp_dir().join(format!("radix-mail-{}", uuid::Uuid::new_v4())).join("mail");
    let clock = TestClock::at("2026-03-02T12:00:00Z".parse().expect("a time"));
    let settings = MailSettings { delivery: Delivery::Folder(folder.clone()), from: FROM.to_owned() };
    let mailer = Mailer::new(settings, clock.clock());
    mailer.send(Letter::new("a@example.com", "Hello").paragraph("World"));
    mailer.settle(Duration::from_secs(10)).await;
    let files: Vec<_> = std::fs::read_dir(&folder).expect("the folder").flatten().collect();
    assert_eq!(files.len(), 1);
    let text = std::fs::read_to_string(files[0].path()).expect("the mail");
    assert!(text.contains("To: a@example.com") && text.contains("World") && text.contains("text/html"), "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(files[0].metadata().expect("a file").permissions().mode() & 0o777, 0o600);
    }
    std::fs::remove_dir_all(folder.parent().expect("a folder")).expect("cleaned up");
}
