//! What to log, and how. Logs go to standard error; standard output is for a command's result.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// What to log, and how.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Log")]
pub struct LogArgs {
    /// What to log: off, error, warn, info or debug, also per part, such as "info,gallery=debug".
    #[arg(long = "log", env = "QRATE_LOG", value_name = "LEVEL", global = true, default_value = "info", value_parser = filter)]
    pub filter: String,
    /// Log format: lines for people or JSON for programs.
    #[arg(long, env = "QRATE_LOG_FORMAT", value_name = "FORMAT", global = true, value_enum, default_value_t)]
    pub log_format: LogFormat,
}

/// The log format.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// Warnings of AWS's crates about a missing region or credentials, a kilobyte each: this program reports both in a
/// sentence.
const TOLD_OTHERWISE: &str = "aws_config=error";

/// Errors in a client's drawing are in the response. `usvg` would quote them in the log, at any length and with line
/// feeds.
const TOLD_IN_ANSWERS: &str = "usvg=off";

impl LogArgs {
    /// Starts logging, including panics, for the whole process; call once.
    pub fn start(&self) {
        let filter = filter_of(&self.filter);
        let to_stderr = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
        let registry = tracing_subscriber::registry().with(filter);
        match self.log_format {
            LogFormat::Text => registry.with(to_stderr.with_ansi(false)).init(),
            LogFormat::Json => registry.with(to_stderr.json().flatten_event(true)).init(),
        }
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "{}", panic.payload_as_str().unwrap_or("panic"));
        }));
    }
}

/// A more verbose level, or the crate's name, shows everything.
fn filter_of(text: &str) -> EnvFilter {
    let filter = EnvFilter::new(text);
    let is_usual = filter.max_level_hint().is_none_or(|most| most <= LevelFilter::INFO);
    let aws = Some(TOLD_OTHERWISE).filter(|_| is_usual && !text.contains("aws_config"));
    let drawings = Some(TOLD_IN_ANSWERS).filter(|_| !text.contains("usvg"));
    EnvFilter::new([Some(text), aws, drawings].into_iter().flatten().collect::<Vec<_>>().join(","))
}

fn filter(text: &str) -> Result<String, String> {
    // The crate takes an unknown level for the name of a part.
    let has_level = |part: &str| {
        let level = part.rsplit_once('=').map_or(part, |(_, level)| level);
        level.trim().parse::<LevelFilter>().is_ok()
    };
    let parsed = EnvFilter::builder().parse(text).ok().filter(|_| text.split(',').all(has_level));
    parsed.map(|_| text.to_owned()).ok_or_else(|| {
        "--log (QRATE_LOG) takes off, error, warn, info or debug, also per part, such as info,gallery=debug"
            .to_owned()
    })
}
