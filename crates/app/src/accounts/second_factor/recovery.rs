//! Recovery codes: written down on paper, and good for one sign-in each.

use analytics_model::UserId;
use hmac::{Hmac, Mac};
use metadata_store::{Result, Transaction};
use sha2::Sha256;

use super::store::{self, RecoveryCode};
use crate::{App, secret};

/// How many there are.
pub(super) const COUNT: usize = 10;
const LETTERS: usize = 10;
/// 32 letters and digits, none of which looks like another: 5 random bits each.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// Makes new codes in place of those there were, and returns them: they are shown once.
pub(super) async fn renew(app: &App, tx: &Transaction, user: UserId) -> Result<Vec<String>> {
    store::delete_codes(tx, user).await?;
    let mut codes = Vec::new();
    while codes.len() < COUNT {
        let letters = generate();
        let id = app.clock().new_id();
        let row = RecoveryCode { id, user_id: user, code_hash: hash(app, user, &letters), created_at: app.now() };
        store::insert_code(tx, row).await?;
        codes.push(format!("{}-{}", &letters[..LETTERS / 2], &letters[LETTERS / 2..]));
    }
    Ok(codes)
}

/// Takes a code away; false where it is none, or was used before.
pub(super) async fn take(app: &App, tx: &Transaction, user: UserId, code: &str) -> Result<bool> {
    store::use_code(tx, user, &hash(app, user, code)).await
}

fn generate() -> String {
    let bytes: [u8; LETTERS] = secret::random();
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

/// 50 random bits are too few for a plain hash: who reads the table would try them all. The key isn't in the table.
fn hash(app: &App, user: UserId, code: &str) -> String {
    let key = app.settings().master_key.derive("recovery codes");
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&key).expect("HMAC takes keys of any length");
    mac.update(user.0.as_bytes());
    mac.update(code.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
