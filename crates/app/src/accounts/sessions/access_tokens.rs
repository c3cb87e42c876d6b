//! Access tokens of programs: signed, short-lived, and worth nothing without their session.

use analytics_model::{UserId, UserSessionId};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::{MasterKey, accounts::Error};

const ISSUER: &str = "radixinsight";

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sub: UserId,
    sid: UserSessionId,
    iat: i64,
    exp: i64,
    iss: String,
}

/// Signs access tokens, and reads those it has signed.
pub(crate) struct AccessTokens {
    sign: EncodingKey,
    check: DecodingKey,
    rules: Validation,
}

impl AccessTokens {
    pub(crate) fn new(key: &MasterKey) -> Self {
        let key = key.derive("access tokens");
        // No other algorithm is ever accepted, whatever a token's header says.
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_required_spec_claims(&["exp", "iss", "sub"]);
        // The product's clock decides below; the library would ask the system's.
        rules.validate_exp = false;
        Self { sign: EncodingKey::from_secret(&key), check: DecodingKey::from_secret(&key), rules }
    }

    /// Signs a token for a session that works from now on, for as long as said.
    pub(super) fn issue(
        &self,
        user: UserId,
        session: UserSessionId,
        now: DateTime<Utc>,
        life: TimeDelta,
    ) -> Result<String, Error> {
        let iat = now.timestamp();
        let claims = Claims { sub: user, sid: session, iat, exp: iat + life.num_seconds(), iss: ISSUER.to_owned() };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.sign).map_err(Error::Signing)
    }

    /// Returns the session that a token names; none where it was not signed here, or has expired.
    pub(super) fn read(&self, token: &str, now: DateTime<Utc>) -> Option<UserSessionId> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.check, &self.rules).ok()?.claims;
        let now = now.timestamp();
        // Servers' clocks differ by seconds, not by minutes.
        let in_time = claims.exp > now && claims.iat <= now + 60;
        in_time.then_some(claims.sid)
    }
}
