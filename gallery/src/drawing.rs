//! Codes in their looks: pictures to keep, and drawings for whoever wants one without keeping it. The plain code takes a
//! short way. Not here: how it is drawn and scored (`qr`), where logos lie (`logos`), keeping (`publish`).

use std::sync::Arc;

use bytes::Bytes;
use domain::payload::{Payload, PayloadKind};
use domain::{CodeText, Entry, Level, Look, Score, Sha256, Style};
use qr::{Drawing, Logo, ScoreError, Screen, Size, StyleError, Symbol, TooLong};
use sha2::Digest as _;

use crate::error::GalleryError;
use crate::gallery::Shared;
use crate::pictures::{examine, room_for_drawing};

/// Scores in memory.
pub(crate) const SCORES_MAX: usize = 4096;
/// Memory that is taken for a drawing without pixels, and for finding a score.
const DRAWING_BYTES: u64 = 4 * 1024 * 1024;
const SCORING_BYTES: u64 = 32 * 1024 * 1024;
/// The same for a pixel: four for its colour, and some for making it smaller.
const PIXEL_BYTES: u64 = 5;

/// What the score of a code depends on: the look, the version and the level of the symbol.
pub(crate) type Scored = (Look, u8, Level);

/// As what a code is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// An SVG document.
    Svg,
    /// A PNG, as it would be kept.
    Png,
    /// A PDF of one page.
    Pdf,
    /// Half blocks for a dark terminal, UTF-8. Of the look it has nothing.
    Terminal,
    /// The PNG as a `data:` address.
    DataUri,
}

/// A draft drawn, not kept.
#[derive(Debug, Clone)]
pub struct Preview {
    /// An SVG document.
    pub svg: String,
    /// How well it scans; none for the plain code.
    pub score: Option<Score>,
    /// 1 to 40.
    pub version: u8,
    /// That of the symbol: a logo may have raised the one that was chosen.
    pub level: Level,
}

/// An entry's code drawn again.
#[derive(Debug, Clone)]
pub struct DrawnEntry {
    /// The file.
    pub bytes: Bytes,
    /// Whether its logo could not be had, and it was drawn without.
    pub lacks_logo: bool,
}

/// Why a code cannot be drawn in a look. Each is a sentence for the person who chose it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DrawingError {
    /// The look is beyond its limits, or its logo is not there.
    #[error(transparent)]
    Style(#[from] StyleError),
    /// The text fits at the level that was chosen, and not at the one that the logo needs.
    #[error("The text is too long for a code with this logo: make the logo smaller, or the text shorter.")]
    TooLongForLogo,
    /// Readers take this kind of content at one level only, and the logo needs a higher one.
    #[error(
        "A {kind} is read at level {only} only, and the logo needs more: make it smaller, or leave it out."
    )]
    LevelForLogo {
        /// The kind.
        kind: PayloadKind,
        /// Its level.
        only: Level,
    },
    /// The picture does not give back its text.
    #[error(transparent)]
    Score(#[from] ScoreError),
}

impl From<TooLong> for DrawingError {
    fn from(_: TooLong) -> Self {
        Self::TooLongForLogo
    }
}

/// A picture to keep.
pub(crate) struct Picture {
    pub(crate) png: Bytes,
    pub(crate) sha256: Sha256,
    pub(crate) style: Style,
    pub(crate) symbol: Symbol,
}

