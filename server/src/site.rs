//! What every handler needs: the gallery and how this instance presents it.

use std::path::PathBuf;
use std::sync::Arc;

use app::model::{Page, Shell};
use domain::limits::STREAMS_MAX;
use domain::{EntryId, Seq, Space};
use gallery::Gallery;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::assets;
use crate::complaints::Complaints;
use crate::config::{AllowedHost, BasePath, Downloads};
use crate::health::Room;

/// How an instance presents its gallery.
#[derive(Debug, Clone)]
pub struct SiteOptions {
    /// The path that everything lies below.
    pub base: BasePath,
    /// Names by which browsers may call it, besides those of this machine itself.
    pub allowed_hosts: Vec<AllowedHost>,
    /// Event streams served at once.
    pub streams_max: usize,
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
            streams_max: STREAMS_MAX,
            downloads: Downloads::default(),
            data_dir: None,
        }
    }
}

/// A gallery and how this instance presents it.
pub struct Site {
    pub(crate) gallery: Gallery,
    pub(crate) shell: Shell,
    pub(crate) allowed_hosts: Vec<AllowedHost>,
    pub(crate) streams: Arc<Semaphore>,
    pub(crate) downloads: Downloads,
    pub(crate) room: Option<Room>,
    pub(crate) complaints: Complaints,
    pub(crate) stopping: CancellationToken,
}

impl Site {
    /// Presents a gallery.
    pub fn new(gallery: Gallery, options: SiteOptions) -> Arc<Self> {
        let shell = Shell {
            base: options.base.as_str().to_owned(),
            build: assets::BUILD.to_owned(),
            assets: assets::asset_urls(),
        };
        let mut allowed_hosts = options.allowed_hosts;
        allowed_hosts.extend(AllowedHost::this_machine());
        Arc::new(Self {
            gallery,
            shell,
            allowed_hosts,
            streams: Arc::new(Semaphore::new(options.streams_max)),
            downloads: options.downloads,
            room: options.data_dir.map(Room::new),
            complaints: Complaints::default(),
            stopping: CancellationToken::new(),
        })
    }

    /// Draws a page.
    pub(crate) fn draw(&self, page: Page) -> String {
        app::render(&self.shell, page)
    }

    /// The address of something below the base path.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.shell.base)
    }

    /// The address of a space's page.
    pub(crate) fn space_address(&self, space: &Space) -> String {
        self.address(&if space.is_main() { String::new() } else { format!("s/{space}") })
    }

    /// The address of an entry's page.
    pub(crate) fn entry_address(&self, space: &Space, id: EntryId) -> String {
        self.address(&format!("s/{space}/e/{id}"))
    }

    /// The address of a space's page at a seq, with what was done to an entry: `saved`, `removed` or `restored`.
    pub(crate) fn space_address_after(&self, space: &Space, seq: Seq, done: &str, id: EntryId) -> String {
        format!("{}?at={seq}&{done}={id}", self.space_address(space))
    }
}
