//! The data that the islands of a page start with, taken from its model. Host only; `domain` has the type, which the
//! browser reads.

use domain::wire::{Draft, OpenJobs, PageData};
use domain::{Parameters, Seq, Space};

use crate::many::ManyPage;
use crate::model::{
    DraftFields, EntryPage, Failure, Field, JobsPage, LabelsPage, Page, Shell, SpacePage, TrashPage,
};

/// The data for the islands of this page; `None` if it has no islands.
pub(crate) fn page_data(shell: &Shell, page: &Page) -> Option<PageData> {
    match page {
        Page::Space(page) => Some(of_space(shell, page)),
        Page::Entry(page) => Some(of_entry(shell, page)),
        Page::Jobs(page) => Some(of_jobs(shell, page)),
        Page::Labels(page) => Some(of_labels(shell, page)),
        Page::Trash(page) => Some(of_trash(shell, page)),
        Page::Many(page) => Some(of_many(shell, page)),
        Page::Sheet(_) | Page::Spaces(_) | Page::Api(_) | Page::Error(_) => None,
    }
}

/// The same as JSON, safe inside a script element: every `<` is escaped.
pub(crate) fn json(data: &PageData) -> String {
    serde_json::to_string(data).expect("our own types become JSON").replace('<', "\\u003c")
}

fn of_space(shell: &Shell, page: &SpacePage) -> PageData {
    PageData {
        base: shell.base.clone(),
        space: page.space.clone(),
        build: shell.build.clone(),
        listing: page.listing.clone(),
        query: flat(&page.query.parameters()),
        entry: None,
        entry_seq: None,
        open_jobs: page.open_jobs.clone(),
        jobs_seq: None,
        behind_seconds: page.listing.as_ref().and_then(|listing| listing.behind_seconds),
        unnamed_files: page.unnamed_files,
        fault: page.fault.clone(),
        draft: Draft::from(&page.draft),
        known: page.known,
        notice: page.notice.clone(),
        failure: island_failure(page),
    }
}

fn of_entry(shell: &Shell, page: &EntryPage) -> PageData {
    PageData {
        base: shell.base.clone(),
        space: page.space.clone(),
        build: shell.build.clone(),
        listing: None,
        query: Vec::new(),
        entry: Some(page.entry.clone()),
        entry_seq: Some(page.seq),
        open_jobs: OpenJobs::default(),
        jobs_seq: None,
        behind_seconds: page.behind_seconds,
        unnamed_files: 0,
        fault: page.fault.clone(),
        draft: Draft::default(),
        known: None,
        notice: page.notice.clone(),
        // Others are shown at the top of the page, where no island is.
        failure: page.failure.clone().filter(|_| page.typed.is_some()),
    }
}

/// A page that is drawn by the server alone, and followed.
struct Followed<'a> {
    space: &'a Space,
    seq: Seq,
    behind_seconds: Option<u64>,
    fault: &'a Option<String>,
}

impl Followed<'_> {
    fn data(self, shell: &Shell) -> PageData {
        PageData {
            base: shell.base.clone(),
            space: self.space.clone(),
            build: shell.build.clone(),
            listing: None,
            query: Vec::new(),
            entry: None,
            entry_seq: None,
            open_jobs: OpenJobs::default(),
            jobs_seq: Some(self.seq),
            behind_seconds: self.behind_seconds,
            unnamed_files: 0,
            fault: self.fault.clone(),
            draft: Draft::default(),
            known: None,
            notice: None,
            // It is explained where no island is.
            failure: None,
        }
    }
}

fn of_jobs(shell: &Shell, page: &JobsPage) -> PageData {
    let JobsPage { space, seq, behind_seconds, fault, .. } = page;
    Followed { space, seq: *seq, behind_seconds: *behind_seconds, fault }.data(shell)
}

fn of_labels(shell: &Shell, page: &LabelsPage) -> PageData {
    let LabelsPage { space, seq, behind_seconds, fault, .. } = page;
    Followed { space, seq: *seq, behind_seconds: *behind_seconds, fault }.data(shell)
}

fn of_trash(shell: &Shell, page: &TrashPage) -> PageData {
    let TrashPage { space, seq, behind_seconds, fault, .. } = page;
    Followed { space, seq: *seq, behind_seconds: *behind_seconds, fault }.data(shell)
}

fn of_many(shell: &Shell, page: &ManyPage) -> PageData {
    let ManyPage { space, seq, behind_seconds, fault, .. } = page;
    Followed { space, seq: *seq, behind_seconds: *behind_seconds, fault }.data(shell)
}

/// Names and values, by turns.
fn flat(query: &Parameters) -> Vec<String> {
    query.pairs().flat_map(|(name, value)| [name, value]).map(str::to_owned).collect()
}

/// A refusal as the islands show it: an error in a field of a kind, or in the form for photos, is shown at the field,
/// where no island is.
fn island_failure(page: &SpacePage) -> Option<Failure> {
    page.failure.clone().filter(|failure| {
        !matches!(failure.field, Some(Field::Answer(_) | Field::Photos | Field::PhotoPhone))
    })
}

impl From<&DraftFields> for Draft {
    fn from(draft: &DraftFields) -> Self {
        Self { text: draft.text.clone(), level: draft.level, name: draft.name.clone() }
    }
}
