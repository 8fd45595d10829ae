//! Codes in their looks: pictures to save, and drawings for callers that do not save. The plain code takes a
//! shortcut. Not here: drawing and scoring themselves (`qr`), where logos are (`logos`), saving (`publish`), many codes on
//! one page (`sheet`).

mod code;
mod format;
pub(crate) mod logos;
mod score;
pub(crate) mod sheet;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::{Appearance, Body, CodeText, Entry, Level, Score, Sha256, StyleText};
use qr::Symbol;
use sha2::Digest as _;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::bucket::Bucket;
use crate::error::GalleryError;
use crate::pictures::Purpose;
use code::{Code, as_data_uri, run_blocking};
use logos::Logos;
use score::Scores;

pub use format::Format;
pub use sheet::{LabelSheet, LabelWords, SheetPlan};

/// Drafts that are being drawn or wait for it: saves are bounded by the queues of the spaces.
pub(crate) const DRAFTS_MAX: usize = 16;
/// How long a plain draft, which is drawn in a moment, waits for its turn.
const TURN_MAX: Duration = Duration::from_secs(1);

/// A draft that was drawn and not saved.
#[derive(Debug, Clone)]
pub struct Preview {
    /// An SVG document.
    pub svg: String,
    /// How reliably it scans; `None` for the plain code.
    pub score: Option<Score>,
    /// 1 to 40.
    pub version: u8,
    /// The symbol's level: a logo may have raised the chosen one.
    pub level: Level,
}

/// An entry's code, redrawn.
#[derive(Debug)]
pub struct DrawnEntry {
    /// The file.
    pub bytes: Bytes,
    /// Whether its logo was unavailable, and it was drawn without.
    pub lacks_logo: bool,
    /// Why its look could not be drawn, if the plain code stands in for it.
    pub refused_look: Option<GalleryError>,
}

/// A picture to save.
pub(crate) struct Picture {
    pub(crate) png: Bytes,
    pub(crate) sha256: Sha256,
    pub(crate) style: Appearance,
    pub(crate) symbol: Symbol,
}

/// Draws codes within limits, with cached logos and scores.
pub(crate) struct Drawing {
    pub(crate) logos: Arc<Logos>,
    scores: Scores,
    /// Slots for drafts being drawn.
    pub(crate) drafts: Semaphore,
}

impl Drawing {
    pub(crate) fn new(bucket: Arc<dyn Bucket>) -> Self {
        Self {
            logos: Arc::new(Logos::of(bucket)),
            scores: Scores::default(),
            drafts: Semaphore::new(DRAFTS_MAX),
        }
    }

    /// The picture of a text, and its score. It is returned only if the picture itself gives back its text.
    pub(crate) async fn picture(
        &self,
        text: CodeText,
        look: StyleText,
    ) -> Result<(CodeText, Picture), GalleryError> {
        if look.is_plain() {
            return run_blocking(move || plain_picture(&text).map(|picture| (text, picture))).await?;
        }
        let code = Arc::new(Code::of(&self.logos, &text, look, Purpose::Entry).await?);
        let (png, sha256) = code.readable_png(&text).await?;
        let score = Some(Box::new(self.scores.score(&code).await?));
        let code = Arc::unwrap_or_clone(code);
        let style = Appearance { level: code.symbol.level(), look: code.look, score };
        Ok((text, Picture { png, sha256, style, symbol: code.symbol }))
    }

    /// Draws a text as a file, unless a save in this look would be refused.
    pub(crate) async fn draw(
        &self,
        text: &CodeText,
        look: StyleText,
        format: Format,
    ) -> Result<Bytes, GalleryError> {
        // It ignores the look, so nothing about the look can be wrong.
        let look = if format == Format::Terminal { StyleText::default() } else { look };
        let (code, _turn) = self.draft(text, look).await?;
        if code.look.is_plain() {
            return code.draw(format).await;
        }
        let (png, _) = code.readable_png(text).await?;
        self.scores.score(&code).await?;
        match format {
            Format::Png => Ok(png),
            Format::DataUri => Ok(as_data_uri(&png)),
            Format::Svg | Format::Pdf | Format::Terminal => code.draw(format).await,
        }
    }

    /// Draws a text for a preview.
    pub(crate) async fn preview(&self, text: &CodeText, look: StyleText) -> Result<Preview, GalleryError> {
        let (code, _turn) = self.draft(text, look).await?;
        let score = if code.look.is_plain() { None } else { Some(self.scores.score(&code).await?) };
        let svg = code.svg().await?;
        Ok(Preview { svg, score, version: code.symbol.version(), level: code.symbol.level() })
    }

    /// A draft with its slot: taken once the logo is loaded, since a hanging bucket must not block other drafts, and
    /// before anything is computed.
    async fn draft(
        &self,
        text: &CodeText,
        look: StyleText,
    ) -> Result<(Arc<Code>, SemaphorePermit<'_>), GalleryError> {
        let logo = self.logos.of_look(&look).await?;
        let turn = if look.is_plain() { self.turn_soon().await? } else { self.turn()? };
        Ok((Arc::new(Code::with(text, look, logo, Purpose::Draft).await?), turn))
    }

