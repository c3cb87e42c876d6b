//! The codes that apps show: six digits, others each half minute (RFC 6238).

use analytics_model::UserId;
use chrono::{DateTime, Utc};
use totp_rs::{Algorithm, Builder, Secret};

use super::Error;
use crate::{App, seal::Seal, secret};

/// What RFC 6238 recommends, and all apps can do.
const SECRET_BYTES: usize = 20;
const DIGITS: u8 = 6;
const STEP_SECONDS: u64 = 30;
/// How many half minutes a clock may be off, either way.
const SKEW: u16 = 1;
/// What apps write above the code.
const ISSUER: &str = "RadixInsight";

/// What an app needs to make codes; shown once.
pub(super) struct Shared {
    /// To type into an app.
    pub(super) secret: String,
    /// To scan: `otpauth://totp/…`.
    pub(super) uri: String,
    /// To store.
    pub(super) sealed: String,
}

/// Makes a new secret for somebody.
pub(super) fn share(app: &App, user: UserId, email: &str) -> Result<Shared, Error> {
    let bytes: [u8; SECRET_BYTES] = secret::random();
    let builder = builder(&bytes).with_issuer(Some(ISSUER)).with_account_name(email.replace(':', " "));
    let totp = builder.build().map_err(Error::Link)?;
    let uri = totp.to_url().map_err(Error::Link)?;
    Ok(Shared { secret: totp.secret().to_base32(), uri, sealed: seal(app).close(&bytes, user.0.as_bytes()) })
}

/// Returns which half minute a code belongs to; none where it is wrong, too old or too early.
pub(super) fn step_of(
    app: &App,
    user: UserId,
    sealed: &str,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<i64>, Error> {
    let bytes = seal(app).open(sealed, user.0.as_bytes()).ok_or(Error::Sealed)?;
    let totp = builder(&bytes).build().map_err(Error::Link)?;
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Ok(totp.check(code, seconds).and_then(|step| i64::try_from(step).ok()))
}

/// Returns whether it looks like a code of an app; recovery codes are longer.
pub(super) fn is_digits(code: &str) -> bool {
    code.len() == usize::from(DIGITS) && code.bytes().all(|byte| byte.is_ascii_digit())
}

fn builder(secret: &[u8]) -> Builder {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_step_duration(STEP_SECONDS)
        .with_skew(SKEW)
        .with_secret(Secret::from(secret.to_vec()))
}

fn seal(app: &App) -> Seal {
    Seal::new(&app.settings().master_key, "second factors")
}
