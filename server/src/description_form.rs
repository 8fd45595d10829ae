//! The form for the name and labels of an entry: only what the person touched is changed, whatever others did to the
//! entry while the page was open. Labels that others added or removed meanwhile stay as they are; another person's new
//! name is shown before it is replaced. Not here: the API, which changes exactly what a request names (`api`).

use app::model::{TypedDescription, TypedText};
use app::named_by_another;
use axum::http::StatusCode;
use domain::{Change, Description, Entry, EntryId, EntryRow, Label, Name, Parameters};
use gallery::{Gallery, GalleryError, Grant, Write};

use crate::problem::Problem;

/// How often to try again because others changed the entry meanwhile.
const ATTEMPTS: u32 = 20;

/// The form, as it was sent.
pub(crate) struct DescriptionForm {
    name: Field,
    labels: Field,
}

/// A field: what it held when the page was made, and what it holds now. What was not sent is not touched.
struct Field {
    text: Option<String>,
    at_first: Option<String>,
}

impl Field {
    /// What was typed; `None` if nothing was.
    fn typed(&self) -> Option<&str> {
        self.text.as_deref().filter(|text| self.at_first.as_deref() != Some(*text))
    }

    /// What it held, if the form says so.
    fn at_first(&self) -> Option<&str> {
        self.at_first.as_deref()
    }

    /// The field once more, after a refusal: untouched, it has what the entry has now.
    fn again(&self, now: String) -> TypedText {
        match self.typed() {
            Some(typed) => {
                TypedText { text: typed.to_owned(), at_first: self.at_first.clone().unwrap_or(now) }
            }
            None => TypedText::untouched(now),
        }
    }
}

impl DescriptionForm {
    pub(crate) fn read(form: &Parameters) -> Self {
        let field = |name, at_first| Field {
            text: form.text(name).map(str::to_owned),
            at_first: form.text(at_first).map(str::to_owned),
        };
        Self { name: field("name", "name-at-first"), labels: field("labels", "labels-at-first") }
    }

    /// Changes what was touched.
    pub(crate) async fn save(
        &self,
        gallery: &Gallery,
        grant: &Grant<Write>,
        id: EntryId,
    ) -> Result<Change, Problem> {
        let name: Option<Name> = self.name.typed().map(str::parse).transpose()?;
        let labels = self.labels.typed().map(Label::parse_list).transpose()?;
        for _ in 0..ATTEMPTS {
            let entry = gallery.entry(grant, id).await?;
            if let Some(problem) = name.as_ref().and_then(|name| self.other_name(&entry, name)) {
                return Err(problem);
            }
            let labels = labels.as_ref().map(|typed| self.merged(&entry, typed)).transpose()?;
            let description = Description { name: name.clone(), labels };
            match gallery.describe(grant, id, Some(entry.revision), description).await {
                Err(GalleryError::Changed) => {}
                described => return Ok(described?),
            }
        }
        Err(GalleryError::Changed.into())
    }

    /// The form once more, after it was refused. `is_changed`: somebody else has renamed the entry; their name is shown,
    /// so the next save may replace it.
    pub(crate) fn again(&self, entry: &EntryRow, is_changed: bool) -> TypedDescription {
        let mut name = self.name.again(entry.name.to_string());
        if is_changed {
            name.at_first = entry.name.to_string();
        }
        TypedDescription { name, labels: self.labels.again(entry.label_list()) }
    }

    /// Why the name cannot be given: somebody else gave it another one since the page was made.
    fn other_name(&self, entry: &Entry, typed: &Name) -> Option<Problem> {
        let now = &entry.content.name;
        let seen = self.name.at_first()?;
        let is_other = entry.state.is_live() && now != typed && now.as_str() != seen;
        is_other.then(|| Problem::new(StatusCode::PRECONDITION_FAILED, named_by_another(now.as_str())))
    }

    /// The labels of an entry with what the person changed: what they added and what they removed. If nobody else
    /// changed them, those that were typed, in their order.
    fn merged(&self, entry: &Entry, typed: &[Label]) -> Result<Vec<Label>, GalleryError> {
        let now: Vec<&str> = entry.content.all_labels().map(|label| label.name.as_str()).collect();
        let typed: Vec<&str> = typed.iter().map(|label| label.name.as_str()).collect();
        // No name has a comma, or is empty.
        let seen = self.labels.at_first();
        let seen: Option<Vec<&str>> =
            seen.map(|list| list.split(", ").filter(|name| !name.is_empty()).collect());
        let names = match seen {
            Some(seen) if seen != now => {
                let is_removed = |name: &&str| seen.contains(name) && !typed.contains(name);
                let kept = now.into_iter().filter(|name| !is_removed(name));
                kept.chain(typed.iter().copied().filter(|name| !seen.contains(name))).collect()
            }
            _ => typed,
        };
        Label::of_person(names).map_err(|_| GalleryError::TooManyLabels)
    }
}
