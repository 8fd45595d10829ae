//! The program as machines and functions take it: a Debian package, the bare program, or a ZIP with `bootstrap`.

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::kind::{Architecture, Kind};

/// A package, ready to be uploaded.
#[derive(Debug, Clone)]
pub struct Package {
    pub(crate) bytes: Bytes,
    pub(crate) sha256: String,
    file: String,
}

/// What cannot be deployed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// The file cannot be read.
    #[error("the package {} cannot be read: {error}", .file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        error: String,
    },
    /// Neither a program for Linux nor a package of Debian.
    #[error("{} is neither a program for Linux nor a Debian package", .0.display())]
    Unknown(PathBuf),
    /// A package for machines.
    #[error("{} is a Debian package: functions take the program itself, built as one static file", .0.display())]
    NotForFunctions(PathBuf),
    /// Needs the libraries of the machine on which it was built.
    #[error(
        "{} needs the libraries of the system on which it was built, which functions do not have. Build it as one static \
         file (`make static`) and name it with --package", .0.display()
    )]
    NotStatic(PathBuf),
    /// There is none for the architecture.
    #[error("there is no package for {0}: this program is for {ours}. Name one with --package", ours = Architecture::OURS)]
    Missing(Architecture),
}

/// What a file is.
enum Contents {
    Program { architecture: Architecture, is_static: bool },
    DebianPackage(Architecture),
}

impl Package {
    /// The package for a kind and an architecture among these files; without any, this program.
    pub fn choose(files: &[PathBuf], kind: Kind, wanted: Architecture) -> Result<Self, PackageError> {
        let ours = || std::env::current_exe().map(|file| vec![file]).unwrap_or_default();
        let files = if files.is_empty() { ours() } else { files.to_vec() };
        for file in files {
            let unreadable = |error: std::io::Error| PackageError::Unreadable {
                file: file.clone(),
                error: error.to_string(),
            };
            let bytes = std::fs::read(&file).map_err(unreadable)?;
            let contents = contents(&file, &bytes).ok_or_else(|| PackageError::Unknown(file.clone()))?;
            let architecture = match contents {
                Contents::Program { architecture, .. } | Contents::DebianPackage(architecture) => {
                    architecture
                }
            };
            if architecture != wanted {
                continue;
            }
            return match (kind, contents) {
                (Kind::Serverless, Contents::DebianPackage(_)) => Err(PackageError::NotForFunctions(file)),
                (Kind::Serverless, Contents::Program { is_static: false, .. }) => {
                    Err(PackageError::NotStatic(file))
                }
                (Kind::Serverless, Contents::Program { .. }) => Ok(Self::of("qrate.zip", zipped(&bytes))),
                (_, Contents::DebianPackage(_)) => Ok(Self::of("qrate.deb", bytes)),
                (_, Contents::Program { .. }) => Ok(Self::of("qrate", bytes)),
            };
        }
        Err(PackageError::Missing(wanted))
    }

    fn of(file: &str, bytes: Vec<u8>) -> Self {
        let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { bytes: bytes.into(), sha256, file: file.to_owned() }
    }

    /// Its key in the bucket of packages.
    pub(crate) fn key(&self) -> String {
        format!("{}/{}/{}", env!("CARGO_PKG_VERSION"), self.sha256, self.file)
    }
}

fn contents(file: &Path, bytes: &[u8]) -> Option<Contents> {
    if bytes.starts_with(b"!<arch>\ndebian-binary") {
        // The name says it, as Debian's do: qrate_0.1.0-1_amd64.deb.
        let name = file.file_name()?.to_string_lossy().into_owned();
        let of = |architecture: &Architecture| name.ends_with(&format!("_{}.deb", architecture.debian()));
        return [Architecture::X86, Architecture::Arm].into_iter().find(of).map(Contents::DebianPackage);
    }
    program(bytes)
}

/// Reads the head of a 64-bit ELF file (System V ABI, "ELF Header" and "Program Header").
fn program(bytes: &[u8]) -> Option<Contents> {
    const INTERPRETER: u32 = 3;
    let u16_at = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let u32_at = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let u64_at = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
    if !bytes.starts_with(b"\x7FELF\x02\x01") {
        return None;
    }
    let architecture = match u16_at(18)? {
        62 => Architecture::X86,
        183 => Architecture::Arm,
        _ => return None,
    };
    let (table, size, count) =
        (usize::try_from(u64_at(32)?).ok()?, usize::from(u16_at(54)?), usize::from(u16_at(56)?));
    let kinds = (0..count).map(|header| u32_at(table.checked_add(header.checked_mul(size)?)?));
    let is_static = !kinds.into_iter().any(|kind| kind == Some(INTERPRETER));
    Some(Contents::Program { architecture, is_static })
}

