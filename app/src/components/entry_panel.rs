//! The menu of an entry in a list: its name and labels, and everything that can be done with it. Server only: a browser
//! fetches it when somebody opens it (`browser::panel`).

use domain::EntryRow;
use leptos::prelude::*;

use super::entry_actions::{changes, copies, files};
use crate::page_state::PageState;

/// The menu, with the address of the style sheet that it needs: the page of a space comes without.
pub(crate) fn entry_panel(page: PageState, entry: &EntryRow, style: String) -> impl IntoView + use<> {
    let id = entry.id;
    let field = |name: &'static str, label: &'static str, text: String, hint: Option<&'static str>| {
        let of_entry = format!("{name}-{id}");
        view! {
            <div class="field">
                <label for=of_entry.clone()>{label}</label>
                <input id=of_entry name=name type="text" dir="auto" autocomplete="off" placeholder=hint value=text.clone() />
                <input type="hidden" name=format!("{name}-at-first") autocomplete="off" value=text />
            </div>
        }
    };
    view! {
        <div class="entry-panel" data-panel-content="" role="group" aria-label=format!("More about #{id}")>
            <link rel="stylesheet" href=style />
            <form
                class="entry-panel-form"
                method="post"
                action=page.addresses().describe(id)
                data-verb="act"
                data-said="Saved"
            >
                {field("name", "Name", entry.name.to_string(), Some("optional"))}
                {field("labels", "Labels", entry.label_list(), Some("lunch, menu"))}
                <button class="button" type="submit" aria-label=format!("Save name and labels of #{id}")>
                    "Save"
                </button>
                <p class="note-error" role="alert"></p>
            </form>
            <div class="entry-panel-actions">{files(page, entry)}</div>
            <div class="entry-panel-actions">{copies(page, entry)}</div>
            <div class="entry-panel-actions">{changes(page, entry)}</div>
        </div>
    }
}
