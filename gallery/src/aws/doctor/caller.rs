//! Who calls, and where the credentials come from. Never the credentials themselves.

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials as _;

use crate::Clock;
use crate::aws::Aws;
use crate::aws::error::{AwsError, NO_CREDENTIALS, classify};
use crate::diagnosis::{Check, Verdict};

/// The longest wait for credentials from a service or a program.
const CREDENTIALS_MAX: Duration = Duration::from_secs(10);
const CREDENTIALS: &str = "credentials";
const CALLER: &str = "who calls";

/// Also whether any request can succeed with these credentials.
pub(super) async fn check(aws: &Aws, clock: &Clock) -> (Vec<Check>, bool) {
    let credentials = credentials(aws, clock).await;
    if credentials.verdict == Verdict::Wrong {
        return (vec![credentials], false);
    }
    let (caller, is_known) = caller(aws).await;
    (vec![credentials, caller], is_known)
}

async fn credentials(aws: &Aws, clock: &Clock) -> Check {
    let Some(provider) = aws.config.credentials_provider() else {
        return Check::wrong(CREDENTIALS, "there are none");
    };
    let given = match tokio::time::timeout(CREDENTIALS_MAX, provider.provide_credentials()).await {
        Ok(Ok(given)) => given,
        Ok(Err(error)) => {
            let why =
                std::error::Error::source(&error).map(|source| format!(" ({source})")).unwrap_or_default();
            return Check::wrong(CREDENTIALS, format!("there are none{why}: {NO_CREDENTIALS}"));
        }
        Err(_) => return Check::wrong(CREDENTIALS, "their source does not respond"),
    };
    let now = UNIX_EPOCH + Duration::from_millis(clock.now().unix_ms());
    match given.expiry() {
        Some(expiry) if expiry <= now => Check::wrong(CREDENTIALS, "they have expired: renew them"),
        _ => Check::fine(CREDENTIALS, format!("from {}", source(&given))),
    }
}

async fn caller(aws: &Aws) -> (Check, bool) {
    if aws.endpoint_url("S3").is_some() && aws.endpoint_url("STS").is_none() {
        let elsewhere = "unknown: the S3 endpoint is not AWS";
        return (Check::note(CALLER, elsewhere), true);
    }
    let identity = aws_sdk_sts::Client::new(&aws.config).get_caller_identity().send().await;
    match identity.map_err(|error| classify(&error)) {
        Ok(identity) => (Check::fine(CALLER, identity.arn.unwrap_or_default()), true),
        Err(AwsError::Credentials(said)) => (Check::wrong(CALLER, said), false),
        Err(AwsError::Other(said)) => (Check::wrong(CALLER, said), true),
        // A store that only speaks S3's protocol.
        Err(_) => (Check::note(CALLER, "not available there"), true),
    }
}

/// The name of the source, which only the crate's debug output has; the secret is hidden there.
fn source(credentials: &Credentials) -> String {
    let shown = format!("{credentials:?}");
    let name = shown.split_once("provider_name: \"").and_then(|(_, rest)| rest.split_once('"'));
    name.map_or_else(|| "an unnamed source".to_owned(), |(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credential_source_is_reported_without_secrets() {
        let credentials = Credentials::new("id", "secret", None, None, "EnvironmentVariable");
        assert_eq!(source(&credentials), "EnvironmentVariable");
    }

    #[tokio::test]
    async fn expired_credentials_are_reported() {
        let expiry = UNIX_EPOCH + Duration::from_secs(1_000);
        let given = Credentials::new("id", "secret", None, Some(expiry), "test");
        let options = crate::aws::AwsOptions { credentials: Some(given), ..Default::default() };
        let aws = Aws::configured(options).await;
        let at = |seconds: u64| Clock::from_fn(move || domain::Timestamp::from_unix_ms(seconds * 1000));
        assert_eq!(credentials(&aws, &at(999)).await.verdict, Verdict::Fine);
        let (checks, is_known) = check(&aws, &at(1_000)).await;
        assert!(!is_known && checks.len() == 1 && checks[0].says.contains("expired"), "{checks:?}");
    }
}
