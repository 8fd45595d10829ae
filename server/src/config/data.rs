//! Where entries are kept.

use std::path::PathBuf;

/// Where entries are kept.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Storage")]
pub struct DataArgs {
    /// Folder of the bucket and the catalog. "serve" and "import" make it when it is not there.
    #[arg(long, env = "QRATE_DATA_DIR", value_name = "FOLDER", default_value = "data")]
    pub data_dir: PathBuf,
}

impl DataArgs {
    /// The folder of the objects.
    pub fn bucket_path(&self) -> PathBuf {
        self.data_dir.join("bucket")
    }

    /// The file of the catalog.
    pub fn catalog_path(&self) -> PathBuf {
        self.data_dir.join("catalog.sqlite")
    }
}
