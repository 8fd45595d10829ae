//! A drawable code: its symbol, its look, and the loaded logo.

use std::sync::Arc;

use bytes::Bytes;
use domain::{CodeText, Sha256, StyleText};
use qr::{Drawing, Logo, Screen, Size, Symbol};

use super::format::Format;
use super::logos::Logos;
use crate::error::{DrawingError, GalleryError};
use crate::pictures::{Purpose, digest, read_back, room_for_drawing};

/// Memory reserved for a drawing without pixels.
const DRAWING_BYTES: u64 = 4 * 1024 * 1024;
/// Memory per pixel: four bytes for its colour, and some for scaling.
const PIXEL_BYTES: u64 = 5;
/// Memory for computing a score.
pub(super) const SCORING_BYTES: u64 = 32 * 1024 * 1024;

/// A drawable code.
#[derive(Clone)]
pub(super) struct Code {
    pub(super) symbol: Symbol,
    pub(super) look: StyleText,
    pub(super) purpose: Purpose,
    style: qr::Style,
    logo: Option<Arc<Logo>>,
}

impl Code {
    pub(super) async fn of(
        logos: &Logos,
        text: &CodeText,
        look: StyleText,
        purpose: Purpose,
    ) -> Result<Self, GalleryError> {
        let logo = logos.of_look(&look).await?;
        Self::with(text, look, logo, purpose).await
    }

    pub(super) async fn with(
        text: &CodeText,
        look: StyleText,
        logo: Option<Arc<Logo>>,
        purpose: Purpose,
    ) -> Result<Self, GalleryError> {
        let style = look.style();
        let Some(logo) = logo else {
            return Ok(Self { symbol: text.symbol().clone(), look, purpose, style, logo: None });
        };
        let text = text.clone();
        let encoded = run_blocking(move || {
            let symbol = text.symbol_with(&style, &logo).map_err(DrawingError::from)?;
            Ok::<_, DrawingError>(Self { symbol, look, purpose, style, logo: Some(logo) })
        });
        Ok(encoded.await??)
    }

    pub(super) fn drawing(&self) -> Result<Drawing<'_>, DrawingError> {
        Ok(Drawing::new(&self.symbol, &self.style, self.logo.as_deref())?)
    }

    /// The file.
    pub(super) async fn draw(self: &Arc<Self>, format: Format) -> Result<Bytes, GalleryError> {
        let needed_bytes = if format.has_pixels() { self.pixel_bytes() } else { DRAWING_BYTES };
        self.within(needed_bytes, move |code| {
            let drawing = code.drawing()?;
            Ok(match format {
                Format::Svg => drawing.svg().into(),
                Format::Png => drawing.png()?.into(),
                Format::Pdf => drawing.pdf().into(),
                Format::Terminal => qr::terminal(&code.symbol, Screen::Dark).into(),
                Format::DataUri => as_data_uri(&drawing.png()?),
            })
        })
        .await
    }

    /// An SVG document.
    pub(super) async fn svg(self: &Arc<Self>) -> Result<String, GalleryError> {
        self.within(DRAWING_BYTES, |code| Ok(code.drawing()?.svg())).await
    }

    /// Its PNG and digest, if the picture itself gives back the text.
    pub(super) async fn readable_png(
        self: &Arc<Self>,
        text: &CodeText,
    ) -> Result<(Bytes, Sha256), GalleryError> {
        let png = self.draw(Format::Png).await?;
        // A decoder that panics returns no text.
        match (read_back(png.clone(), self.purpose).await, digest(png.clone()).await) {
            (Ok(Some(reading)), Ok(sha256)) if reading.text == text.as_str() => Ok((png, sha256)),
            _ => {
                let refused = |code: &Self| Err(DrawingError::from(code.drawing()?.unreadable()));
                self.within(SCORING_BYTES, refused).await
            }
        }
    }

    /// Runs work on it on a blocking thread, within this much memory.
    pub(super) async fn within<T: Send + 'static>(
        self: &Arc<Self>,
        bytes: u64,
        work: impl FnOnce(&Self) -> Result<T, DrawingError> + Send + 'static,
    ) -> Result<T, GalleryError> {
        let room = room_for_drawing(self.purpose, bytes).await;
        let code = Arc::clone(self);
        let done = run_blocking(move || {
            // Moved in here, so that the memory stays reserved to the end even if the caller goes away.
            let _room = room;
            work(&code)
        });
        Ok(done.await??)
    }

    /// The most memory that its PNG takes while it is drawn.
    fn pixel_bytes(&self) -> u64 {
        let modules = self.symbol.width() as u64 + 2 * u64::from(self.style.quiet_zone);
        let width = match self.style.size {
            Size::Module(pixels) => modules * u64::from(pixels),
            Size::Pixels(pixels) => pixels.into(),
            Size::Print { width_um, dpi } => u64::from(width_um) * u64::from(dpi) / 25_400,
        };
        // A frame adds to both sides, and more to the height.
        let side = (width * 3 / 2).min(qr::MAX_PIXELS.into());
        side * side * PIXEL_BYTES
    }
}

/// A PNG as a `data:` URI.
pub(super) fn as_data_uri(png: &[u8]) -> Bytes {
    qr::data_uri("image/png", png).into()
}

/// Runs slow work on a thread that may block.
pub(super) async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, GalleryError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down.
            Err(_) => Err(GalleryError::Stopping),
        },
    }
}
