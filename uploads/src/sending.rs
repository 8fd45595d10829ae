//! One request with the bytes of a file. `fetch` reports no progress of what is sent, so it is an `XMLHttpRequest`.

use core::time::Duration;
use std::cell::Cell;
use std::rc::Rc;

use domain::Failure;
use domain::wire::{FromJson, UploadAnswer, parse};
use futures::channel::oneshot;
use futures::future::{Either, select};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{File, ProgressEvent, XmlHttpRequest};

use crate::time::sleep;

/// An upload that makes no progress for this long is sent again. After its last byte the server may wait for a place
/// and for its disk.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// The interval between two looks at the progress.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Why a file was not saved.
pub(crate) enum SendError {
    /// No answer, or one that says to come back.
    NotNow,
    /// The server refused it.
    Refused(Failure),
}

/// How far the bytes are.
pub(crate) type OnProgress = Box<dyn Fn(f64, f64)>;

/// A request that is given up when it is dropped.
struct Request {
    xhr: XmlHttpRequest,
    _listeners: Vec<Closure<dyn FnMut(ProgressEvent)>>,
}

impl Drop for Request {
    fn drop(&mut self) {
        self.xhr.set_onload(None);
        self.xhr.set_onerror(None);
        self.xhr.set_onabort(None);
        if let Ok(upload) = self.xhr.upload() {
            upload.set_onprogress(None);
        }
        // Of one that has ended, this is nothing.
        let _ = self.xhr.abort();
    }
}

/// Sends a file. Dropping this gives it up.
pub(crate) async fn send(
    address: &str,
    file: &File,
    phone: Option<&str>,
    on_progress: OnProgress,
) -> Result<UploadAnswer, SendError> {
    let moved = Rc::new(Cell::new(false));
    let (request, ended) =
        open(address, file, phone, on_progress, Rc::clone(&moved)).map_err(|_| SendError::NotNow)?;
    let silence = async {
        let mut silent = Duration::ZERO;
        while silent < SILENCE_MAX {
            sleep(LOOK_EVERY).await;
            silent = if moved.replace(false) { Duration::ZERO } else { silent + LOOK_EVERY };
        }
    };
    match select(ended, std::pin::pin!(silence)).await {
        Either::Left((Ok(()), _)) => answer(&request.xhr),
        Either::Left((Err(_), _)) | Either::Right(_) => Err(SendError::NotNow),
    }
}

type Opened = (Request, oneshot::Receiver<()>);

fn open(
    address: &str,
    file: &File,
    phone: Option<&str>,
    on_progress: OnProgress,
    moved: Rc<Cell<bool>>,
) -> Result<Opened, wasm_bindgen::JsValue> {
    let xhr = XmlHttpRequest::new()?;
    xhr.open("POST", address)?;
    xhr.set_request_header("Accept", "application/json")?;
    xhr.set_request_header("Content-Type", "application/octet-stream")?;
    if let Some(phone) = phone {
        xhr.set_request_header("Qrate-Phone", phone)?;
    }
    let (sender, ended) = oneshot::channel();
    let sender = Rc::new(Cell::new(Some(sender)));
    let end = move |_: ProgressEvent| {
        if let Some(sender) = sender.take() {
            let _ = sender.send(());
        }
    };
    let end = Closure::<dyn FnMut(ProgressEvent)>::new(end);
    let progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        moved.set(true);
        on_progress(event.loaded(), event.total());
    });
    let listener = Some(end.as_ref().unchecked_ref());
    xhr.set_onload(listener);
    xhr.set_onerror(listener);
    xhr.set_onabort(listener);
    xhr.upload()?.set_onprogress(Some(progress.as_ref().unchecked_ref()));
    xhr.send_with_opt_blob(Some(file))?;
    Ok((Request { xhr, _listeners: vec![end, progress] }, ended))
}

/// Whether the space has a file with a digest; `None` if not, or if the server does not say.
pub(crate) async fn get<T: FromJson>(address: &str) -> Option<T> {
    let xhr = XmlHttpRequest::new().ok()?;
    xhr.open("GET", address).ok()?;
    xhr.set_request_header("Accept", "application/json").ok()?;
    let (sender, ended) = oneshot::channel();
    let sender = Cell::new(Some(sender));
    let end = Closure::<dyn FnMut(ProgressEvent)>::new(move |_: ProgressEvent| {
        if let Some(sender) = sender.take() {
            let _ = sender.send(());
        }
    });
    xhr.set_onloadend(Some(end.as_ref().unchecked_ref()));
    xhr.send().ok()?;
    let _ = ended.await;
    if xhr.status().ok()? != 200 {
        return None;
    }
    parse(&xhr.response_text().ok()??)
}

fn answer(xhr: &XmlHttpRequest) -> Result<UploadAnswer, SendError> {
    let status = xhr.status().unwrap_or(0);
    let text = xhr.response_text().ok().flatten().unwrap_or_default();
    match status {
        200 | 201 => {
            parse(&text).ok_or_else(|| refused("Unexpected response from the server. Reload the page."))
        }
        // Too slow, too many at once, stopping, or a proxy without a server behind it.
        0 | 408 | 429 | 502..=504 => Err(SendError::NotNow),
        _ => Err(parse(&text).map_or_else(
            || refused(&format!("The server answered with status {status}. Try again.")),
            SendError::Refused,
        )),
    }
}

fn refused(sentence: &str) -> SendError {
    SendError::Refused(Failure::new(sentence))
}
