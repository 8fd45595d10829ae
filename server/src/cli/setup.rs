//! `qrate setup`

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use gallery::aws::policy::{OF_SERVER, policy};
use gallery::aws::setup::Plan;
use gallery::aws::{Deployment, Wanted};

use super::ask::is_agreed;
use super::print::print;
use crate::config::{LabellerArgs, Notifier, SetupArgs, StackError};
use crate::storage::aws;

#[derive(Debug, clap::Args)]
pub(super) struct SetupCommand {
    /// Only show what would be done.
    #[arg(long)]
    dry_run: bool,
    /// Do it without asking.
    #[arg(long, short, conflicts_with = "dry_run")]
    yes: bool,
    #[command(flatten)]
    labeller: LabellerArgs,
    // Last: what follows a heading is listed below it.
    #[command(flatten)]
    wanted: SetupArgs,
}

/// Shows the plan, asks, and carries it out.
pub(super) async fn setup(args: SetupCommand) -> anyhow::Result<ExitCode> {
    let wanted = &args.wanted;
    let aws = aws::connect(wanted.aws.options()?).await?;
    let deployment =
        Deployment::new(&aws, Wanted { labels: args.labeller.rekognition().is_some(), ..resources(wanted)? });
    let plan = Plan::of(&deployment).await;
    for step in &plan.steps {
        say(&step.to_string())?;
    }
    if plan.is_refused() {
        bail!("nothing was changed: see the obstacle above");
    }
    if args.dry_run {
        say(if plan.is_done() {
            "There is nothing to do."
        } else {
            "Nothing was changed: this is a dry run."
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    if plan.is_done() {
        say("There is nothing to do.")?;
    } else {
        if !(args.yes || is_agreed("Do this?")?) {
            say("Nothing was changed.")?;
            return Ok(ExitCode::FAILURE);
        }
        // It is done even if nobody reads the output.
        plan.carry_out(&deployment, |done| drop(say(done))).await?;
    }
    say(&what_to_do_next(wanted, &deployment).await?)?;
    Ok(ExitCode::SUCCESS)
}

/// The resources, unless two of them are one.
fn resources(wanted: &SetupArgs) -> Result<Wanted, StackError> {
    let (queue, jobs) = (wanted.queue.clone(), wanted.jobs_queue.clone());
    if queue.as_ref().zip(jobs.as_ref()).is_some_and(|(queue, jobs)| queue.name() == jobs.name()) {
        return Err(StackError::OneQueueForBoth);
    }
    if jobs.is_some() && wanted.table.is_none() {
        return Err(StackError::JobsQueueWithoutTable);
    }
    Ok(Wanted {
        bucket: wanted.bucket.clone(),
        table: wanted.table.clone(),
        queue,
        jobs,
        labels: false,
        text_messages: wanted.notices.notifier == Notifier::Sns,
    })
}

/// How to start the server, and the policy that it needs.
async fn what_to_do_next(wanted: &SetupArgs, deployment: &Deployment) -> anyhow::Result<String> {
    let mut options = vec![("--bucket", "QRATE_BUCKET", wanted.bucket.to_string())];
    options.extend(wanted.table.as_ref().map(|table| ("--table", "QRATE_TABLE", table.to_string())));
    if wanted.queue.is_some() {
        let url = deployment.queue_url().await.context("the queue exists, but its URL is unknown")?;
        options.push(("--queue", "QRATE_QUEUE", url));
    }
    if wanted.jobs_queue.is_some() {
        let url = deployment.jobs_url().await.context("the jobs queue exists, but its URL is unknown")?;
        options.push(("--jobs-queue", "QRATE_JOBS_QUEUE", url));
    }
    if wanted.notices.notifier == Notifier::Sns {
        options.push(("--notifier", "QRATE_NOTIFIER", "sns".to_owned()));
    }
    let mut line: Vec<_> = options.iter().map(|(option, _, value)| format!("{option} {value}")).collect();
    line.extend(wanted.aws.given().map(|(option, value)| format!("{option} {value}")));
    let variables: Vec<_> = options.iter().map(|(_, name, value)| format!("  {name}={value}")).collect();
    let often = if wanted.table.is_some() { ", as often as you like," } else { "" };
    let policy = serde_json::to_string_pretty(&policy(deployment, OF_SERVER))?;
    Ok(format!(
        "\nStart the server{often} with\n  qrate serve {}\nor in its environment\n{}\n\n\
         It has to be allowed this much:\n{policy}",
        line.join(" "),
        variables.join("\n")
    ))
}

fn say(text: &str) -> anyhow::Result<()> {
    print(|out| writeln!(out, "{text}")).context("cannot print")
}
