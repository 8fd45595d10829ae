//! Reading tables: separators, headings, quotation marks, encodings, limits; and that any table comes back as it was
//! written, whatever its cells hold.

use std::io::{Seek as _, Write as _};
use std::ops::ControlFlow;

use domain::limits::{TABLE_MAX_COLUMNS, TABLE_MAX_ROWS, TABLE_ROW_MAX_BYTES};
use domain::{Space, StyleText};
use proptest::prelude::*;

use super::records::ReadError;
use super::*;
use crate::error::TableError;

fn surveyed(bytes: &[u8], wishes: &Wishes) -> Result<Layout, TableError> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    survey(&mut file, wishes).map_err(|error| match error {
        ReadError::Table(error) => error,
        ReadError::Io(error) => panic!("{error}"),
    })
}

fn layout(text: &str) -> Layout {
    surveyed(text.as_bytes(), &Wishes::default()).unwrap()
}

/// All rows, read part by part.
fn rows(layout: &Layout, bytes: &[u8]) -> Vec<Row> {
    let mut rows = Vec::new();
    for part in 0..layout.parts() {
        let range = layout.bytes_of(part);
        let bytes = &bytes[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()];
        rows_of_part(layout, part, bytes, |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })
        .unwrap();
    }
    rows
}

fn cells(text: &str) -> Vec<Vec<String>> {
    rows(&layout(text), text.as_bytes()).into_iter().map(|row| row.cells).collect()
}

/// Text, name, level, look and labels of a draft.
type Drafted = (String, String, String, String, Vec<String>);

fn drafted(text: &str) -> Vec<Result<Drafted, String>> {
    let layout = layout(text);
    let drafts = rows(&layout, text.as_bytes()).into_iter().map(|row| {
        let request = request_of_row(&Space::main(), 1, row.number);
        let draft = draft(&row, &layout, &StyleText::default(), request)?;
        let labels = draft.labels.iter().map(|label| label.name.to_string()).collect();
        let level = draft.text.symbol().level().to_string();
        Ok((draft.text.as_str().to_owned(), draft.name.to_string(), level, draft.look.to_string(), labels))
    });
    drafts.collect()
}

#[test]
fn separators_and_headings_are_recognised() {
    use Column::{Labels, Level, Look, Name, Text, Unused};
    for (text, separator, has_heading, columns) in [
        ("one\ntwo\n", Separator::Line, false, vec![Text]),
        ("one", Separator::Line, false, vec![Text]),
        ("text\none", Separator::Line, true, vec![Text]),
        ("Hello, world\nno comma\n", Separator::Line, false, vec![Text]),
        ("WIFI:T:WPA;S:a;P:b;;\nWIFI:T:WPA;S:c;P:d;;\n", Separator::Line, false, vec![Text]),
        ("a,b\nc,d\n", Separator::Comma, false, vec![Text, Name]),
        ("a;b;H\nc;d;\n", Separator::Semicolon, false, vec![Text, Name, Level]),
        ("a\tb,c\nd\te\n", Separator::Tab, false, vec![Text, Name]),
        ("Name;TEXT\nx;y\n", Separator::Semicolon, true, vec![Name, Text]),
        (
            " labels , look,level,name,text,price\n",
            Separator::Comma,
            true,
            vec![Labels, Look, Level, Name, Text, Unused],
        ),
        ("\"Hello, world\"\n\"again\"\n", Separator::Comma, false, vec![Text]),
        ("text,text\na,b\n", Separator::Comma, true, vec![Text, Unused]),
    ] {
        // A heading alone is no table.
        let text = if text.ends_with("price\n") { format!("{text},,,,x,\n") } else { text.to_owned() };
        let found = layout(&text);
        assert_eq!((found.separator, found.has_heading), (separator, has_heading), "{text:?}");
        assert_eq!(found.columns, columns, "{text:?}");
    }
}

