//! Secrets that are given out once and kept as hashes only.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{TryRng, rngs::SysRng};
use sha2::{Digest, Sha256};

/// Makes 256 random bits, in 43 letters fit for a URL.
///
/// # Panics
/// Where the operating system has no randomness to give: nothing can be kept secret then.
pub(crate) fn generate() -> String {
    let mut bytes = [0; 32];
    SysRng.try_fill_bytes(&mut bytes).expect("randomness from the operating system");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns what is kept of a secret: enough to recognise it, too little to make it.
///
/// A plain hash is right only for secrets made by [`generate`]; what people choose needs bcrypt.
pub(crate) fn hash(secret: &str) -> String {
    Sha256::digest(secret).iter().map(|byte| format!("{byte:02x}")).collect()
}
