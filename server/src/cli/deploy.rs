//! `qrate deploy`: asks and prints. Not here: what is done (the crate `deploy`).

use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, Parser, Subcommand};
use deploy::{
    Architecture, Change, Deployment, DeploymentName, Kept, Kind, Left, Package, Program, Proposal, Settings,
    Templates, Which,
};

use super::ask::{ask, is_agreed};
use super::export::{ExportArgs, export};
use super::print::print;
use crate::config::{AllowedHost, AwsArgs};
use crate::storage::aws;

#[derive(Debug, Args)]
pub(super) struct DeployCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show what "create" or "update" would change. Nothing is changed.
    Plan(ProposeArgs),
    /// Create a deployment, or take up what a destroyed one has kept. Shows what it would create, and asks.
    Create(ProposeArgs),
    /// Change the settings or the program of a deployment. What is not given stays as it is. Shows what it would change,
    /// and asks.
    Update(ProposeArgs),
    /// Park the machines: they are stopped until "start", and what is around them stays.
    Stop(NameArgs),
    /// Start parked machines.
    Start(NameArgs),
    /// Delete what computes. What is kept (bucket, table, backups) stays, and "create" takes it up again.
    Destroy(DestroyArgs),
}

#[derive(Debug, Args)]
struct NameArgs {
    /// Name of the deployment.
    #[arg(value_name = "NAME")]
    name: DeploymentName,
    /// Folder with templates to use instead of those in the program ("--print" writes those).
    #[arg(long, value_name = "FOLDER")]
    templates: Option<PathBuf>,
    // Last: what follows a heading is listed below it.
    #[command(flatten)]
    aws: AwsArgs,
}

#[derive(Debug, Args)]
struct ProposeArgs {
    /// What it computes on: ec2 (machines behind a load balancer), ec2-one (one machine) or serverless (functions).
    /// Needed only for a new one.
    #[arg(long, value_name = "KIND")]
    kind: Option<Kind>,
    /// Do it without asking.
    #[arg(long, short)]
    yes: bool,
    /// Print the templates instead, with a line that names each; with --print=FOLDER, write them as files.
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    print: Option<PathBuf>,
    #[command(flatten)]
    program: ProgramArgs,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    of: NameArgs,
}

/// The program that is deployed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Program")]
struct ProgramArgs {
    /// Debian package or program to deploy, instead of this program; repeatable, one for each architecture.
    #[arg(long = "package", value_name = "FILE")]
    packages: Vec<PathBuf>,
    /// The image has Qrate installed: nothing is uploaded.
    #[arg(long, conflicts_with = "packages")]
    installed: bool,
    /// Architecture: x86_64 or arm64; without it, that of this program.
    #[arg(long, value_name = "ARCHITECTURE")]
    architecture: Option<Architecture>,
}

/// The settings of the deployment.
#[derive(Debug, Args)]
#[command(next_help_heading = "Settings")]
struct SettingsArgs {
    /// Addresses that may use Qrate, such as 198.51.100.0/24. Needed for machines: there are no accounts yet.
    #[arg(long, value_name = "CIDR", value_parser = network)]
    http_from: Option<String>,
    /// Addresses that may use SSH; without them, nobody.
    #[arg(long, value_name = "CIDR", value_parser = network)]
    ssh_from: Option<String>,
    /// Key pair for SSH.
    #[arg(long, value_name = "NAME")]
    key_name: Option<String>,
    /// E-mail address for alarms and notices of scaling; AWS asks it to confirm.
    #[arg(long, value_name = "ADDRESS", value_parser = mail_address)]
    email: Option<String>,
    /// Further names by which browsers reach Qrate, separated by commas.
    #[arg(long, value_name = "NAMES", value_parser = hosts)]
    allowed_host: Option<String>,
    /// Most machines that serve pages.
    #[arg(long, value_name = "N")]
    instances: Option<u32>,
    /// Fewest machines that serve pages.
    #[arg(long, value_name = "N")]
    minimum: Option<u32>,
    /// Most machines that work on photos.
    #[arg(long, value_name = "N")]
    workers: Option<u32>,
    /// Port of the load balancer.
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// ARN of the certificate for https.
    #[arg(long, value_name = "ARN")]
    certificate: Option<String>,
    /// AMI of the machines; without it, Debian 12.
    #[arg(long, value_name = "AMI", value_parser = image)]
    image: Option<String>,
    /// Type of the machines.
    #[arg(long, value_name = "TYPE")]
    instance_type: Option<String>,
    /// Any other parameter of the template; repeatable.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    others: Vec<(String, String)>,
}

