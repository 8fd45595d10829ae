//! The document around the islands: head, masthead, and the static parts of each page. Server only.

use domain::LabelName;
use domain::payload::PayloadKind;
use leptos::either::{Either, EitherOf10};
use leptos::prelude::*;

use crate::addresses::{self, Addresses, patterns};
use crate::components::{
    LiveEntries, LiveStatus, NoticeBoard, api_reference, brand, chosen, composer, entry_article, footer,
    jobs, labelled, layouts, many, photo_article, photos, request_id, samples, search, sheet, spaces, trash,
};
use crate::label_sheet::SheetPage;
use crate::many::{ManyPage, ManyPart, TableState};
use crate::model::{
    ApiPage, EntryPage, ErrorPage, Field, JobsPage, LabelsPage, Page, Shell, SpacePage, SpacesPage, TrashPage,
};
use crate::page_state::page_state;
use crate::preferences::{Preferences, Theme};
use crate::words::entry_page_title;

/// The whole document.
pub(crate) fn document(
    shell: &Shell,
    page: Page,
    preferences: Preferences,
    json: Option<String>,
) -> impl IntoView + use<> {
    let title = title(&page);
    let masthead = masthead(shell, &page);
    let base = shell.base.clone();
    let has_composer = matches!(&page, Page::Space(_));
    let has_look = matches!(&page, Page::Space(page) if !page.draft.look.is_plain());
    let has_form = matches!(&page, Page::Space(page) if page.draft.kind != PayloadKind::Text);
    let is_followed = matches!(&page, Page::Many(ManyPage { part: ManyPart::Progress(table), .. }) if table.state == TableState::Running);
    let request_id = match &page {
        Page::Space(page) => Some(request_id(&page.draft)),
        Page::Entry(_)
        | Page::Jobs(_)
        | Page::Labels(_)
        | Page::Trash(_)
        | Page::Many(_)
        | Page::Sheet(_)
        | Page::Spaces(_)
        | Page::Api(_)
        | Page::Error(_) => None,
    };
    let main = match page {
        Page::Space(page) => EitherOf10::A(space_page(&page, preferences, &shell.assets.presets)),
        Page::Entry(page) => EitherOf10::B(entry_page(&base, page)),
        Page::Jobs(page) => EitherOf10::C(jobs_page(&base, page)),
        Page::Labels(page) => EitherOf10::D(labels_page(&base, page)),
        Page::Trash(page) => EitherOf10::E(trash_page(&base, page)),
        Page::Spaces(page) => EitherOf10::F(spaces_page(shell, &page)),
        Page::Api(page) => EitherOf10::G(api_page(&page)),
        Page::Error(page) => EitherOf10::H(error_page(&base, page)),
        Page::Many(page) => EitherOf10::I(many_page(&base, &page)),
        Page::Sheet(page) => EitherOf10::J(sheet_page(&base, &page)),
    };
    let color_scheme = match preferences.theme {
        Theme::System => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let scripts = json.map(|json| scripts(shell, json, has_composer, has_form));
    let many = shell.assets.wake.as_ref().filter(|_| is_followed).map(|wake| below(shell, &wake.many));
    let many = many.map(|src| view! { <script type="module" src=src></script> });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=preferences.theme.as_str()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content=color_scheme />
                <title>{title}</title>
                <link rel="preload" href=below(shell, &shell.assets.font) r#as="font" r#type="font/woff2" crossorigin="" />
                <link rel="stylesheet" href=below(shell, &shell.assets.style) />
                {(!has_composer || has_form || has_look).then(|| view! { <link rel="stylesheet" href=below(shell, &shell.assets.other_style) /> })}
                <link rel="icon" type="image/svg+xml" href=below(shell, &shell.assets.icon) />
                {scripts}
                {many}
            </head>
            <body>
                <a class="skip" href="#content">
                    "Skip to the content"
                </a>
                {masthead}
                {main}
                {footer(&base, preferences)}
                {request_id}
            </body>
        </html>
    }
}

