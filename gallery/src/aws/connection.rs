//! The connection to AWS or a compatible service: one HTTP client, one set of credentials, time limits and retries
//! for every adapter. Not here: the adapters' requests (`bucket::s3`, `catalog::dynamodb`).

use std::error::Error;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::config::Credentials;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_types::service_config::ServiceConfigKey;

use crate::catalog::dynamodb::TableName;

/// A host that does not accept the connection in this time is unavailable.
const CONNECT_MAX: Duration = Duration::from_secs(3);
/// From an attempt's first byte out to its response's first byte in; uploads get more (`upload_limits`).
pub(super) const ATTEMPT_MAX: Duration = Duration::from_secs(20);
/// The minimum speed of an upload in bytes per second; a stalled one ends sooner (`STILL_MAX`).
const UPLOAD_SLOWEST_BYTES: u64 = 256 * 1024;
/// A body that stalls for longer ends with an error.
const STILL_MAX: Duration = Duration::from_secs(20);
/// All attempts of one call together.
pub(super) const CALL_MAX: Duration = Duration::from_secs(60);
/// Attempts of one call, including the first; the SDK's pauses between them grow, with jitter.
const ATTEMPTS_MAX: u32 = 4;

/// Overrides of the environment's own AWS configuration (variables, profile, roles, container and instance
/// credentials).
#[derive(Debug, Clone, Default)]
pub struct AwsOptions {
    /// The named profile.
    pub profile: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The address of every service, instead of AWS.
    pub endpoint_url: Option<String>,
    /// Access key id and secret, instead of the environment's. `Debug` does not show them.
    pub credentials: Option<Credentials>,
}

impl AwsOptions {
    /// A key, for `credentials`.
    pub fn key(id: &str, secret: &str) -> Credentials {
        Credentials::new(id, secret, None, None, "given")
    }
}

/// A shared connection; adapters create their clients from it.
#[derive(Debug, Clone)]
pub struct Aws {
    pub(crate) config: SdkConfig,
}

impl Aws {
    /// Reads the configuration; makes no requests yet, except where credentials come from a service.
    pub async fn configured(options: AwsOptions) -> Self {
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .timeout_config(limits(Duration::ZERO))
            .stalled_stream_protection(
                StalledStreamProtectionConfig::enabled().grace_period(STILL_MAX).build(),
            )
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS_MAX));
        if let Some(profile) = options.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = options.region {
            loader = loader.region(Region::new(region));
        }
        if let Some(endpoint_url) = options.endpoint_url {
            loader = loader.endpoint_url(endpoint_url);
        }
        if let Some(credentials) = options.credentials {
            loader = loader.credentials_provider(credentials);
        }
        Self { config: loader.load().await }
    }

    /// The configuration, for calls that no adapter makes.
    pub fn sdk_config(&self) -> &SdkConfig {
        &self.config
    }

    /// The region, if configured.
    pub fn region(&self) -> Option<&str> {
        self.config.region().map(Region::as_ref)
    }

    /// The name of a bucket's catalog, for the bucket's marker: the table, or some data folder.
    pub fn catalog_name(&self, table: Option<&TableName>) -> String {
        table.map_or_else(
            || "a catalog in a data folder".to_owned(),
            |table| format!("the table {table} in {}", self.region().unwrap_or("no region")),
        )
    }

    /// The address of a service other than AWS's own: one for all, or `AWS_ENDPOINT_URL_S3` and the like, or the
    /// profile's. The SDK's clients find it by the same rules, but do not expose it.
    pub fn endpoint_url(&self, service_id: &str) -> Option<String> {
        let for_all = || self.config.endpoint_url().map(str::to_owned);
        if self.config.get_origin("endpoint_url").is_client_config() {
            return for_all();
        }
        let key = ServiceConfigKey::builder().service_id(service_id);
        let key = key.env("AWS_ENDPOINT_URL").profile("endpoint_url").build().expect("all three are set");
        self.config.service_config().and_then(|config| config.load_config(key)).or_else(for_all)
    }
}

/// The time limits of a call that uploads this many bytes.
pub(crate) fn upload_limits(size_bytes: u64) -> TimeoutConfig {
    limits(Duration::from_secs(size_bytes / UPLOAD_SLOWEST_BYTES))
}

/// The time limits of a call whose attempts may each take this much longer.
fn limits(longer: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_MAX)
        .operation_attempt_timeout(ATTEMPT_MAX + longer)
        .operation_timeout(CALL_MAX + longer * ATTEMPTS_MAX)
        .build()
}

/// Whether a call failed because there are no credentials, or their configuration is invalid. A source that is
/// temporarily unavailable is another matter.
pub(crate) fn lacks_credentials(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<CredentialsError>() {
            return matches!(
                error,
                CredentialsError::CredentialsNotLoaded(_) | CredentialsError::InvalidConfiguration(_)
            );
        }
        next = error.source();
    }
    false
}
