//! What a page shows, as plain data: the server fills it in, `render` draws it.

use domain::Recipe;
use domain::payload::{Answers, PayloadKind};
use domain::wire::OpenJobs;
use domain::{
    EntryId, EntryRow, Kind, LabelName, Level, ListingPage, Parameters, Score, Seq, Sort, Space, StyleText,
};
pub use domain::{Failure, Field, Notice};

use crate::label_sheet::SheetPage;
use crate::many::ManyPage;
use crate::messages::{MessageState, Messages, Sending};

/// What every page needs.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The base path: `/`, or `/qrate/`. Starts and ends with a slash.
    pub base: String,
    /// Identifies the build of the program: a page that receives another one in `hello` offers to reload.
    pub build: String,
    /// Addresses of the embedded files.
    pub assets: AssetUrls,
}

/// Addresses of the embedded files, hashed, without the base path.
#[derive(Debug, Clone)]
pub struct AssetUrls {
    /// The style sheet of every page.
    pub style: String,
    /// That of all pages but those of spaces, in addition.
    pub other_style: String,
    /// The font.
    pub font: String,
    /// The script that hydrates the islands; `None` if the program was built without the browser's side.
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
    /// Our module for the forms of kinds, and its WASM: only on pages with such a form.
    pub contents: (String, String),
    /// Our module for what few people use: loaded only when they do.
    pub on_demand: String,
    /// Our module that follows a table of which codes are made: only on its page.
    pub many: String,
    /// Our module for uploads, and its WASM: loaded only with the first photo.
    pub uploads: (String, String),
    /// The module that draws looks: loaded only once a look is chosen.
    pub studio: StudioUrls,
}

/// What draws codes with a look, in the browser.
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
    /// What runs and what failed in a space.
    Jobs(JobsPage),
    /// The entries with some labels, or all labels of a space.
    Labels(LabelsPage),
    /// What was removed from a space.
    Trash(TrashPage),
    /// Many codes at once.
    Many(ManyPage),
    /// Codes to be printed on labels.
    Sheet(Box<SheetPage>),
    /// The spaces that there are.
    Spaces(SpacesPage),
    /// The API for people.
    Api(ApiPage),
    /// An error without a page of its own.
    Error(ErrorPage),
}

/// A space: composer and listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpacePage {
    /// Which one.
    pub space: Space,
    /// The part of its listing to show; `None` if it could not be read (`failure` says why).
    pub listing: Option<ListingPage>,
    /// What the listing was asked for.
    pub query: ListingQuery,
    /// Files of the bucket that are left out because their names cannot be keys.
    pub unnamed_files: u64,
    /// Why nothing can be saved until somebody repairs the storage, in a sentence.
    pub fault: Option<String>,
    /// The draft.
    pub draft: DraftFields,
    /// The server's drawing of the draft, if requested.
    pub drawn: Option<Box<Drawn>>,
    /// The newest entry with the text of the draft.
    pub known: Option<EntryId>,
    /// Whether its look has just become the default of the space.
    pub look_kept: bool,
    /// What is filled in for photos.
    pub photos: PhotoFields,
    /// Whether people who leave a number get messages.
    pub sending: Sending,
    /// What runs and what failed.
    pub open_jobs: OpenJobs,
    /// Why the last write without WASM was refused.
    pub failure: Option<Failure>,
    /// The outcome of the last write without WASM.
    pub notice: Option<Notice>,
}

/// Which entries a listing shows, and in which order. The default is all of them, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListingQuery {
    /// The words that are looked for, as typed.
    pub text: String,
    /// Only entries of this kind.
    pub only: Option<Kind>,
    /// The order.
    pub sort: Sort,
}

impl ListingQuery {
    /// What stands in the address: only what is asked for.
    pub fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::default();
        if !self.text.is_empty() {
            parameters.push("q", &*self.text);
        }
        if let Some(kind) = self.only {
            parameters.push("only", kind_name(kind));
        }
        if self.sort != Sort::default() {
            parameters.push("sort", self.sort.to_string());
        }
        parameters
    }
}

/// A kind in an address.
pub(crate) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Code => "code",
        Kind::Photo => "photo",
        Kind::File => "file",
    }
}

