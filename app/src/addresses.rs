//! Every path and address, defined once: the patterns, and the addresses built from them, for pages, forms, router
//! and error pages. Everything lies below the base path, which starts and ends with a slash; a pattern starts with
//! one.

#[cfg(feature = "ssr")]
use domain::TableId;
#[cfg(feature = "ssr")]
use domain::payload::PayloadKind;
use domain::{EntryId, EntryRow, Parameters, Seq, Space, Step};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The id of the part of the page of jobs that is about messages.
#[cfg(feature = "ssr")]
pub(crate) const MESSAGES: &str = "messages";

/// The patterns of all paths, as the router takes them. Those of the server functions are at the functions.
pub mod patterns {
    use leptos::server_fn::ServerFn;

    use crate::functions::{
        ChangeLabels, Describe, Duplicate, KeepLook, Known, Listing, Relabel, RelabelAll, Remove, Reprocess,
        Restore, RestoreAll, Retry, RetryAll, Save,
    };

    /// The page of the space `main`.
    pub const START_PAGE: &str = "/";
    /// The spaces that there are.
    pub const SPACES_PAGE: &str = "/spaces";
    /// Everything about a space lies below this, except the API.
    pub const OF_SPACES: &str = "/s/";
    /// The page of a space.
    pub const SPACE_PAGE: &str = "/s/{space}";
    /// The page of an entry.
    pub const ENTRY_PAGE: &str = "/s/{space}/e/{id}";
    /// Its menu, for the page of a space.
    pub const ENTRY_PANEL: &str = "/s/{space}/e/{id}/more";
    /// Saving.
    pub const SAVE: &str = Save::PATH;
    /// Making a look the space's default.
    pub const KEEP_LOOK: &str = KeepLook::PATH;
    /// Removing an entry.
    pub const REMOVE: &str = Remove::PATH;
    /// Restoring an entry.
    pub const RESTORE: &str = Restore::PATH;
    /// Downloading what was chosen.
    pub const CHOSEN_ZIP: &str = "/s/{space}/chosen/zip";
    /// Removing it.
    pub const CHOSEN_REMOVE: &str = "/s/{space}/chosen/remove";
    /// Adding labels to it.
    pub const CHOSEN_LABEL: &str = "/s/{space}/chosen/label";
    /// Printing it on labels.
    pub const SHEET_PAGE: &str = "/s/{space}/sheet";
    /// The same as a PDF.
    pub const SHEET_PDF: &str = "/s/{space}/sheet/pdf";
    /// What was removed.
    pub const TRASH_PAGE: &str = "/s/{space}/trash";
    /// Restoring what is ticked of it.
    pub const RESTORE_CHOSEN: &str = "/s/{space}/trash/restore-chosen";
    /// Restoring all of it.
    pub const RESTORE_ALL: &str = RestoreAll::PATH;
    /// Many codes at once: the form, and the latest tables.
    pub const MANY_PAGE: &str = "/s/{space}/many";
    /// A table: its first rows, or how far it is.
    pub const MANY_TABLE: &str = "/s/{space}/many/{table}";
    /// Ending it.
    pub const MANY_STOP: &str = "/s/{space}/many/{table}/stop";
    /// Its rows with mistakes.
    pub const MANY_ERRORS: &str = "/s/{space}/many/{table}/errors";
    /// The codes that were made of it.
    pub const MANY_ZIP: &str = "/s/{space}/many/{table}/zip";
    /// Making another entry that is the same.
    pub const DUPLICATE: &str = Duplicate::PATH;
    /// Giving an entry another name and other labels.
    pub const DESCRIBE: &str = Describe::PATH;
    /// Adding and removing labels of an entry.
    pub const CHANGE_LABELS: &str = ChangeLabels::PATH;
    /// Letting a labeller look at a photo again.
    pub const RELABEL: &str = Relabel::PATH;
    /// Letting it look at many photos again.
    pub const RELABEL_ALL: &str = RelabelAll::PATH;
    /// The entries with some labels, and all labels.
    pub const LABELS_PAGE: &str = "/s/{space}/labels";
    /// A page of the listing.
    pub const LISTING: &str = Listing::PATH;
    /// Whether a text was saved before.
    pub const KNOWN: &str = Known::PATH;
    /// Uploading photos.
    pub const PHOTOS: &str = "/s/{space}/photos";
    /// Whether a file with a digest was uploaded before.
    pub const KNOWN_PHOTO: &str = "/s/{space}/photos/known";
    /// Making something else of a photo.
    pub const REPROCESS: &str = Reprocess::PATH;
    /// Trying what failed of a photo again.
    pub const RETRY: &str = Retry::PATH;
    /// Trying everything that failed again.
    pub const RETRY_ALL: &str = RetryAll::PATH;
    /// The page of jobs.
    pub const JOBS_PAGE: &str = "/s/{space}/jobs";
    /// Sending a test message.
    pub const TEST_NOTICE: &str = "/s/{space}/notices/test";
    /// Putting a message aside that failed.
    pub const PUT_NOTICE_ASIDE: &str = "/s/{space}/e/{id}/notice/aside";
    /// A small picture of a photo.
    pub const THUMBNAIL: &str = "/s/{space}/files/{id}/thumbnail";
    /// A large picture of a photo.
    pub const VIEW: &str = "/s/{space}/files/{id}/view";
    /// What was made of a photo.
    pub const RESULT: &str = "/s/{space}/files/{id}/result";
    /// Drawing a draft, as a page.
    pub const PREVIEW: &str = "/s/{space}/preview";
    /// Drawing a draft, as a file.
    pub const DRAW: &str = "/s/{space}/draw";
    /// Uploading a logo.
    pub const UPLOAD_LOGO: &str = "/s/{space}/logo";
    /// The event stream of a space.
    pub const EVENTS: &str = "/s/{space}/events";
    /// The code of an entry in some format: `7.svg`.
    pub const DRAWN_FILE: &str = "/s/{space}/files/{file}";
    /// The object of an entry.
    pub const OBJECT: &str = "/s/{space}/files/{id}/{name}";
    /// A stored logo.
    pub const LOGO: &str = "/s/{space}/logos/{file}";
    /// The whole API lies below this.
    pub const API: &str = "/api/";
    /// The API as a page for people.
    pub const API_PAGE: &str = "/api/v1";
    /// An entry.
    pub const API_ENTRY: &str = "/api/v1/spaces/{space}/entries/{id}";
    /// A table of which codes are made.
    pub const API_TABLE: &str = "/api/v1/spaces/{space}/many/{table}";
    /// The kinds of errors are below this.
    pub const PROBLEMS: &str = "/api/v1/problems/";
    /// Drawing a code that is not kept.
    pub const QR: &str = "/qr";
    /// `POST` a form: colours, or the form of listings.
    pub const PREFERENCES: &str = "/preferences";
    /// An embedded file.
    pub const ASSET: &str = "/assets/{file}";
    /// The icon that browsers request by themselves.
    pub const FAVICON: &str = "/favicon.ico";
    /// What crawlers may read.
    pub const ROBOTS: &str = "/robots.txt";
    /// Whether the program runs.
    pub const HEALTH: &str = "/healthz";
    /// Whether saves succeed.
    pub const READY: &str = "/readyz";
}

