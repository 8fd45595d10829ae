//! What is put into a bucket: bytes in memory or in a file, so that a large object is never in memory as a whole.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use domain::Sha256;
use sha2::Digest as _;
use tempfile::NamedTempFile;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

/// Bytes read at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// The bytes of a new object. Cloning is cheap: a write whose response is lost is retried.
#[derive(Debug, Clone)]
pub enum Body {
    /// In memory.
    Bytes(Bytes),
    /// In a file.
    Spool(Arc<Spool>),
}

impl Body {
    /// The size.
    pub fn size_bytes(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Spool(spool) => spool.size_bytes,
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self::Bytes(text.into())
    }
}

impl From<Arc<Spool>> for Body {
    fn from(spool: Arc<Spool>) -> Self {
        Self::Spool(spool)
    }
}

/// Bytes in a temporary file, deleted when dropped.
#[derive(Debug)]
pub struct Spool {
    file: NamedTempFile,
    size_bytes: u64,
    sha256: Sha256,
}

/// A spool that is still being written; nothing of it stays when it is dropped.
#[derive(Debug)]
pub struct SpoolWriter {
    file: NamedTempFile,
    writer: tokio::fs::File,
    size_bytes: u64,
    digest: sha2::Sha256,
}

/// Why bytes could not be spooled.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The source could not be read.
    #[error("the source cannot be read")]
    Read(#[source] io::Error),
    /// The file could not be created or written.
    #[error("the temporary file cannot be written")]
    Write(#[source] io::Error),
}

impl SpoolWriter {
    /// An empty file in this folder; without one, below `TMPDIR`.
    pub fn create(folder: Option<&Path>) -> Result<Self, SpoolError> {
        let file = match folder {
            Some(folder) => NamedTempFile::new_in(folder),
            None => NamedTempFile::new(),
        };
        let file = file.map_err(SpoolError::Write)?;
        let writer = tokio::fs::File::from_std(file.reopen().map_err(SpoolError::Write)?);
        Ok(Self { file, writer, size_bytes: 0, digest: sha2::Sha256::new() })
    }

    /// Appends bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        self.digest.update(bytes);
        self.writer.write_all(bytes).await.map_err(SpoolError::Write)?;
        self.size_bytes += bytes.len() as u64;
        Ok(())
    }

    /// How much was written.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// The finished spool.
    pub async fn finish(mut self) -> Result<Spool, SpoolError> {
        self.writer.flush().await.map_err(SpoolError::Write)?;
        let sha256 = Sha256(self.digest.finalize().into());
        Ok(Spool { file: self.file, size_bytes: self.size_bytes, sha256 })
    }
}

impl Spool {
    /// Spools everything from a reader, below `TMPDIR`.
    pub async fn fill(mut reader: impl AsyncRead + Unpin) -> Result<Self, SpoolError> {
        let (mut piece, mut writer) = (vec![0; PIECE_BYTES], SpoolWriter::create(None)?);
        loop {
            let read = reader.read(&mut piece).await.map_err(SpoolError::Read)?;
            if read == 0 {
                return writer.finish().await;
            }
            writer.write(&piece[..read]).await?;
        }
    }

    /// The digest of its bytes.
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// The size.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// The file, opened at its start.
    pub fn reopen(&self) -> io::Result<File> {
        self.file.reopen()
    }
}
