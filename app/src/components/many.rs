//! Many codes at once: the form for a table, the table before codes are made of it, how far it is, and the latest tables.
//! Server only: while codes are made, a browser fetches the page again and again (`frontend/many.js`).

use domain::limits::{TABLE_MAX_BYTES, TABLE_MAX_ROWS};
use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::many_preview::preview;
use super::textarea::textarea_content;
use crate::addresses::Addresses;
use crate::many::{ManyPage, ManyPart, TableRow, TableState};
use crate::words::{grouped, utc_time};

/// The content of such a page.
pub(crate) fn many(addresses: &Addresses, page: &ManyPage) -> impl IntoView + use<> {
    match &page.part {
        ManyPart::Form { typed, tables } => EitherOf3::A((form(addresses, typed), latest(addresses, tables))),
        ManyPart::Preview(model) => EitherOf3::B(preview(addresses, model)),
        ManyPart::Progress(table) => EitherOf3::C(progress(addresses, table)),
    }
}

fn form(addresses: &Addresses, typed: &str) -> impl IntoView + use<> {
    let mib = TABLE_MAX_BYTES / (1024 * 1024);
    view! {
        <form class="many-form" method="post" action=addresses.many() enctype="multipart/form-data">
            <p>
                "Paste one text on each line, or choose a CSV file with columns for text, name, level, look and labels. You
                see the first rows before anything is made."
            </p>
            <div class="field">
                <label for="rows">"Lines"</label>
                <textarea
                    id="rows"
                    name="rows"
                    rows="8"
                    spellcheck="false"
                    autocomplete="off"
                    inner_html=textarea_content(typed)
                ></textarea>
            </div>
            <div class="field">
                <label for="table">"Or a file"</label>
                <input
                    id="table"
                    name="table"
                    type="file"
                    accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"
                    aria-describedby="table-note"
                />
                <p class="note" id="table-note">
                    {format!("Choose it or drop it here. At most {} rows and {mib} MiB, in UTF-8.", grouped(TABLE_MAX_ROWS.into()))}
                </p>
            </div>
            <button class="button is-primary" type="submit">
                "Show the first rows"
            </button>
        </form>
    }
}

/// The latest tables.
fn latest(addresses: &Addresses, tables: &[TableRow]) -> impl IntoView + use<> {
    let rows = tables.iter().map(|table| row(addresses, table)).collect_view();
    (!tables.is_empty()).then(|| {
        view! {
            <section class="many-latest" aria-labelledby="many-latest">
                <h2 id="many-latest">"Of the last seven days"</h2>
                <ol>{rows}</ol>
            </section>
        }
    })
}

fn row(addresses: &Addresses, table: &TableRow) -> impl IntoView + use<> {
    let (when, in_full) = utc_time(&table.created_at);
    view! {
        <li>
            <a href=addresses.many_table(table.id)>
                <bdi>{table.title()}</bdi>
            </a>
            <span>{standing(table)}</span>
            <time datetime=table.created_at.clone() title=in_full>
                {when}
            </time>
        </li>
    }
}

/// How far a table is, in words.
fn standing(table: &TableRow) -> String {
    let rows = grouped(table.rows.into());
    let wrong = match table.wrong {
        0 => String::new(),
        1 => ", 1 with a mistake".to_owned(),
        many => format!(", {} with mistakes", grouped(many.into())),
    };
    match table.state {
        TableState::Ready if table.rows == 1 => "1 row, not started".to_owned(),
        TableState::Ready => format!("{rows} rows, not started"),
        _ => format!("{} of {rows} made{wrong}", grouped(table.made.into())),
    }
}

fn progress(addresses: &Addresses, table: &TableRow) -> impl IntoView + use<> {
    let is_running = table.state == TableState::Running;
    let (until, until_in_full) = utc_time(&table.kept_until);
    let said = match table.state {
        TableState::Ready => "Nothing was made yet.",
        TableState::Running => "Codes are being made. You can leave this page, and come back to it.",
        TableState::Stopped => "Stopped. What was made stays.",
        TableState::Done => "Done.",
    };
    let trouble = table.trouble.as_ref().filter(|_| is_running);
    let trouble = trouble
        .map(|why| view! { <p class="many-trouble">{format!("Waiting: {why} It goes on by itself.")}</p> });
    let stop = is_running.then(|| {
        view! {
            <form method="post" action=addresses.many_stop(table.id)>
                <button class="button" type="submit">
                    "Stop"
                </button>
            </form>
        }
    });
    let mistakes = (table.wrong > 0).then(|| {
        view! {
            <a class="button" href=addresses.many_errors(table.id) download="">
                "Rows with mistakes (CSV)"
            </a>
        }
    });
    let archive = (table.made > 0 && !is_running).then(|| {
        view! {
            <a class="button" href=addresses.many_zip(table.id) download="">
                "All codes (ZIP)"
            </a>
        }
    });
    let done = table.made + table.wrong;
    view! {
        <p class="many-title">
            <bdi>{table.title()}</bdi>
        </p>
        <div class="many-progress" data-live="many" data-running=is_running.then_some("") tabindex="-1">
            <p class="many-standing">{standing(table)}</p>
            <progress max=table.rows.to_string() value=done.to_string() aria-label="Rows done"></progress>
            <p role="status">{said}</p>
            {trouble}
            <div class="many-do">{stop} {mistakes} {archive} <a class="action" href=addresses.space_page()>
                "To the codes"
            </a></div>
        </div>
        <p class="many-facts">
            "This table and what is known of its rows are kept until "
            <time datetime=table.kept_until.clone() title=until_in_full>
                {until}
            </time>
            ". The codes stay."
        </p>
        <p>
            <a href=addresses.many()>"Make more at once"</a>
        </p>
    }
}
