//! The picture of a draft on its page, drawn here for pages without JavaScript. An unavailable logo is omitted, with
//! a notice: someone who follows a link still sees the rest of its look. Not here: the page (`pages`).

use app::model::{DraftFields, Drawn, Page, SpacePage};
use app::preferences::Preferences;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{EntryId, Failure, Field, StyleText};
use gallery::{GalleryError, Grant, MayRead, Preview};

use crate::composer_form::{self, ComposerForm};
use crate::html::html;
use crate::problem::Problem;
use crate::site::Site;

const NO_LOGO: &str =
    "The logo of this look is missing and was left out: upload it again, or go on without it.";
const LOGO_AWAY: &str = "The logo of this look is currently unavailable, so the picture is drawn without it.";

/// The picture of a draft.
pub(crate) struct Picture {
    /// `None` while nothing is typed, and for the plain code, which the page draws itself.
    drawn: Result<Option<Box<Drawn>>, Problem>,
    /// The newest entry with its text.
    known: Option<EntryId>,
    /// A notice about its logo.
    note: Option<&'static str>,
    /// Without the missing logo.
    look: StyleText,
}

impl Picture {
    /// Draws it.
    pub(crate) async fn of(
        site: &Site,
        grant: &Grant<impl MayRead>,
        ComposerForm { fields, wrong }: ComposerForm,
    ) -> (DraftFields, Self) {
        let (with, without) = (fields.look.clone(), fields.look.without_logo());
        let (drawn_look, look, note) = match site.gallery.look_for_logo(grant, &with).await {
            Ok(()) => (with.clone(), with, None),
            Err(GalleryError::NotFound) => (without.clone(), without, Some(NO_LOGO)),
            Err(_) => (without, with, Some(LOGO_AWAY)),
        };
        let drawn = match wrong {
            Some(problem) => Err(problem),
            None => drawn(site, grant, &fields, drawn_look).await,
        };
        let known = known(site, grant, &fields).await;
        (fields, Self { drawn, known, note, look })
    }

    /// The response with it.
    pub(crate) fn shown(
        self,
        site: &Site,
        page: SpacePage,
        preferences: Preferences,
    ) -> Result<Response, Problem> {
        Ok(html(StatusCode::OK, site.draw(Page::Space(self.on(page)?), preferences)))
    }

    /// The page with it. A missing logo is also removed from the fields; a temporarily unavailable one stays.
    pub(crate) fn on(self, mut page: SpacePage) -> Result<SpacePage, Problem> {
        page.known = self.known;
        let note = |sentence: &str| Failure { field: Some(Field::Look), ..Failure::new(sentence) };
        match self.drawn {
            Ok(drawn) => {
                (page.drawn, page.failure, page.draft.look) = (drawn, self.note.map(note), self.look);
                Ok(page)
            }
            Err(problem) => Err(problem.on(Page::Space(page))),
        }
    }
}

async fn drawn(
    site: &Site,
    grant: &Grant<impl MayRead>,
    fields: &DraftFields,
    look: StyleText,
) -> Result<Option<Box<Drawn>>, Problem> {
    // Errors about the text are reported whatever the look.
    let Some(code) = composer_form::code(fields)?.filter(|_| !look.is_plain()) else { return Ok(None) };
    let Preview { svg, score, version, level } = site.gallery.preview(grant, &code, look).await?;
    Ok(Some(Box::new(Drawn { picture: svg, score, version, level })))
}

/// The newest entry with the text of a draft.
pub(crate) async fn known(site: &Site, grant: &Grant<impl MayRead>, draft: &DraftFields) -> Option<EntryId> {
    let code = composer_form::code(draft).ok().flatten()?;
    let found = site.gallery.find_value(grant, code.as_str()).await.ok().flatten()?;
    Some(found.id)
}
