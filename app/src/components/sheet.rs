//! Prints codes on labels: what is printed, the form that says how, and the first page as it will be. Server only, and
//! without a script.

use domain::Parameters;
use leptos::prelude::*;

use crate::addresses::Addresses;
use crate::label_sheet::{SheetFacts, SheetPage};
use crate::words::grouped;

/// Pages of one's own choice.
const PAPERS: [(&str, &str); 5] =
    [("a4", "A4"), ("letter", "Letter"), ("a5", "A5"), ("a6", "A6"), ("own", "Another size")];

/// What may stand beside a code.
const WORDS: [(&str, &str); 4] = [
    ("none", "Nothing"),
    ("name", "The name, or what it means"),
    ("number", "The number"),
    ("text", "The text"),
];

/// Everything below the heading.
pub(crate) fn sheet(addresses: &Addresses, page: &SheetPage) -> impl IntoView + use<> {
    let failure = page.failure.as_ref();
    let refused = failure.and_then(|failure| failure.field.as_ref()).map(ToString::to_string);
    let error = failure.map(|failure| failure.error.clone());
    let picture = page.picture.clone().map(|svg| {
        view! {
            <figure class="sheet-figure">
                <div inner_html=svg></div>
                <figcaption>"The first page. Print it at 100 %, not fitted to the page."</figcaption>
            </figure>
        }
    });
    view! {
        {page.facts.as_ref().map(summary)}
        {error.map(|error| view! { <p class="entry-failure" id="sheet-note" role="alert">{error}</p> })}
        <div class="sheet-columns">
            {form(addresses, page, refused.as_deref())}
            {picture}
        </div>
    }
}

/// What is printed, and what is not.
fn summary(facts: &SheetFacts) -> impl IntoView + use<> {
    let counted = |count: u64, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        many_of => format!("{} {many}", grouped(many_of)),
    };
    let printed = format!(
        "{} on {}, {}.",
        counted(facts.codes, "code", "codes"),
        counted(facts.labels, "label", "labels"),
        counted(facts.pages, "page", "pages")
    );
    let notes = notes(facts);
    view! {
        <p class="sheet-summary" role="status">
            {printed}
        </p>
        {(!notes.is_empty())
            .then(|| {
                view! {
                    <ul class="sheet-notes">
                        {notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view()}
                    </ul>
                }
            })}
    }
}

fn notes(facts: &SheetFacts) -> Vec<String> {
    let said = |count: u64, one: &str, many: &str| {
        (count > 0).then(|| if count == 1 { one.to_owned() } else { format!("{} {many}", grouped(count)) })
    };
    let too_small = said(facts.too_small, "1 code would be", "codes would be").map(|codes| {
        let (width, height) = facts.needed_mm;
        let format = facts.large_enough.map(|format| format!(", such as {format}")).unwrap_or_default();
        format!(
            "{codes} too small to scan on these labels, and left out. Labels of {width} × {height} mm would do{format}."
        )
    });
    let unknown: Vec<String> = facts.unknown.iter().map(|character| format!("“{character}”")).collect();
    let with_unknown = said(facts.with_unknown, "1 code has words", "codes have words").map(|codes| {
        format!(
            "{codes} with characters that cannot be drawn, such as {}: a box stands for each. Latin, Greek and Cyrillic \
             letters can be drawn.",
            unknown.join(", ")
        )
    });
    let notes = [
        said(facts.not_codes, "1 photo or file is left out.", "photos and files are left out."),
        said(facts.gone, "1 entry is left out: it was removed.", "entries are left out: they were removed."),
        too_small,
        said(
            facts.without_words,
            "1 code is printed without words: it needs the room to scan.",
            "codes are printed without words: they need the room to scan.",
        ),
        with_unknown,
    ];
    notes.into_iter().flatten().collect()
}

