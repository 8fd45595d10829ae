//! The parameters of addresses as the API describes them. They are only described here: reading them is the extractors'
//! (`grants`, `inputs`, `idempotency`).
#![expect(dead_code, reason = "types that only describe")]

use domain::{Kind, LabelName, Recipe, Space};
use utoipa::IntoParams;

/// A space.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct InSpacePath {
    /// The id of the space. `main` always exists; any other begins with its first entry.
    space: Space,
}

/// An entry.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct EntryPath {
    /// The id of the space.
    space: Space,
    /// The number of the entry.
    #[param(minimum = 1, maximum = 9_007_199_254_740_991_u64)]
    id: u64,
}

/// A table.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct TablePath {
    /// The id of the space.
    space: Space,
    /// The number of the table.
    #[param(minimum = 1, maximum = 9_007_199_254_740_991_u64)]
    table: u64,
}

/// How a table is read. What is left out is recognised.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TableQuery {
    /// What separates the cells: `comma`, `semicolon`, `tab`, or `line`, where each line is one text.
    #[param(pattern = "^(comma|semicolon|tab|line)$")]
    separator: Option<String>,
    /// Whether the first row is a heading: `true` or `false`.
    heading: Option<bool>,
    /// What each column holds, separated by commas: `text`, `name`, `level`, `look`, `labels` or `unused`.
    #[param(
        max_length = 255,
        pattern = "^(text|name|level|look|labels|unused)(,(text|name|level|look|labels|unused))*$"
    )]
    columns: Option<String>,
    /// The name of the file.
    name: Option<String>,
}

/// A page of a listing.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// How many entries at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Continues after an earlier answer: its `next`.
    #[param(max_length = 1024, pattern = "^([A-Za-z0-9_-]*\\.)?[1-9][0-9]{0,15}$")]
    cursor: Option<String>,
    /// Only entries with all of these words, or parts of words, in their name, value, number, file name or labels; case,
    /// accents and width make no difference.
    #[param(max_length = 256)]
    q: Option<String>,
    /// The order: `number`, `name`, `time` or `size`; with a minus sign before it, the largest comes first.
    #[param(default = "-number", pattern = "^-?(number|name|time|size)$")]
    sort: Option<String>,
    /// Only entries of this kind.
    #[param(inline)]
    kind: Option<Kind>,
    /// Only entries with this label; several mean all of them.
    #[param(max_items = 50, style = Form, explode)]
    label: Option<Vec<LabelName>>,
    /// The newest entry with exactly this value, alone. Not together with others but `at` and `limit`.
    value: Option<String>,
    /// Waits until the listing includes this change, at most five seconds.
    #[param(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    at: Option<u64>,
}

/// Which entries.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ChoiceQuery {
    /// Only entries with all of these words, as in a list.
    #[param(max_length = 256)]
    q: Option<String>,
    /// The order in the table.
    #[param(default = "-number", pattern = "^-?(number|name|time|size)$")]
    sort: Option<String>,
    /// Only entries of this kind.
    #[param(inline)]
    kind: Option<Kind>,
    /// Only entries with this label; several mean all of them.
    #[param(max_items = 50, style = Form, explode)]
    label: Option<Vec<LabelName>>,
}

