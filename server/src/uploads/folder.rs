//! The folder in which uploads are received: in the data folder, because a temporary folder of the system may lie in
//! memory. What a killed process left there is removed at the start.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Its name in the data folder.
const NAME: &str = "uploads";

/// The empty folder, in a data folder that this process has locked.
pub(crate) fn prepare(data_dir: &Path) -> io::Result<PathBuf> {
    let folder = data_dir.join(NAME);
    fs::create_dir_all(&folder)?;
    for left in fs::read_dir(&folder)? {
        let left = left?;
        if left.file_type()?.is_file() {
            fs::remove_file(left.path())?;
        }
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remains_of_a_killed_process_are_removed() {
        let data = tempfile::tempdir().unwrap();
        let folder = prepare(data.path()).unwrap();
        fs::write(folder.join(".tmpAbc"), "half a photo").unwrap();
        assert_eq!(prepare(data.path()).unwrap(), folder);
        assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
    }
}
