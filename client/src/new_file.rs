//! Files that a command writes: whole under their name, or not at all, and never over another one unless told so. Also
//! the name that a server proposes, made harmless.

use std::fs::{File, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;
use tempfile::{Builder, NamedTempFile};

use crate::failure::Failure;
use crate::shown::visible;

/// What any new file gets, before the user's mask.
const PERMISSIONS: u32 = 0o666;
/// The longest name that common file systems take.
const NAME_MAX_BYTES: usize = 255;

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct NewFile {
    target: PathBuf,
    may_replace: bool,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// Beside the target; gone unless it is kept.
    Beside(NamedTempFile),
    /// What is not a file, such as /dev/null, is written itself.
    Itself(File),
}

impl NewFile {
    /// Begins one. An existing file is an error unless it may be replaced.
    pub(crate) fn create(target: &Path, may_replace: bool) -> Result<Self, Failure> {
        // A link is followed.
        let target = target.canonicalize().unwrap_or_else(|_| target.to_owned());
        let failed = |error: std::io::Error| cannot_write(&target, &error);
        match target.metadata() {
            Ok(found) if found.is_dir() => {
                return Err(Failure::usage(format!("{} is a folder: name a file.", shown(&target))));
            }
            Ok(found) if found.is_file() && !may_replace => return Err(exists(&target)),
            Ok(found) if !found.is_file() => {
                let file = File::options().write(true).open(&target).map_err(failed)?;
                return Ok(Self { target, may_replace, place: Place::Itself(file) });
            }
            _ => {}
        }
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let begun = Builder::new()
            .prefix(".qrate-")
            .permissions(Permissions::from_mode(PERMISSIONS))
            .tempfile_in(folder);
        let file = begun.map_err(|error| match error.kind() {
            ErrorKind::NotFound => Failure::other(format!("There is no folder {}.", shown(folder))),
            // Without the temporary name, which means nothing to anybody.
            kind => cannot_write(&target, &kind.into()),
        })?;
        Ok(Self { target, may_replace, place: Place::Beside(file) })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let file = match &mut self.place {
            Place::Beside(file) => file.as_file_mut(),
            Place::Itself(file) => file,
        };
        file.write_all(bytes).map_err(|error| cannot_write(&self.target, &error))
    }

    /// Gives it its name, which is returned in visible characters.
    pub(crate) fn keep(self) -> Result<String, Failure> {
        let Self { target, may_replace, place } = self;
        let kept = match place {
            Place::Itself(_) => Ok(()),
            Place::Beside(file) if may_replace => file.persist(&target).map(drop),
            Place::Beside(file) => file.persist_noclobber(&target).map(drop),
        };
        match kept {
            Ok(()) => Ok(shown(&target)),
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Err(exists(&target)),
            Err(error) => Err(cannot_write(&target, &error.error)),
        }
    }
}

/// Writes a file in one go.
pub(crate) fn write(target: &Path, may_replace: bool, bytes: &[u8]) -> Result<String, Failure> {
    let mut file = NewFile::create(target, may_replace)?;
    file.write(bytes)?;
    file.keep()
}

/// A path in visible characters.
pub(crate) fn shown(path: &Path) -> String {
    visible(&path.to_string_lossy())
}

fn exists(target: &Path) -> Failure {
    Failure::usage(format!("{} already exists: choose another name, or add --force.", shown(target)))
}

fn cannot_write(target: &Path, error: &std::io::Error) -> Failure {
    Failure::other(format!("{} cannot be written: {error}.", shown(target)))
}

/// The file name in a Content-Disposition (RFC 6266), as a plain name in the current folder: no path, not hidden, no
/// option, nothing invisible.
pub(crate) fn proposed_name(disposition: &str) -> Option<String> {
    let name = parameter(disposition, "filename*")
        .and_then(|value| {
            let (charset, rest) = value.split_once('\'')?;
            let (_, encoded) = rest.split_once('\'')?;
            let is_utf8 = charset.eq_ignore_ascii_case("utf-8");
            let decoded = percent_decode_str(encoded).decode_utf8().ok()?;
            is_utf8.then(|| decoded.into_owned())
        })
        .or_else(|| parameter(disposition, "filename"))?;
    let name = name.rsplit(['/', '\\']).next()?.trim();
    let name: String =
        name.chars().map(|c| if visible(&c.to_string()).len() > c.len_utf8() { '_' } else { c }).collect();
    let name = if name.starts_with(['.', '-']) { format!("_{name}") } else { name };
    (!name.is_empty() && name.len() <= NAME_MAX_BYTES).then_some(name)
}

/// A parameter of a header, unquoted.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, following) = match after.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = following.split_once(';')?.1;
    }
}

