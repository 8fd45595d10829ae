//! The contents of the composer, filled in by a form or a URL: every field as it arrived, and what is wrong with it.
//! Not here: saving (`saving`), drawing (`picture`).

use app::model::{DraftFields, Page};
use domain::payload::{Input, PayloadKind};
use domain::{CodeText, Content, Field, Level, Name, Parameters, StyleText, one_of};
use gallery::{Grant, MayRead};
use qr::{PRESETS, Preset};

use crate::inputs::parsed;
use crate::problem::Problem;
use crate::site::Site;
use crate::zones::IanaZones;
use crate::{looks, page_models, saving};

/// For users who chose a logo file and pressed another button than *Upload*.
const NOT_UPLOADED: &str =
    "The logo was chosen but not uploaded. Choose it again and press “Upload”, or go on without it.";

/// The filled-in composer.
pub(crate) struct ComposerForm {
    /// As it will be shown again.
    pub(crate) fields: DraftFields,
    /// A choice that does not exist.
    pub(crate) wrong: Option<Problem>,
}

impl ComposerForm {
    /// From a form. HTML forms send line breaks as CRLF (HTML, 4.10.22.7); a text has LF. A hydrated page sends it
    /// unchanged, and some contents have lines that end in CRLF.
    pub(crate) fn by_form(form: &Parameters, is_awake: bool) -> Self {
        let field = |name| form.text(name).unwrap_or_default();
        let text = if is_awake { field("text").to_owned() } else { field("text").replace("\r\n", "\n") };
        let request = Some(field("request")).filter(|id| !id.is_empty()).map(str::to_owned);
        let fields = DraftFields {
            answers: form.pairs().collect(),
            text,
            name: field("name").to_owned(),
            request: request.unwrap_or_else(saving::new_request),
            ..DraftFields::default()
        };
        // Only a multipart form includes the file.
        let lacks_file = !is_awake && !field("logo-file").is_empty();
        let wrong = lacks_file.then(|| Problem::bad_request(NOT_UPLOADED).about_look());
        Self { fields, wrong }.choose(form, &StyleText::default())
    }

    /// From a URL; if it has no look, the space's default applies.
    pub(crate) fn by_address(query: &Parameters, default_look: &StyleText) -> Self {
        let field = |name| query.text(name).unwrap_or_default().to_owned();
        let request = saving::new_request();
        let fields =
            DraftFields { text: field("text"), name: field("name"), request, ..DraftFields::default() };
        let is_plain = query.text("look") == Some("plain");
        let plain = StyleText::default();
        Self { fields, wrong: None }.choose(query, if is_plain { &plain } else { default_look })
    }

    /// With what the code of an entry was made of; `None` if it is no code.
    pub(crate) fn by_entry(content: &Content) -> Option<Self> {
        let (text, style) = (content.value()?, content.style()?);
        let fields = DraftFields {
            text: text.to_owned(),
            name: content.name.to_string(),
            level: style.level,
            look: style.look.clone(),
            request: saving::new_request(),
            ..DraftFields::default()
        };
        Some(Self { fields, wrong: None })
    }

    /// The same with a preset applied.
    pub(crate) fn in_preset(mut self, name: &str) -> Self {
        if let Some(preset) = Preset::named(name) {
            self.fields.look = StyleText::from(&preset.over(&self.fields.look.style()));
            // Any error about the look is replaced, too.
            return self.in_any_look();
        }
        let names = one_of(PRESETS.iter().map(|preset| preset.name));
        let sentence = format!("There is no such preset: choose {names}.");
        self.wrong = Some(Problem::bad_request(sentence).about_look());
        self
    }

    /// The same where the look does not matter, so that nothing can be wrong with it.
    pub(crate) fn in_any_look(self) -> Self {
        Self { wrong: self.wrong.filter(|problem| problem.field != Some(Field::Look)), ..self }
    }

    /// Does what the form was posted for. If that fails, or a choice does not exist, the page is shown again, with
    /// everything as typed.
    pub(crate) async fn or_again<T>(
        self,
        site: &Site,
        grant: &Grant<impl MayRead>,
        open: impl AsyncFnOnce(&DraftFields) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let outcome = match self.wrong {
            Some(problem) => Err(problem),
            None => open(&self.fields).await,
        };
        match outcome {
            Ok(done) => Ok(done),
            Err(problem) => {
                let page = page_models::space_again(site, grant, self.fields).await;
                Err(problem.on(Page::Space(page)))
            }
        }
    }

    /// The chosen, rather than typed, fields.
    fn choose(mut self, parameters: &Parameters, default_look: &StyleText) -> Self {
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

/// The text of the code: typed, or composed from the answers.
pub(crate) fn text(fields: &DraftFields) -> Result<String, Problem> {
    let composed = fields.kind.compose(&fields.answers, &IanaZones)?.map(|payload| payload.to_string());
    Ok(composed.unwrap_or_else(|| fields.text.clone()))
}

/// The code to draw; `None` while nothing is typed.
pub(crate) fn code(fields: &DraftFields) -> Result<Option<CodeText>, Problem> {
    let is_typed = if fields.kind == PayloadKind::Text {
        !fields.text.trim().is_empty()
    } else {
        // A form starts with some choices made, such as a time zone.
        let is_chosen = |input| matches!(input, Input::Choice(_) | Input::Zone);
        let mut typed = fields.kind.fields().iter().filter(|field| !is_chosen(field.input));
        typed.any(|field| !fields.answers.get(field.name).trim().is_empty())
    };
    if is_typed { Ok(Some(CodeText::parse(&text(fields)?, fields.level)?)) } else { Ok(None) }
}

/// The code and its name, where a text is required.
pub(crate) fn code_and_name(fields: &DraftFields) -> Result<(CodeText, Name), Problem> {
    let code = CodeText::parse(&text(fields)?, fields.level)?;
    Ok((code, fields.name.parse()?))
}