/// A path below the base, built from its pattern.
pub fn below(base: &str, pattern: &str) -> String {
    format!("{}{pattern}", base.trim_end_matches('/'))
}

/// The space and the entry that a path names, as far as they are recognisable.
#[cfg(feature = "ssr")]
pub fn space_and_entry_in(base: &str, path: &str) -> (Option<Space>, Option<EntryId>) {
    let mut segments = path.strip_prefix(base.trim_end_matches('/')).unwrap_or_default().split('/');
    let mut pattern = patterns::ENTRY_PAGE.split('/');
    let (mut space, mut id) = (None, None);
    while let (Some(expected), Some(segment)) = (pattern.next(), segments.next()) {
        match expected {
            "{space}" => space = segment.parse().ok(),
            "{id}" => id = segment.parse().ok(),
            _ if expected == segment => {}
            _ => break,
        }
    }
    (space, id)
}

/// The addresses of a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// The base path; starts and ends with a slash.
    pub base: String,
    /// The space that the page shows.
    pub space: Space,
}

impl Addresses {
    /// The page of the space.
    pub fn space_page(&self) -> String {
        if self.space.is_main() { self.base.clone() } else { self.at(patterns::SPACE_PAGE) }
    }

    /// The page of the space at a seq, with what was done: `saved`, `removed` or `restored` and the entry, or
    /// `uploaded` and how many.
    #[cfg(feature = "ssr")]
    pub fn space_page_after(&self, seq: Seq, done: &str, number: u64) -> String {
        format!("{}?at={seq}&{done}={number}", self.space_page())
    }