/// How codes are printed on labels.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SheetQuery {
    /// The labels by maker and number, such as `avery-l7160`, `herma-4272` or `avery-5160`; or `free` for a grid of your own.
    /// An unknown one is an error that lists the known ones.
    #[param(default = "avery-l7160", max_length = 64)]
    format: Option<String>,
    /// The entries to print, in this order, instead of all that match.
    #[param(max_items = 10_000, style = Form, explode)]
    id: Option<Vec<u64>>,
    /// Instead of those: the codes that were made of this table, in the order of its rows.
    #[param(minimum = 1)]
    table: Option<u64>,
    /// What stands beside or below a code: `none`, `name` (or else what it means), `number` or `text`.
    #[param(default = "none", pattern = "^(none|name|number|text)$")]
    words: Option<String>,
    /// On how many labels each code is printed.
    #[param(minimum = 1, maximum = 1000, default = 1)]
    copies: Option<u32>,
    /// How many labels at the beginning of the first page are left free, because they are used up.
    #[param(minimum = 0, maximum = 4999, default = 0)]
    used: Option<u32>,
    /// With any value: draws the edges of the labels.
    edges: Option<String>,
    /// With `format=free`: the page, `a4`, `a5`, `a6`, `letter` or `own`.
    #[param(default = "a4")]
    paper: Option<String>,
    /// With `paper=own`: the width of the page in millimetres, as are the following lengths.
    #[param(default = "100")]
    width: Option<String>,
    /// With `paper=own`: its height.
    #[param(default = "150")]
    height: Option<String>,
    /// With `format=free`: labels beside each other.
    #[param(default = "3")]
    columns: Option<String>,
    /// Labels below each other.
    #[param(default = "8")]
    rows: Option<String>,
    /// The left margin.
    #[param(default = "10")]
    left: Option<String>,
    /// The right margin.
    #[param(default = "10")]
    right: Option<String>,
    /// The upper margin.
    #[param(default = "10")]
    top: Option<String>,
    /// The lower margin.
    #[param(default = "10")]
    bottom: Option<String>,
    /// Between two columns.
    #[param(default = "2")]
    across: Option<String>,
    /// Between two rows.
    #[param(default = "2")]
    down: Option<String>,
}

/// Which page.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// Which page, from 1.
    #[param(minimum = 1, maximum = 4_294_967_295_u64, default = 1)]
    page: Option<u32>,
    /// How many entries at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

/// A file of a code.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FileQuery {
    /// Of a code: draws it in this format. Without it, the object itself.
    #[param(inline)]
    format: Option<super::wire::FormatName>,
    /// With `format=png`: the width in pixels.
    #[param(minimum = 1, maximum = 4096)]
    size: Option<u32>,
}

/// What to draw.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DrawQuery {
    /// The text of the code.
    #[param(min_length = 1, max_length = 7089)]
    text: String,
    /// The format.
    #[param(inline, default = "svg")]
    format: Option<super::wire::FormatName>,
    /// Error correction.
    #[param(inline, default = "M")]
    level: Option<super::wire::LevelName>,
    /// A look as text, percent-encoded.
    #[param(max_length = 4096)]
    look: Option<String>,
    /// With `format=png`: the width in pixels.
    #[param(minimum = 1, maximum = 4096)]
    size: Option<u32>,
    /// With any value: browsers save it as a file instead of showing it.
    download: Option<String>,
}

/// What is done with an upload.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PhotoQuery {
    /// The name of the file.
    name: Option<String>,
    /// What is made of the photo; the default is `flip`.
    #[param(inline)]
    recipe: Option<Recipe>,
}

/// The name of an uploaded file.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct NameQuery {
    /// The name of the file.
    name: Option<String>,
}

/// Where an event stream begins.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EventsQuery {
    /// The last change that is known: what follows is sent. Without it, what happens from now on.
    #[param(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    after: Option<u64>,
}

/// Identifies repetitions of a request.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(super) struct IdempotencyHeader {
    /// An id of your choice, of 1 to 64 letters, digits, `-` and `_`: the same request again gets the same answer, and
    /// does nothing new, for seven days. With another request it is a 409.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]{1,64}$")]
    idempotency_key: Option<String>,
}

/// Whom to tell.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(super) struct PhoneHeader {
    /// A phone number with its country code that gets a message when the photo is done, if messages are configured.
    #[param(rename = "Qrate-Phone")]
    qrate_phone: Option<String>,
}

/// Only if nobody was faster.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(super) struct IfMatchHeader {
    /// The `ETag` of what is changed: if it has another one by now, nothing is done (412).
    #[param(rename = "If-Match")]
    if_match: Option<String>,
}

/// Only if it is new.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(super) struct IfNoneMatchHeader {
    /// The `ETag` of what is there already: if it has not changed, the answer is 304.
    #[param(rename = "If-None-Match")]
    if_none_match: Option<String>,
}