/// The address of an embedded file.
pub(crate) fn below(shell: &Shell, file: &str) -> String {
    format!("{}{}", shell.base, file.trim_start_matches('/'))
}

fn title(page: &Page) -> String {
    match page {
        Page::Space(page) if refused_field(page).is_some() => "Check the form · Qrate".to_owned(),
        Page::Space(page) if page.space.is_main() => "Qrate".to_owned(),
        Page::Space(page) => format!("{} · Qrate", page.space),
        Page::Entry(page) => entry_page_title(&page.entry),
        Page::Jobs(page) if page.space.is_main() => "Jobs and messages · Qrate".to_owned(),
        Page::Jobs(page) => format!("Jobs and messages in {} · Qrate", page.space),
        Page::Labels(page) if page.labels.is_empty() => "Labels · Qrate".to_owned(),
        Page::Labels(page) => format!("{} · Qrate", label_words(&page.labels)),
        Page::Trash(page) if page.space.is_main() => "Trash · Qrate".to_owned(),
        Page::Trash(page) => format!("Trash of {} · Qrate", page.space),
        Page::Many(page) if page.space.is_main() => "Many at once · Qrate".to_owned(),
        Page::Many(page) => format!("Many at once in {} · Qrate", page.space),
        Page::Sheet(_) => "Print labels · Qrate".to_owned(),
        Page::Spaces(_) => "Spaces · Qrate".to_owned(),
        Page::Api(_) => "API · Qrate".to_owned(),
        Page::Error(page) => format!("{} · Qrate", page.title),
    }
}

/// The page's data, and what hydrates it. The script reads the other addresses from its own attributes.
fn scripts(shell: &Shell, json: String, has_composer: bool, has_form: bool) -> impl IntoView + use<> {
    let wake = shell.assets.wake.as_ref().map(|wake| {
        let (script, glue, wasm) =
            (below(shell, &wake.script), below(shell, &wake.glue), below(shell, &wake.wasm));
        let contents = has_form.then(|| (below(shell, &wake.contents.0), below(shell, &wake.contents.1)));
        let (contents, contents_wasm) = contents.unzip();
        let upload = |file: &str| has_composer.then(|| below(shell, file));
        let studio = |file: &str| has_composer.then(|| below(shell, file));
        view! {
            <link rel="modulepreload" href=glue.clone() />
            {preload(wasm.clone())}
            {contents.clone().map(|href| view! { <link rel="modulepreload" href=href /> })}
            {contents_wasm.clone().map(preload)}
            <script
                type="module"
                src=script
                data-glue=glue
                data-wasm=wasm
                data-contents=contents
                data-contents-wasm=contents_wasm
                data-on-demand=below(shell, &wake.on_demand)
                data-uploads=upload(&wake.uploads.0)
                data-uploads-wasm=upload(&wake.uploads.1)
                data-other-style=below(shell, &shell.assets.other_style)
                data-studio=studio(&wake.studio.script)
                data-studio-worker=studio(&wake.studio.worker)
                data-studio-wasm=studio(&wake.studio.wasm)
            ></script>
        }
    });
    view! {
        {wake}
        <script type="application/json" id="page-data" inner_html=json></script>
    }
}

fn preload(wasm: String) -> impl IntoView {
    view! { <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="" /> }
}