    /// The same after a save, and the entry that had the same text already.
    #[cfg(feature = "ssr")]
    pub fn space_page_saved(&self, change: &domain::Change, known: Option<EntryId>) -> String {
        let known = known.map(|id| format!("&known={id}")).unwrap_or_default();
        self.space_page_after(change.seq, "saved", change.entry.id) + &known
    }

    /// A page of the listing, counted from 1, of what a query asks for.
    pub(crate) fn listing_page(&self, query: &Parameters, page: u32) -> String {
        let mut query = query.clone();
        if page > 1 {
            query.push("page", page.to_string());
        }
        let query = query.to_string();
        if query.is_empty() { self.space_page() } else { format!("{}?{query}", self.space_page()) }
    }

    /// The page of the space with the form of a kind of content.
    #[cfg(feature = "ssr")]
    pub(crate) fn composer(&self, kind: PayloadKind) -> String {
        let page = self.space_page();
        if kind == PayloadKind::Text { page } else { format!("{page}?kind={kind}") }
    }

    /// The page of the space with a look in the composer.
    #[cfg(feature = "ssr")]
    pub(crate) fn look_link(&self, look: &domain::StyleText) -> String {
        let query = if look.is_plain() { "look=plain" } else { look.as_str() };
        format!("{}?{query}", self.space_page())
    }

    /// The page of an entry.
    pub fn entry(&self, id: EntryId) -> String {
        self.of_entry(patterns::ENTRY_PAGE, id)
    }

    /// Where the composer posts.
    pub(crate) fn save(&self) -> String {
        self.at(patterns::SAVE)
    }

    /// Where it posts to make its look the default of the space.
    #[cfg(feature = "ssr")]
    pub(crate) fn keep_look(&self) -> String {
        self.at(patterns::KEEP_LOOK)
    }

    /// The menu of an entry.
    pub(crate) fn panel(&self, id: EntryId) -> String {
        self.of_entry(patterns::ENTRY_PANEL, id)
    }

    /// Where “Remove” posts.
    #[cfg(feature = "ssr")]
    pub(crate) fn remove(&self, id: EntryId) -> String {
        self.of_entry(patterns::REMOVE, id)
    }

    /// Where “Undo” and “Restore” post.
    pub(crate) fn restore(&self, id: EntryId) -> String {
        self.of_entry(patterns::RESTORE, id)
    }

    /// What was removed in the last days.
    #[cfg(feature = "ssr")]
    pub fn trash(&self) -> String {
        self.at(patterns::TRASH_PAGE)
    }

    /// The same after so many were restored.
    #[cfg(feature = "ssr")]
    pub fn trash_restored(&self, count: u64) -> String {
        format!("{}?restored={count}", self.trash())
    }

    /// The same after so many were removed at once.
    #[cfg(feature = "ssr")]
    pub fn trash_removed(&self, count: u64) -> String {
        format!("{}?removed={count}", self.trash())
    }

