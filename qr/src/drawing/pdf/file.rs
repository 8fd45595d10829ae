//! The objects of a PDF file (ISO 32000-1, 7.5), which may be taken away piece by piece while it is written. Not here: what
//! they show (`content`).

use miniz_oxide::deflate::compress_to_vec_zlib;

use super::content::push;
use crate::Logo;

/// A file being written: objects are numbered from 1 in order; the first is the catalogue.
pub(crate) struct Pdf {
    /// What was written and not taken yet.
    bytes: Vec<u8>,
    /// How much was taken.
    taken: usize,
    /// Where each object begins.
    offsets: Vec<usize>,
}

impl Pdf {
    pub(crate) fn new() -> Self {
        // These four bytes tell programs that the file is binary (ISO 32000-1, 7.5.2).
        Self { bytes: b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec(), taken: 0, offsets: Vec::new() }
    }

    /// Writes the next object.
    pub(crate) fn object(&mut self, body: &str) -> usize {
        let number = self.reserve();
        self.fill(number, body);
        number
    }

    /// The number of an object that is written later.
    pub(crate) fn reserve(&mut self) -> usize {
        self.offsets.push(0);
        self.offsets.len()
    }

    /// Writes an object whose number was reserved.
    pub(crate) fn fill(&mut self, number: usize, body: &str) {
        self.offsets[number - 1] = self.taken + self.bytes.len();
        self.bytes.extend(format!("{number} 0 obj\n{body}\nendobj\n").into_bytes());
    }

    /// Writes the next object: a stream, compressed, with these entries in its dictionary.
    pub(crate) fn stream(&mut self, entries: &str, data: &[u8], compression: u8) -> usize {
        let number = self.reserve();
        self.fill_stream(number, entries, data, compression);
        number
    }

    /// Writes a stream whose number was reserved.
    pub(crate) fn fill_stream(&mut self, number: usize, entries: &str, data: &[u8], compression: u8) {
        let data = compress_to_vec_zlib(data, compression);
        self.offsets[number - 1] = self.taken + self.bytes.len();
        let length = data.len();
        let start = format!("{number} 0 obj\n<<{entries}/Filter/FlateDecode/Length {length}>>stream\n");
        self.bytes.extend(start.into_bytes());
        self.bytes.extend(data);
        self.bytes.extend(b"\nendstream\nendobj\n");
    }

    /// The logo, and its transparency as a separate image.
    pub(crate) fn image(&mut self, logo: &Logo, compression: u8) -> usize {
        let (width, height) = logo.size();
        let common = format!("/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8");
        let colours: Vec<u8> =
            logo.pixels.iter().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect();
        let alphas: Vec<u8> = logo.pixels.iter().map(|pixel| pixel[3]).collect();
        let (image, mask) = (self.reserve(), self.reserve());
        let entries = format!("{common}/ColorSpace/DeviceRGB/SMask {mask} 0 R");
        self.fill_stream(image, &entries, &colours, compression);
        self.fill_stream(mask, &format!("{common}/ColorSpace/DeviceGray"), &alphas, compression);
        image
    }

    /// What was written since the last time.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        self.taken += self.bytes.len();
        core::mem::take(&mut self.bytes)
    }

    /// Writes the end of the file. Returns what was not taken.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let (table, count) = (self.taken + self.bytes.len(), self.offsets.len() + 1);
        let mut end = format!("xref\n0 {count}\n0000000000 65535 f \n");
        for offset in &self.offsets {
            push(&mut end, format_args!("{offset:010} 00000 n \n"));
        }
        push(&mut end, format_args!("trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n"));
        self.bytes.extend(end.into_bytes());
        self.bytes
    }
}