fn masthead(shell: &Shell, page: &Page) -> impl IntoView + use<> {
    let space = match page {
        Page::Space(page) => Some(page.space.clone()),
        Page::Entry(page) => Some(page.space.clone()),
        Page::Jobs(page) => Some(page.space.clone()),
        Page::Labels(page) => Some(page.space.clone()),
        Page::Trash(page) => Some(page.space.clone()),
        Page::Many(page) => Some(page.space.clone()),
        Page::Sheet(page) => Some(page.space.clone()),
        Page::Spaces(_) | Page::Api(_) => None,
        Page::Error(page) => page.space.clone(),
    };
    let space = space.filter(|space| !space.is_main()).map(|space| {
        let href = Addresses { base: shell.base.clone(), space: space.clone() }.space_page();
        view! { <a class="masthead-space" href=href>{space.to_string()}</a> }
    });
    let status = match page {
        Page::Sheet(_) | Page::Spaces(_) | Page::Api(_) | Page::Error(_) => None,
        Page::Space(_)
        | Page::Entry(_)
        | Page::Jobs(_)
        | Page::Labels(_)
        | Page::Trash(_)
        | Page::Many(_) => Some(view! { <LiveStatus /> }),
    };
    let spaces = addresses::below(&shell.base, patterns::SPACES_PAGE);
    view! {
        <header class="masthead">
            {brand(&shell.base)}
            {space}
            <a
                class="masthead-spaces"
                href=spaces.clone()
                data-panel=spaces
                aria-controls="spaces"
                aria-expanded="false"
            >
                "Spaces"
            </a>
            {status}
            <div class="masthead-panel" id="spaces"></div>
        </header>
    }
}

/// The refused field, on a page that answers a form.
fn refused_field(page: &SpacePage) -> Option<Field> {
    page.failure.as_ref().and_then(|failure| failure.field.clone())
}

fn space_page(page: &SpacePage, preferences: Preferences, pictures: &[String]) -> impl IntoView + use<> {
    view! {
        <main class="space" id="content" tabindex="-1">
            <NoticeBoard />
            <section class="space-composer" aria-labelledby="new-code">
                <h1 id="new-code">"New code"</h1>
                <a class="to-photos" href="#photos">
                    "Add photos"
                </a>
                {composer(page_state(), page, pictures)}
            </section>
            <div class="space-bucket">
                {photos(page_state(), page)}
                <section id="listing" class="space-listing" aria-label="In the bucket" data-layout=preferences.layout.as_str()>
                    <nav class="listing-links" aria-label="More of this bucket">
                        <a href=page_state().addresses().labelled(None)>"Labels"</a>
                        <a href=page_state().addresses().messages()>"Messages"</a>
                        <a href=page_state().addresses().trash()>"Trash"</a>
                    </nav>
                    {search(page_state(), &page.query)}
                    {layouts(page_state(), preferences.layout)}
                    {chosen(page_state(), &page.query)}
                    <LiveEntries />
                    {samples(&page_state().addresses().space_page())}
                </section>
            </div>
        </main>
    }
}

fn entry_page(base: &str, page: EntryPage) -> impl IntoView + use<> {
    let back = Addresses { base: base.to_owned(), space: page.space.clone() }.space_page();
    let words = if page.entry.photo.is_some() { "All photos and codes" } else { "All codes" };
    let article = match &page.entry.photo {
        Some(photo) => Either::Left(photo_article(page_state(), &page, photo)),
        None => Either::Right(entry_article(
            page_state(),
            &page.entry,
            page.typed.as_deref(),
            page.failure.as_ref(),
        )),
    };
    // A refused name or labels are explained in their form.
    let failure = page.failure.filter(|_| page.typed.is_none() && page.typed_labels.is_none());
    let failure = failure.map(|failure| view! { <p class="entry-failure" role="alert">{failure.error}</p> });
    view! {
        <main class="entry-page" id="content" tabindex="-1">
            <NoticeBoard />
            <a class="back" href=back>
                {words}
            </a>
            {failure}
            {article}
        </main>
    }
}

fn jobs_page(base: &str, page: JobsPage) -> impl IntoView + use<> {
    let lists = jobs(page_state(), &page);
    let back = Addresses { base: base.to_owned(), space: page.space }.space_page();
    // A refused test is explained in its form.
    let failure = page.failure.filter(|_| !page.messages.test.is_refused);
    let failure = failure.map(|failure| view! { <p class="entry-failure" role="alert">{failure.error}</p> });
    view! {
        <main class="jobs-page" id="content" tabindex="-1">
            <NoticeBoard />
            <a class="back" href=back>
                "All photos and codes"
            </a>
            <h1>"Jobs and messages"</h1>
            {failure}
            {lists}
        </main>
    }
}