    /// Where the entries that are ticked are posted, for a ZIP archive.
    #[cfg(feature = "ssr")]
    pub(crate) fn chosen_zip(&self) -> String {
        self.at(patterns::CHOSEN_ZIP)
    }

    /// Where they are posted to be removed.
    #[cfg(feature = "ssr")]
    pub(crate) fn chosen_remove(&self) -> String {
        self.at(patterns::CHOSEN_REMOVE)
    }

    /// Where they are posted with labels for them.
    #[cfg(feature = "ssr")]
    pub(crate) fn chosen_label(&self) -> String {
        self.at(patterns::CHOSEN_LABEL)
    }

    /// Where they are posted to be printed on labels.
    #[cfg(feature = "ssr")]
    pub(crate) fn sheet(&self) -> String {
        self.at(patterns::SHEET_PAGE)
    }

    /// The page that prints what was made of a table on labels.
    #[cfg(feature = "ssr")]
    pub(crate) fn sheet_of_table(&self, id: domain::TableId) -> String {
        format!("{}?table={id}", self.sheet())
    }

    /// Where they are posted for the PDF of it.
    #[cfg(feature = "ssr")]
    pub(crate) fn sheet_pdf(&self) -> String {
        self.at(patterns::SHEET_PDF)
    }

    /// Where “Restore chosen” posts.
    #[cfg(feature = "ssr")]
    pub(crate) fn restore_chosen(&self) -> String {
        self.at(patterns::RESTORE_CHOSEN)
    }

    /// Where “Restore all” posts.
    #[cfg(feature = "ssr")]
    pub(crate) fn restore_all(&self) -> String {
        self.at(patterns::RESTORE_ALL)
    }

    /// Many codes at once.
    #[cfg(feature = "ssr")]
    pub fn many(&self) -> String {
        self.at(patterns::MANY_PAGE)
    }

    /// The page of a table of which codes are made.
    #[cfg(feature = "ssr")]
    pub fn many_table(&self, id: TableId) -> String {
        self.of_table(patterns::MANY_TABLE, id)
    }

    /// Where “Stop” posts.
    #[cfg(feature = "ssr")]
    pub(crate) fn many_stop(&self, id: TableId) -> String {
        self.of_table(patterns::MANY_STOP, id)
    }

    /// Its rows with mistakes.
    #[cfg(feature = "ssr")]
    pub(crate) fn many_errors(&self, id: TableId) -> String {
        self.of_table(patterns::MANY_ERRORS, id)
    }

    /// The codes that were made of it.
    #[cfg(feature = "ssr")]
    pub(crate) fn many_zip(&self, id: TableId) -> String {
        self.of_table(patterns::MANY_ZIP, id)
    }

    /// A table in the API.
    #[cfg(feature = "ssr")]
    pub fn api_table(&self, id: TableId) -> String {
        self.of_table(patterns::API_TABLE, id)
    }

    /// The page of the space, with what the code of an entry was made of in the composer.
    #[cfg(feature = "ssr")]
    pub(crate) fn edit_as_new(&self, id: EntryId) -> String {
        format!("{}?from={id}", self.space_page())
    }

    /// Where “Duplicate” posts.
    #[cfg(feature = "ssr")]
    pub(crate) fn duplicate(&self, id: EntryId) -> String {
        self.of_entry(patterns::DUPLICATE, id)
    }

    /// Where name and labels are posted.
    pub(crate) fn describe(&self, id: EntryId) -> String {
        self.of_entry(patterns::DESCRIBE, id)
    }

    /// The page of an entry, not older than a seq.
    #[cfg(feature = "ssr")]
    pub fn entry_at(&self, seq: Seq, id: EntryId) -> String {
        format!("{}?at={seq}", self.entry(id))
    }

    /// The same with the notice that its name and labels were saved.
    #[cfg(feature = "ssr")]
    pub fn entry_described(&self, seq: Seq, id: EntryId) -> String {
        self.entry_at(seq, id) + "&described"
    }

