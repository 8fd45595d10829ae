//! What a page shows, as plain data: the server fills it, `render` draws it.

use domain::payload::{Answers, PayloadKind};
use domain::{EntryId, EntryRow, Level, ListingPage, Look, Score, Seq, Space};
pub use domain::{Failure, Field, Notice};

/// What every page needs to find its way.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Where the program lives: `/`, or `/qrate/`. Starts and ends with a slash.
    pub base: String,
    /// Identifies the program's build: a page that hears another one from `hello` offers to reload.
    pub build: String,
    /// Where the embedded files are.
    pub assets: AssetUrls,
}

/// Addresses of the embedded files, hashed, without the base.
#[derive(Debug, Clone)]
pub struct AssetUrls {
    /// The style sheet.
    pub style: String,
    /// The script that wakes the islands; none when the program was built without the browser's side.
    pub wake: Option<WakeUrls>,
    /// The icon (SVG).
    pub icon: String,
    /// A picture (SVG) of each of `qr::PRESETS`.
    pub presets: Vec<String>,
}

/// The browser's side.
#[derive(Debug, Clone)]
pub struct WakeUrls {
    /// Our module, which loads the other two.
    pub script: String,
    /// What wasm-bindgen wrote.
    pub glue: String,
    /// The WASM.
    pub wasm: String,
    /// Our module for the forms of kinds, and its WASM: only for pages that have one.
    pub contents: (String, String),
    /// What draws looks: only loaded where one is chosen.
    pub studio: StudioUrls,
}

/// What draws codes in a look, in the browser.
#[derive(Debug, Clone)]
pub struct StudioUrls {
    /// Our module, which starts the worker.
    pub script: String,
    /// The worker.
    pub worker: String,
    /// Its WASM.
    pub wasm: String,
}

/// A page to draw.
#[derive(Debug, Clone)]
pub enum Page {
    /// A space: composer and listing.
    Space(SpacePage),
    /// One entry.
    Entry(EntryPage),
    /// An error that has no better page.
    Error(ErrorPage),
}

/// A space: composer and listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpacePage {
    /// Which one.
    pub space: Space,
    /// The part of its listing to show; none when it could not be read (then `failure` says why).
    pub listing: Option<ListingPage>,
    /// Files of the bucket that are left out because their names cannot be keys.
    pub unnamed_files: u64,
    /// What stands in the composer.
    pub draft: DraftFields,
    /// The server's drawing of the draft, when it was asked for one.
    pub drawn: Option<Box<Drawn>>,
    /// Whether its look was just made that of the space.
    pub look_kept: bool,
    /// Why the last write without WASM was refused.
    pub failure: Option<Failure>,
    /// What the last write without WASM did.
    pub notice: Option<Notice>,
}

/// What stands in the composer, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftFields {
    /// Which kind of content it makes.
    pub kind: PayloadKind,
    /// What was answered in the form of the kind; nothing where the text itself is typed.
    pub answers: Answers,
    /// The text.
    pub text: String,
    /// The level chosen.
    pub level: Level,
    /// The look chosen.
    pub look: Look,
    /// The name.
    pub name: String,
    /// A fresh random request id, or that of the refused attempt.
    pub request: String,
}

/// A draft as the server draws it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// An SVG document.
    pub picture: String,
    /// How well it scans; none for the plain code.
    pub score: Option<Score>,
    /// 1 to 40.
    pub version: u8,
    /// That of the symbol: a logo may have raised the one that was chosen.
    pub level: Level,
}

/// One entry.
#[derive(Debug, Clone)]
pub struct EntryPage {
    /// Its space.
    pub space: Space,
    /// The entry, live or a tombstone (the server answers 410 then; the page offers to restore it if it can be).
    pub entry: EntryRow,
    /// The seq at which it was read: the page listens from here.
    pub seq: Seq,
    /// For how long it could not be brought up to date; none when it could.
    pub behind_seconds: Option<u64>,
    /// Name and labels as they were typed, when they were refused.
    pub typed: Option<TypedDescription>,
    /// Why the last write without WASM was refused.
    pub failure: Option<Failure>,
}

/// What stands in the form for the name and the labels of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedDescription {
    /// The name.
    pub name: String,
    /// The labels, with commas between them.
    pub labels: String,
}

/// An error that has no better page.
#[derive(Debug, Clone)]
pub struct ErrorPage {
    /// The HTTP status that the page goes out with.
    pub status: u16,
    /// A few words: «Not found».
    pub title: String,
    /// One sentence that says what to do.
    pub sentence: String,
    /// The id under which the log tells more.
    pub request_id: Option<String>,
    /// Where to go on: the space that was asked for, if it could be told.
    pub space: Option<Space>,
    /// The entry that was asked for, if it could be told.
    pub id: Option<EntryId>,
}