/// The picture of a text, and how well it scans. It is kept only if the very picture gives back its text.
pub(crate) async fn picture(
    shared: &Shared,
    text: CodeText,
    look: Look,
) -> Result<(CodeText, Picture), GalleryError> {
    if look.is_plain() {
        return aside(move || plain_picture(&text).map(|picture| (text, picture))).await?;
    }
    let code = Arc::new(Code::of(shared, &text, look).await?);
    let png = code.draw(Format::Png).await?;
    let unreadable = || GalleryError::Drawing(ScoreError::Unreadable.into());
    // A decoder that panics gives nothing back.
    let (sha256, reading) = examine(png.clone()).await.map_err(|_| unreadable())?;
    if reading.is_none_or(|reading| reading.text != text.as_str()) {
        return Err(unreadable());
    }
    let score = Some(Box::new(code.score(shared).await?));
    let code = Code::clone(&code);
    let style = Style { level: code.symbol.level(), look: code.look, score };
    Ok((text, Picture { png, sha256, style, symbol: code.symbol }))
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

/// A text drawn as a file.
pub(crate) async fn draw(
    shared: &Shared,
    text: &CodeText,
    look: Look,
    format: Format,
) -> Result<Bytes, GalleryError> {
    Arc::new(Code::of(shared, text, look).await?).draw(format).await
}

/// A text drawn to be looked at.
pub(crate) async fn preview(shared: &Shared, text: &CodeText, look: Look) -> Result<Preview, GalleryError> {
    let code = Arc::new(Code::of(shared, text, look).await?);
    let score = if code.look.is_plain() { None } else { Some(code.score(shared).await?) };
    let svg = String::from_utf8_lossy(&code.draw(Format::Svg).await?).into_owned();
    Ok(Preview { svg, score, version: code.symbol.version(), level: code.symbol.level() })
}

/// The level of the symbol that a text gets in a look.
pub(crate) async fn level(shared: &Shared, text: &CodeText, look: Look) -> Result<Level, GalleryError> {
    Ok(Code::of(shared, text, look).await?.symbol.level())
}

/// The code of an entry, drawn from its value and style; none when it has no code. Without its logo when that cannot be
/// had: somebody looks at a whole page of them.
pub(crate) async fn draw_entry(
    shared: &Shared,
    entry: &Entry,
    format: Format,
) -> Result<Option<DrawnEntry>, GalleryError> {
    let Some(value) = entry.content.value.as_deref() else { return Ok(None) };
    let Style { level, look, .. } = entry.content.style.clone().unwrap_or_default();
    // What others packed tighter than we do fits at a weaker level.
    let mut weaker = Level::ALL.into_iter().rev().filter(|weaker| *weaker <= level);
    let Some(text) = weaker.find_map(|level| CodeText::parse(value, level).ok()) else { return Ok(None) };
    let (logo, lacks_logo) = match look.logo_id() {
        None => (None, false),
        Some(id) => match shared.logos.glance(&id).await {
            Ok(logo) => (Some(logo), false),
            Err(_) => (None, true),
        },
    };
    let look = if lacks_logo { look.without_logo() } else { look };
    let drawn = async {
        let code = Arc::new(Code::with(&text, look, logo).await?);
        code.draw(format).await
    };
    let bytes = match drawn.await {
        // Nothing that was saved here: others wrote such a look beside an object, or into an export.
        Err(GalleryError::Drawing(_)) => draw(shared, &text, Look::default(), format).await?,
        drawn => drawn?,
    };
    Ok(Some(DrawnEntry { bytes, lacks_logo }))
}

/// Whether the logo of a look, if it has one, is there.
pub(crate) async fn check_logo(shared: &Shared, look: &Look) -> Result<(), GalleryError> {
    logo_of(shared, look).await.map(drop)
}

async fn logo_of(shared: &Shared, look: &Look) -> Result<Option<Arc<Logo>>, GalleryError> {
    let Some(id) = look.logo_id() else { return Ok(None) };
    match shared.logos.get(&id).await {
        Err(GalleryError::NotFound) => Err(DrawingError::from(StyleError::NoLogo(id)).into()),
        logo => logo.map(Some),
    }
}

/// A code that can be drawn.
#[derive(Clone)]
struct Code {
    symbol: Symbol,
    look: Look,
    style: qr::Style,
    logo: Option<Arc<Logo>>,
}

impl Code {
    async fn of(shared: &Shared, text: &CodeText, look: Look) -> Result<Self, GalleryError> {
        let logo = logo_of(shared, &look).await?;
        Self::with(text, look, logo).await
    }

    async fn with(text: &CodeText, look: Look, logo: Option<Arc<Logo>>) -> Result<Self, GalleryError> {
        let style = look.style();
        let Some(logo) = logo else {
            return Ok(Self { symbol: text.symbol().clone(), look, style, logo: None });
        };
        let text = text.clone();
        let encoded = aside(move || {
            let level = text.symbol().level();
            let symbol = Symbol::encode_styled(text.as_str(), level, &style, Some(&logo))?;
            let kind = Payload::parse(text.as_str()).map(|payload| payload.kind());
            match kind.and_then(|kind| Some((kind, kind.level()?))) {
                Some((kind, only)) if level == only && symbol.level() != only => {
                    Err(DrawingError::LevelForLogo { kind, only })
                }
                _ => Ok(Self { symbol, look, style, logo: Some(logo) }),
            }
        });
        Ok(encoded.await??)
    }

    fn drawing(&self) -> Result<Drawing<'_>, DrawingError> {
        Ok(Drawing::new(&self.symbol, &self.style, self.logo.as_deref())?)
    }

    async fn draw(self: &Arc<Self>, format: Format) -> Result<Bytes, GalleryError> {
        let has_pixels = matches!(format, Format::Png | Format::DataUri);
        let room = room_for_drawing(if has_pixels { self.pixel_bytes() } else { DRAWING_BYTES }).await;
        let code = Arc::clone(self);
        let drawn = aside(move || {
            // In here, so that it is kept to the end also when whoever waits goes away.
            let _room = room;
            code.drawn(format)
        });
        Ok(drawn.await??)
    }

    fn drawn(&self, format: Format) -> Result<Bytes, DrawingError> {
        let drawing = self.drawing()?;
        Ok(match format {
            Format::Svg => drawing.svg().into(),
            Format::Png => drawing.png()?.into(),
            Format::Pdf => drawing.pdf().into(),
            Format::Terminal => qr::terminal(&self.symbol, Screen::Dark).into(),
            Format::DataUri => qr::data_uri("image/png", &drawing.png()?).into(),
        })
    }

    /// Memory that its PNG takes at most while it is drawn.
    fn pixel_bytes(&self) -> u64 {
        let modules = self.symbol.width() as u64 + 2 * u64::from(self.style.quiet_zone);
        let width = match self.style.size {
            Size::Module(pixels) => modules * u64::from(pixels),
            Size::Pixels(pixels) => pixels.into(),
            Size::Print { width_um, dpi } => u64::from(width_um) * u64::from(dpi) / 25_400,
        };
        // A frame adds to both sides, and more to the height.
        let side = (width * 3 / 2).min(qr::MOST_PIXELS.into());
        side * side * PIXEL_BYTES
    }

    /// How well it scans, found out once for all codes of this look, version and level.
    async fn score(self: &Arc<Self>, shared: &Shared) -> Result<Score, GalleryError> {
        let scored: Scored = (self.look.clone(), self.symbol.version(), self.symbol.level());
        let find = async {
            let room = room_for_drawing(SCORING_BYTES).await;
            let code = Arc::clone(self);
            let found = aside(move || {
                let _room = room;
                code.drawing().and_then(|drawing| Ok(drawing.score()?))
            });
            let qr::Score { points, reasons } = found.await??;
            let reasons = reasons.iter().map(ToString::to_string).collect();
            Ok(Score { points, reasons })
        };
        shared.scores.get_or_try(scored, find).await
    }
}

/// Works where it holds up nobody.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, GalleryError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down.
            Err(_) => Err(GalleryError::Stopping),
        },
    }
}