fn form(addresses: &Addresses, page: &SheetPage, refused: Option<&str>) -> impl IntoView + use<> {
    let fields = &page.fields;
    let chosen = page.chosen.pairs().map(|(name, value)| {
        view! { <input type="hidden" name=name.to_owned() value=value.to_owned() autocomplete="off" /> }
    });
    let chosen = chosen.collect_view();
    let groups = page.formats.iter().map(|group| {
        view! { <optgroup label=group.paper>{options(&group.formats, fields.text("format"))}</optgroup> }
    });
    let groups = groups.collect_view();
    let is_free = fields.text("format") == Some("free");
    let number = |name, label| field(fields, refused, name, label, "numeric");
    let length = |name, label| field(fields, refused, name, label, "decimal");
    let all = |pairs: &[(&'static str, &str)]| {
        pairs.iter().map(|(id, words)| (*id, (*words).to_owned())).collect::<Vec<_>>()
    };
    view! {
        <form class="sheet-form" method="post" action=addresses.sheet() aria-label="Labels">
            {chosen}
            <div class="field">
                <label for="format">"Labels"</label>
                <select id="format" name="format" autocomplete="off">
                    {groups}
                    <optgroup label="Others">
                        <option value="free" selected=is_free>
                            "A grid of your own"
                        </option>
                    </optgroup>
                </select>
            </div>
            <fieldset class="sheet-free">
                <legend>"A grid of your own, in millimetres"</legend>
                <div class="field">
                    <label for="paper">"Page"</label>
                    <select id="paper" name="paper" autocomplete="off">
                        {options(&all(&PAPERS), fields.text("paper"))}
                    </select>
                </div>
                <div class="sheet-row sheet-own">
                    {length("width", "Width of the page")} {length("height", "Height of the page")}
                </div>
                <div class="sheet-row">{number("columns", "Columns")} {number("rows", "Rows")}</div>
                <div class="sheet-row">{length("left", "Left margin")} {length("right", "Right margin")}</div>
                <div class="sheet-row">{length("top", "Upper margin")} {length("bottom", "Lower margin")}</div>
                <div class="sheet-row">{length("across", "Between columns")} {length("down", "Between rows")}</div>
            </fieldset>
            <div class="field">
                <label for="words">"Beside or below the code"</label>
                <select id="words" name="words" autocomplete="off">
                    {options(&all(&WORDS), fields.text("words"))}
                </select>
            </div>
            <div class="sheet-row">
                {number("copies", "Copies of each")} {number("used", "Labels already used up")}
            </div>
            <label class="sheet-edges">
                <input type="checkbox" name="edges" value="on" checked=fields.text("edges").is_some() autocomplete="off" />
                "Draw the edges of the labels, to cut them out or to test the printer"
            </label>
            <div class="sheet-buttons">
                <button class="button" type="submit">
                    "Show"
                </button>
                <button class="button is-primary" type="submit" formaction=addresses.sheet_pdf()>
                    "Download PDF"
                </button>
            </div>
        </form>
    }
}

fn options(all: &[(&'static str, String)], chosen: Option<&str>) -> impl IntoView + use<> {
    let option = |(id, words): &(&'static str, String)| {
        view! {
            <option value=*id selected=chosen == Some(*id)>
                {words.clone()}
            </option>
        }
    };
    all.iter().map(option).collect_view()
}

/// A line for a number, with its label.
fn field(
    fields: &Parameters,
    refused: Option<&str>,
    name: &'static str,
    label: &'static str,
    keys: &'static str,
) -> impl IntoView + use<> {
    let is_refused = refused == Some(name);
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                id=name
                name=name
                type="text"
                inputmode=keys
                autocomplete="off"
                value=fields.text(name).unwrap_or_default().to_owned()
                aria-invalid=is_refused.then_some("true")
                aria-describedby=is_refused.then_some("sheet-note")
                autofocus=is_refused
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_printed_is_said_with_numbers() {
        let facts = SheetFacts {
            not_codes: 1,
            gone: 1_200,
            too_small: 2,
            needed_mm: (28, 31),
            large_enough: Some("Avery L7160"),
            without_words: 1,
            with_unknown: 3,
            unknown: vec!['日', '🎉'],
            ..SheetFacts::default()
        };
        assert_eq!(
            notes(&facts),
            [
                "1 photo or file is left out.",
                "1,200 entries are left out: they were removed.",
                "2 codes would be too small to scan on these labels, and left out. Labels of 28 × 31 mm would do, such as \
             Avery L7160.",
                "1 code is printed without words: it needs the room to scan.",
                "3 codes have words with characters that cannot be drawn, such as “日”, “🎉”: a box stands for each. Latin, \
             Greek and Cyrillic letters can be drawn.",
            ]
        );
        assert_eq!(notes(&SheetFacts::default()), Vec::<String>::new());
    }
}
