//! `qrate worker`: works on photos beside servers that share bucket, table and jobs queue. It serves nothing.

use std::process::ExitCode;

use anyhow::Context as _;
use gallery::{Gallery, Options};
use tokio_util::sync::CancellationToken;

use super::signals::watch_signals;
use crate::config::{LabellerArgs, NoticeArgs, StorageArgs, TimeArgs};
use crate::labelling::labeller;
use crate::notices;
use crate::storage::{Storage, bucket_name, catalog_name, connect};

#[derive(Debug, clap::Args)]
pub(super) struct WorkerCommand {
    #[command(flatten)]
    labeller: LabellerArgs,
    #[command(flatten)]
    storage: StorageArgs,
    #[command(flatten)]
    notices: NoticeArgs,
    #[command(flatten)]
    times: TimeArgs,
}

/// Works until SIGTERM or SIGINT; then the jobs that are not done go back to the queue.
pub(super) async fn worker(args: WorkerCommand) -> anyhow::Result<ExitCode> {
    let stop = CancellationToken::new();
    watch_signals(stop.clone())?;
    args.storage.stack()?.for_workers()?;
    let notices = notices::open(&args.notices, async || connect(&args.storage).await).await?;
    let labeller = labeller(&args.labeller, &args.storage).await?;
    let storage = Storage::open_or_make(&args.storage).await?;
    let options = Options { works: true, reconciles: false, labeller, notices, ..Options::default() };
    let gallery = Gallery::open(storage.ports(), options).await?;
    let (bucket, catalog) = (bucket_name(&args.storage), catalog_name(&args.storage));
    tracing::info!(version = env!("CARGO_PKG_VERSION"), bucket, catalog, "working on photos");
    stop.cancelled().await;
    let within = args.times.shutdown_within();
    if tokio::time::timeout(within, gallery.shutdown()).await.is_err() {
        tracing::warn!("stopped before all work was given back: others take it over in a minute");
    }
    storage.close().await.context("cannot close the catalog")?;
    Ok(ExitCode::SUCCESS)
}
