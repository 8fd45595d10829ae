//! `qrate draw`: draws a code, without a server. Not here: logos, which lie in a gallery.

use std::path::{Path, PathBuf};

use domain::{CodeText, Level};
use qr::{Drawing, Screen, Style, terminal};

use super::input;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::new_file;

/// The arguments of `draw`.
#[derive(Debug, clap::Args)]
pub struct DrawArgs {
    /// Text of the code; "-" reads it from standard input.
    #[arg(value_name = "TEXT")]
    text: String,
    /// File to write, in the format of its extension: png, svg, pdf, txt or uri; "-" is standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Format, if the extension does not say it.
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<Format>,
    /// Error correction level: L, M, Q or H.
    #[arg(long, value_name = "LEVEL", default_value = "M", value_parser = level)]
    level: Level,
    /// Look of a picture, such as "shape=dots&ink=0b3d91"; text has none.
    #[arg(long, value_name = "LOOK", default_value = "", hide_default_value = true)]
    look: String,
    /// Draw text for dark letters on light ground.
    #[arg(long)]
    light: bool,
    /// Replace an existing file.
    #[arg(long)]
    force: bool,
}

/// The format of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// Pixels.
    Png,
    /// Vector graphics.
    Svg,
    /// A page.
    Pdf,
    /// Half blocks for a terminal.
    Txt,
    /// The PNG as a data URI.
    Uri,
}

/// A text that is longer than this fits no code, however it is encoded.
const TEXT_MAX_BYTES: u64 = 64 * 1024;

/// Black on white, whatever the colours of the terminal: by numbers, which no theme changes.
const BLACK_ON_WHITE: &str = "\u{1b}[38;5;16;48;5;231m";
const USUAL_COLOURS: &str = "\u{1b}[0m";

/// A level in either case.
pub(super) fn level(text: &str) -> Result<Level, String> {
    text.to_ascii_uppercase().parse().map_err(|error| format!("{error}"))
}

impl Format {
    const ALL: [Self; 5] = [Self::Png, Self::Svg, Self::Pdf, Self::Txt, Self::Uri];

    /// Without a dot; also its name in the API.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Txt => "txt",
            Self::Uri => "uri",
        }
    }

    /// The format that a file's extension names.
    pub(super) fn of_file(file: &Path) -> Result<Self, Failure> {
        let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let is_named = |format: &Self| format.extension().eq_ignore_ascii_case(extension);
        Self::ALL.into_iter().find(is_named).ok_or_else(|| {
            let file = new_file::shown(file);
            Failure::usage(format!("The extension of {file} names no format: use png, svg, pdf, txt or uri."))
        })
    }

    fn is_binary(self) -> bool {
        matches!(self, Self::Png | Self::Pdf)
    }
}

pub(super) async fn draw(args: DrawArgs, console: &Console) -> Result<(), Failure> {
    let file = args.output.as_deref().filter(|output| *output != Path::new("-"));
    let format = match (args.format, file) {
        (Some(format), _) => format,
        (None, Some(file)) => Format::of_file(file)?,
        (None, None) => Format::Txt,
    };
    if file.is_none() && format.is_binary() && console.is_terminal {
        return Err(Failure::usage("A picture is not for a terminal: write it into a file (-o FILE)."));
    }
    let style = Style::parse_only(&args.look).map_err(|error| Failure::usage(error.to_string()))?;
    if style.logo.is_some() {
        return Err(Failure::usage("A logo lies in a gallery: leave it out of the look, or use qrate add."));
    }
    let text = text(args.text).await?;
    let code = CodeText::parse(&text, args.level).map_err(|error| Failure::usage(error.to_string()))?;
    let is_painted = file.is_none() && format == Format::Txt && console.has_colours();
    let screen = if args.light || is_painted { Screen::Light } else { Screen::Dark };
    let picture = picture(&code, &style, format, screen)?;
    match file {
        Some(file) => new_file::write(file, args.force, &picture).map(drop),
        None if is_painted => console.write(painted(&String::from_utf8_lossy(&picture)).as_bytes()),
        None => console.write(&picture),
    }
}

/// What is to be in the code. A line feed at the end of standard input is that of the last line.
async fn text(text: String) -> Result<String, Failure> {
    if text != "-" {
        return Ok(text);
    }
    let text = String::from_utf8(input::whole(TEXT_MAX_BYTES).await?);
    let mut text = text.map_err(|_| Failure::other("Standard input is no text in UTF-8."))?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

fn picture(code: &CodeText, style: &Style, format: Format, screen: Screen) -> Result<Vec<u8>, Failure> {
    let refused = |error: qr::StyleError| Failure::new(Exit::Usage, error.to_string());
    if format == Format::Txt {
        return Ok(terminal(code.symbol(), screen).into_bytes());
    }
    let drawing = Drawing::new(code.symbol(), style, None).map_err(refused)?;
    Ok(match format {
        Format::Svg => drawing.svg().into_bytes(),
        Format::Pdf => drawing.pdf(),
        Format::Png => drawing.png().map_err(refused)?,
        Format::Uri | Format::Txt => qr::data_uri("image/png", &drawing.png().map_err(refused)?).into_bytes(),
    })
}

/// Each line in black on white.
fn painted(lines: &str) -> String {
    lines.lines().map(|line| format!("{BLACK_ON_WHITE}{line}{USUAL_COLOURS}\n")).collect()
}
