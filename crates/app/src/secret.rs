//! Secrets that are given out once and kept as hashes only.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{TryRng, rngs::SysRng};
use sha2::{Digest, Sha256};

/// Makes 256 random bits, in 43 letters fit for a URL.
///
/// # Panics
/// Where the operating system has no randomness to give: nothing can be kept secret then.
pub(crate) fn generate() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// Returns bytes that nobody can guess.
///
/// # Panics
/// Where the operating system has no randomness to give.
pub(crate) fn random<const BYTES: usize>() -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    SysRng.try_fill_bytes(&mut bytes).expect("randomness from the operating system");
    bytes
}

/// Returns what is kept of a secret: enough to recognise it, too little to make it.
///
/// A plain hash is right only for secrets made by [`generate`]; what people choose needs bcrypt.
pub(crate) fn hash(secret: &str) -> String {
    format!("{:x}", Sha256::digest(secret))
}

/// The instance's own key: what it signs and seals with. All servers of an instance share it.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    /// Makes a new one.
    ///
    /// # Panics
    /// Where the operating system has no randomness to give.
    pub fn generate() -> Self {
        Self(random())
    }

    /// Reads what [`MasterKey::to_text`] wrote; none where it is anything else, or a key that anybody could guess.
    pub fn from_text(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(text.trim()).ok()?.try_into().ok()?;
        let different: std::collections::HashSet<u8> = bytes.into_iter().collect();
        // 32 random bytes have fewer than 16 different ones once in 10^14 instances.
        (different.len() >= 16).then_some(Self(bytes))
    }

    /// Writes it in 43 letters.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Returns a key for one purpose: HMAC-SHA-256 of its name, so that no use of one tells anything about another.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 32] {
        use hmac::{Hmac, Mac};
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::MasterKey;

    // Attack 6: a key that others know, or could guess, is none.
    #[test]
    fn a_key_that_anybody_could_guess_is_refused() {
        let guessed = [
            "".to_owned(),
            "SW2YcwTIb9zpOOhoPsMm".to_owned(),
            "thisISaSECRET_1234".to_owned(),
            "\u{2}\u{1}thisismyscretkey\u{1}\u{2}\\e\\y\\y\\h".to_owned(),
            "c292e16cac1ad2c4d3b4e8fbdd0d4a1c".to_owned(),
            URL_SAFE_NO_PAD.encode([0; 32]),
            URL_SAFE_NO_PAD.encode([b'x'; 32]),
            URL_SAFE_NO_PAD.encode(b"secretsecretsecretsecretsecretse"),
            URL_SAFE_NO_PAD.encode([7; 31]),
            MasterKey::generate().to_text()[..42].to_owned(),
            format!("{}AA", MasterKey::generate().to_text()),
        ];
        for text in guessed {
            assert!(MasterKey::from_text(&text).is_none(), "{text}");
        }
        let own = MasterKey::generate();
        assert_eq!(MasterKey::from_text(&format!("{}\n", own.to_text())).map(|key| key.to_text()), Some(own.to_text()));
        assert_ne!(own.derive("one"), own.derive("two"));
        assert!(!format!("{own:?}").contains(&own.to_text()));
    }
}