#[test]
fn wishes_win_over_what_is_recognised() {
    let told = |separator, has_heading, columns| Wishes { separator, has_heading, columns };
    let as_lines = surveyed(b"a,b\nc,d\n", &told(Some(Separator::Line), None, None)).unwrap();
    assert_eq!((as_lines.columns, as_lines.rows), (vec![Column::Text], 2));
    let headed = surveyed(b"url;title\nx;y\n", &told(None, Some(true), None)).unwrap();
    assert_eq!((headed.rows, headed.columns), (1, vec![Column::Text, Column::Name]));
    let columns = vec![Column::Unused, Column::Text];
    let swapped = surveyed(b"a,b\nc,d\n", &told(None, None, Some(columns.clone()))).unwrap();
    assert_eq!(swapped.columns, columns);
    for (columns, error) in [
        (vec![Column::Text], TableError::OtherColumns { there: 2, told: 1 }),
        (vec![Column::Name, Column::Unused], TableError::NoText),
        (vec![Column::Text, Column::Text], TableError::Twice("text")),
    ] {
        assert_eq!(surveyed(b"a,b\nc,d\n", &told(None, None, Some(columns))), Err(error));
    }
}

#[test]
fn cells_come_as_they_were_meant() {
    let one = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    for text in [
        "text,name\r\n\"a \"\"b\"\", c\",d\r\n\r\n\"two\nlines\",\r\n,,\r\n",
        "\u{feff}text,name\n\"a \"\"b\"\", c\",d\n\"two\nlines\",",
        "text;name\r\"a \"\"b\"\", c\";d\r\"two\nlines\";\r;\r",
    ] {
        assert_eq!(cells(text), [one(&["a \"b\", c", "d"]), one(&["two\nlines", ""])], "{text:?}");
    }
    assert_eq!(cells("say \"hi\"\n\n  and, go \n"), [one(&["say \"hi\""]), one(&["  and, go "])]);
    let numbers: Vec<u32> =
        rows(&layout("text\na\n\nb\n"), b"text\na\n\nb\n").iter().map(|row| row.number).collect();
    assert_eq!(numbers, [2, 3], "the heading is row 1, an empty line is none");
}

#[test]
fn rows_become_drafts_or_mistakes() {
    let ok = |text: &str, name: &str, level: &str, look: &str, labels: &[&str]| {
        let own = |text: &str| text.to_owned();
        Ok((own(text), own(name), own(level), own(look), labels.iter().map(|label| own(label)).collect()))
    };
    let drafts = drafted(
        "text,name,level,look,labels\na,,,,\nb, Bee ,h,shape=dots,\"x, y\"\nc,,,Dots,\n,n,,,\nd,,X,shape=x,\ne,,,,,f\n",
    );
    assert_eq!(drafts[0], ok("a", "", "M", "", &[]));
    assert_eq!(drafts[1], ok("b", "Bee", "H", "shape=dots", &["x", "y"]));
    assert!(
        matches!(&drafts[2], Ok((_, _, _, look, _)) if look.contains("shape=dots") && look.contains("ball=circle"))
    );
    assert_eq!(drafts[3], Err("Enter a text first.".to_owned()));
    let two = drafts[4].as_ref().unwrap_err();
    assert!(
        two.starts_with("An error correction level is L, M, Q or H. “x” is not a value of “shape”"),
        "{two}"
    );
    let cells = drafts[5].as_ref().unwrap_err();
    assert!(cells.starts_with("The row has 6 cells, and the table 5."), "{cells}");
    let long = drafted(&format!("a,b\n{},c\n", "x".repeat(3000)));
    assert!(long[1].as_ref().unwrap_err().contains("too long for level M"), "{long:?}");
}

#[test]
fn what_is_no_table_is_refused() {
    let utf_16: Vec<u8> = "text\none\ntwo\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let many = "a\n".repeat(TABLE_MAX_ROWS as usize + 1);
    let long = format!("text,name\na,b\n\"{}\n", "x".repeat(TABLE_ROW_MAX_BYTES + 1));
    let wide = format!("a\nb{}\n", ",".repeat(TABLE_MAX_COLUMNS));
    for (bytes, wishes, error) in [
        (&b""[..], None, TableError::Empty),
        (b"\n\r\n\n", None, TableError::Empty),
        (b"text,name\n", None, TableError::Empty),
        (b"text,name\n,\n", None, TableError::Empty),
        (b"PK\x03\x04rest", None, TableError::Spreadsheet),
        (b"\xff\xfea\0", None, TableError::Utf16),
        (&utf_16, None, TableError::Utf16),
        (b"ok\ncaf\xe9\n", None, TableError::NotUtf8 { row: 2 }),
        (many.as_bytes(), None, TableError::TooManyRows),
        (long.as_bytes(), None, TableError::RowTooLong { row: 3 }),
        (wide.as_bytes(), Some(Separator::Comma), TableError::TooManyColumns { row: 2 }),
    ] {
        let found = surveyed(bytes, &Wishes { separator: wishes, ..Wishes::default() });
        assert_eq!(found.map(|layout| layout.rows), Err(error.clone()), "{error}");
        assert!(error.to_string().ends_with('.'), "{error}");
    }
}

