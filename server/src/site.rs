//! What every handler needs: the gallery and how this instance presents it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::addresses::{self, Addresses};
use app::model::{Page, Shell};
use domain::Space;
use domain::limits::STREAMS_MAX;
use gallery::{Gallery, LogThrottle};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::budget::DOWNLOADS_MAX;
use crate::complaints::Complaints;
use crate::config::{AllowedHost, BasePath, Downloads};
use crate::embedded;
use crate::page_cache::PageCache;
use crate::room::Room;

/// How an instance presents its gallery.
#[derive(Debug, Clone)]
pub struct SiteOptions {
    /// The path that everything lies below.
    pub base: BasePath,
    /// Names by which browsers may call it, besides those of this machine itself. A page at one of these is ours.
    pub allowed_hosts: Vec<AllowedHost>,
    /// The address that is listened on, by which it may be called, too.
    pub listened_on: Option<AllowedHost>,
    /// Event streams served at once.
    pub streams_max: usize,
    /// Downloads from the bucket served at once.
    pub files_max: usize,
    /// Who hands out files.
    pub downloads: Downloads,
    /// Folder that saves need room in; none when nothing is kept on a disk.
    pub data_dir: Option<PathBuf>,
}

impl Default for SiteOptions {
    fn default() -> Self {
        Self {
            base: BasePath::default(),
            allowed_hosts: Vec::new(),
            listened_on: None,
            streams_max: STREAMS_MAX,
            files_max: DOWNLOADS_MAX,
            downloads: Downloads::default(),
            data_dir: None,
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
    // The longer one first: the other may be its beginning.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.dedup();
    names
}

/// A gallery and how this instance presents it.
pub struct Site {
    pub(crate) gallery: Gallery,
    pub(crate) shell: Shell,
    pub(crate) pages: PageCache,
    /// All names by which it may be called.
    pub(crate) allowed_hosts: Vec<AllowedHost>,
    /// Those of them that whoever runs it has named.
    pub(crate) sites: Vec<AllowedHost>,
    pub(crate) refused_pages: LogThrottle,
    pub(crate) streams: Arc<Semaphore>,
    /// Places for downloads from the bucket.
    pub(crate) file_places: Arc<Semaphore>,
    pub(crate) downloads: Downloads,
    pub(crate) room: Option<Room>,
    /// The data folder as it may stand in a sentence: as it was named, and as the system calls it.
    data_dirs: Vec<String>,
    pub(crate) not_ready: LogThrottle,
    pub(crate) complaints: Complaints,
    pub(crate) stopping: CancellationToken,
    /// What is not done by now is answered with 503.
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
            file_places: Arc::new(Semaphore::new(options.files_max)),
            downloads: options.downloads,
            data_dirs: options.data_dir.iter().flat_map(|folder| names_of(folder)).collect(),
            room: options.data_dir.map(Room::new),
            not_ready: LogThrottle::default(),
            complaints: Complaints::default(),
            stopping: CancellationToken::new(),
            giving_up: CancellationToken::new(),
        })
    }

    /// A sentence for strangers, whom it does not concern where on the machine the data folder lies. What lies in it is
    /// named as seen from there.
    pub(crate) fn without_paths(&self, sentence: &str) -> String {
        self.data_dirs.iter().fold(sentence.to_owned(), |sentence, folder| {
            sentence.replace(&format!("{folder}/"), "").replace(folder, "the data folder")
        })
    }

    /// Draws a page.
    pub(crate) fn draw(&self, page: Page) -> String {
        app::render(&self.shell, page)
    }

    /// The address that a pattern stands for which has nothing to fill in.
    pub(crate) fn address(&self, pattern: &str) -> String {
        addresses::below(&self.shell.base, pattern)
    }

    /// The addresses of a space.
    pub(crate) fn addresses(&self, space: &Space) -> Addresses {
        Addresses { base: self.shell.base.clone(), space: space.clone() }
    }
}
