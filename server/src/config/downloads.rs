//! Who serves downloads.

/// Who serves downloads.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Storage")]
pub struct DownloadArgs {
    /// Who serves downloads: "serve", this program; or "redirect", S3 itself, under addresses that are valid for five
    /// minutes. Browsers must be able to reach S3 then. Pictures in pages and files in a folder are always served by
    /// this program.
    #[arg(long, env = "QRATE_DOWNLOADS", value_name = "WHO", default_value = "serve")]
    pub downloads: Downloads,
}

/// Who serves downloads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Downloads {
    /// This program, streamed.
    #[default]
    Serve,
    /// The bucket, where it can.
    Redirect,
}
