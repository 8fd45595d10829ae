//! The uploads of the page: files are added, take their turns, and end as rows in the list. Not here: which is next
//! (`queue`), one request (`sending`), how a row looks (`rows`).

use core::time::Duration;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;

use domain::limits::PHOTO_MAX_BYTES;
use domain::{EntryId, Field, KnownEntry, PhoneNumber};
use futures::channel::oneshot;
use futures::future::{Either, select};
use js_sys::Array;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BeforeUnloadEvent, Element, Event, File};

use crate::digest::sha256;
use crate::folders::{Found, files_of};
use crate::queue::{Queue, State, UploadId};
use crate::rows::Row;
use crate::section::{Section, window};
use crate::sending::{SendError, get, send};
use crate::time::sleep;
use crate::words;

/// How long the row of a finished upload stays: the entry is in the listing.
const DONE_STAYS: Duration = Duration::from_secs(6);

/// Rows for uploads that wait: more would only push the listing away.
const WAITING_ROWS_MAX: usize = 5;

/// The uploads of a page.
pub(crate) struct Uploads {
    section: Section,
    queue: RefCell<Queue>,
    files: RefCell<BTreeMap<UploadId, Job>>,
    rows: RefCell<BTreeMap<UploadId, Row>>,
}

/// What an upload needs.
struct Job {
    file: File,
    name: String,
    recipe: String,
    /// The same in each attempt, so that none is saved twice.
    request: String,
    /// Ends what it is doing.
    cancel: Option<oneshot::Sender<()>>,
}

impl Uploads {
    /// Listens to the section for as long as the page is open.
    pub(crate) fn new(section: Section) -> Rc<Self> {
        let uploads = Rc::new(Self {
            section,
            queue: RefCell::default(),
            files: RefCell::default(),
            rows: RefCell::default(),
        });
        let root = uploads.section.root();
        let this = Rc::clone(&uploads);
        listen(root, "click", move |event| this.pressed(&event));
        let this = Rc::clone(&uploads);
        listen(root, "input", move |_| this.check_phone(Typing::GoesOn));
        // When the field is left, or Enter pressed: the beginning of a number may look like a whole one.
        let this = Rc::clone(&uploads);
        listen(root, "change", move |_| this.check_phone(Typing::HasEnded));
        let this = Rc::clone(&uploads);
        listen(&window(), "beforeunload", move |event| {
            if !this.queue.borrow().ids(State::is_unfinished).is_empty() {
                event.prevent_default();
                event.unchecked_ref::<BeforeUnloadEvent>().set_return_value("unfinished");
            }
        });
        uploads
    }

    /// Adds files, and the pictures in folders.
    pub(crate) async fn add(self: Rc<Self>, items: Array) {
        let Found { files, left_out } = files_of(items).await;
        let recipe = self.section.recipe();
        let added = files.len();
        for file in files {
            let id = self.queue.borrow_mut().add();
            let (name, size) = (file.name(), file.size());
            let job = Job { file, name, recipe: recipe.clone(), request: random_id(), cancel: None };
            self.files.borrow_mut().insert(id, job);
            if size == 0.0 {
                self.fail(id, "The file is empty. Choose another one.");
            } else if size > PHOTO_MAX_BYTES as f64 {
                let most = PHOTO_MAX_BYTES / (1024 * 1024);
                self.fail(id, &format!("The file is too large: the maximum is {most} MiB."));
            }
        }
        let left_out = words::of_left_out(left_out);
        self.section.note("");
        match added {
            0 if left_out.is_empty() => self.section.note("There is no picture in it."),
            0 => self.section.note(&left_out),
            1 => self.section.say(&format!("Uploading 1 photo. {left_out}")),
            many => self.section.say(&format!("Uploading {many} photos. {left_out}")),
        }
        self.check_phone(Typing::IsNeeded);
        self.go_on();
    }

    /// Begins what may begin, and shows how far everything is.
    fn go_on(self: &Rc<Self>) {
        loop {
            let next = self.queue.borrow_mut().next();
            let Some(id) = next else { break };
            let (cancel, cancelled) = oneshot::channel();
            if let Some(job) = self.files.borrow_mut().get_mut(&id) {
                job.cancel = Some(cancel);
            }
            let this = Rc::clone(self);
            spawn_local(async move {
                // Cancelling drops the work, and with it the request.
                if let Either::Left(_) = select(std::pin::pin!(this.run(id)), cancelled).await {
                    this.go_on();
                }
            });
        }
        self.show_waiting();
        self.summarise();
    }

