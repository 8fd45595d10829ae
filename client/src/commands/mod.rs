//! The commands, one file each. Not here: how a server is asked (`api`).

mod add;
mod batch;
mod completions;
mod description;
mod draw;
mod entry_id;
mod get;
mod input;
mod label;
mod ls;
mod man;
mod read;
mod report;
mod rm;
mod sheet;
mod show;
mod upload;
mod watch;

use clap::Subcommand;

use crate::console::Console;
use crate::failure::{Exit, Failure};

/// A command for a terminal.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Save a code on a server: a text, a typed content such as a Wi-Fi network, or each line of standard input.
    #[command(after_help = Exit::HELP, after_long_help = add::help())]
    Add(add::AddArgs),
    /// List entries, newest first.
    #[command(after_help = Exit::HELP)]
    Ls(ls::LsArgs),
    /// Show one entry with all that is known of it.
    #[command(after_help = Exit::HELP)]
    Show(show::ShowArgs),
    /// Download the file of an entry, or a code in another format.
    #[command(after_help = Exit::HELP)]
    Get(get::GetArgs),
    /// Print codes on pages of labels, as a PDF.
    #[command(after_help = Exit::HELP)]
    Sheet(sheet::SheetArgs),
    /// Remove entries. They can be restored for seven days, unless they are purged.
    #[command(after_help = Exit::HELP)]
    Rm(rm::RmArgs),
    /// Restore removed entries.
    #[command(after_help = Exit::HELP)]
    Restore(rm::RestoreArgs),
    /// Change the labels and the name of an entry.
    #[command(after_help = Exit::HELP)]
    Label(label::LabelArgs),
    /// Print each change of a space as it happens, until Ctrl-C. Survives a restart of the server without a gap.
    #[command(after_help = Exit::HELP)]
    Watch(watch::WatchArgs),
    /// Upload photos and other files.
    #[command(after_help = Exit::HELP)]
    Upload(upload::UploadArgs),
    /// Draw a code in the terminal or into a file, without a server.
    #[command(after_help = Exit::HELP)]
    Draw(draw::DrawArgs),
    /// Read the codes in pictures, without a server: one text a line.
    #[command(after_help = Exit::HELP)]
    Read(read::ReadArgs),
    /// Print the completions for a shell.
    Completions(completions::CompletionsArgs),
    /// Print the manual page of the program or of a command, or write all pages into a folder.
    Man(man::ManArgs),
}

impl Command {
    /// Whether it runs until it is interrupted, so that an interruption is no failure.
    pub(crate) fn is_watch(&self) -> bool {
        matches!(self, Self::Watch(_))
    }
}

pub(crate) async fn run(
    command: Command,
    program: &mut clap::Command,
    console: &Console,
) -> Result<(), Failure> {
    match command {
        Command::Add(args) => add::add(args, console).await,
        Command::Ls(args) => ls::ls(args, console).await,
        Command::Show(args) => show::show(args, console).await,
        Command::Get(args) => get::get(args, console).await,
        Command::Sheet(args) => sheet::sheet(args, console).await,
        Command::Rm(args) => rm::rm(args, console).await,
        Command::Restore(args) => rm::restore(args, console).await,
        Command::Label(args) => label::label(args, console).await,
        Command::Watch(args) => watch::watch(args, console).await,
        Command::Upload(args) => upload::upload(args, console).await,
        Command::Draw(args) => draw::draw(args, console).await,
        Command::Read(args) => read::read(args, console).await,
        Command::Completions(args) => completions::completions(&args, program, console),
        Command::Man(args) => man::man(&args, program, console),
    }
}