    /// Where the composer posts for a drawn preview.
    #[cfg(feature = "ssr")]
    pub(crate) fn preview(&self) -> String {
        self.at(patterns::PREVIEW)
    }

    /// Where it posts for a file of its code.
    #[cfg(feature = "ssr")]
    pub(crate) fn draw(&self) -> String {
        self.at(patterns::DRAW)
    }

    /// Where it uploads a logo.
    #[cfg(feature = "ssr")]
    pub(crate) fn upload_logo(&self) -> String {
        self.at(patterns::UPLOAD_LOGO)
    }

    /// Stored logos are below this.
    #[cfg(feature = "ssr")]
    pub(crate) fn logos(&self) -> String {
        self.logo("")
    }

    /// A stored logo.
    #[cfg(feature = "ssr")]
    pub fn kept_logo(&self, id: &str) -> String {
        self.logo(&format!("{id}.png"))
    }

    #[cfg(feature = "ssr")]
    fn logo(&self, file: &str) -> String {
        filled(&self.at(patterns::LOGO), file)
    }

    /// Where photos are uploaded.
    #[cfg(feature = "ssr")]
    pub(crate) fn photos(&self) -> String {
        self.at(patterns::PHOTOS)
    }

    /// Where a page asks whether a file was uploaded before.
    #[cfg(feature = "ssr")]
    pub(crate) fn known_photo(&self) -> String {
        self.at(patterns::KNOWN_PHOTO)
    }

    /// The pages of entries start with this.
    #[cfg(feature = "ssr")]
    pub(crate) fn entries(&self) -> String {
        filled(&self.at(patterns::ENTRY_PAGE), "")
    }

    /// Where “Make something else of it” posts.
    #[cfg(feature = "ssr")]
    pub(crate) fn reprocess(&self, id: EntryId) -> String {
        self.of_entry(patterns::REPROCESS, id)
    }

    /// Where “Try again” posts.
    pub(crate) fn retry(&self, id: EntryId) -> String {
        self.of_entry(patterns::RETRY, id)
    }

    /// Where “Try all again” posts.
    #[cfg(feature = "ssr")]
    pub(crate) fn retry_all(&self) -> String {
        self.at(patterns::RETRY_ALL)
    }

