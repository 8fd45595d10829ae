//! What is wished for a photo: its recipe, and the number that gets a message. Parsed; not here: where it
//! stood (`form`, `mod`).

use axum::http::StatusCode;
use domain::{Field, PhoneNumber, Recipe};

use crate::inputs::parsed;
use crate::problem::Problem;

/// As it was typed; both may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TypedWish {
    pub(crate) recipe: String,
    pub(crate) phone: String,
}

/// The wish.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) recipe: Recipe,
    pub(crate) phone: Option<PhoneNumber>,
}

impl TypedWish {
    pub(crate) fn parse(&self) -> Result<Wish, Problem> {
        let phone = Some(self.phone.trim()).filter(|phone| !phone.is_empty());
        let phone = phone.map(str::parse).transpose().map_err(|error: domain::PhoneNumberError| {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).about(Field::PhotoPhone)
        })?;
        Ok(Wish { recipe: recipe(&self.recipe)?, phone })
    }
}

/// A recipe; without one, the default.
pub(crate) fn recipe(text: &str) -> Result<Recipe, Problem> {
    if text.is_empty() { Ok(Recipe::default()) } else { parsed(text) }
}
