//! `qrate rm` and `qrate restore`.

use hyper::Method;

use super::entry_id::EntryId;
use super::report::ReportArgs;
use crate::api::{Api, Call, Path, Payload, ServerArgs};
use crate::console::{Console, Failures};
use crate::failure::{Exit, Failure};

/// The arguments of `rm`.
#[derive(Debug, clap::Args)]
pub struct RmArgs {
    /// Numbers of the entries.
    #[arg(value_name = "ID", required = true)]
    ids: Vec<EntryId>,
    /// Also delete the file, for good: nothing can be restored.
    #[arg(long)]
    purge: bool,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    server: ServerArgs,
}

/// The arguments of `restore`.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// Numbers of the entries.
    #[arg(value_name = "ID", required = true)]
    ids: Vec<EntryId>,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    server: ServerArgs,
}

/// The status of an entry that is removed already.
const GONE: Option<u16> = Some(410);

pub(super) async fn rm(args: RmArgs, console: &Console) -> Result<(), Failure> {
    let api = args.server.api(console)?;
    let mut failures = Failures::default();
    for EntryId(id) in args.ids {
        let done = match args.purge {
            true => purge(&api, id).await.and_then(|()| args.report.purged(console, id)),
            false => match remove(&api, id).await {
                Ok(change) => args.report.change(console, &api, "Removed", &change).map(drop),
                Err(failure) => Err(failure),
            },
        };
        failures.note(console, &id.to_string(), done)?;
    }
    failures.end()
}

async fn remove(api: &Api, id: u64) -> Result<serde_json::Value, Failure> {
    let call = Call::write(Method::DELETE, api.in_space(&Path::of_entry(id, "")), Payload::Nothing);
    api.json(&call).await
}

/// Only what is removed can be purged.
async fn purge(api: &Api, id: u64) -> Result<(), Failure> {
    match remove(api, id).await {
        Err(failure) if failure.status() != GONE => return Err(failure),
        _ => {}
    }
    let call = Call::write(Method::POST, api.in_space(&Path::of_entry(id, "/purge")), Payload::Nothing);
    match api.done(&call).await {
        // It was there a moment ago: an earlier attempt did it, or somebody else.
        Err(failure) if failure.exit() == Some(Exit::NotFound) => Ok(()),
        done => done,
    }
}

pub(super) async fn restore(args: RestoreArgs, console: &Console) -> Result<(), Failure> {
    let api = args.server.api(console)?;
    let mut failures = Failures::default();
    for EntryId(id) in args.ids {
        let uri = api.in_space(&Path::of_entry(id, "/restore"));
        let done = match api.json(&Call::write(Method::POST, uri, Payload::Nothing)).await {
            Ok(change) => args.report.change(console, &api, "Restored", &change).map(drop),
            Err(failure) => Err(failure),
        };
        failures.note(console, &id.to_string(), done)?;
    }
    failures.end()
}