#[derive(Debug, Args)]
struct DestroyArgs {
    /// Also delete what is kept, with all versions and backups. Makes an export first, and wants the name typed.
    #[arg(long)]
    with_data: bool,
    /// With --with-data: the file for the export, which must not exist. For ec2-one: the export that was made on the
    /// machine.
    #[arg(long, value_name = "FILE", requires = "with_data")]
    export: Option<PathBuf>,
    /// With --with-data: the deployment's name once more, instead of typing it.
    #[arg(long, value_name = "NAME", requires = "with_data")]
    confirm: Option<DeploymentName>,
    /// Do it without asking.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    of: NameArgs,
}

/// Addresses as a template takes them: what is wrong here would be found out only when something is made.
fn network(text: &str) -> Result<String, &'static str> {
    let is_one = text.split_once('/').is_some_and(|(address, bits)| {
        address.parse::<Ipv4Addr>().is_ok() && bits.parse::<u8>().is_ok_and(|bits| bits <= 32)
    });
    if is_one { Ok(text.to_owned()) } else { Err("write it as an IPv4 network, such as 198.51.100.0/24") }
}

fn mail_address(text: &str) -> Result<String, &'static str> {
    let is_one = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if is_one { Ok(text.to_owned()) } else { Err("this is no e-mail address") }
}

fn hosts(text: &str) -> Result<String, &'static str> {
    text.split(',').try_for_each(|host| host.parse::<AllowedHost>().map(drop))?;
    Ok(text.to_owned())
}

fn image(text: &str) -> Result<String, &'static str> {
    if text.starts_with("ami-") {
        Ok(text.to_owned())
    } else {
        Err("an image has an id such as ami-0123456789abcdef0")
    }
}

