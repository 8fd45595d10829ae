//! The name of the program as it stands on every page. Server only.

use leptos::prelude::*;

/// The logo: a finder pattern with the tail of a Q.
const MARK: &str = r#"<svg class="brand-mark" viewBox="0 0 9 9" aria-hidden="true"><path fill-rule="evenodd" d="M0 0h8v8H0zM1.2 1.2v5.6h5.6V1.2z"/><path class="brand-tail" d="M2.6 2.6h2.8v2.8H2.6zM6 6h3v3H6z"/></svg>"#;

/// The letters, as Figtree has them at a weight of 700.
const WORD: &str = r#"<svg class="brand-word" viewBox="0 0 172 54" role="img" aria-label="Qrate"><path d="m43 52l-5-5q-2 2-5 2q-3 1-7 1q-7 0-12-3q-6-3-9-8q-3-6-3-13q0-5 2-9q2-5 5-8q3-3 7-5q5-1 10-1q7 0 12 3q6 3 9 8q3 5 3 12q0 5-2 9q-1 4-4 7l5 5zm-17-10q2 0 3 0q2-1 3-2l-6-5l6-6l6 6q1-1 2-4q0-2 0-5q0-4-1-8q-2-3-6-5q-3-2-7-2q-4 0-8 2q-3 2-5 5q-1 4-1 8q0 5 1 9q2 3 6 5q3 2 7 2zm29 8v-34h9v7q2-4 5-5q3-2 7-2v9q-4 0-6 1q-3 0-5 2q-1 2-1 4v18zm35 0q-6 0-9-2q-3-3-3-8q0-5 3-8q4-2 10-2h8q-1-3-2-5q-1-2-4-2q-2 0-4 1q-2 1-3 3l-8-3q1-2 3-4q2-2 5-3q3-1 7-1q5 0 8 2q3 2 5 5q2 3 2 8l-1 19h-8l0-4q-1 2-3 3q-3 1-6 1zm2-7q2 0 3-1q2-1 3-3q1-1 1-3v0h-5q-4 0-6 1q-1 1-1 3q0 1 1 2q1 1 4 1zm35 7q-5 0-8-2q-3-3-3-8v-16h-5v-8h5v-10h9v10h8v8h-8v14q0 2 1 3q1 1 3 1q0 0 1 0q1 0 2-1l3 7q-2 1-4 2q-2 0-4 0zm28 0q-5 0-9-2q-4-2-6-6q-2-4-2-9q0-5 2-9q2-4 6-6q4-2 9-2q4 0 8 2q4 2 6 7q2 4 2 10h-24q0 4 3 6q2 2 5 2q3 0 5-2q2-1 3-3l7 3q-1 3-3 5q-2 2-5 3q-4 1-7 1zm-8-21h15q0-2-2-3q-1-2-2-2q-2-1-3-1q-2 0-3 1q-2 0-3 1q-1 2-2 4z"/></svg>"#;

/// The name, which leads to the start page.
pub(crate) fn brand(base: &str) -> impl IntoView + use<> {
    view! { <a class="brand" href=base.to_owned() inner_html=format!("{MARK}{WORD}")></a> }
}
