//! `qrate add`: saves codes. Not here: many of them (`batch`).

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::payload::PayloadKind;
use hyper::Method;
use serde_json::{Map, Value};

use super::batch::add_lines;
use super::description::DescriptionArgs;
use super::draw::Format;
use super::report::ReportArgs;
use crate::api::{Call, Path, Payload, Picture, ServerArgs, read};
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::new_file::NewFile;

/// The arguments of `add`.
#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// Text of the code; "-" takes each line of standard input as a code of its own.
    #[arg(value_name = "TEXT", required_unless_present = "kind")]
    text: Option<String>,
    /// Kind of a typed content, such as wifi; they are listed with their fields at the end of the long help (--help).
    #[arg(long, value_name = "KIND", conflicts_with = "text", value_parser = kinds(), hide_possible_values = true)]
    kind: Option<String>,
    /// A field of the typed content; repeatable.
    #[arg(long = "field", value_name = "NAME=VALUE", requires = "kind", conflicts_with = "text", value_parser = field)]
    fields: Vec<(String, String)>,
    #[command(flatten)]
    description: DescriptionArgs,
    /// Also write the picture into this file, in the format of its extension: png, svg, pdf, txt or uri.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace an existing file.
    #[arg(long, requires = "output")]
    force: bool,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    server: ServerArgs,
}

fn kinds() -> clap::builder::PossibleValuesParser {
    let typed = PayloadKind::ALL.into_iter().filter(|kind| !kind.fields().is_empty());
    typed.map(PayloadKind::as_str).collect::<Vec<_>>().into()
}

fn field(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// The end of the long help: every kind with its fields.
pub(super) fn help() -> String {
    let mut help = "Kinds of content and their fields:\n".to_owned();
    for kind in PayloadKind::ALL.iter().filter(|kind| !kind.fields().is_empty()) {
        let fields: Vec<_> = kind.fields().iter().map(|field| field.name).collect();
        help += &format!("  {kind}: {}\n", fields.join(", "));
    }
    help + "\n" + Exit::HELP
}

pub(super) async fn add(args: AddArgs, console: &Console) -> Result<(), Failure> {
    if args.text.as_deref() == Some("-") {
        if args.output.is_some() {
            return Err(Failure::usage(
                "Each line is a code of its own: they do not fit into one file (-o).",
            ));
        }
        let api = args.server.api(console)?;
        return add_lines(&api, &args.description, args.report, console).await;
    }
    let mut wish = args.description.wish();
    match (args.text, args.kind) {
        (Some(text), _) => wish.insert("text".to_owned(), text.into()),
        (None, kind) => wish.insert("content".to_owned(), content(kind, args.fields)),
    };
    let picture = match &args.output {
        Some(file) => {
            wish.insert("picture".to_owned(), Format::of_file(file)?.extension().into());
            // Begun before anything is saved, so that a wrong name costs nothing.
            Some(NewFile::create(file, args.force)?)
        }
        None => None,
    };
    let api = args.server.api(console)?;
    let call =
        Call::write(Method::POST, api.in_space(&Path::new("entries")), Payload::json(&Value::Object(wish)));
    let mut value = api.json(&call).await?;
    let bytes = value.as_object_mut().and_then(|change| change.remove("picture"));
    args.report.change(console, &api, "Added", &value)?;
    picture.map_or(Ok(()), |file| keep(file, bytes.as_ref()))
}

fn content(kind: Option<String>, fields: Vec<(String, String)>) -> Value {
    let kind = kind.map(|kind| ("kind".to_owned(), kind));
    kind.into_iter()
        .chain(fields)
        .map(|(name, value)| (name, Value::from(value)))
        .collect::<Map<_, _>>()
        .into()
}

/// Writes the picture in an answer.
fn keep(mut file: NewFile, picture: Option<&Value>) -> Result<(), Failure> {
    let missing = || Failure::other("The code is saved, but the server's answer has no picture.");
    let picture: Picture = read(picture.ok_or_else(missing)?)?;
    file.write(&STANDARD.decode(picture.base64).map_err(|_| missing())?)?;
    file.keep().map(drop)
}
