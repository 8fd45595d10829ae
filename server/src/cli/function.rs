//! The program as a function of AWS Lambda: started without arguments where Lambda runs it, and configured by variables.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use gallery::{Gallery, Options};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

use crate::config::{DownloadArgs, LabellerArgs, NameArgs, NoticeArgs, StorageArgs};
use crate::labelling::labeller;
use crate::lambda::Functions;
use crate::notices;
use crate::site::{Site, SiteOptions};
use crate::storage::{Storage, connect};

/// Where Lambda says where events come from.
pub(super) const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";

#[derive(Debug, clap::Args)]
pub(super) struct FunctionArgs {
    #[command(flatten)]
    labeller: LabellerArgs,
    #[command(flatten)]
    names: NameArgs,
    #[command(flatten)]
    storage: StorageArgs,
    #[command(flatten)]
    downloads: DownloadArgs,
    #[command(flatten)]
    notices: NoticeArgs,
}

/// Answers events until Lambda ends the program.
pub(super) async fn function(args: FunctionArgs) -> anyhow::Result<ExitCode> {
    args.storage.stack()?.for_workers()?;
    let bucket = args.storage.bucket.clone().context("a function needs a bucket (QRATE_BUCKET)")?;
    let notices = notices::open(&args.notices, async || connect(&args.storage).await).await?;
    let labeller = labeller(&args.labeller, &args.storage).await?;
    let storage = Storage::open_or_make(&args.storage).await?;
    // It runs only while it is called: nothing watches, and nothing waits for jobs.
    let options = Options {
        reconciles: false,
        works: false,
        left_out: args.storage.left_out.clone(),
        labeller,
        notices,
        ..Options::default()
    };
    let gallery = Gallery::open(storage.ports(), options).await?;
    let names = SiteOptions {
        base: args.names.base.base_path.clone(),
        allowed_hosts: args.names.allowed_hosts,
        downloads: args.downloads.downloads,
        // A stream would hold the function, and cost as long as the page is open.
        streams_end: true,
        ..SiteOptions::default()
    };
    let functions = Arc::new(Functions::new(Site::new(gallery, names), bucket));
    let answer = move |event: LambdaEvent<Value>| {
        let functions = Arc::clone(&functions);
        async move { functions.call(event.payload).await.map_err(lambda_runtime::Error::from) }
    };
    lambda_runtime::run(service_fn(answer)).await.map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(ExitCode::SUCCESS)
}