#[test]
fn endless_rows_and_empty_lines_end_soon() {
    for hostile in [",", "\"", "\"\"", "\n", "a\n,", ";\t,"] {
        let bytes = hostile.repeat(4 * 1024 * 1024 / hostile.len());
        for separator in Separator::ALL.into_iter().map(Some).chain([None]) {
            // Any outcome, but soon, and without memory.
            drop(surveyed(bytes.as_bytes(), &Wishes { separator, ..Wishes::default() }));
        }
    }
    let far = format!("text\na\n{}b\n", "\n".repeat(1024 * 1024));
    assert_eq!(surveyed(far.as_bytes(), &Wishes::default()), Err(TableError::RowTooLong { row: 3 }));
}

#[test]
fn parts_are_bounded_and_join_without_a_gap() {
    let long: String = (0..40).map(|n| format!("{n},{}\n", "y".repeat(60_000))).collect();
    let many: String = (0..1201).map(|n| format!("{n},n{n}\n")).collect();
    for (text, count) in [(long, 40), (many, 1201)] {
        let found = layout(&text);
        assert_eq!(found.rows, count);
        assert!(found.parts() >= 3, "{}", found.parts());
        let rows = rows(&found, text.as_bytes());
        assert!(rows.iter().map(|row| row.cells[0].parse::<u32>().unwrap()).eq(0..count));
        assert!(rows.iter().map(|row| row.number).eq(1..=count));
        for part in 1..found.parts() {
            assert_eq!(found.bytes_of(part - 1).end, found.bytes_of(part).start);
        }
    }
}

#[test]
fn request_ids_differ_by_space_table_and_row() {
    let team: Space = "team".parse().unwrap();
    let ids = [
        request_of_row(&Space::main(), 1, 23),
        request_of_row(&Space::main(), 12, 3),
        request_of_row(&team, 1, 23),
        request_of_row(&Space::main(), 1, 24),
    ];
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
    assert_eq!(request_of_row(&Space::main(), 1, 23), ids[0]);
}

/// A cell that is not blank, with whatever disturbs readers of tables.
fn cell() -> impl Strategy<Value = String> {
    "[a-z0-9 ,;\t\"\n\r'=é日🎉]{0,12}".prop_map(|rest| format!("x{rest}"))
}

proptest! {
    #[test]
    fn any_table_comes_back(
        table in (1..6usize).prop_flat_map(|columns| {
            proptest::collection::vec(proptest::collection::vec(cell(), columns), 1..40)
        }),
        separator in prop_oneof![Just((b',', Separator::Comma)), Just((b';', Separator::Semicolon)), Just((b'\t', Separator::Tab))],
        ending in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
    ) {
        let (byte, separator) = separator;
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let lines = table.iter().map(|row| {
            row.iter().map(quoted).collect::<Vec<_>>().join(std::str::from_utf8(&[byte]).unwrap())
        });
        let text = lines.collect::<Vec<_>>().join(ending);
        let wishes = Wishes { separator: Some(separator), has_heading: Some(false), columns: None };
        let found = surveyed(text.as_bytes(), &wishes).unwrap();
        let read: Vec<Vec<String>> = rows(&found, text.as_bytes()).into_iter().map(|row| row.cells).collect();
        prop_assert_eq!(read, table);
    }

    #[test]
    fn any_list_of_lines_comes_back(lines in proptest::collection::vec("[^\r\n]{0,10}[^\\s]", 1..40)) {
        prop_assume!(!lines[0].starts_with('\u{feff}'));
        let text = lines.join("\n");
        let wishes = Wishes { separator: Some(Separator::Line), has_heading: Some(false), columns: None };
        let found = surveyed(text.as_bytes(), &wishes);
        // As many zeros as in UTF-16.
        prop_assume!(found != Err(TableError::Utf16) && found != Err(TableError::Spreadsheet));
        let read: Vec<String> = rows(&found.unwrap(), text.as_bytes()).into_iter().flat_map(|row| row.cells).collect();
        prop_assert_eq!(read, lines);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(found) = surveyed(&bytes, &Wishes::default()) {
            prop_assert_eq!(rows(&found, &bytes).len(), found.rows as usize);
        }
    }
}
