//! How codes are printed, from a form or from a program: a format or a grid, and what is on the labels. Every field has a
//! default.

use std::fmt::Display;

use axum::http::StatusCode;
use domain::{Parameters, one_of};
use gallery::{LabelSheet, LabelWords};
use qr::micrometres;
use qr::sheet::{COPIES_MAX, FORMATS, FreeGrid, LabelFormat, LabelGrid, Lengths, Paper};

use crate::excerpt::excerpt;
use crate::problem::{InField as _, Problem};

/// The fields with their defaults. `edges` has a value if it is on.
const DEFAULTS: [(&str, &str); 15] = [
    ("format", "avery-l7160"),
    ("paper", "a4"),
    ("width", "100"),
    ("height", "150"),
    ("columns", "3"),
    ("rows", "8"),
    ("left", "10"),
    ("right", "10"),
    ("top", "10"),
    ("bottom", "10"),
    ("across", "2"),
    ("down", "2"),
    ("words", "none"),
    ("copies", "1"),
    ("used", "0"),
];

/// The names of the fields.
pub(crate) const FIELDS: [&str; 16] = [
    "format", "paper", "width", "height", "columns", "rows", "left", "right", "top", "bottom", "across",
    "down", "words", "copies", "used", "edges",
];

/// What is the same the next time: not how many copies, nor how much of a sheet is used up.
const KEPT: [&str; 14] = [
    "format", "paper", "width", "height", "columns", "rows", "left", "right", "top", "bottom", "across",
    "down", "words", "edges",
];

/// What a field without a size of its own takes: of a length, of a number.
const LENGTH_MAX_UM: u32 = 1_000_000;
const NUMBER_MAX: u32 = 1_000_000;

/// A value for each field: as given, or else as it was the last time, or else the default.
pub(super) fn filled_in(given: &Parameters, last: Option<&Parameters>) -> Parameters {
    // A box that is not ticked is not sent.
    let is_form = given.text("format").is_some();
    let last = last.filter(|_| !is_form);
    let mut filled = Parameters::default();
    for (name, default) in DEFAULTS {
        let value = given.text(name).or_else(|| last?.text(name)).unwrap_or(default);
        filled.push(name, value.trim());
    }
    if given.text("edges").or_else(|| last?.text("edges")).is_some() {
        filled.push("edges", "on");
    }
    filled
}

/// What is remembered of fields that are right.
pub(super) fn kept(fields: &Parameters) -> Parameters {
    let is_free = fields.text("format") == Some("free");
    let is_kept =
        |name: &str| KEPT.contains(&name) && (is_free || ["format", "words", "edges"].contains(&name));
    fields.pairs().filter(|(name, _)| is_kept(name)).collect()
}

/// How codes are printed.
pub(crate) fn options(given: &Parameters) -> Result<LabelSheet, Problem> {
    let fields = filled_in(given, None);
    let text = |name| fields.text(name).unwrap_or_default();
    let grid = match text("format") {
        "free" => free(&fields)?,
        id => LabelFormat::named(id).ok_or_else(|| no_format(id)).in_field("format")?.grid,
    };
    let words = match text("words") {
        "none" => LabelWords::None,
        "name" => LabelWords::Name,
        "number" => LabelWords::Number,
        "text" => LabelWords::Text,
        _ => return Err(Problem::bad_request("Words are none, name, number or text.")).in_field("words"),
    };
    let copies = number(&fields, "copies")?;
    if !(1..=COPIES_MAX).contains(&copies) {
        return Err(unfit("A code is printed 1 to 1,000 times.")).in_field("copies");
    }
    let used = number(&fields, "used")?;
    if used >= grid.labels() {
        let labels = grid.labels();
        let sentence = format!("A page has {labels} labels, of which at most {} can be used up.", labels - 1);
        return Err(unfit(sentence)).in_field("used");
    }
    Ok(LabelSheet::new(grid, used, copies, words, fields.text("edges").is_some()))
}

/// The page of a sheet.
pub(super) fn grid_of(fields: &Parameters) -> Option<LabelGrid> {
    match fields.text("format") {
        Some("free") => free(fields).ok(),
        id => Some(LabelFormat::named(id?)?.grid),
    }
}

