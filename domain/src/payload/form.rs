//! The fields of a kind's form, and the answers to them. Not here: how a form is rendered.

use crate::{Visible, one_of};

/// A field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The name under which the answer is sent.
    pub name: &'static str,
    /// The label.
    pub label: &'static str,
    /// The type of input.
    pub input: Input,
    /// An example or a hint; may be empty.
    pub hint: &'static str,
    /// Whether the field is required.
    pub is_required: bool,
    /// The choice in another field that makes this one relevant.
    pub only_when: Option<&'static str>,
}

/// The type of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// One line.
    Line,
    /// Several lines.
    Lines,
    /// One line, taken letter by letter: network names, passwords, account numbers.
    Exact,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A web address.
    Link,
    /// A decimal number.
    Decimal,
    /// A day: `2026-11-21`.
    Day,
    /// A time of day: `18:30`.
    Time,
    /// A time zone by its name: `Europe/Berlin`; the default is UTC.
    Zone,
    /// One of these values, each with its label; the default is the first.
    Choice(&'static [(&'static str, &'static str)]),
    /// A checkbox: `on` or nothing.
    Tick,
}

impl Field {
    pub(super) const fn new(name: &'static str, label: &'static str, input: Input) -> Self {
        Self { name, label, input, hint: "", is_required: false, only_when: None }
    }

    pub(super) const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    pub(super) const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// Only relevant while this is chosen in another field.
    pub(super) const fn when(self, chosen: &'static str) -> Self {
        Self { only_when: Some(chosen), ..self }
    }

    /// An error about this field.
    pub(super) fn error(&self, sentence: impl Into<String>) -> FieldError {
        FieldError { field: self.name, sentence: sentence.into() }
    }

    /// The error that a required field is empty.
    pub(super) fn missing(&self) -> FieldError {
        self.error(format!("Fill in “{}”.", self.label))
    }
}

/// Why nothing can be composed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct FieldError {
    /// The name of the field to change.
    pub field: &'static str,
    /// One sentence that says what to do.
    pub sentence: String,
}

/// A user's answers, by field name. A missing answer is empty; of a repeated name the first counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers(Vec<(String, String)>);

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Answers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl Answers {
    /// The raw answer; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// One line, trimmed.
    pub(super) fn line(&self, field: &Field) -> Result<String, FieldError> {
        self.exact(field).map(|line| line.trim().to_owned())
    }

    /// One line, letter by letter.
    pub(super) fn exact(&self, field: &Field) -> Result<String, FieldError> {
        let line = self.get(field.name);
        if line.contains(char::is_control) {
            return Err(field.error(format!("{} must be one line without control characters.", field.label)));
        }
        if field.is_required && line.trim().is_empty() {
            return Err(field.missing());
        }
        Ok(line.to_owned())
    }

    /// Several lines, each ending in a line feed.
    pub(super) fn lines(&self, field: &Field) -> Result<String, FieldError> {
        let lines = self.get(field.name).replace("\r\n", "\n").replace('\r', "\n");
        let lines = lines.trim();
        match lines.chars().find(|c| c.is_control() && !"\n\t".contains(*c)) {
            None => Ok(lines.to_owned()),
            Some(control) => {
                let shown = control.to_string();
                Err(field.error(format!("Remove the control character {} from it.", Visible(&shown))))
            }
        }
    }

    /// The index of the choice.
    pub(super) fn choice(&self, field: &Field) -> Result<usize, FieldError> {
        let Input::Choice(choices) = field.input else { return Ok(0) };
        match self.get(field.name) {
            "" => Ok(0),
            chosen => choices.iter().position(|(value, _)| *value == chosen).ok_or_else(|| {
                let words = one_of(choices.iter().map(|(value, _)| *value));
                field.error(format!("Choose {words} for: {}.", field.label))
            }),
        }
    }

    /// Whether it is checked.
    pub(super) fn tick(&self, field: &Field) -> bool {
        !matches!(self.get(field.name), "" | "false")
    }
}