fn setting(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl From<SettingsArgs> for Settings {
    fn from(args: SettingsArgs) -> Self {
        let mut settings = Self::default();
        settings.set_some("HttpFrom", args.http_from);
        settings.set_some("SshFrom", args.ssh_from);
        settings.set_some("KeyName", args.key_name);
        settings.set_some("Email", args.email);
        settings.set_some("AllowedHost", args.allowed_host);
        settings.set_some("Maximum", args.instances);
        settings.set_some("Minimum", args.minimum);
        settings.set_some("WorkerMaximum", args.workers);
        settings.set_some("Port", args.port);
        settings.set_some("Certificate", args.certificate);
        settings.set_some("Image", args.image);
        settings.set_some("InstanceType", args.instance_type);
        for (name, value) in args.others {
            settings.set(&name, value);
        }
        settings
    }
}

pub(super) async fn deploy(command: DeployCommand) -> anyhow::Result<ExitCode> {
    match command.action {
        Action::Plan(args) => propose(args, Wish::Plan).await,
        Action::Create(args) => propose(args, Wish::Create).await,
        Action::Update(args) => propose(args, Wish::Update).await,
        Action::Stop(args) => {
            open(args).await?.stop(&mut say).await?;
            Ok(ExitCode::SUCCESS)
        }
        Action::Start(args) => {
            open(args).await?.start(&mut say).await?;
            Ok(ExitCode::SUCCESS)
        }
        Action::Destroy(args) => destroy(args).await,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Plan,
    Create,
    Update,
}

async fn open(args: NameArgs) -> anyhow::Result<Deployment> {
    let aws = aws::connect(args.aws.options()?).await?;
    let deployment = Deployment::new(aws, args.name, Templates { folder: args.templates }).await?;
    say(&format!("account {}, region {}", deployment.account(), deployment.region()));
    Ok(deployment)
}

async fn propose(args: ProposeArgs, wish: Wish) -> anyhow::Result<ExitCode> {
    if let Some(to) = &args.print {
        return print_templates(args.kind, &Templates { folder: args.of.templates }, to);
    }
    let ProposeArgs { kind, yes, program, settings, of, .. } = args;
    let deployment = open(of).await?;
    let existing = deployment.kind().await?;
    let kind = match (kind, existing, wish) {
        (_, None, Wish::Update) => bail!("there is no deployment {} to update: create it", deployment.name),
        (Some(kind), ..) | (None, Some(kind), _) => kind,
        (None, None, _) => bail!("say what it computes on: --kind ec2, --kind ec2-one or --kind serverless"),
    };
    if existing.is_some() && wish == Wish::Create {
        say(&format!("{} is there already: this changes it, as \"update\" does", deployment.name));
    }
    if let (Some(fewest), Some(most)) = (settings.minimum, settings.instances)
        && fewest > most
    {
        bail!("--minimum is {fewest}, and --instances only {most}");
    }
    let settings = Settings::from(settings);
    let is_for_nobody = settings.get("HttpFrom").unwrap_or_default().is_empty();
    if existing.is_none() && kind != Kind::Serverless && is_for_nobody {
        bail!(
            "say who may use it: --http-from CIDR, such as 198.51.100.0/24. There are no accounts yet: whoever can reach \
             it can read, save and remove"
        );
    }
    let there = deployment.architecture().await?;
    let architecture = program.architecture.or(there).unwrap_or(Architecture::OURS);
    if let Some(there) = there.filter(|there| *there != architecture) {
        bail!("{} is for {there}: another architecture needs another deployment", deployment.name);
    }
    let program = if program.installed {
        Program::Installed
    } else if existing.is_none() || !program.packages.is_empty() {
        Program::Package(Package::choose(&program.packages, kind, architecture)?)
    } else {
        Program::Unchanged
    };
    let proposal = deployment.propose(kind, Some(architecture), settings, program).await?;
    if proposal.change_sets.is_empty() {
        say("There is nothing to change.");
        return Ok(ExitCode::SUCCESS);
    }
    show(&proposal);
    if wish == Wish::Plan {
        deployment.discard(&proposal).await?;
        say("Nothing was changed.");
        return Ok(ExitCode::SUCCESS);
    }
    let agreed = if yes { Ok(true) } else { is_agreed("Do this?") };
    if !matches!(agreed, Ok(true)) {
        deployment.discard(&proposal).await?;
        say("Nothing was changed.");
        agreed?;
        return Ok(ExitCode::FAILURE);
    }
    if let Some(url) = deployment.carry_out(proposal, &mut say).await? {
        say(&format!("{} is at {url}", deployment.name));
    }
    Ok(ExitCode::SUCCESS)
}

fn print_templates(kind: Option<Kind>, templates: &Templates, to: &Path) -> anyhow::Result<ExitCode> {
    let kind = kind.context("say which: --kind ec2, --kind ec2-one or --kind serverless")?;
    for which in [Which::Data(kind), Which::Compute(kind)] {
        let text = templates.read(which)?;
        if to != Path::new("-") {
            let file = to.join(which.file_name());
            std::fs::write(&file, &*text).with_context(|| format!("cannot write {}", file.display()))?;
            continue;
        }
        print(|out| writeln!(out, "# {}\n{}", which.file_name(), text.trim_end())).context("cannot print")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints what would change, resource by resource.
fn show(proposal: &Proposal) {
    for set in &proposal.change_sets {
        let is_new = if set.is_new { "new, " } else { "" };
        let resources = if set.changes.len() == 1 { "resource" } else { "resources" };
        say(&format!("\n{}: {is_new}{} {resources}", set.stack, set.changes.len()));
        let widest = set.changes.iter().map(|change| change.resource.len()).max().unwrap_or_default();
        for Change { action, resource, kind, replacement } in &set.changes {
            let mark = match &**action {
                "Add" => '+',
                "Remove" => '-',
                _ => '~',
            };
            let note = match &**replacement {
                "True" => ", replaced by another one",
                "Conditional" => ", perhaps replaced by another one",
                _ => "",
            };
            say(&format!("  {mark} {resource:<widest$}  {kind}{note}"));
        }
    }
    if let Some(later) = &proposal.later {
        say(&format!("\n{}: new, once the other one is there (--print shows its template)", later.stack));
    }
    say("");
}

async fn destroy(args: DestroyArgs) -> anyhow::Result<ExitCode> {
    let DestroyArgs { with_data, export: file, confirm, yes, of } = args;
    let aws_options: Vec<String> =
        of.aws.given().flat_map(|(option, value)| [option.to_owned(), value.to_owned()]).collect();
    let deployment = open(of).await?;
    let (computing, has_data) = deployment.existing().await?;
    for stack in &computing {
        say(&format!("- {stack} is deleted"));
    }
    if has_data {
        let fate = if with_data { "is deleted with everything in it" } else { "is kept" };
        say(&format!("- qrate-{}-data {fate}", deployment.name));
    }
    if computing.is_empty() && !(with_data && has_data) {
        if with_data && !deployment.left(false).await?.there.is_empty() {
            // An earlier attempt did not get to the end.
            confirmed(&deployment.name, confirm.as_ref())?;
            deployment.destroy_data(&mut say).await?;
        } else {
            say(&format!(
                "There is no deployment {} in this account and region: nothing to delete.",
                deployment.name
            ));
        }
        return inventory(&deployment, with_data).await;
    }
    if with_data && has_data {
        confirmed(&deployment.name, confirm.as_ref())?;
    } else if !(yes || is_agreed("Do this?")?) {
        say("Nothing was deleted.");
        return Ok(ExitCode::FAILURE);
    }
    let kept = deployment.kept().await?;
    let needs_export = with_data && has_data && !deployment.is_being_emptied().await?;
    if needs_export {
        check_export(kept, file.as_deref())?;
    }
    deployment.destroy(&mut say).await?;
    if with_data && has_data {
        if needs_export && kept == Some(Kept::Gallery) {
            let file = file.context("an export is made first: name its file with --export")?;
            export_everything(&deployment, &file, &aws_options).await?;
        }
        deployment.destroy_data(&mut say).await?;
    }
    inventory(&deployment, with_data).await
}

/// Whoever deletes everything types the name.
fn confirmed(name: &DeploymentName, given: Option<&DeploymentName>) -> anyhow::Result<()> {
    let typed = match given {
        Some(given) => given.to_string(),
        None => {
            ask("Type the name of the deployment to delete everything that it keeps: ", "--confirm NAME")?
        }
    };
    if typed.trim() == name.to_string() { Ok(()) } else { bail!("that is not its name: nothing was deleted") }
}

/// The export comes before any data are deleted, so its file is looked at first.
fn check_export(kept: Option<Kept>, file: Option<&Path>) -> anyhow::Result<()> {
    let file = file.context(
        "an export comes first: name a file for it with --export (for ec2-one, the export that you made on the machine)",
    )?;
    if kept == Some(Kept::Volume) {
        return if is_tar(file) {
            Ok(())
        } else {
            bail!(
                "{} is no export: make one on the machine (qrate export FILE), fetch it, and name it here",
                file.display()
            )
        };
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if file.exists() || file == Path::new("-") {
        bail!("{} already exists: name another file for the export", file.display());
    }
    if !folder.is_dir() {
        bail!("there is no folder {} for the export", folder.display());
    }
    Ok(())
}

/// Whether a file begins as a tar does (POSIX.1-2017, pax: the magic of a header).
fn is_tar(file: &Path) -> bool {
    let mut head = [0; 262];
    let read = std::fs::File::open(file).and_then(|mut file| std::io::Read::read_exact(&mut file, &mut head));
    file.is_file() && read.is_ok() && head.ends_with(b"ustar")
}

/// Exports a gallery that nothing serves any more.
async fn export_everything(deployment: &Deployment, file: &Path, aws: &[String]) -> anyhow::Result<()> {
    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        export: ExportArgs,
    }
    let (bucket, table) =
        (deployment.name.bucket(deployment.account(), deployment.region()), deployment.name.resource());
    let file = file.to_str().context("the file's name is not UTF-8")?;
    let given = ["export", file, "--bucket", &bucket, "--table", &table].map(str::to_owned);
    let arguments = Arguments::try_parse_from(given.into_iter().chain(aws.iter().cloned()))?;
    say(&format!("exporting everything to {file}"));
    export(arguments.export).await.map(drop)
}

/// Lists what carries the deployment's tag. After everything was to be deleted, anything is a failure.
async fn inventory(deployment: &Deployment, none_expected: bool) -> anyhow::Result<ExitCode> {
    let Left { there, shown } = deployment.left(none_expected).await?;
    if !shown.is_empty() {
        say("AWS shows deleted machines and disks for about an hour:");
        shown.iter().for_each(|resource| say(&format!("  {}", resource.0)));
    }
    if there.is_empty() {
        say("Nothing is left.");
        return Ok(ExitCode::SUCCESS);
    }
    say(if none_expected { "Left, although nothing should be:" } else { "Kept:" });
    there.iter().for_each(|resource| say(&format!("  {}", resource.0)));
    Ok(if none_expected { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What is done is done, even if nobody reads it.
fn say(text: &str) {
    let _ = print(|out| writeln!(out, "{text}"));
}