/// Labels as they are looked for together.
fn label_words(labels: &[LabelName]) -> String {
    labels.iter().map(LabelName::as_str).collect::<Vec<_>>().join(", ")
}

fn labels_page(base: &str, page: LabelsPage) -> impl IntoView + use<> {
    let lists = labelled(page_state(), &page);
    let title = if page.labels.is_empty() { "Labels".to_owned() } else { label_words(&page.labels) };
    let back = Addresses { base: base.to_owned(), space: page.space }.space_page();
    let failure =
        page.failure.map(|failure| view! { <p class="entry-failure" role="alert">{failure.error}</p> });
    view! {
        <main class="jobs-page" id="content" tabindex="-1">
            <NoticeBoard />
            <a class="back" href=back>
                "All photos and codes"
            </a>
            <h1>
                <bdi>{title}</bdi>
            </h1>
            {failure}
            {lists}
        </main>
    }
}

fn spaces_page(shell: &Shell, page: &SpacesPage) -> impl IntoView + use<> {
    view! {
        <main class="jobs-page" id="content" tabindex="-1">
            <h1>"Spaces"</h1>
            {spaces(&shell.base, page, below(shell, &shell.assets.other_style))}
        </main>
    }
}

fn trash_page(base: &str, page: TrashPage) -> impl IntoView + use<> {
    let list = trash(page_state(), &page);
    let back = Addresses { base: base.to_owned(), space: page.space }.space_page();
    let failure =
        page.failure.map(|failure| view! { <p class="entry-failure" role="alert">{failure.error}</p> });
    view! {
        <main class="jobs-page" id="content" tabindex="-1">
            <NoticeBoard />
            <a class="back" href=back>
                "All photos and codes"
            </a>
            <h1>"Trash"</h1>
            {failure}
            {list}
        </main>
    }
}

fn many_page(base: &str, page: &ManyPage) -> impl IntoView + use<> {
    let addresses = Addresses { base: base.to_owned(), space: page.space.clone() };
    let content = many(&addresses, page);
    let failure = page.failure.clone();
    let failure = failure.map(|failure| view! { <p class="entry-failure" role="alert">{failure.error}</p> });
    view! {
        <main class="jobs-page" id="content" tabindex="-1">
            <NoticeBoard />
            <a class="back" href=addresses.space_page()>
                "All photos and codes"
            </a>
            <h1>"Many at once"</h1>
            {failure}
            {content}
        </main>
    }
}

fn sheet_page(base: &str, page: &SheetPage) -> impl IntoView + use<> {
    let addresses = Addresses { base: base.to_owned(), space: page.space.clone() };
    view! {
        <main class="jobs-page sheet" id="content" tabindex="-1">
            <a class="back" href=addresses.space_page()>
                "All photos and codes"
            </a>
            <h1>"Print labels"</h1>
            {sheet(&addresses, page)}
        </main>
    }
}

fn api_page(page: &ApiPage) -> impl IntoView + use<> {
    view! {
        <main class="jobs-page" id="content" tabindex="-1">
            <h1>"API"</h1>
            {api_reference(page)}
        </main>
    }
}

fn error_page(base: &str, page: ErrorPage) -> impl IntoView + use<> {
    let (href, words) = match &page.space {
        Some(space) if !space.is_main() => {
            (Addresses { base: base.to_owned(), space: space.clone() }.space_page(), format!("To {space}"))
        }
        _ => (base.to_owned(), "To the start page".to_owned()),
    };
    let samples = (page.status == 404).then(|| samples(base));
    view! {
        <main class="error-page" id="content" tabindex="-1">
            <p class="error-status">{page.status}</p>
            <h1>{page.title}</h1>
            <p class="error-sentence">{page.sentence}</p>
            <p>
                <a class="button" href=href>
                    {words}
                </a>
            </p>
            {samples}
            {page
                .request_id
                .map(|id| {
                    view! {
                        <p class="error-request">
                            "Request " <code>{id}</code>
                        </p>
                    }
                })}
        </main>
    }
}