    /// The entries with all of these labels; without any, all labels.
    pub fn labelled<'a>(&self, labels: impl IntoIterator<Item = &'a str>) -> String {
        let page = self.at(patterns::LABELS_PAGE);
        let mut separator = '?';
        labels.into_iter().fold(page, |page, label| {
            format!("{page}{}label={}", core::mem::replace(&mut separator, '&'), percent_encoded(label))
        })
    }

    /// The same page once this many photos are queued for labelling again.
    #[cfg(feature = "ssr")]
    pub fn labelled_again<'a>(&self, labels: impl IntoIterator<Item = &'a str>, count: u64) -> String {
        let page = self.labelled(labels);
        format!("{page}{}again={count}", if page.contains('?') { '&' } else { '?' })
    }

    /// Where labels that are added or removed are posted.
    #[cfg(feature = "ssr")]
    pub(crate) fn change_labels(&self, id: EntryId) -> String {
        self.of_entry(patterns::CHANGE_LABELS, id)
    }

    /// Where “Look again” posts.
    #[cfg(feature = "ssr")]
    pub(crate) fn relabel(&self, id: EntryId) -> String {
        self.of_entry(patterns::RELABEL, id)
    }

    /// Where “Look again at all” posts.
    #[cfg(feature = "ssr")]
    pub(crate) fn relabel_all(&self) -> String {
        self.at(patterns::RELABEL_ALL)
    }

    /// The page of jobs.
    pub fn jobs(&self) -> String {
        self.at(patterns::JOBS_PAGE)
    }

    /// The page of jobs after the failed message about a photo was put aside.
    #[cfg(feature = "ssr")]
    pub fn jobs_after_dismissal(&self, id: EntryId) -> String {
        format!("{}?dismissed={id}", self.jobs())
    }

    /// The part of the page of jobs that is about messages.
    #[cfg(feature = "ssr")]
    pub(crate) fn messages(&self) -> String {
        format!("{}#{MESSAGES}", self.jobs())
    }

    /// The page of jobs with what became of a test message.
    #[cfg(feature = "ssr")]
    pub fn jobs_after_test(&self) -> String {
        format!("{}?tested", self.jobs())
    }

    /// Where “Send a test” posts.
    #[cfg(feature = "ssr")]
    pub(crate) fn test_notice(&self) -> String {
        self.at(patterns::TEST_NOTICE)
    }

    /// Where “Dismiss” at a failed message posts.
    #[cfg(feature = "ssr")]
    pub(crate) fn put_notice_aside(&self, id: EntryId) -> String {
        self.of_entry(patterns::PUT_NOTICE_ASIDE, id)
    }

    /// Something that was made of a photo.
    pub(crate) fn derived(&self, entry: &EntryRow, step: Step) -> String {
        let pattern = match step {
            Step::Thumbnail => patterns::THUMBNAIL,
            // Labels are no picture; nobody asks for theirs.
            Step::View | Step::Labels => patterns::VIEW,
            Step::Result => patterns::RESULT,
            // Nothing is made by it.
            Step::Notice => patterns::ENTRY_PAGE,
        };
        let version = entry.derived_version(step).map(|version| format!("?v={version}"));
        self.of_entry(pattern, entry.id) + &version.unwrap_or_default()
    }

    /// The same as a download.
    #[cfg(feature = "ssr")]
    pub(crate) fn derived_download(&self, entry: &EntryRow, step: Step) -> String {
        as_download(&self.derived(entry, step))
    }

    /// The object of an entry.
    pub(crate) fn file(&self, entry: &EntryRow) -> String {
        let path = self.of_entry(patterns::OBJECT, entry.id);
        filled(&path, &percent_encoded(entry.key.file_name())) + &version_query(entry)
    }

    /// The object of an entry, as a download.
    pub(crate) fn download(&self, entry: &EntryRow) -> String {
        as_download(&self.file(entry))
    }

    /// The code as SVG, drawn from its value.
    pub(crate) fn drawn(&self, entry: &EntryRow) -> String {
        self.drawn_as(entry, "svg")
    }

    /// The code of an entry in another format: `pdf`, `txt`, `uri`.
    pub(crate) fn drawn_as(&self, entry: &EntryRow, extension: &str) -> String {
        let file = format!("{}.{extension}", entry.id);
        filled(&self.at(patterns::DRAWN_FILE), &file) + &version_query(entry)
    }

    /// The changes after a seq, as an event stream.
    pub(crate) fn events(&self, after: Seq) -> String {
        format!("{}?after={after}", self.at(patterns::EVENTS))
    }

    /// Answers as long as the server runs.
    pub(crate) fn alive(&self) -> String {
        below(&self.base, patterns::HEALTH)
    }

    /// An entry in the API.
    pub fn api_entry(&self, id: EntryId) -> String {
        self.of_entry(patterns::API_ENTRY, id)
    }

    fn of_entry(&self, pattern: &str, id: EntryId) -> String {
        filled(&self.at(pattern), &id.to_string())
    }

    #[cfg(feature = "ssr")]
    fn of_table(&self, pattern: &str, id: TableId) -> String {
        self.at(pattern).replace("{table}", &id.to_string())
    }

    fn at(&self, pattern: &str) -> String {
        below(&self.base, &filled(pattern, self.space.as_str()))
    }
}

/// A pattern with its first `{…}` filled in. A search for a character is smaller to download than one for a text.
pub(crate) fn filled(pattern: &str, value: &str) -> String {
    match (pattern.find('{'), pattern.find('}')) {
        (Some(begin), Some(end)) => [&pattern[..begin], value, &pattern[end + 1..]].concat(),
        _ => pattern.to_owned(),
    }
}

