//! Settings of a space: reading them, with the catalog asked again now and then because other instances may have
//! settled something else, and settling them. Not here: those at hand (`space::settings`), where they lie (the catalog).

use std::sync::Arc;

use domain::{Look, Space};

use crate::catalog::Settings;
use crate::drawing::Drawing;
use crate::error::GalleryError;
use crate::shared::Shared;

/// What was settled for a space, as far as it is known here; when it is time, the catalog is asked anew in the background.
pub(crate) async fn settings(shared: &Shared, space: &Space) -> Result<Settings, GalleryError> {
    let Some(open) = shared.spaces.get(space).await? else {
        return Ok(shared.catalog.settings(space).await?);
    };
    let settings = open.settings().get();
    if let Some(question) = open.settings().question() {
        let catalog = Arc::clone(&shared.catalog);
        let space = space.clone();
        shared.start(async move {
            match catalog.settings(&space).await {
                Ok(settings) => open.settings().answer(&question, settings),
                Err(error) => tracing::debug!(%space, error = &error as &dyn std::error::Error,
                    "the settings could not be asked for; trying again later"),
            }
        });
    }
    Ok(settings)
}

/// Settles the look, whose logo must be there.
pub(crate) async fn set_default_look(
    shared: &Shared,
    drawing: &Drawing,
    space: &Space,
    look: Look,
) -> Result<(), GalleryError> {
    drawing.check_logo(&look).await?;
    let settings = Settings { look };
    // One after the other: what is at hand here is to be what the catalog was told last.
    let _turn = shared.settling.lock().await;
    shared.catalog.set_settings(space, settings.clone()).await?;
    match shared.spaces.get(space).await {
        Ok(Some(open)) => open.settings().set(settings),
        Ok(None) => {}
        // It is settled; a space that cannot be opened shows nothing that could be out of date.
        Err(error) => {
            tracing::debug!(%space, error = &error as &dyn std::error::Error, "settled, and not open");
        }
    }
    Ok(())
}
