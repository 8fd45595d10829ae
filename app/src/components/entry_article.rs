//! One entry: the code large, its facts, its files. Server only, except for the islands in it: its title and labels
//! (`entry_heading`), and whether it is live (`entry_standing`).

use domain::payload::Payload;
use domain::{Appearance, EntryRow, Failure, StyleText};
use leptos::either::Either;
use leptos::prelude::*;

use super::describe_form::describe_form;
use super::entry_actions::{changes, copies, files};
use super::entry_heading::{EntryLabels, EntryTitle};
use super::entry_standing::EntryStanding;
use super::level_words::level_words;
use super::outcome::verdict;
use super::row::picture;
use super::value::value;
use crate::drawing::Drawing;
use crate::look_words::look_words;
use crate::model::TypedDescription;
use crate::page_state::PageState;
use crate::picture_size::picture_size;
use crate::words;

/// A text with more characters or lines than this gets a scrollable box.
const LONG_CHARS: usize = 480;
const LONG_LINES: usize = 12;

/// The entry of a page.
pub(crate) fn entry_article(
    page: PageState,
    entry: &EntryRow,
    typed: Option<&TypedDescription>,
    failure: Option<&Failure>,
) -> impl IntoView + use<> {
    let style = entry.style.as_ref();
    let look = style.map(|style| &style.look);
    let number = format!("#{}", entry.id);
    let picture = picture(page, entry).map(|source| {
        view! { <img src=source alt=format!("The code {number}") width="512" height="512" /> }
    });
    view! {
        <article class="entry" data-id=entry.id>
            <header class="entry-head">
                <p class="entry-number">{number.clone()}</p>
                <EntryTitle />
            </header>
            <EntryStanding />
            {entry.advice().map(|advice| view! { <p class="entry-advice">{advice}</p> })}
            <figure class="entry-picture">{picture}</figure>
            <div class="entry-side">
                <div class="entry-actions">{files(page, entry)}</div>
                <div class="entry-more">{copies(page, entry)}</div>
                <div class="entry-more">
                    {changes(page, entry)} {look.map(|look| use_look(page, look))}
                </div>
                <EntryLabels />
                {describe_form(page, entry, typed, failure)} {style.map(look_and_score)} {facts(entry)}
            </div>
        </article>
    }
}

/// A link to its look for another code.
fn use_look(page: PageState, look: &StyleText) -> impl IntoView + use<> {
    view! {
        <a class="action" href=page.addresses().look_link(look)>
            "Use this look"
        </a>
    }
}

/// The look in words, and how well it scans.
fn look_and_score(style: &Appearance) -> impl IntoView + use<> {
    let score = style.score.as_ref();
    (!style.look.is_plain()).then(|| {
        view! {
            <section class="entry-look" aria-label="Look">
                <p>{look_words(&style.look.style())}</p>
                {score.map(|score| verdict(Some(score), false))}
            </section>
        }
    })
}

pub(super) fn facts(entry: &EntryRow) -> impl IntoView + use<> {
    let fact = |name: &'static str, words: String| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{words}</dd>
            </div>
        }
    };
    let value_fact = |name: &'static str, text: String| {
        view! {
            <div class="entry-value">
                <dt>{name}</dt>
                <dd>{boxed(name, text)}</dd>
            </div>
        }
    };
    let level = entry.style.as_ref().map(|style| style.level);
    let picture = entry.style.as_ref().zip(entry.symbol);
    let picture = picture.and_then(|(style, symbol)| picture_size(style, symbol));
    let version = entry.symbol.map(|symbol| symbol.version);
    // What each text means first, then the text itself.
    let values = entry.values.iter().flat_map(|value| {
        let meaning = Payload::parse(value).map(|payload| payload.facts()).unwrap_or_default();
        meaning.into_iter().chain([("Value", value.clone())])
    });
    let values = values.map(|(name, text)| value_fact(name, text)).collect_view();
    let moment = entry.created_at.to_string();
    let (when, in_full) = words::utc_time(&moment);
    // If another program drew the file differently, our drawing does not describe it.
    let plain = entry.style.as_ref().filter(|style| style.look.is_plain());
    let drawing = entry.value.as_deref().zip(plain).map(|(value, style)| Drawing::new(value, style.level));
    let drawing = drawing.filter(|drawing| drawing.version.is_some() && drawing.version == version);
    view! {
        <dl class="entry-facts">
            {values} {picture.map(|words| fact("Picture", words))}
            {version.map(|version| fact("Version", version.to_string()))}
            {level.map(|level| fact("Level", format!("{level} · {}", level_words(level).1)))}
            {drawing.as_ref().and_then(|drawing| drawing.print_mm).map(|mm| fact("Smallest print", format!("{mm} mm")))}
            {drawing.map(|drawing| fact("Filled", drawing.fill_words()))}
            {fact("Size", words::size(entry.size_bytes))} <div>
                <dt>"Saved"</dt>
                <dd>
                    <time datetime=moment title=in_full>
                        {when}
                    </time>
                </dd>
            </div> <div>
                <dt>"File"</dt>
                <dd class="entry-key">
                    <bdi>{entry.key.to_string()}</bdi>
                </dd>
            </div>
        </dl>
    }
}

/// A text, in a box if it is long. With the focus on it, the keyboard scrolls it.
fn boxed(name: &'static str, text: String) -> impl IntoView {
    if text.chars().count() <= LONG_CHARS && text.lines().count() <= LONG_LINES {
        return Either::Left(value(text, None));
    }
    Either::Right(view! {
        <div class="entry-long" role="group" aria-label=name tabindex="0">
            {value(text, None)}
        </div>
    })
}
