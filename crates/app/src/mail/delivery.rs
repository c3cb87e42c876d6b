//! The doors that mail leaves by: an SMTP server, or a folder of files.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
};
use tokio::io::AsyncWriteExt;

use super::{Letter, MailSettings};

/// How long one attempt may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A door that mail leaves by.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// Files in a folder, for installations without a mail server.
    Folder(PathBuf),
    /// A server: `smtps://user:password@host:465`, or `smtp://…:587?tls=required`.
    Smtp(String),
    /// Kept in memory, for tests.
    Kept(Arc<Mutex<Vec<Letter>>>),
}

/// Why a mail did not leave.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("an address in the mail is not one")]
    Address(#[from] lettre::address::AddressError),
    #[error("the mail could not be put together")]
    Message(#[from] lettre::error::Error),
    #[error("the mail server refused")]
    Smtp(#[from] lettre::transport::smtp::Error),
    #[error("the mail could not be written into the folder {0}")]
    Folder(String, #[source] std::io::Error),
}

impl Error {
    /// Tells whether trying again may help.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Smtp(error) => !error.is_permanent(),
            Self::Folder(..) => true,
            Self::Address(_) | Self::Message(_) => false,
        }
    }
}

/// An open door.
pub(super) enum Door {
    Folder(PathBuf),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Kept(Arc<Mutex<Vec<Letter>>>),
    /// The configuration was checked at start, so that this is never seen in a server.
    Broken,
}

impl Door {
    pub(super) fn open(settings: &MailSettings) -> Self {
        match &settings.delivery {
            Delivery::Folder(path) => Self::Folder(path.clone()),
            Delivery::Kept(letters) => Self::Kept(Arc::clone(letters)),
            Delivery::Smtp(url) => match AsyncSmtpTransport::<Tokio1Executor>::from_url(url) {
                Ok(builder) => Self::Smtp(builder.timeout(Some(TIMEOUT)).build()),
                Err(error) => {
                    tracing::error!(%error, "mail.smtp_url is not usable: no mail can be sent");
                    Self::Broken
                }
            },
        }
    }

    /// Sends one mail, once.
    pub(super) async fn send(&self, from: &str, letter: &Letter, name: &str) -> Result<(), Error> {
        match self {
            Self::Kept(letters) => {
                letters.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(letter.clone());
                Ok(())
            }
            Self::Folder(folder) => {
                let message = message(from, letter)?.formatted();
                let failed = |error| Error::Folder(folder.display().to_string(), error);
                write(folder, name, &message).await.map_err(failed)
            }
            Self::Smtp(server) => {
                server.send(message(from, letter)?).await?;
                Ok(())
            }
            Self::Broken => Ok(()),
        }
    }
}

/// Says what is wrong with an address of a mail server.
pub fn check_smtp_url(url: &str) -> Result<(), String> {
    AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map(|_| ()).map_err(|error| error.to_string())
}

/// Says what is wrong with whom mail shall come from.
pub fn check_sender(from: &str) -> Result<(), String> {
    from.parse::<Mailbox>().map(|_| ()).map_err(|error| error.to_string())
}

/// Puts a mail together; lettre encodes all headers, so that no value can begin another one.
pub(super) fn message(from: &str, letter: &Letter) -> Result<Message, Error> {
    let to = Mailbox::new(None, letter.to.trim().parse()?);
    let body = MultiPart::alternative_plain_html(letter.text(), letter.html());
    let builder = Message::builder().from(from.parse()?).to(to).subject(&letter.subject);
    let builder = builder.header(lettre::message::header::ContentTransferEncoding::default());
    Ok(builder.message_id(None).multipart(body)?)
}

/// Writes a file that only its owner may read: links in mails open accounts. It has its name once it is whole, for those
/// who watch the folder.
async fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut make_folder = tokio::fs::DirBuilder::new();
    make_folder.recursive(true);
    let mut open = tokio::fs::OpenOptions::new();
    open.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        make_folder.mode(0o700);
        open.mode(0o600);
    }
    make_folder.create(folder).await?;
    let beside = folder.join(format!("{name}.part"));
    let mut file = open.open(&beside).await?;
    file.write_all(bytes).await?;
    file.flush().await?;
    tokio::fs::rename(&beside, folder.join(format!("{name}.eml"))).await
}
