//! Marks: small files that must survive the program but not the machine, so nothing is synced, and their folder
//! stays.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};

use domain::Key;

use super::error::{classify, gone};
use super::{Files, path};
use crate::bucket::BucketError;

impl Files {
    pub(super) fn mark(&self, key: &Key, bytes: &[u8]) -> Result<(), BucketError> {
        let path = path::of_key(&self.root, key).map_err(BucketError::UnsupportedKey)?;
        let make = || OpenOptions::new().write(true).create_new(true).open(&path);
        let made = match make() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // Only this folder: a missing one of the bucket is not created.
                match fs::create_dir(path.parent().expect("is below the root")) {
                    Err(error) if error.kind() == ErrorKind::NotFound => return Err(gone()),
                    _ => make(),
                }
            }
            made => made,
        };
        match made {
            Ok(mut file) => file.write_all(bytes).map_err(classify),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(BucketError::AlreadyExists),
            Err(error) => Err(classify(error)),
        }
    }

    pub(super) fn unmark(&self, key: &Key) -> Result<(), BucketError> {
        let path = path::of_key(&self.root, key).map_err(BucketError::UnsupportedKey)?;
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(classify(error)),
            _ => Ok(()),
        }
    }
}