/// A quoted string behind its first quote (RFC 9110, 5.6.4), and what follows it.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tempfile::tempdir;

    use super::*;

    #[test]
    fn proposed_names_are_harmless() {
        for (header, name) in [
            ("attachment; filename=\"a b.png\"; filename*=UTF-8''%E6%97%A5%20b.png", Some("日 b.png")),
            ("attachment; filename=\"a\\\"; b.png\"", Some("a\"; b.png")),
            ("inline; FILENAME=menu.svg; x=1", Some("menu.svg")),
            ("attachment; filename*=ISO-8859-1''%E4.png; filename=\"a.png\"", Some("a.png")),
            ("attachment; filename*=utf-8''..%2F..%2Fetc%2Fpasswd", Some("passwd")),
            ("attachment; filename=\"..\"", Some("_..")),
            ("attachment; filename=\".bashrc\"", Some("_.bashrc")),
            ("attachment; filename=\"-rf\"", Some("_-rf")),
            ("attachment; filename*=UTF-8''a%1B%5B2J%E2%80%AEgnp.exe", Some("a_[2J_gnp.exe")),
            ("attachment; filename=\"dir\\\\name.png\"", Some("name.png")),
            ("attachment; filename=\"a/\"", None),
            ("attachment; filename=\"cut", None),
            ("attachment", None),
            ("", None),
        ] {
            assert_eq!(proposed_name(header).as_deref(), name, "{header}");
        }
        assert_eq!(proposed_name(&format!("a; filename={}", "n".repeat(256))), None);
    }

    #[test]
    fn files_are_whole_or_not_there() {
        let folder = tempdir().unwrap();
        let (target, names) = (folder.path().join("a"), || std::fs::read_dir(folder.path()).unwrap().count());
        let mut file = NewFile::create(&target, false).unwrap();
        file.write(b"half").unwrap();
        drop(file);
        assert_eq!(names(), 0);
        write(&target, false, b"whole").unwrap();
        let other = write(&target, false, b"other").unwrap_err();
        assert!(
            matches!(&other, Failure::Said { sentence, .. } if sentence.contains("--force")),
            "{other:?}"
        );
        write(&target, true, b"replaced").unwrap();
        assert_eq!((std::fs::read(&target).unwrap(), names()), (b"replaced".to_vec(), 1));
        // It appeared while the download ran.
        let late = NewFile::create(&folder.path().join("b"), false).unwrap();
        std::fs::write(folder.path().join("b"), "theirs").unwrap();
        assert!(late.keep().is_err());
        assert_eq!(std::fs::read(folder.path().join("b")).unwrap(), b"theirs");
        assert!(NewFile::create(folder.path(), true).is_err());
        write(Path::new("/dev/null"), false, b"gone").unwrap();
    }

    proptest! {
        #[test]
        fn any_proposal_stays_in_the_folder(header in any::<String>(), name in any::<String>()) {
            for header in [header, format!("attachment; filename=\"{name}\"")] {
                let Some(name) = proposed_name(&header) else { continue };
                let path = Path::new(&name);
                prop_assert_eq!(path.components().count(), 1);
                prop_assert_eq!(path.file_name().unwrap().to_str().unwrap(), &name);
                prop_assert!(!name.starts_with(['.', '-']) && !name.chars().any(char::is_control));
            }
        }
    }
}
