//! The settings of a space: reading them, with the catalog asked again now and then because other instances may have
//! changed them, and changing them. Not here: the cache (`space::settings`), storing them (the catalog).

use std::sync::Arc;

use domain::{Space, StyleText};

use crate::catalog::Settings;
use crate::drawing::Drawing;
use crate::error::GalleryError;
use crate::shared::Shared;

/// The settings of a space as known here; when due, the catalog is asked again in the background.
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
                    "cannot read the settings; will retry"),
            }
        });
    }
    Ok(settings)
}

/// Sets the default look, whose logo must exist; `Changed` unless it is the expected one until then, if one is expected.
pub(crate) async fn set_default_look(
    shared: &Shared,
    drawing: &Drawing,
    space: &Space,
    expected: Option<&StyleText>,
    look: StyleText,
) -> Result<(), GalleryError> {
    drawing.check_logo(&look).await?;
    let set = |settings: &mut Settings| {
        if expected.is_some_and(|expected| *expected != settings.look) {
            return Err(GalleryError::Changed);
        }
        settings.look = look;
        Ok(())
    };
    settle(shared, space, set).await
}

/// Gives a space a title, if it has none.
pub(crate) async fn set_title(shared: &Shared, space: &Space, title: &str) -> Result<(), GalleryError> {
    if settings(shared, space).await?.title.is_some() {
        return Ok(());
    }
    let set = |settings: &mut Settings| {
        settings.title = Some(title.to_owned());
        Ok(())
    };
    settle(shared, space, set).await
}

/// Changes the settings, as they are in the catalog.
async fn settle(
    shared: &Shared,
    space: &Space,
    change: impl FnOnce(&mut Settings) -> Result<(), GalleryError>,
) -> Result<(), GalleryError> {
    // One after another: the cache must end with what was written to the catalog last.
    let _turn = shared.settling.lock().await;
    let mut settings = shared.catalog.settings(space).await?;
    change(&mut settings)?;
    shared.catalog.set_settings(space, settings.clone()).await?;
    match shared.spaces.get(space).await {
        Ok(Some(open)) => open.settings().set(settings),
        Ok(None) => {}
        // It is set; a space that cannot be opened shows nothing outdated.
        Err(error) => {
            tracing::debug!(%space, error = &error as &dyn std::error::Error, "settled, and not open");
        }
    }
    Ok(())
}