    /// A slot for a draft that is done in a moment, as soon as one is free.
    async fn turn_soon(&self) -> Result<SemaphorePermit<'_>, GalleryError> {
        let turn = tokio::time::timeout(TURN_MAX, self.drafts.acquire()).await;
        turn.ok().and_then(Result::ok).ok_or(GalleryError::Busy)
    }

    /// A slot for a draft, if one is free.
    fn turn(&self) -> Result<SemaphorePermit<'_>, GalleryError> {
        self.drafts.try_acquire().map_err(|_| GalleryError::Busy)
    }

    /// The level of the symbol for a text in a look.
    pub(crate) async fn level(&self, text: &CodeText, look: StyleText) -> Result<Level, GalleryError> {
        Ok(Code::of(&self.logos, text, look, Purpose::Draft).await?.symbol.level())
    }

    /// Draws the code of an entry from its value and style; `None` if it has no code. Without its logo if that is
    /// unavailable: a whole page of them may be shown.
    pub(crate) async fn draw_entry(
        &self,
        entry: &Entry,
        format: Format,
    ) -> Result<Option<DrawnEntry>, GalleryError> {
        // Thumbnails have no pixels, and none is refused.
        let turn = if format.has_pixels() { Some(self.turn()?) } else { None };
        let purpose = if turn.is_some() { Purpose::Draft } else { Purpose::Entry };
        self.draw_now(entry, format, purpose).await
    }

    /// The same of an entry that was saved a moment ago: not refused, because the save is done, and was admitted.
    pub(crate) async fn draw_saved(
        &self,
        entry: &Entry,
        format: Format,
    ) -> Result<Option<DrawnEntry>, GalleryError> {
        self.draw_now(entry, format, Purpose::Entry).await
    }

    async fn draw_now(
        &self,
        entry: &Entry,
        format: Format,
        purpose: Purpose,
    ) -> Result<Option<DrawnEntry>, GalleryError> {
        let Body::Code { value, style, .. } = &entry.content.body else { return Ok(None) };
        let Appearance { level, look, .. } = style.clone();
        let Some(text) = drawable(value, level) else { return Ok(None) };
        // It ignores the look.
        let look = if format == Format::Terminal { StyleText::default() } else { look };
        let (logo, lacks_logo) = match look.logo_id() {
            None => (None, false),
            Some(id) => match self.logos.glance(&id).await {
                Ok(logo) => (Some(logo), false),
                Err(_) => (None, true),
            },
        };
        let look = if lacks_logo { look.without_logo() } else { look };
        let drawn = async {
            let code = Code::with(&text, look, logo, purpose).await?;
            Arc::new(code).draw(format).await
        };
        let (bytes, refused_look) = match drawn.await {
            // Not saved here: others wrote such a look next to an object, or into an export.
            Err(refusal @ GalleryError::Drawing(_)) => {
                let plain = Code::with(&text, StyleText::default(), None, purpose).await?;
                (Arc::new(plain).draw(format).await?, Some(refusal))
            }
            drawn => (drawn?, None),
        };
        Ok(Some(DrawnEntry { bytes, lacks_logo, refused_look }))
    }

    /// Whether the logo of a look, if it has one, exists.
    pub(crate) async fn check_logo(&self, look: &StyleText) -> Result<(), GalleryError> {
        self.logos.of_look(look).await.map(drop)
    }

    /// The same for a draft, optionally: it does not wait long.
    pub(crate) async fn look_for_logo(&self, look: &StyleText) -> Result<(), GalleryError> {
        match look.logo_id() {
            Some(id) => self.logos.look_for(&id).await.map(drop),
            None => Ok(()),
        }
    }
}

/// The text of an entry at its level. What others compressed better than we do fits at a weaker one.
fn drawable(value: &str, level: Level) -> Option<CodeText> {
    let mut weaker = Level::ALL.into_iter().rev().filter(|weaker| *weaker <= level);
    weaker.find_map(|level| CodeText::parse(value, level).ok())
}

/// Half a millisecond for a short text, five for the longest.
fn plain_picture(text: &CodeText) -> Result<Picture, GalleryError> {
    let symbol = text.symbol();
    let png = qr::png(symbol);
    match qr::read_png(&png) {
        Ok(read) if read == text.as_str() => {
            let sha256 = Sha256(sha2::Sha256::digest(&png).into());
            Ok(Picture { png: png.into(), sha256, style: symbol.level().into(), symbol: symbol.clone() })
        }
        read => {
            tracing::error!(text = text.as_str(), level = %symbol.level(), ?read,
                "a picture does not give back its text");
            Err(GalleryError::Unreadable)
        }
    }
}
