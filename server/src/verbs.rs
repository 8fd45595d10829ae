//! What the pages' server functions do: each calls the gallery, and records the outcome for the response. Not here:
//! the functions themselves (`app::functions`), HTTP (`functions`).

use std::sync::Arc;

use app::functions::{Refused, Verbs};
use app::model::{DraftFields, EntryPage, Page};
use async_trait::async_trait;
use axum::http::StatusCode;
use domain::limits::{PAGE_DEFAULT_ENTRIES, PAGE_MAX_ENTRIES};
use domain::wire::Retried;
use domain::{Change, ChangeWire, EntryId, KeptLook, KnownEntry, ListingPage, Parameters, Space};
use gallery::{Administer, Grant, MayRead, OnReuse, Published, Read, WindowRequest, Write};
use parking_lot::Mutex;

use crate::composer_form::{self, ComposerForm};
use crate::description_form::DescriptionForm;
use crate::forms::Done;
use crate::grants::Asker;
use crate::inputs::{NUMBER_MAX, parsed};
use crate::listing_query::listing_query;
use crate::problem::Problem;
use crate::site::Site;
use crate::trash::trash_page;
use crate::{labels, page_models, picture, saving, uploads};

/// One call of a server function.
pub(crate) struct Call {
    site: Arc<Site>,
    /// Who calls.
    asker: Asker,
    /// Whether a hydrated page calls; otherwise its form was posted.
    is_awake: bool,
    outcome: Mutex<Outcome>,
}

/// The outcome, in addition to the function's result.
#[derive(Default)]
pub(crate) struct Outcome {
    /// The response to a form; `None` for a function that no form calls.
    pub(crate) done: Option<Done>,
    /// Whether the save was a repetition.
    pub(crate) is_repeated: bool,
    /// Why it was refused.
    pub(crate) problem: Option<Problem>,
}

#[async_trait]
impl Verbs for Call {
    async fn save(&self, space: Space, form: Parameters) -> Result<ChangeWire, Refused> {
        let grant = self.ask::<Write>(space)?;
        let form = ComposerForm::by_form(&form, self.is_awake);
        let known = if self.is_awake { None } else { picture::known(&self.site, &grant, &form.fields).await };
        let saved =
            form.or_again(&self.site, &grant, async |fields| self.publish(&grant, fields).await).await;
        let Published { change, repeated } = self.kept(saved)?;
        self.update(|outcome| outcome.is_repeated = repeated);
        let known = known.filter(|known| *known < change.entry.id);
        Ok(self.changed(change, |change| Done::Saved(grant.space().clone(), change, known)))
    }

    async fn keep_look(&self, space: Space, form: Parameters) -> Result<KeptLook, Refused> {
        let grant = self.ask::<Administer>(space)?;
        let form = ComposerForm::by_form(&form, self.is_awake);
        let keep = async |fields: &DraftFields| {
            self.site.gallery.set_default_look(&grant, fields.look.clone()).await?;
            Ok(fields.clone())
        };
        let fields = self.kept(form.or_again(&self.site, &grant, keep).await)?;
        let kept = KeptLook { look: fields.look.clone() };
        self.update(|outcome| outcome.done = Some(Done::LookKept(grant, fields)));
        Ok(kept)
    }

    async fn remove(&self, space: Space, id: EntryId) -> Result<ChangeWire, Refused> {
        let grant = self.ask::<Write>(space)?;
        let removed = self.site.gallery.remove(&grant, id).await;
        let change = self.of_entry(&grant, id, removed.map_err(Problem::from), |page| page).await?;
        Ok(self.changed(change, |change| Done::Removed(grant.space().clone(), change)))
    }

    async fn restore(&self, space: Space, id: EntryId) -> Result<ChangeWire, Refused> {
        let grant = self.ask::<Write>(space)?;
        let restored = self.site.gallery.restore(&grant, id).await;
        let change = self.of_entry(&grant, id, restored.map_err(Problem::from), |page| page).await?;
        Ok(self.changed(change, |change| Done::Restored(grant.space().clone(), change)))
    }

