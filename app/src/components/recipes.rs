//! The choice of a recipe. Server only.

use domain::Recipe;
use leptos::prelude::*;

/// A menu of all recipes, with one chosen.
pub(super) fn recipes(id: &'static str, chosen: Recipe) -> impl IntoView {
    let option = move |recipe: Recipe| {
        view! {
            <option value=recipe.as_str() selected=recipe == chosen>
                {recipe.title()}
            </option>
        }
    };
    view! {
        <select id=id name="recipe" autocomplete="off">
            {Recipe::ALL.map(option).into_iter().collect_view()}
        </select>
    }
}
