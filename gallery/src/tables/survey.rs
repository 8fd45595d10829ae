//! Recognises how a table is laid out, and counts its rows, in one pass. Memory does not grow with the table. Not here:
//! the bytes of its rows as drafts (`row`).

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};

use domain::Level;
use domain::limits::TABLE_MAX_ROWS;

use super::columns::Column;
use super::layout::{Layout, Part, Separator, Wishes};
use super::records::{ReadError, Records};
use crate::error::TableError;

/// Rows in a part: a second or two of work.
const PART_ROWS: u32 = 500;
/// Bytes in a part, but for its last row: it is read into memory.
const PART_BYTES: u64 = 1024 * 1024;
/// The beginning by which the separator is recognised, in bytes and in rows.
const SAMPLE_BYTES: u64 = 256 * 1024;
const SAMPLE_ROWS: usize = 20;
/// The first bytes of a ZIP archive, which modern spreadsheets are, and of older ones (OLE).
const SPREADSHEETS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];
/// UTF-16 with a byte order mark.
const UTF_16: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

/// The layout of a table.
pub(crate) fn survey(file: &mut File, wishes: &Wishes) -> Result<Layout, ReadError> {
    let mut sample = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    (&*file).take(SAMPLE_BYTES).read_to_end(&mut sample)?;
    check_kind(&sample)?;
    let separator = wishes.separator.unwrap_or_else(|| recognise_separator(complete_lines(&sample)));
    let first = first_row(&sample, separator)?;
    let named = Column::of_heading(first.iter().map(String::as_str));
    let has_heading = wishes.has_heading.unwrap_or(named.is_some());
    let named = named.filter(|_| has_heading);
    let columns = match &wishes.columns {
        Some(told) if told.len() != first.len() => {
            return Err(TableError::OtherColumns { there: first.len(), told: told.len() }.into());
        }
        Some(told) => told.clone(),
        None => named.unwrap_or_else(|| Column::in_order(first.len())),
    };
    Column::check(&columns)?;
    file.seek(SeekFrom::Start(0))?;
    count(file, separator, has_heading, columns)
}

/// Refuses what is no table, and what is in another encoding.
fn check_kind(sample: &[u8]) -> Result<(), TableError> {
    let begins = |marks: &[&[u8]]| marks.iter().any(|mark| sample.starts_with(mark));
    // Without a mark: every other byte of Western text is zero.
    let zeros =
        |parity: usize| sample.iter().skip(parity).step_by(2).take(64).filter(|byte| **byte == 0).count();
    if begins(&SPREADSHEETS) {
        Err(TableError::Spreadsheet)
    } else if begins(&UTF_16) || zeros(0).max(zeros(1)) >= 8 {
        Err(TableError::Utf16)
    } else {
        Ok(())
    }
}

/// A sample without the line that may be cut off.
fn complete_lines(sample: &[u8]) -> &[u8] {
    if (sample.len() as u64) < SAMPLE_BYTES {
        return sample;
    }
    let end = sample.iter().rposition(|byte| *byte == b'\n').map_or(sample.len(), |end| end + 1);
    &sample[..end]
}

/// What separates the cells: what makes a known heading of the first row, else what gives each row the same number of
/// cells. Otherwise each line is one text.
fn recognise_separator(sample: &[u8]) -> Separator {
    let candidates = [Separator::Tab, Separator::Semicolon, Separator::Comma];
    let read = candidates.map(|separator| (separator, sample_rows(sample, separator)));
    let several = |rows: &Vec<Vec<String>>| rows.first().is_some_and(|first| first.len() > 1);
    let named = read
        .iter()
        .filter(|(_, rows)| several(rows))
        .find(|(_, rows)| Column::of_heading(rows[0].iter().map(String::as_str)).is_some());
    let even = read.iter().filter(|(_, rows)| several(rows) && is_table(rows));
    let widest = even.max_by_key(|(_, rows)| rows[0].len());
    let one_column = if is_quoted(sample) { Separator::Comma } else { Separator::Line };
    named.or(widest).map_or(one_column, |(separator, _)| *separator)
}

/// Whether a line is a cell in quotation marks: then a single column comes from a program that writes CSV.
fn is_quoted(sample: &[u8]) -> bool {
    let mut lines = sample.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).take(SAMPLE_ROWS);
    lines.any(|line| line.len() > 1 && line.starts_with(b"\"") && line.ends_with(b"\""))
}

/// Whether rows without a known heading look like those of a table: each has as many cells, and where the level would
/// stand, there is one or nothing. A list of texts such as `WIFI:T:WPA;S:Guests;P:secret;;` is no table.
fn is_table(rows: &[Vec<String>]) -> bool {
    let is_level = |cell: &String| cell.trim().is_empty() || level(cell).is_some();
    // The first row may be a heading that we do not know.
    let below = rows.iter().skip(usize::from(rows.len() > 1));
    let mut levels = below.filter_map(|row| row.get(2));
    rows.iter().all(|row| row.len() == rows[0].len()) && levels.all(is_level)
}

/// A level, in any case, with spaces around it.
pub(super) fn level(cell: &str) -> Option<Level> {
    cell.trim().to_ascii_uppercase().parse().ok()
}

/// Some rows at the beginning, as far as they can be read.
fn sample_rows(sample: &[u8], separator: Separator) -> Vec<Vec<String>> {
    let mut records = Records::new(sample, separator, 1);
    let mut rows = Vec::new();
    while let Ok(Some(cells)) = records.next() {
        rows.push(cells.iter().map(str::to_owned).collect());
        if rows.len() == SAMPLE_ROWS {
            break;
        }
    }
    rows
}

/// The cells of the first row.
fn first_row(sample: &[u8], separator: Separator) -> Result<Vec<String>, ReadError> {
    let mut records = Records::new(sample, separator, 1);
    let cells = records.next()?.ok_or(TableError::Empty)?;
    Ok(cells.iter().map(str::to_owned).collect())
}

/// Reads all rows once, and notes where the parts begin.
fn count(
    file: &mut File,
    separator: Separator,
    has_heading: bool,
    columns: Vec<Column>,
) -> Result<Layout, ReadError> {
    let mut records = Records::new(BufReader::new(file), separator, 1);
    if has_heading {
        records.next()?;
    }
    let (mut parts, mut rows) = (Vec::<Part>::new(), 0);
    let end = loop {
        let (offset, number) = (records.offset(), records.number());
        match records.next()? {
            None => break offset,
            Some(cells) if cells.is_blank() => continue,
            Some(_) => {}
        }
        if rows == TABLE_MAX_ROWS {
            return Err(TableError::TooManyRows.into());
        }
        rows += 1;
        let goes_on = parts
            .last()
            .is_some_and(|part| number - part.first_row < PART_ROWS && offset - part.offset < PART_BYTES);
        if !goes_on {
            parts.push(Part { offset, first_row: number });
        }
    };
    if parts.is_empty() {
        return Err(TableError::Empty.into());
    }
    Ok(Layout { separator, has_heading, columns, rows, parts, end })
}