    /// One upload, from its digest to its end.
    async fn run(self: &Rc<Self>, id: UploadId) {
        self.set(id, State::Checking);
        let Some(file) = self.files.borrow().get(&id).map(|job| job.file.clone()) else { return };
        let is_wanted_anyway = self.queue.borrow().is_wanted_anyway(id);
        if !is_wanted_anyway && let Some(same) = self.known(&file).await {
            self.section.say(&format!("{}: you have this one, number {same}.", file.name()));
            return self.set(id, State::Known { same });
        }
        loop {
            match self.send(id, &file).await {
                Ok((entry, same)) => return self.done(id, entry, same),
                Err(SendError::Refused(failure)) => {
                    if failure.field == Some(Field::PhotoPhone) {
                        self.section.refuse_phone(Some(&failure.error));
                    }
                    return self.refused(id, failure.error);
                }
                Err(SendError::NotNow) => {}
            }
            let Some(pause) = self.queue.borrow_mut().pause_ms(id) else {
                let sentence = "The server cannot be reached. Try again in a moment.".to_owned();
                return self.refused(id, sentence);
            };
            self.set(id, State::Retrying);
            sleep(Duration::from_millis(pause.into())).await;
        }
    }

    /// The entry with the same bytes, if the space has one and the server says so.
    async fn known(&self, file: &File) -> Option<EntryId> {
        let digest = sha256(file).await?;
        get::<KnownEntry>(&self.section.addresses.known(&digest)).await?.id
    }

    async fn send(
        self: &Rc<Self>,
        id: UploadId,
        file: &File,
    ) -> Result<(EntryId, Option<EntryId>), SendError> {
        let address = {
            let files = self.files.borrow();
            let Some(Job { name, recipe, request, .. }) = files.get(&id) else {
                return Err(SendError::NotNow);
            };
            self.section.addresses.upload(name, recipe, request)
        };
        let phone = self.section.phone();
        let phone = Some(phone.trim()).filter(|phone| !phone.is_empty());
        let total = file.size();
        self.set(id, State::Sending { sent: 0.0, total });
        let this = Rc::clone(self);
        let on_progress = move |sent: f64, _: f64| {
            let state = if sent >= total { State::Saving } else { State::Sending { sent, total } };
            this.set(id, state);
        };
        let answer = send(&address, file, phone, Box::new(on_progress)).await?;
        // What the check before has said already is not said again.
        let is_wanted_anyway = self.queue.borrow().is_wanted_anyway(id);
        Ok((answer.id, answer.same.filter(|_| !is_wanted_anyway)))
    }

    fn done(self: &Rc<Self>, id: UploadId, entry: EntryId, same: Option<EntryId>) {
        self.set(id, State::Done { id: entry, same });
        self.files.borrow_mut().remove(&id);
        if self.queue.borrow().summary().active == 0 {
            self.section.say(&words::of_summary(&self.queue.borrow().summary()));
        }
        if same.is_none() {
            let this = Rc::clone(self);
            spawn_local(async move {
                sleep(DONE_STAYS).await;
                while this.rows.borrow().get(&id).is_some_and(Row::is_in_use) {
                    sleep(DONE_STAYS).await;
                }
                this.forget(id);
            });
        }
    }

    /// Given up, but worth another try.
    fn refused(&self, id: UploadId, sentence: String) {
        if let Some(name) = self.files.borrow().get(&id).map(|job| job.name.clone()) {
            self.section.say(&format!("{name}: {sentence}"));
        }
        self.set(id, State::Failed { sentence, is_final: false });
    }

    /// Given up for good.
    fn fail(&self, id: UploadId, sentence: &str) {
        self.set(id, State::Failed { sentence: sentence.to_owned(), is_final: true });
    }

    /// Shows an upload in a new state, unless it was cancelled.
    fn set(&self, id: UploadId, state: State) {
        if !self.queue.borrow_mut().set(id, state) {
            return;
        }
        self.show(id);
        self.summarise();
    }

    fn show(&self, id: UploadId) {
        let mut rows = self.rows.borrow_mut();
        if let Entry::Vacant(place) = rows.entry(id) {
            let name = self.files.borrow().get(&id).map(|job| job.name.clone()).unwrap_or_default();
            if let Some(row) = Row::new(&self.section, id, &name) {
                place.insert(row);
            }
        }
        if let (Some(row), Some(state)) = (rows.get(&id), self.queue.borrow().state(id)) {
            let had_focus = row.has_focus();
            row.show(state, &self.section.addresses);
            // The button that had it may be hidden now, or there was none and there is one again.
            if had_focus && (!row.has_focus() || row.is_focused_as_a_whole()) {
                row.focus();
            }
        }
    }

