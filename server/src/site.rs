//! What every handler needs: the gallery and how this instance presents it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::addresses::{self, Addresses};
use app::model::{Page, Shell};
use app::preferences::Preferences;
use domain::Space;
use domain::limits::STREAMS_MAX;
use gallery::{Gallery, LogThrottle};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::budget::{DOWNLOADS_MAX, UPLOADS_MAX};
use crate::config::{AllowedHost, BasePath, Downloads};
use crate::embedded;
use crate::error_log::ErrorLog;
use crate::page_cache::PageCache;
use crate::room::DiskRoom;
use crate::upload_places::UploadPlaces;

/// How an instance presents its gallery.
#[derive(Debug, Clone)]
pub struct SiteOptions {
    /// The base path.
    pub base: BasePath,
    /// Names by which browsers may reach it, besides this machine's own. A page at one of these is ours.
    pub allowed_hosts: Vec<AllowedHost>,
    /// The listening address, by which it may also be reached.
    pub listened_on: Option<AllowedHost>,
    /// Concurrent event streams.
    pub streams_max: usize,
    /// Concurrent downloads from the bucket.
    pub files_max: usize,
    /// Uploads received at once.
    pub uploads_max: usize,
    /// The folder of uploads that are being received; `None` for the system's.
    pub uploads_folder: Option<PathBuf>,
    /// Who serves downloads.
    pub downloads: Downloads,
    /// The folder that saves need room in; `None` if nothing is kept on a disk.
    pub data_dir: Option<PathBuf>,
    /// Event streams end once they have said what has happened: then browsers ask again and again.
    pub streams_end: bool,
}

impl Default for SiteOptions {
    fn default() -> Self {
        Self {
            base: BasePath::default(),
            allowed_hosts: Vec::new(),
            listened_on: None,
            streams_max: STREAMS_MAX,
            files_max: DOWNLOADS_MAX,
            uploads_max: UPLOADS_MAX,
            uploads_folder: None,
            downloads: Downloads::default(),
            data_dir: None,
            streams_end: false,
        }
    }
}

/// The absolute names of a folder.
fn names_of(folder: &Path) -> Vec<String> {
    let names = [folder.canonicalize().ok(), std::path::absolute(folder).ok(), Some(folder.to_owned())];
    let mut names: Vec<String> = names
        .into_iter()
        .flatten()
        .filter(|name| name.is_absolute())
        .map(|name| name.display().to_string())
        .collect();
    // The longer one first: the other may be its prefix.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.dedup();
    names
}

/// A gallery and how this instance presents it.
pub struct Site {
    pub(crate) gallery: Gallery,
    pub(crate) shell: Shell,
    pub(crate) pages: PageCache,
    /// All names by which it may be reached.
    pub(crate) allowed_hosts: Vec<AllowedHost>,
    /// Those configured by the operator.
    pub(crate) sites: Vec<AllowedHost>,
    pub(crate) refused_pages: LogThrottle,
    pub(crate) streams: Arc<Semaphore>,
    pub(crate) streams_end: bool,
    /// Slots for downloads from the bucket.
    pub(crate) file_places: Arc<Semaphore>,
    /// Places for uploads that are being received.
    pub(crate) upload_places: Arc<UploadPlaces>,
    pub(crate) uploads_folder: Option<PathBuf>,
    pub(crate) downloads: Downloads,
    pub(crate) room: Option<DiskRoom>,
    /// The data folder as it may occur in a sentence: as configured, and as resolved.
    data_dirs: Vec<String>,
    pub(crate) not_ready: LogThrottle,
    pub(crate) error_log: ErrorLog,
    pub(crate) stopping: CancellationToken,
    /// Whatever is unfinished by then is answered with 503.
    pub(crate) giving_up: CancellationToken,
}

impl Site {
    /// Presents a gallery.
    pub fn new(gallery: Gallery, options: SiteOptions) -> Arc<Self> {
        let shell = Shell {
            base: options.base.as_str().to_owned(),
            build: embedded::BUILD.to_owned(),
            assets: embedded::asset_urls(),
        };
        let sites = options.allowed_hosts;
        let allowed_hosts =
            sites.iter().cloned().chain(options.listened_on).chain(AllowedHost::this_machine());
        Arc::new(Self {
            gallery,
            shell,
            pages: PageCache::default(),
            allowed_hosts: allowed_hosts.collect(),
            sites,
            refused_pages: LogThrottle::default(),
            streams: Arc::new(Semaphore::new(options.streams_max)),
            streams_end: options.streams_end,
            file_places: Arc::new(Semaphore::new(options.files_max)),
            upload_places: UploadPlaces::new(options.uploads_max),
            uploads_folder: options.uploads_folder,
            downloads: options.downloads,
            data_dirs: options.data_dir.iter().flat_map(|folder| names_of(folder)).collect(),
            room: options.data_dir.map(DiskRoom::new),
            not_ready: LogThrottle::default(),
            error_log: ErrorLog::default(),
            stopping: CancellationToken::new(),
            giving_up: CancellationToken::new(),
        })
    }

    /// A sentence for users, who must not learn where the data folder is. Its contents are named relative to it.
    pub(crate) fn without_paths(&self, sentence: &str) -> String {
        self.data_dirs.iter().fold(sentence.to_owned(), |sentence, folder| {
            sentence.replace(&format!("{folder}/"), "").replace(folder, "the data folder")
        })
    }

    /// Draws a page.
    pub(crate) fn draw(&self, page: Page, preferences: Preferences) -> String {
        app::render(&self.shell, page, preferences)
    }

    /// The address of a pattern without placeholders.
    pub(crate) fn address(&self, pattern: &str) -> String {
        addresses::below(&self.shell.base, pattern)
    }

    /// The addresses of a space.
    pub(crate) fn addresses(&self, space: &Space) -> Addresses {
        Addresses { base: self.shell.base.clone(), space: space.clone() }
    }
}
