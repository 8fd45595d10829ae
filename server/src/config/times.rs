//! How long things take.

use std::time::Duration;

/// How long things take.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Times")]
pub struct TimeArgs {
    /// Seconds between two comparisons of the whole bucket with the catalog.
    #[arg(long, env = "QRATE_RECONCILE_SECONDS", value_name = "SECONDS", default_value = "300",
        value_parser = |text: &str| seconds("--reconcile-seconds (QRATE_RECONCILE_SECONDS)", text, 1))]
    pub reconcile_seconds: u64,
    /// Seconds that a stop waits for requests and saves to finish.
    #[arg(long, env = "QRATE_SHUTDOWN_SECONDS", value_name = "SECONDS", default_value = "10",
        value_parser = |text: &str| seconds("--shutdown-seconds (QRATE_SHUTDOWN_SECONDS)", text, 0))]
    pub shutdown_seconds: u64,
}

impl TimeArgs {
    /// Time between two comparisons of the whole bucket with the catalog.
    pub fn reconcile_every(&self) -> Duration {
        Duration::from_secs(self.reconcile_seconds)
    }

    /// Time that a stop waits for requests and saves to finish.
    pub fn shutdown_within(&self) -> Duration {
        Duration::from_secs(self.shutdown_seconds)
    }
}

fn seconds(option: &str, text: &str, least: u64) -> Result<u64, String> {
    const DAY_SECONDS: u64 = 86_400;
    text.parse()
        .ok()
        .filter(|seconds| (least..=DAY_SECONDS).contains(seconds))
        .ok_or_else(|| format!("{option} takes whole seconds, {least} to {DAY_SECONDS}"))
}
