//! Who hands out files.

/// Who hands out files.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Storage")]
pub struct DownloadArgs {
    /// Who hands out files: "serve", this program; or "redirect", S3 itself, under an address that is good for five
    /// minutes. Browsers must reach S3 then. Pictures in pages and files in a folder come from this program all the same.
    #[arg(long, env = "QRATE_DOWNLOADS", value_name = "WHO", default_value = "serve")]
    pub downloads: Downloads,
}

/// Who hands out files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Downloads {
    /// This program, streamed.
    #[default]
    Serve,
    /// The bucket, where it can.
    Redirect,
}
