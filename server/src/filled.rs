//! What stands in the composer, as a form or an address fills it in: every field as it came, and what is wrong with it.
//! Not here: saving (`saving`), what is drawn (`composer`).

use app::model::{DraftFields, Field};
use axum::http::{HeaderMap, StatusCode};
use domain::payload::PayloadKind;
use domain::{CodeText, Level, Look};
use qr::Preset;

use crate::inputs::{Parameters, accepts, parsed};
use crate::looks;
use crate::problem::Problem;
use crate::saving;

/// The composer, filled in.
pub(crate) struct Filled {
    /// As it is shown again.
    pub(crate) fields: DraftFields,
    /// What was chosen and does not exist.
    pub(crate) wrong: Option<Problem>,
}

impl Filled {
    /// By a form. HTML forms send line breaks as CRLF (HTML, 4.10.22.7); a text has LF. An awake page sends it as it is,
    /// and some kinds of content have lines that end in CRLF.
    pub(crate) fn by_form(form: &Parameters, headers: &HeaderMap) -> Self {
        let field = |name| form.text(name).unwrap_or_default();
        let is_awake = accepts(headers, "application/json");
        let text = if is_awake { field("text").to_owned() } else { field("text").replace("\r\n", "\n") };
        let request = Some(field("request")).filter(|id| !id.is_empty()).map(str::to_owned);
        let fields = DraftFields {
            answers: form.pairs().collect(),
            text,
            name: field("name").to_owned(),
            request: request.unwrap_or_else(saving::new_request),
            ..DraftFields::default()
        };
        Self { fields, wrong: None }.choose(form, &Look::default())
    }

    /// By an address; where it says nothing of a look, it is the space's.
    pub(crate) fn by_address(query: &Parameters, default_look: &Look) -> Self {
        let field = |name| query.text(name).unwrap_or_default().to_owned();
        let request = saving::new_request();
        let fields =
            DraftFields { text: field("text"), name: field("name"), request, ..DraftFields::default() };
        let is_plain = query.text("look") == Some("plain");
        let plain = Look::default();
        Self { fields, wrong: None }.choose(query, if is_plain { &plain } else { default_look })
    }

    /// The same with a preset chosen.
    pub(crate) fn in_preset(mut self, name: &str) -> Self {
        match Preset::named(name) {
            Some(preset) => {
                self.fields.look = Look::from(&preset.over(&self.fields.look.style()));
                // What was wrong with the look is replaced, too.
                self.wrong = self.wrong.filter(|problem| problem.field != Some(Field::Look));
            }
            None => self.wrong = Some(Problem::bad_request("There is no such preset.").about_look()),
        }
        self
    }

    /// What is chosen, rather than typed.
    fn choose(mut self, parameters: &Parameters, default_look: &Look) -> Self {
        match parameters.text("kind").map(parsed::<PayloadKind>).transpose() {
            Ok(kind) => self.fields.kind = kind.unwrap_or_default(),
            Err(problem) => self.wrong = self.wrong.or(Some(problem)),
        }
        let level = parameters.text("level").map(parsed::<Level>).transpose();
        match level.and_then(|level| saving::level(self.fields.kind, level)) {
            Ok(level) => self.fields.level = level,
            Err(problem) => self.wrong = self.wrong.or(Some(problem)),
        }
        match looks::look(parameters) {
            Ok(look) => self.fields.look = look.unwrap_or_else(|| default_look.clone()),
            Err(problem) => {
                self.fields.look = looks::closest(parameters);
                self.wrong = self.wrong.or(Some(problem));
            }
        }
        self
    }
}

/// The text of the code: what was typed, or what the answers make.
pub(crate) fn text(fields: &DraftFields) -> Result<String, Problem> {
    let composed = fields.kind.compose(&fields.answers)?.map(|payload| payload.to_string());
    Ok(composed.unwrap_or_else(|| fields.text.clone()))
}

/// The code to be drawn; none while nothing is typed.
pub(crate) fn code(fields: &DraftFields) -> Result<Option<CodeText>, Problem> {
    let is_typed = if fields.kind == PayloadKind::Text {
        !fields.text.trim().is_empty()
    } else {
        fields.kind.fields().iter().any(|field| !fields.answers.get(field.name).trim().is_empty())
    };
    if is_typed { Ok(Some(CodeText::parse(&text(fields)?, fields.level)?)) } else { Ok(None) }
}

/// The same where something must be typed.
pub(crate) fn code_or_sentence(fields: &DraftFields) -> Result<CodeText, Problem> {
    let code = CodeText::parse(&text(fields)?, fields.level)?;
    match fields.name.parse::<domain::Name>() {
        Ok(_) => Ok(code),
        Err(error) => Err(error.into()),
    }
}

impl Problem {
    /// About the look, with the status of what is understood and cannot be done.
    pub(crate) fn about_look(self) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, ..self }.about(Field::Look)
    }
}