    /// Shows the first of those that wait.
    fn show_waiting(&self) {
        let waiting = self.queue.borrow().ids(|state| *state == State::Waiting);
        for id in waiting.into_iter().take(WAITING_ROWS_MAX) {
            self.show(id);
        }
    }

    fn summarise(&self) {
        let summary = self.queue.borrow().summary();
        let is_running = summary.active + summary.waiting > 1;
        let has_failed = self.queue.borrow().ids(is_repeatable).len() > 1;
        self.section.summarise(&words::of_summary(&summary), is_running, has_failed);
    }

    /// Takes an upload out of the list. If it has the focus, that moves to the next one.
    fn forget(&self, id: UploadId) {
        self.queue.borrow_mut().remove(id);
        let job = self.files.borrow_mut().remove(&id);
        if let Some(cancel) = job.and_then(|job| job.cancel) {
            let _ = cancel.send(());
        }
        let row = self.rows.borrow_mut().remove(&id);
        if let Some(row) = row {
            let had_focus = row.has_focus();
            row.remove();
            if had_focus {
                let rows = self.rows.borrow();
                let next = rows.range(id..).chain(rows.range(..id)).any(|(_, row)| row.focus());
                if !next {
                    self.section.focus();
                }
            }
        }
        self.summarise();
    }

    /// Something was pressed in the section.
    fn pressed(self: &Rc<Self>, event: &Event) {
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
            return;
        };
        let closest = |selector: &str| target.closest(selector).ok().flatten();
        if let Some(all) = closest("[data-all]").and_then(|button| button.get_attribute("data-all")) {
            let ids = match &*all {
                "retry" => self.queue.borrow().ids(is_repeatable),
                _ => self.queue.borrow().ids(is_open),
            };
            for id in ids {
                if all == "retry" { self.again(id) } else { self.forget(id) }
            }
            self.go_on();
            // The button may have hidden itself.
            return self.section.focus_if_lost();
        }
        let action = closest("[data-action]").and_then(|button| button.get_attribute("data-action"));
        let row = closest("[data-upload-id]").and_then(|row| row.get_attribute("data-upload-id"));
        let (Some(action), Some(id)) = (action, row.and_then(|id| id.parse().ok())) else { return };
        match &*action {
            "retry" | "anyway" => self.again(id),
            _ => self.forget(id),
        }
        self.go_on();
    }

    fn again(&self, id: UploadId) {
        self.queue.borrow_mut().again(id);
        self.show(id);
    }

    /// Holds everything while the phone number is wrong.
    fn check_phone(self: &Rc<Self>, typing: Typing) {
        let typed = self.section.phone();
        let wrong = match typed.trim() {
            "" => None,
            typed => typed.parse::<PhoneNumber>().err(),
        };
        let was_held = self.queue.borrow().is_held;
        let is_waited_for = self.queue.borrow().summary().waiting > 0;
        let is_held = wrong.is_some() || (was_held && typing == Typing::GoesOn);
        self.queue.borrow_mut().is_held = is_held;
        match wrong {
            // A mistake is not shown while they are still typing.
            Some(_) if !is_waited_for && !was_held => {}
            Some(error) => {
                self.section.refuse_phone(Some(&format!("{error} Then the photos are uploaded.")));
                if typing == Typing::IsNeeded {
                    self.section.focus_phone();
                }
            }
            None => self.section.refuse_phone(None),
        }
        if was_held && !is_held {
            self.go_on();
        }
    }
}

/// How far the person is with the phone number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Typing {
    /// They are still typing.
    GoesOn,
    /// They have left the field.
    HasEnded,
    /// Photos wait for it.
    IsNeeded,
}

fn is_repeatable(state: &State) -> bool {
    matches!(state, State::Failed { is_final: false, .. })
}

fn is_open(state: &State) -> bool {
    matches!(state, State::Waiting | State::Checking | State::Sending { .. } | State::Retrying)
}

/// 128 random bits in hexadecimal.
fn random_id() -> String {
    let mut bytes = [0; 16];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Listens for as long as the page is open.
fn listen(target: &web_sys::EventTarget, kind: &str, on_event: impl FnMut(Event) + 'static) {
    let listener = Closure::<dyn FnMut(Event)>::new(on_event);
    let _ = target.add_event_listener_with_callback(kind, listener.as_ref().unchecked_ref());
    listener.forget();
}