fn free(fields: &Parameters) -> Result<LabelGrid, Problem> {
    let paper = match fields.text("paper").unwrap_or_default() {
        "a4" => Paper::A4,
        "a5" => Paper::A5,
        "a6" => Paper::A6,
        "letter" => Paper::LETTER,
        "own" => Paper { width_um: length(fields, "width")?, height_um: length(fields, "height")? },
        _ => return Err(Problem::bad_request("A page is a4, a5, a6, letter or own.")).in_field("paper"),
    };
    let lengths = |before, after, gap| {
        Ok::<_, Problem>(Lengths {
            before_um: length(fields, before)?,
            after_um: length(fields, after)?,
            gap_um: length(fields, gap)?,
        })
    };
    let free = FreeGrid {
        paper,
        columns: number(fields, "columns")?,
        rows: number(fields, "rows")?,
        across: lengths("left", "right", "across")?,
        down: lengths("top", "bottom", "down")?,
    };
    free.grid().map_err(unfit)
}

/// A length in millimetres; a comma is as good as a point.
fn length(fields: &Parameters, name: &str) -> Result<u32, Problem> {
    let text = fields.text(name).unwrap_or_default();
    let length = micrometres(&text.replace(',', ".")).filter(|length| *length <= LENGTH_MAX_UM);
    let sentence = || format!("“{}” is no length up to 1,000 in millimetres, such as 12.5.", excerpt(text));
    length.ok_or_else(|| Problem::bad_request(sentence())).in_field(name)
}

fn number(fields: &Parameters, name: &str) -> Result<u32, Problem> {
    let text = fields.text(name).unwrap_or_default();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| digits && *number <= NUMBER_MAX);
    let sentence = || format!("“{}” is no whole number, such as 3.", excerpt(text));
    number.ok_or_else(|| Problem::bad_request(sentence())).in_field(name)
}

fn no_format(id: &str) -> Problem {
    let known = FORMATS.iter().map(|format| format.id).chain(["free"]);
    Problem::bad_request(format!("There is no format “{}”: it is {}.", excerpt(id), one_of(known)))
}

/// It can be understood, but not done.
fn unfit(sentence: impl Display) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, sentence.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(pairs: &[(&str, &str)]) -> (u16, String, Option<String>) {
        let problem = options(&pairs.iter().copied().collect()).unwrap_err();
        (problem.status.as_u16(), problem.sentence.clone(), problem.field.as_ref().map(ToString::to_string))
    }

    #[test]
    fn what_cannot_be_done_is_said_with_its_field() {
        for (pairs, status, part, field) in [
            (
                &[("format", "avery-1")][..],
                400,
                "There is no format “avery-1”: it is avery-l4732,",
                Some("format"),
            ),
            (&[("words", "all")], 400, "Words are none", Some("words")),
            (&[("copies", "0")], 422, "1 to 1,000 times", Some("copies")),
            (&[("copies", "x")], 400, "“x” is no whole number", Some("copies")),
            (&[("used", "21")], 422, "A page has 21 labels, of which at most 20", Some("used")),
            (&[("format", "free"), ("left", "1e3")], 400, "“1e3” is no length", Some("left")),
            (&[("format", "free"), ("paper", "a3")], 400, "A page is a4", Some("paper")),
            (&[("format", "free"), ("paper", "own"), ("width", "")], 400, "“” is no length", Some("width")),
            (&[("format", "free"), ("columns", "21")], 422, "21 columns leave 7.142 mm", None),
            (&[("format", "free"), ("rows", "99999999999")], 400, "is no whole number", Some("rows")),
        ] {
            let (found, sentence, blamed) = sentence(pairs);
            assert_eq!((found, blamed.as_deref()), (status, field), "{pairs:?}: {sentence}");
            assert!(sentence.contains(part), "{sentence}");
        }
        assert!(options(&Parameters::default()).is_ok());
        let comma = [("format", "free"), ("left", "12,5"), ("edges", "on")];
        assert!(options(&comma.into_iter().collect()).is_ok());
    }

    #[test]
    fn what_was_chosen_last_fills_an_empty_form_only() {
        let last = Parameters::from([("format", "free"), ("columns", "5"), ("edges", "on")]);
        let first = filled_in(&Parameters::from([("id", "1")]), Some(&last));
        assert_eq!(
            (first.text("format"), first.text("columns"), first.text("edges")),
            (Some("free"), Some("5"), Some("on"))
        );
        let again = filled_in(&Parameters::from([("format", "avery-5160")]), Some(&last));
        assert_eq!(
            (again.text("format"), again.text("columns"), again.text("edges")),
            (Some("avery-5160"), Some("3"), None)
        );
        assert_eq!(kept(&again).to_string(), "format=avery-5160&words=none");
        assert_eq!(kept(&first).pairs().count(), 14);
    }

    #[test]
    fn fields_are_those_with_defaults() {
        let names: Vec<&str> = DEFAULTS.iter().map(|(name, _)| *name).chain(["edges"]).collect();
        assert_eq!(names, FIELDS);
    }
}