/// The draft as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftFields {
    /// Its kind of content.
    pub kind: PayloadKind,
    /// The answers in the form of the kind; `None` if the text itself is typed.
    pub answers: Answers,
    /// The text.
    pub text: String,
    /// The level chosen.
    pub level: Level,
    /// The look chosen.
    pub look: StyleText,
    /// The name.
    pub name: String,
    /// A new random request id, or that of the refused attempt.
    pub request: String,
}

/// The fields of the form for photos, besides the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PhotoFields {
    /// What is made of each.
    pub recipe: Recipe,
    /// The phone number, as typed.
    pub phone: String,
}

/// A draft as drawn by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// An SVG document.
    pub picture: String,
    /// How well it scans; `None` for the plain code.
    pub score: Option<Score>,
    /// 1 to 40.
    pub version: u8,
    /// The level of the symbol: a logo may have raised the chosen one.
    pub level: Level,
}

/// One entry.
#[derive(Debug, Clone)]
pub struct EntryPage {
    /// Its space.
    pub space: Space,
    /// The entry, live or a tombstone (then the status is 410, and the page offers to restore it if possible).
    pub entry: EntryRow,
    /// The seq at which it was read: the page listens from here.
    pub seq: Seq,
    /// For how long it could not be updated; `None` if it is current.
    pub behind_seconds: Option<u64>,
    /// Entries that look alike, if it is a photo.
    pub similar: Vec<EntryRow>,
    /// Labels that are suggested while one is typed, if it is a photo.
    pub label_words: Vec<String>,
    /// What a person removed of the labels that a labeller found, if it is a photo.
    pub removed_labels: Vec<LabelName>,
    /// Whether there is a labeller.
    pub looks_for_labels: bool,
    /// How far the message to the person who left a number is.
    pub message: Option<MessageState>,
    /// The outcome of the last write without WASM.
    pub notice: Option<Notice>,
    /// Why nothing can be saved until somebody repairs the storage, in a sentence.
    pub fault: Option<String>,
    /// Name and labels as they were typed, when they were refused.
    pub typed: Option<Box<TypedDescription>>,
    /// Labels that were to be added, as they were typed, when they were refused.
    pub typed_labels: Option<String>,
    /// Why the last write without WASM was refused.
    pub failure: Option<Failure>,
}

/// What runs and what failed in a space.
#[derive(Debug, Clone)]
pub struct JobsPage {
    /// Which one.
    pub space: Space,
    /// The seq at which the photos were listed.
    pub seq: Seq,
    /// How many photos are being worked on.
    pub unfinished_total: u64,
    /// How many have failed.
    pub failed_total: u64,
    /// Those that are being worked on, the oldest first, at most `limits::JOBS_MAX_SHOWN`.
    pub unfinished: Vec<EntryRow>,
    /// Those that failed, the newest first, at most as many.
    pub failed: Vec<EntryRow>,
    /// Messages to people who left a number.
    pub messages: Messages,
    /// For how long they could not be updated; `None` if they are current.
    pub behind_seconds: Option<u64>,
    /// Why nothing can be saved until somebody repairs the storage, in a sentence.
    pub fault: Option<String>,
    /// Why the last write without WASM was refused.
    pub failure: Option<Failure>,
}

/// The entries with some labels, or all labels of a space.
#[derive(Debug, Clone)]
pub struct LabelsPage {
    /// Which one.
    pub space: Space,
    /// The seq at which it was read.
    pub seq: Seq,
    /// What is looked for: entries with all of these.
    pub labels: Vec<LabelName>,
    /// How many entries have them.
    pub total: u64,
    /// Which page of them this is, from 1.
    pub page: u32,
    /// How many pages there are.
    pub pages: u32,
    /// The entries of the page, the newest first; none if no label is looked for.
    pub entries: Vec<EntryRow>,
    /// The most frequent labels of the space, or of these entries, each with how many have it.
    pub known: Vec<(LabelName, u64)>,
    /// Whether the space has a photo.
    pub has_photos: bool,
    /// At how many photos a labeller was just told to look again, and how many of all it has still to look at.
    pub again: Option<(u64, u64)>,
    /// Whether there is a labeller.
    pub looks_for_labels: bool,
    /// For how long they could not be updated; `None` if they are current.
    pub behind_seconds: Option<u64>,
    /// Why nothing can be saved until somebody repairs the storage, in a sentence.
    pub fault: Option<String>,
    /// Why the last write without WASM was refused.
    pub failure: Option<Failure>,
}