    async fn restore_all(&self, space: Space) -> Result<Retried, Refused> {
        let grant = self.ask::<Write>(space)?;
        match self.site.gallery.restore_all(&grant).await {
            Ok(count) => {
                self.update(|outcome| outcome.done = Some(Done::RestoredAll(grant.space().clone(), count)));
                Ok(Retried { count })
            }
            Err(error) => {
                let problem = Problem::from(error);
                Err(self.refused(match trash_page(&self.site, &grant, 1).await {
                    Ok(page) => problem.on(Page::Trash(page)),
                    Err(_) => problem,
                }))
            }
        }
    }

    async fn duplicate(&self, space: Space, id: EntryId) -> Result<ChangeWire, Refused> {
        let grant = self.ask::<Write>(space)?;
        let saved = saving::again(&self.site.gallery, &grant, id).await;
        let change = self.of_entry(&grant, id, saved, |page| page).await?;
        Ok(self.changed(change, |change| Done::Saved(grant.space().clone(), change, Some(id))))
    }

    async fn describe(&self, space: Space, id: EntryId, form: Parameters) -> Result<ChangeWire, Refused> {
        let grant = self.ask::<Write>(space)?;
        let form = DescriptionForm::read(&form);
        let described = form.save(&self.site.gallery, &grant, id).await;
        let is_changed =
            described.as_ref().is_err_and(|problem| problem.status == StatusCode::PRECONDITION_FAILED);
        let again = |page: EntryPage| EntryPage {
            typed: Some(Box::new(form.again(&page.entry, is_changed))),
            ..page
        };
        let change = self.of_entry(&grant, id, described, again).await?;
        Ok(self.changed(change, |change| Done::Described(grant.space().clone(), change)))
    }

    async fn reprocess(&self, space: Space, id: EntryId, form: Parameters) -> Result<ChangeWire, Refused> {
        let grant = self.ask::<Write>(space)?;
        let changed = match uploads::recipe(form.text("recipe").unwrap_or_default()) {
            Ok(recipe) => self.site.gallery.reprocess(&grant, id, None, recipe).await.map_err(Problem::from),
            Err(problem) => Err(problem),
        };
        let change = self.of_entry(&grant, id, changed, |page| page).await?;
        Ok(self.changed(change, |change| Done::Begun(grant.space().clone(), change)))
    }

    async fn retry(&self, space: Space, id: EntryId) -> Result<ChangeWire, Refused> {
        let grant = self.ask::<Write>(space)?;
        let changed = self.site.gallery.retry(&grant, id, None).await.map_err(Problem::from);
        let change = self.of_entry(&grant, id, changed, |page| page).await?;
        Ok(self.changed(change, |change| Done::Begun(grant.space().clone(), change)))
    }

    async fn retry_all(&self, space: Space) -> Result<Retried, Refused> {
        let grant = self.ask::<Write>(space)?;
        match self.site.gallery.retry_all(&grant).await {
            Ok(count) => {
                self.update(|outcome| outcome.done = Some(Done::BegunAll(grant.space().clone())));
                Ok(Retried { count })
            }
            Err(error) => {
                let problem = Problem::from(error);
                Err(self.refused(match page_models::jobs_page(&self.site.gallery, &grant).await {
                    Ok(page) => problem.on(Page::Jobs(page)),
                    Err(_) => problem,
                }))
            }
        }
    }

    async fn change_labels(
        &self,
        space: Space,
        id: EntryId,
        form: Parameters,
    ) -> Result<ChangeWire, Refused> {
        let grant = self.ask::<Write>(space)?;
        let changed = labels::change(&self.site, &grant, id, &form).await;
        let typed = form.text("add").map(str::to_owned);
        let again = |page| EntryPage { typed_labels: typed, ..page };
        let change = self.of_entry(&grant, id, changed, again).await?;
        Ok(self.changed(change, |change| Done::Begun(grant.space().clone(), change)))
    }

    async fn relabel(&self, space: Space, id: EntryId) -> Result<ChangeWire, Refused> {
        let grant = self.ask::<Write>(space)?;
        let changed = self.site.gallery.relabel(&grant, id, None).await.map_err(Problem::from);
        let change = self.of_entry(&grant, id, changed, |page| page).await?;
        Ok(self.changed(change, |change| Done::Begun(grant.space().clone(), change)))
    }

