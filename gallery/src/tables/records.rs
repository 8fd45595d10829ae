//! Reads the rows of a table, one after another, into buffers that never grow: a row that is longer, or has more cells,
//! is an error. Not here: what the cells mean (`row`).

use std::io::{self, BufRead};
use std::ops::ControlFlow;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use domain::limits::{TABLE_MAX_COLUMNS, TABLE_ROW_MAX_BYTES};

use super::layout::{Layout, Separator};
use crate::bucket::BucketError;
use crate::error::{GalleryError, TableError};

/// Stands in no text: this byte does not occur in UTF-8.
const NO_SEPARATOR: u8 = 0xff;
/// Bytes of the file for one row: quotation marks are doubled, and empty lines may stand before it.
const RAW_ROW_MAX_BYTES: u64 = 4 * TABLE_ROW_MAX_BYTES as u64;
/// Room behind the limits, by which one sees that they are exceeded.
const MARGIN: usize = 2;

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number, counted from 1 with the heading, as spreadsheets do; but empty lines are not counted.
    pub number: u32,
    /// Its cells.
    pub cells: Vec<String>,
}

/// Why the next row cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// The table is not as it must be.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The bytes cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<ReadError> for GalleryError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Table(error) => error.into(),
            ReadError::Io(error) => BucketError::Other(error.into()).into(),
        }
    }
}

/// The rows of a table.
pub(super) struct Records<R> {
    input: R,
    reader: Reader,
    text: Box<[u8]>,
    ends: [usize; TABLE_MAX_COLUMNS + MARGIN],
    /// The number of the next row.
    number: u32,
    /// Where it begins, from where reading began.
    offset: u64,
}

/// The cells of the row that was just read.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    text: &'a str,
    ends: &'a [usize],
}

impl<R: BufRead> Records<R> {
    /// Reads from the beginning of a row, which has this number.
    pub(super) fn new(input: R, separator: Separator, number: u32) -> Self {
        let mut builder = ReaderBuilder::new();
        match separator {
            Separator::Comma => builder.delimiter(b','),
            Separator::Semicolon => builder.delimiter(b';'),
            Separator::Tab => builder.delimiter(b'\t'),
            Separator::Line => builder.delimiter(NO_SEPARATOR).quoting(false),
        };
        let text = vec![0; TABLE_ROW_MAX_BYTES + MARGIN].into_boxed_slice();
        let ends = [0; TABLE_MAX_COLUMNS + MARGIN];
        Self { input, reader: builder.build(), text, ends, number, offset: 0 }
    }

    /// Where the next row begins, from where reading began: right behind the last one.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The number of the next row.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// The cells of the next row; `None` after the last.
    pub(super) fn next(&mut self) -> Result<Option<Cells<'_>>, ReadError> {
        let (row, begin) = (self.number, self.offset);
        let (mut length, mut count) = (0, 0);
        loop {
            let input = self.input.fill_buf()?;
            let (result, read, written, ended) =
                self.reader.read_record(input, &mut self.text[length..], &mut self.ends[count..]);
            self.input.consume(read);
            self.offset += read as u64;
            length += written;
            count += ended;
            if length > TABLE_ROW_MAX_BYTES {
                return Err(TableError::RowTooLong { row }.into());
            }
            if count > TABLE_MAX_COLUMNS {
                return Err(TableError::TooManyColumns { row }.into());
            }
            if self.offset - begin > RAW_ROW_MAX_BYTES && result != ReadRecordResult::End {
                return Err(TableError::RowTooLong { row }.into());
            }
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => return Err(TableError::RowTooLong { row }.into()),
                ReadRecordResult::OutputEndsFull => return Err(TableError::TooManyColumns { row }.into()),
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::Record => break,
            }
        }
        let text = str::from_utf8(&self.text[..length]).map_err(|_| TableError::NotUtf8 { row })?;
        self.number += 1;
        Ok(Some(Cells { text, ends: &self.ends[..count] }))
    }
}

impl<'a> Cells<'a> {
    /// Whether nothing stands in it: spreadsheets write such rows behind the last one.
    pub(super) fn is_blank(self) -> bool {
        self.text.trim().is_empty()
    }

    pub(super) fn iter(self) -> impl Iterator<Item = &'a str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(self.ends).map(move |(start, end)| &self.text[start..*end])
    }
}

/// The rows of a part, without blank ones, from its bytes, as long as `each` wants more.
pub(crate) fn rows_of_part(
    layout: &Layout,
    part: usize,
    bytes: &[u8],
    mut each: impl FnMut(Row) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    let mut records = Records::new(bytes, layout.separator, layout.parts[part].first_row);
    loop {
        let number = records.number();
        let Some(cells) = records.next()? else { return Ok(()) };
        if cells.is_blank() {
            continue;
        }
        let row = Row { number, cells: cells.iter().map(str::to_owned).collect() };
        if each(row).is_break() {
            return Ok(());
        }
    }
}

/// The cells of a heading, from its bytes.
pub(crate) fn heading(layout: &Layout, bytes: &[u8]) -> Result<Vec<String>, ReadError> {
    let mut records = Records::new(bytes, layout.separator, 1);
    let cells = records.next()?;
    Ok(cells.map(|cells| cells.iter().map(str::to_owned).collect()).unwrap_or_default())
}
