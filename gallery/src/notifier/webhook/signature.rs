//! How a receiver knows that a request comes from us and is not an old one: Standard Webhooks 1.0
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>), for which most
//! languages have a library. HMAC-SHA256 over `id.timestamp.body`, in three headers.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::notifier::MessageId;

const PREFIX: &str = "whsec_";
/// The specification's limits for a key.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// A key that receivers know, too. `Debug` does not show it.
#[derive(Clone)]
pub struct SigningSecret(Vec<u8>);

impl FromStr for SigningSecret {
    type Err = &'static str;

    /// Reads `whsec_` and 24 to 64 bytes in base64.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "a secret is whsec_ and 24 to 64 random bytes in base64; make one with: \
            echo whsec_$(openssl rand -base64 32)";
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(WHAT)?;
        let key = STANDARD.decode(encoded).map_err(|_| WHAT)?;
        if KEY_BYTES.contains(&key.len()) { Ok(Self(key)) } else { Err(WHAT) }
    }
}

impl SigningSecret {
    /// The headers that sign a body.
    pub(super) fn headers(
        &self,
        id: &MessageId,
        unix_seconds: u64,
        body: &[u8],
    ) -> [(&'static str, String); 3] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(format!("{id}.{unix_seconds}.").as_bytes());
        mac.update(body);
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        [
            ("webhook-id", id.to_string()),
            ("webhook-timestamp", unix_seconds.to_string()),
            ("webhook-signature", format!("v1,{signature}")),
        ]
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the specification's own libraries are tested with.
    #[test]
    fn signature_is_that_of_the_specification() {
        let secret: SigningSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
        let id: MessageId = serde_json::from_str("\"msg_p5jXN8AQM9LWM0D4loKWxJek\"").unwrap();
        let headers = secret.headers(&id, 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(headers[0], ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned()));
        assert_eq!(headers[1], ("webhook-timestamp", "1614265330".to_owned()));
        assert_eq!(
            headers[2],
            ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=".to_owned())
        );
    }

    #[test]
    fn secrets_are_read_and_never_shown() {
        let secret: SigningSecret = " whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n".parse().unwrap();
        assert_eq!(format!("{secret:?}"), "SigningSecret(…)");
        let too_long = format!("whsec_{}", STANDARD.encode([7; 65]));
        for wrong in ["", "whsec_", "secret", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", &too_long]
        {
            assert!(wrong.parse::<SigningSecret>().is_err(), "{wrong}");
        }
    }
}