/// Added to the address of a file so that other content has another address: then it may be cached for ever.
fn version_query(entry: &EntryRow) -> String {
    entry.sha256.map(|sha256| format!("?v={}", sha256.short())).unwrap_or_default()
}

fn as_download(file: &str) -> String {
    let mark = if file.contains('?') { '&' } else { '?' };
    format!("{file}{mark}download")
}

/// Everything but the unreserved characters of RFC 3986, 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text as one path segment, query value or form field, percent-encoded as UTF-8.
pub(crate) fn percent_encoded(text: &str) -> String {
    // A segment of dots alone would be a step in the path.
    if matches!(text, "." | "..") {
        return "%2E".repeat(text.len());
    }
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_entries;
    use domain::{Sha256, State};

    #[test]
    fn paths_and_addresses_start_with_the_base_path() {
        let main = Addresses { base: "/qrate/".to_owned(), space: Space::main() };
        assert_eq!(main.space_page(), "/qrate/");
        let (all, query) = (Parameters::default(), Parameters::from([("q", "a b&c")]));
        assert_eq!(main.listing_page(&all, 1), "/qrate/");
        assert_eq!(main.listing_page(&all, 3), "/qrate/?page=3");
        assert_eq!(main.listing_page(&query, 1), "/qrate/?q=a+b%26c");
        assert_eq!(main.save(), "/qrate/s/main/save");
        let team = Addresses { base: "/".to_owned(), space: "team-7".parse().unwrap() };
        assert_eq!(team.space_page(), "/s/team-7");
        assert_eq!(team.listing_page(&query, 2), "/s/team-7?q=a+b%26c&page=2");
    }

    #[test]
    fn changed_content_changes_the_address() {
        let main = Addresses { base: "/qrate/".to_owned(), space: Space::main() };
        let shown = |sha256: Option<Sha256>| EntryRow {
            key: "a b%.png".parse().unwrap(),
            sha256,
            ..test_entries::entry(7, State::Live)
        };
        let (known, unknown) = (shown("0123abcd".repeat(8).parse().ok()), shown(None));
        assert_eq!(main.file(&known), "/qrate/s/main/files/7/a%20b%25.png?v=0123abcd");
        assert_eq!(main.download(&known), "/qrate/s/main/files/7/a%20b%25.png?v=0123abcd&download");
        assert_eq!(main.drawn(&known), "/qrate/s/main/files/7.svg?v=0123abcd");
        assert_eq!(main.file(&unknown), "/qrate/s/main/files/7/a%20b%25.png");
        assert_eq!(main.download(&unknown), "/qrate/s/main/files/7/a%20b%25.png?download");
        assert_eq!(main.drawn(&unknown), "/qrate/s/main/files/7.svg");
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn space_and_entry_are_recognised_in_a_path() {
        let team = || "team-7".parse().ok();
        for (path, named) in [
            ("/qrate/s/team-7", (team(), None)),
            ("/qrate/s/team-7/e/12/remove", (team(), Some(12))),
            ("/qrate/s/team-7/e/x", (team(), None)),
            ("/qrate/s/team-7/save", (team(), None)),
            ("/qrate/s/No", (None, None)),
            ("/qrate/", (None, None)),
            ("/s/team-7", (None, None)),
        ] {
            assert_eq!(space_and_entry_in("/qrate/", path), named, "{path}");
        }
    }

    #[test]
    fn dots_in_segments_are_encoded() {
        assert_eq!(percent_encoded(".."), "%2E%2E");
        assert_eq!(percent_encoded("a..b"), "a..b");
    }

    #[test]
    fn all_but_unreserved_characters_are_encoded() {
        assert_eq!(percent_encoded("aZ09-._~"), "aZ09-._~");
        assert_eq!(percent_encoded("a b+c&d=e/f?g#h%\n"), "a%20b%2Bc%26d%3De%2Ff%3Fg%23h%25%0A");
        assert_eq!(percent_encoded("日"), "%E6%97%A5");
    }
}