/// What was removed from a space in the last days.
#[derive(Debug, Clone)]
pub struct TrashPage {
    /// Which one.
    pub space: Space,
    /// The seq at which it was read.
    pub seq: Seq,
    /// How many tombstones there are.
    pub total: u64,
    /// Which page of them this is, from 1.
    pub page: u32,
    /// How many pages there are.
    pub pages: u32,
    /// Those of the page, the last removed first.
    pub entries: Vec<EntryRow>,
    /// How many were just restored.
    pub restored: Option<u64>,
    /// How many were just removed at once.
    pub removed: Option<u64>,
    /// For how long they could not be updated; `None` if they are current.
    pub behind_seconds: Option<u64>,
    /// Why nothing can be saved until somebody repairs the storage, in a sentence.
    pub fault: Option<String>,
    /// Why the last write without WASM was refused.
    pub failure: Option<Failure>,
}

/// The spaces that there are.
#[derive(Debug, Clone)]
pub struct SpacesPage {
    /// Sorted by their ids.
    pub spaces: Vec<Space>,
    /// The name that was typed and refused.
    pub typed: String,
    /// Why it was.
    pub failure: Option<Failure>,
}

/// The content of the form for the name and labels of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedDescription {
    /// The name.
    pub name: TypedText,
    /// The labels, separated by commas.
    pub labels: TypedText,
}

/// The content of a field that somebody may have typed into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedText {
    /// What it holds.
    pub text: String,
    /// What it held when the page was made.
    pub at_first: String,
}

impl TypedText {
    /// A field that nobody has touched.
    pub fn untouched(text: String) -> Self {
        Self { at_first: text.clone(), text }
    }
}

impl TypedDescription {
    /// The form for an entry, as it comes with its page.
    pub fn untouched(entry: &EntryRow) -> Self {
        Self {
            name: TypedText::untouched(entry.name.to_string()),
            labels: TypedText::untouched(entry.label_list()),
        }
    }
}

/// An error without a page of its own.
#[derive(Debug, Clone)]
pub struct ErrorPage {
    /// The HTTP status that the page goes out with.
    pub status: u16,
    /// A few words: “Not found”.
    pub title: String,
    /// One sentence that says what to do.
    pub sentence: String,
    /// The request id, for finding details in the log.
    pub request_id: Option<String>,
    /// Where to continue: the requested space, if recognisable.
    pub space: Option<Space>,
    /// The requested entry, if recognisable.
    pub id: Option<EntryId>,
}

/// The API for people.
#[derive(Debug, Clone)]
pub struct ApiPage {
    /// Its parts, in order.
    pub parts: Vec<ApiPart>,
    /// The kinds of errors.
    pub problems: Vec<ApiProblem>,
    /// The address of the description for programs.
    pub description: String,
}

/// Operations that belong together.
#[derive(Debug, Clone)]
pub struct ApiPart {
    /// What they are about.
    pub name: String,
    /// The same in a sentence.
    pub words: String,
    /// The operations, in order.
    pub operations: Vec<ApiOperation>,
}

/// An operation of the API.
#[derive(Debug, Clone)]
pub struct ApiOperation {
    /// Its name, for links.
    pub id: String,
    /// The HTTP method.
    pub method: &'static str,
    /// The path, below the base path.
    pub path: String,
    /// What it does, in a few words.
    pub summary: String,
    /// What else is to be said; parts between backticks are code.
    pub words: String,
    /// Its parameters.
    pub parameters: Vec<ApiParameter>,
    /// The media type of its body, if it has one.
    pub body: Option<String>,
    /// The fields of its body, if that is JSON.
    pub fields: Vec<ApiParameter>,
    /// A request with curl.
    pub example: String,
    /// Statuses, each with what it means; without the errors that most operations have.
    pub answers: Vec<(String, String)>,
}

/// A parameter of an operation.
#[derive(Debug, Clone)]
pub struct ApiParameter {
    /// Its name.
    pub name: String,
    /// Where it stands and what it may be, in words.
    pub facts: String,
    /// What it means; parts between backticks are code.
    pub words: String,
}

/// A kind of error.
#[derive(Debug, Clone)]
pub struct ApiProblem {
    /// Its name, for links.
    pub name: &'static str,
    /// The status.
    pub status: u16,
    /// What it is called.
    pub title: &'static str,
    /// When it happens, and what to do.
    pub words: &'static str,
}
