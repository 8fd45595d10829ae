//! What stands in the form of a kind, and what a person answered there. Not here: what a form looks like.

use crate::{Visible, one_of};

/// A field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// How the answer is called when it is sent.
    pub name: &'static str,
    /// What stands beside it.
    pub label: &'static str,
    /// What is typed or chosen.
    pub input: Input,
    /// An example, or what else is to be known; may be empty.
    pub hint: &'static str,
    /// Whether there is nothing to compose without it.
    pub is_required: bool,
    /// The choice in another field without which it is not asked for.
    pub only_when: Option<&'static str>,
}

/// What is typed or chosen in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// One line.
    Line,
    /// Any number of lines.
    Lines,
    /// One line, to be taken letter by letter: names of networks, passwords, account numbers.
    Exact,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A web address.
    Link,
    /// A number with decimals.
    Decimal,
    /// A day: `2026-11-21`.
    Day,
    /// A time of day: `18:30`.
    Time,
    /// A time zone by its name: `Europe/Berlin`; UTC when there is none.
    Zone,
    /// One of these, each with its words; the first unless chosen otherwise.
    Choice(&'static [(&'static str, &'static str)]),
    /// Yes or no: `on` or nothing.
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

    /// Only asked for while this is chosen in another field.
    pub(super) const fn when(self, chosen: &'static str) -> Self {
        Self { only_when: Some(chosen), ..self }
    }

    /// The error that this field has.
    pub(super) fn error(&self, sentence: impl Into<String>) -> FieldError {
        FieldError { field: self.name, sentence: sentence.into() }
    }

    /// The error that there is nothing in it.
    pub(super) fn missing(&self) -> FieldError {
        self.error(format!("Fill in: {}.", self.label))
    }
}

/// Why nothing can be composed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct FieldError {
    /// The name of the field to be changed.
    pub field: &'static str,
    /// One sentence that says what to do.
    pub sentence: String,
}

/// What a person answered, by the names of the fields. What is not there is empty; of a name given twice the first
/// counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers(Vec<(String, String)>);

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Answers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl Answers {
    /// The answer as it came; empty when there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// One line, without the white space around it.
    pub(super) fn line(&self, field: &Field) -> Result<String, FieldError> {
        self.exact(field).map(|line| line.trim().to_owned())
    }

    /// One line, letter by letter.
    pub(super) fn exact(&self, field: &Field) -> Result<String, FieldError> {
        let line = self.get(field.name);
        if line.contains(char::is_control) {
            return Err(field.error(format!("{} is one line, without control characters.", field.label)));
        }
        if field.is_required && line.trim().is_empty() {
            return Err(field.missing());
        }
        Ok(line.to_owned())
    }

    /// Any number of lines, each ending in a line feed.
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

    /// One of the choices: its number, from 0.
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

    /// Yes or no.
    pub(super) fn tick(&self, field: &Field) -> bool {
        !matches!(self.get(field.name), "" | "false")
    }
}
