//! A table before codes are made of it: how it was read, which can be changed, and its first rows. Server only.

use domain::{CodeText, StyleText};
use leptos::either::Either;
use leptos::prelude::*;

use crate::addresses::Addresses;
use crate::many::{CodePreview, RowPreview, TablePreview};
use crate::words::grouped;

/// What may separate the cells, in words.
const SEPARATORS: [(&str, &str); 4] = [
    ("comma", "by commas"),
    ("semicolon", "by semicolons"),
    ("tab", "by tabs"),
    ("line", "not at all: each line is a text"),
];
/// What a column may hold.
const COLUMNS: [(&str, &str); 6] = [
    ("text", "Text"),
    ("name", "Name"),
    ("level", "Level"),
    ("look", "Look"),
    ("labels", "Labels"),
    ("unused", "Not used"),
];

/// The form of the table, then its first rows.
pub(super) fn preview(addresses: &Addresses, model: &TablePreview) -> impl IntoView + use<> {
    let table = &model.table;
    let wrong = model.rows.iter().filter(|row| row.code.is_err()).count() as u64;
    let rows = model.rows.iter().map(row).collect_view();
    let shown = model.rows.len() as u64;
    // Of the rows that are not shown nobody knows yet.
    let most = if shown < table.rows.into() { "up to " } else { "" };
    let make = match u64::from(table.rows).saturating_sub(wrong) {
        1 => format!("Make {most}1 code"),
        many => format!("Make {most}{} codes", grouped(many)),
    };
    let heading = if shown < table.rows.into() {
        format!("The first {shown} of {} rows", grouped(table.rows.into()))
    } else {
        "All rows".to_owned()
    };
    let mistakes = match wrong {
        0 => "No mistakes in these rows.".to_owned(),
        1 => "1 of these rows has a mistake: no code is made of it, and the list of mistakes names it."
            .to_owned(),
        many => format!(
            "{many} of these rows have mistakes: no codes are made of them, and the list of mistakes names them."
        ),
    };
    view! {
        <p class="many-title">
            <bdi>{table.title()}</bdi>
        </p>
        <form class="many-form" method="post" action=addresses.many_table(table.id)>
            {reading(model)} <div class="many-do">
                <button class="button" type="submit" name="do" value="show">
                    "Read it like this"
                </button>
                <button class="button is-primary" type="submit" name="do" value="make">
                    {make}
                </button>
            </div>
        </form>
        <section class="many-preview" aria-labelledby="first-rows">
            <h2 id="first-rows">{heading}</h2>
            <p>{mistakes}</p>
            <ol class="many-rows">{rows}</ol>
        </section>
        <p>
            <a href=addresses.many()>"Use another table"</a>
        </p>
    }
}

/// How the table is read.
fn reading(model: &TablePreview) -> impl IntoView + use<> {
    let columns = model.columns.iter().enumerate().map(|(place, (name, holds))| {
        let id = format!("column-{place}");
        view! {
            <div class="field">
                <label for=id.clone()>
                    <bdi>{if name.trim().is_empty() { format!("Column {}", place + 1) } else { name.clone() }}</bdi>
                </label>
                <select id=id name="column" autocomplete="off">
                    {options(&COLUMNS, holds)}
                </select>
            </div>
        }
    });
    view! {
        <fieldset class="many-reading">
            <legend>"How it is read"</legend>
            <div class="field">
                <label for="separator">"Cells are separated"</label>
                <select id="separator" name="separator" autocomplete="off">
                    {options(&SEPARATORS, model.separator)}
                </select>
            </div>
            <div class="field is-tick">
                <label for="heading">"The first row is a heading"</label>
                <input id="heading" type="checkbox" name="heading" value="1" checked=model.has_heading autocomplete="off" />
            </div>
            {columns.collect_view()}
        </fieldset>
    }
}

fn options(all: &[(&'static str, &'static str)], chosen: &str) -> impl IntoView + use<> {
    let option = |(value, words): &(&'static str, &'static str)| {
        let is_chosen = *value == chosen;
        view! {
            <option value=*value selected=is_chosen>
                {*words}
            </option>
        }
    };
    all.iter().map(option).collect_view()
}

fn row(row: &RowPreview) -> impl IntoView + use<> {
    let number = grouped(row.number.into());
    let content = match &row.code {
        Ok(code) => Either::Left(code_of(code)),
        Err((cells, mistakes)) => {
            let cells = cells.iter().filter(|cell| !cell.trim().is_empty()).map(|cell| excerpt(cell));
            let cells = cells.collect::<Vec<_>>().join(" · ");
            Either::Right(view! {
                <div class="many-code is-wrong">
                    <p>
                        <bdi>{cells}</bdi>
                    </p>
                    <p class="many-mistake">{mistakes.clone()}</p>
                </div>
            })
        }
    };
    view! {
        <li>
            <span class="many-number">
                <span class="visually-hidden">"Row "</span>
                {number}
            </span>
            {content}
        </li>
    }
}

fn code_of(code: &CodePreview) -> impl IntoView + use<> {
    let facts = [
        Some(format!("Level {}", code.level)),
        (!code.look.is_plain()).then(|| look_words(&code.look)),
        (!code.labels.is_empty())
            .then(|| code.labels.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let name =
        (!code.name.is_empty()).then(|| view! { <p class="many-name"><bdi>{code.name.clone()}</bdi></p> });
    view! {
        <img src=drawn(code) alt="" width="56" height="56" />
        <div class="many-code">
            {name}
            <p class="many-text">
                <bdi>{excerpt(&code.text)}</bdi>
            </p>
            <p class="many-facts">{facts}</p>
        </div>
    }
}

/// A look in a word, if it is a preset.
fn look_words(look: &StyleText) -> String {
    match qr::Preset::of(&look.style()) {
        Some(preset) if StyleText::from(&preset.style()) == *look => preset.title.to_owned(),
        _ => excerpt(look.as_str()),
    }
}

/// The code in its look, but without a logo: that is in the bucket.
fn drawn(code: &CodePreview) -> Option<String> {
    let text = CodeText::parse(&code.text, code.level).ok()?;
    let style = code.look.without_logo().style();
    let drawing = qr::Drawing::new(text.symbol(), &style, None).ok()?;
    Some(qr::data_uri("image/svg+xml", drawing.svg().as_bytes()))
}

/// The longest part of a cell that is shown, in characters.
const EXCERPT_CHARS: usize = 200;

fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT_CHARS) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text.to_owned(),
    }
}