/// An archive with the program as `bootstrap`, as functions want it. The same program makes the same archive.
fn zipped(program: &[u8]) -> Vec<u8> {
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).unix_permissions(0o755);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let written = archive.start_file("bootstrap", options).and_then(|()| Ok(archive.write_all(program)?));
    written.and_then(|()| archive.finish()).expect("memory takes a file").into_inner()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::slice::from_ref;

    use super::*;

    /// The head of a program: an ELF header, and one program header.
    fn elf(machine: u16, header: u32) -> Vec<u8> {
        let mut bytes = b"\x7FELF\x02\x01".to_vec();
        bytes.resize(64, 0);
        bytes[18..20].copy_from_slice(&machine.to_le_bytes());
        bytes[32..40].copy_from_slice(&64_u64.to_le_bytes());
        bytes[54..56].copy_from_slice(&56_u16.to_le_bytes());
        bytes[56..58].copy_from_slice(&1_u16.to_le_bytes());
        bytes.extend(header.to_le_bytes());
        bytes.resize(64 + 56, 0);
        bytes
    }

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("qrate-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
            let file = self.0.join(name);
            std::fs::write(&file, bytes).unwrap();
            file
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_package_of_the_architecture_is_chosen() {
        let folder = Folder::new("packages");
        let x86 = folder.file("x86", &elf(62, 1));
        let arm = folder.file("arm", &elf(183, 1));
        let dynamic = folder.file("dynamic", &elf(62, 3));
        let deb = folder.file("qrate_0.1.0-1_amd64.deb", b"!<arch>\ndebian-binary   ");
        let unknown = folder.file("text", b"#!/bin/sh\n");
        let cut = folder.file("cut", &elf(62, 1)[..40]);
        let both = [x86.clone(), arm];
        let choose = |file: &PathBuf, kind, wanted| {
            Package::choose(from_ref(file), kind, wanted).map(|package| package.file)
        };
        for (wanted, of) in [(Architecture::X86, 62), (Architecture::Arm, 183)] {
            let package = Package::choose(&both, Kind::Ec2, wanted).unwrap();
            assert_eq!((package.file.as_str(), package.bytes[18]), ("qrate", of));
            assert!(package.key().ends_with(&format!("/{}/qrate", package.sha256)));
        }
        assert_eq!(choose(&deb, Kind::Ec2One, Architecture::X86).unwrap(), "qrate.deb");
        assert_eq!(choose(&dynamic, Kind::Ec2, Architecture::X86).unwrap(), "qrate");
        for (file, kind, error) in [
            (&x86, Kind::Ec2, PackageError::Missing(Architecture::Arm)),
            (&unknown, Kind::Ec2, PackageError::Unknown(unknown.clone())),
            (&cut, Kind::Ec2, PackageError::Unknown(cut.clone())),
        ] {
            assert_eq!(choose(file, kind, Architecture::Arm).unwrap_err(), error);
        }
        assert_eq!(
            choose(&dynamic, Kind::Serverless, Architecture::X86).unwrap_err(),
            PackageError::NotStatic(dynamic)
        );
        assert_eq!(
            choose(&deb, Kind::Serverless, Architecture::X86).unwrap_err(),
            PackageError::NotForFunctions(deb)
        );
    }

    #[test]
    fn functions_get_an_archive_with_the_program() {
        let folder = Folder::new("zip");
        let program = folder.file("x86", &elf(62, 1));
        let package = || Package::choose(from_ref(&program), Kind::Serverless, Architecture::X86).unwrap();
        assert_eq!(package().sha256, package().sha256, "an unchanged program is no new version");
        let mut archive = zip::ZipArchive::new(Cursor::new(package().bytes)).unwrap();
        let mut bootstrap = archive.by_name("bootstrap").unwrap();
        let mut bytes = Vec::new();
        bootstrap.read_to_end(&mut bytes).unwrap();
        assert_eq!((bytes, bootstrap.unix_mode().map(|mode| mode & 0o777)), (elf(62, 1), Some(0o755)));
    }
}
