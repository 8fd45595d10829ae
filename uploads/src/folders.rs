//! The pictures in dropped folders. What was dropped or chosen by itself is uploaded whatever it is; of a folder only
//! what looks like a picture.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry, FileSystemFileEntry,
};

/// Extensions of pictures whose type the browser may not know.
const PICTURES: [&str; 9] = ["jpg", "jpeg", "png", "webp", "gif", "heic", "heif", "avif", "tiff"];

/// Files to upload, and how many others there were in folders.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) files: Vec<File>,
    pub(crate) left_out: u64,
}

/// The files among these `File`s and `FileSystemEntry`s.
pub(crate) async fn files_of(items: Array) -> Found {
    let mut found = Found::default();
    let mut folders = Vec::new();
    for item in items.iter() {
        if let Some(file) = item.dyn_ref::<File>() {
            // The chooser of folders hands over all files in it.
            let is_in_a_folder = relative_path(&item).is_some_and(|path| path.contains('/'));
            if is_in_a_folder { found.take_picture(file.clone()) } else { found.files.push(file.clone()) }
        } else {
            // Chromium has no global class of that name, so nothing could be checked.
            let entry: FileSystemEntry = item.unchecked_into();
            if entry.is_file() {
                found.files.extend(file_of(entry).await);
            } else {
                folders.push(entry);
            }
        }
    }
    while let Some(folder) = folders.pop() {
        for entry in contents_of(folder).await {
            if entry.is_directory() {
                folders.push(entry);
            } else if let Some(file) = file_of(entry).await {
                found.take_picture(file);
            }
        }
    }
    found
}

impl Found {
    /// Takes a file from a folder, if it is a picture.
    fn take_picture(&mut self, file: File) {
        let name = file.name();
        if is_hidden(&name) {
            return;
        }
        if is_picture(&name, &file.type_()) {
            self.files.push(file);
        } else {
            self.left_out += 1;
        }
    }
}

fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
        || name.eq_ignore_ascii_case("thumbs.db")
        || name.eq_ignore_ascii_case("desktop.ini")
}

fn is_picture(name: &str, media_type: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    media_type.starts_with("image/") || extension.is_some_and(|extension| PICTURES.contains(&&*extension))
}

fn relative_path(item: &JsValue) -> Option<String> {
    js_sys::Reflect::get(item, &"webkitRelativePath".into()).ok()?.as_string()
}

async fn file_of(entry: FileSystemEntry) -> Option<File> {
    let entry: FileSystemFileEntry = entry.unchecked_into();
    let file = promised(|resolve, reject| entry.file_with_callback_and_callback(resolve, reject)).await;
    file.ok()?.dyn_into().ok()
}

async fn contents_of(folder: FileSystemEntry) -> Vec<FileSystemEntry> {
    let folder: FileSystemDirectoryEntry = folder.unchecked_into();
    let reader: FileSystemDirectoryReader = folder.create_reader();
    let mut entries = Vec::new();
    // A browser hands over about a hundred at a time, and nothing at the end.
    loop {
        let read = promised(|resolve, reject| {
            let _ = reader.read_entries_with_callback_and_callback(resolve, reject);
        });
        let Some(some) = read.await.ok().and_then(|some| some.dyn_into::<Array>().ok()) else {
            return entries;
        };
        if some.length() == 0 {
            return entries;
        }
        entries.extend(some.iter().map(|entry| entry.unchecked_into::<FileSystemEntry>()));
    }
}

/// The result of a call that takes callbacks.
async fn promised(call: impl Fn(&Function, &Function)) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::new(&mut |resolve, reject| call(&resolve, &reject))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_told_by_type_or_extension() {
        assert!(is_picture("a", "image/jpeg") && is_picture("IMG_1.HEIC", ""));
        assert!(!is_picture("notes.txt", "text/plain") && !is_picture("jpg", ""));
        assert!(is_hidden(".DS_Store") && is_hidden("Thumbs.db") && !is_hidden("a.jpg"));
    }
}
