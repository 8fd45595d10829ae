//! The spaces that there are, and a way to any other. Server only.

use leptos::prelude::*;

use crate::addresses::{Addresses, below, patterns};
use crate::model::SpacesPage;

/// The list, and the form that leads to a space by its name, with the address of the style sheet that they need: other
/// pages take them over without it.
pub(crate) fn spaces(base: &str, model: &SpacesPage, style: String) -> impl IntoView + use<> {
    let link = |space: &domain::Space| {
        let href = Addresses { base: base.to_owned(), space: space.clone() }.space_page();
        view! {
            <li>
                <a href=href>{space.to_string()}</a>
            </li>
        }
    };
    let links = model.spaces.iter().map(link).collect_view();
    let failure = model.failure.clone();
    let (is_wrong, role) = (failure.is_some().then_some("true"), failure.is_some().then_some("alert"));
    view! {
        <div class="spaces-panel" data-panel-content="">
        <link rel="stylesheet" href=style />
        <p>"Each space has entries and numbers of its own. A new one begins with its first entry."</p>
        <ul class="spaces">{links}</ul>
        <form class="spaces-open" method="get" action=below(base, patterns::SPACES_PAGE)>
            <label for="open-space">"Open or create a space"</label>
            <div class="input-line">
                <input
                    id="open-space"
                    type="text"
                    name="open"
                    value=model.typed.clone()
                    placeholder="team-7"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=is_wrong
                    aria-describedby="open-space-note"
                />
                <button class="button" type="submit">
                    "Open"
                </button>
            </div>
            <p class="note-error" id="open-space-note" role=role>
                {failure.map(|failure| failure.error)}
            </p>
        </form>
        </div>
    }
}
