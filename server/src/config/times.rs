//! Intervals and timeouts.

use std::time::Duration;

/// Intervals and timeouts.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Times")]
pub struct TimeArgs {
    /// Seconds between two comparisons of the whole bucket with the catalog [default: 300; with a queue 21600].
    #[arg(long, env = "QRATE_RECONCILE_SECONDS", value_name = "SECONDS",
        value_parser = |text: &str| seconds("--reconcile-seconds (QRATE_RECONCILE_SECONDS)", text, 1))]
    pub reconcile_seconds: Option<u64>,
    /// Seconds that a shutdown waits for requests and saves to finish.
    #[arg(long, env = "QRATE_SHUTDOWN_SECONDS", value_name = "SECONDS", default_value = "10",
        value_parser = |text: &str| seconds("--shutdown-seconds (QRATE_SHUTDOWN_SECONDS)", text, 0))]
    pub shutdown_seconds: u64,
}

impl TimeArgs {
    /// The interval between two comparisons of the whole bucket with the catalog. A queue keeps changes until
    /// somebody reads them, so there is little to find, and each thousand objects cost a request.
    pub fn reconcile_every(&self, has_queue: bool) -> Duration {
        let default = if has_queue { 6 * 60 * 60 } else { 5 * 60 };
        Duration::from_secs(self.reconcile_seconds.unwrap_or(default))
    }

    /// How long a shutdown waits for requests and saves to finish.
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