    async fn relabel_all(&self, space: Space, form: Parameters) -> Result<Retried, Refused> {
        let grant = self.ask::<Write>(space)?;
        let begun = labels::relabel_all(&self.site, &grant, &form).await;
        let (count, labels) = self.kept(begun)?;
        self.update(|outcome| outcome.done = Some(Done::Relabelled(grant.space().clone(), labels, count)));
        Ok(Retried { count })
    }

    async fn listing(&self, space: Space, query: Parameters) -> Result<ListingPage, Refused> {
        let grant = self.ask::<Read>(space)?;
        let gallery = &self.site.gallery;
        let listing = async {
            let (_, filter) = listing_query(&query)?;
            let page = query.small_number("page", 1..=u32::MAX)?.unwrap_or(1);
            let per_page =
                query.small_number("per_page", 1..=PAGE_MAX_ENTRIES)?.unwrap_or(PAGE_DEFAULT_ENTRIES);
            let at = query.number("at", 0..=NUMBER_MAX)?.unwrap_or(0);
            gallery.wait_for(&grant, at).await?;
            Ok(page_models::listing(gallery, &grant, &filter, WindowRequest { page, per_page }).await?)
        };
        self.kept(listing.await)
    }

    async fn known(&self, space: Space, value: String) -> Result<KnownEntry, Refused> {
        let grant = self.ask::<Read>(space)?;
        let found = self.site.gallery.find_value(&grant, &value).await.map_err(Problem::from);
        Ok(KnownEntry { id: self.kept(found)?.map(|entry| entry.id) })
    }

    fn refuse(&self, sentence: String) -> Refused {
        self.refused(Problem::bad_request(sentence))
    }
}

impl Call {
    pub(crate) fn new(site: Arc<Site>, asker: Asker, is_awake: bool) -> Self {
        Self { site, asker, is_awake, outcome: Mutex::default() }
    }

    fn ask<A: MayRead>(&self, space: Space) -> Result<Grant<A>, Refused> {
        self.kept(self.asker.ask(space))
    }

    /// The outcome of the call, after it has returned.
    pub(crate) fn outcome(&self) -> Outcome {
        let mut taken = Outcome::default();
        self.update(|outcome| std::mem::swap(outcome, &mut taken));
        taken
    }

    async fn publish(&self, grant: &Grant<Write>, typed: &DraftFields) -> Result<Published, Problem> {
        let text = composer_form::text(typed)?;
        let draft =
            saving::draft(&text, typed.level, typed.look.clone(), &typed.name, parsed(&typed.request)?)?;
        Ok(self.site.gallery.publish(grant, draft, OnReuse::NewId).await?)
    }

    /// A change to an entry, or why it failed, with the entry's page.
    async fn of_entry(
        &self,
        grant: &Grant<impl MayRead>,
        id: EntryId,
        result: Result<Change, Problem>,
        again: impl FnOnce(EntryPage) -> EntryPage,
    ) -> Result<Change, Refused> {
        let problem = match result {
            Ok(change) => return Ok(change),
            Err(problem) => problem,
        };
        Err(self.refused(match page_models::entry_page(&self.site.gallery, grant, id).await {
            Ok(page) => problem.on(Page::Entry(again(page))),
            Err(_) => problem,
        }))
    }

    /// A change, recorded for the response to a form.
    fn changed(&self, change: Change, done: impl FnOnce(Change) -> Done) -> ChangeWire {
        let wire = ChangeWire::from(&change);
        self.update(|outcome| outcome.done = Some(done(change)));
        wire
    }

    fn kept<T>(&self, result: Result<T, Problem>) -> Result<T, Refused> {
        result.map_err(|problem| self.refused(problem))
    }

    fn refused(&self, problem: Problem) -> Refused {
        let refused = Refused(problem.failure());
        self.update(|outcome| outcome.problem = Some(problem));
        refused
    }

    fn update(&self, update: impl FnOnce(&mut Outcome)) {
        update(&mut self.outcome.lock());
    }
}
