//! Sealing: what only this instance can read again, and nobody can change unseen.

use aes_gcm::{
    Aes256Gcm, Nonce,
    aead::{Aead, KeyInit, Payload},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{MasterKey, secret};

/// AES-GCM takes nonces of 96 bits.
const NONCE_BYTES: usize = 12;

/// Seals for one purpose: AES-256-GCM, with a new random nonce each time.
pub(crate) struct Seal(Aes256Gcm);

impl Seal {
    /// What one purpose seals, no other opens.
    pub(crate) fn new(key: &MasterKey, purpose: &str) -> Self {
        Self(Aes256Gcm::new(&key.derive(purpose).into()))
    }

    /// Seals a text to something it belongs to, so that it can't be put in another one's place.
    ///
    /// # Panics
    /// Where the text has more than 64 GB.
    pub(crate) fn close(&self, text: &[u8], belongs_to: &[u8]) -> String {
        let nonce: [u8; NONCE_BYTES] = secret::random();
        let payload = Payload { msg: text, aad: belongs_to };
        let sealed = self.0.encrypt(&Nonce::from(nonce), payload).expect("a text shorter than 64 GB");
        URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat())
    }

    /// Returns what was sealed to this; none where anything about it is different.
    pub(crate) fn open(&self, sealed: &str, belongs_to: &[u8]) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        self.0.decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: belongs_to }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Seal;
    use crate::MasterKey;

    #[test]
    fn only_the_same_key_purpose_and_owner_open_what_was_sealed() {
        let key = MasterKey::generate();
        let seal = Seal::new(&key, "one");
        let sealed = seal.close(b"text", b"owner");
        assert_ne!(sealed, seal.close(b"text", b"owner"), "a nonce is used once");
        assert_eq!(seal.open(&sealed, b"owner").as_deref(), Some(b"text".as_slice()));
        assert_eq!(seal.open(&sealed, b"other"), None);
        assert_eq!(Seal::new(&key, "two").open(&sealed, b"owner"), None);
        assert_eq!(Seal::new(&MasterKey::generate(), "one").open(&sealed, b"owner"), None);
        for broken in ["", "AAAA", "!", &sealed[1..], &sealed[..sealed.len() - 1]] {
            assert_eq!(seal.open(broken, b"owner"), None);
        }
    }
}
