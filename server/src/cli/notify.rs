//! `qrate notify`: sends a message by hand, to see whether the notifier works.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use domain::{PhoneNumber, Space};
use gallery::Clock;
use gallery::notices::{Notices, Sending};
use gallery::notifier::NotifyError;
use gallery::records::{MemoryRecords, Records};

use super::print::print;
use crate::config::{AwsArgs, NoticeArgs};
use crate::notices;
use crate::storage::{StorageError, aws};

#[derive(Debug, clap::Args)]
pub(super) struct NotifyArgs {
    #[command(subcommand)]
    command: NotifyCommand,
}

#[derive(Debug, clap::Subcommand)]
enum NotifyCommand {
    /// Send a test message to a number. A webhook for ntfy, and mail, go to whoever reads them, and name the number
    /// masked. The server may be running; its counts of the day are not touched.
    Test(TestArgs),
}

#[derive(Debug, clap::Args)]
struct TestArgs {
    /// Phone number with its country code, like "+49 170 1234567".
    #[arg(value_parser = |text: &str| text.parse::<PhoneNumber>().map_err(|error| error.to_string()))]
    number: PhoneNumber,
    #[command(flatten)]
    notices: NoticeArgs,
    #[command(flatten)]
    aws: AwsArgs,
}

pub(super) async fn notify(args: NotifyArgs) -> anyhow::Result<ExitCode> {
    let NotifyCommand::Test(TestArgs { number, notices: args, aws }) = args.command;
    // The data folder belongs to a running server, and whoever runs this could send messages without it.
    let records: Arc<dyn Records> = Arc::new(MemoryRecords::new(Clock::system()));
    let connect = async || aws::connect(aws.options().map_err(StorageError::from)?).await;
    let options = notices::open(&args, connect).await?;
    let notices = Notices::new(&records, Clock::system(), options, true);
    match notices.sending() {
        Sending::NoSender => bail!(
            "nothing is sent: choose who sends messages (--notifier, QRATE_NOTIFIER), and set a daily total \
             (--notices-per-day, QRATE_NOTICES_PER_DAY)"
        ),
        Sending::NoTotal => {
            bail!("nothing is sent: set a daily total (--notices-per-day, QRATE_NOTICES_PER_DAY)")
        }
        Sending::On { .. } => {}
    }
    // In memory: no limit is reached, and nothing fails.
    let sent = notices.send_test(&Space::main(), number.clone()).await.context("nothing was sent")?;
    let receipt = match sent {
        Ok(receipt) => receipt,
        Err(unknown @ NotifyError::Unknown(_)) => return Err(unknown.into()),
        Err(error) => bail!("the test was not sent. {error}"),
    };
    let name = receipt.provider_id.map(|id| format!(" The other side calls it {id}.")).unwrap_or_default();
    print(|out| writeln!(out, "A test message for {number} was handed over.{name}"))
        .context("cannot print")?;
    Ok(ExitCode::SUCCESS)
}
