//! The rendered and compressed pages of spaces, so that a page that many request is rendered once. A page is a
//! function of its model: it is reused for a model that is equal except for the request id of the next save, which
//! ends the document. Not here: what a page shows (`pages`).

use std::num::NonZeroUsize;
use std::sync::Arc;

use app::model::{Page, SpacePage};
use app::preferences::Preferences;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::Space;
use domain::payload::PayloadKind;
use lru::LruCache;
use parking_lot::Mutex;

use crate::coding::Coding;
use crate::html::html;
use crate::open_text::OpenText;

/// Maximum number of pages kept; the oldest is evicted.
const PAGES_MAX: NonZeroUsize = NonZeroUsize::new(64).expect("not zero");

/// Maximum total size, as sent.
const PAGES_MAX_BYTES: usize = 4 * 1024 * 1024;

/// Maximum length of what follows the request id.
const TAIL_MAX_BYTES: usize = 512;

/// The rendered pages.
pub(crate) struct PageCache {
    pages: Mutex<Pages>,
}

struct Pages {
    by_place: LruCache<Place, Arc<Rendered>>,
    /// Total size, as sent.
    size_bytes: usize,
    max_bytes: usize,
}

/// The key of a page: its next state replaces the last.
#[derive(PartialEq, Eq, Hash)]
struct Place {
    space: Space,
    page: u32,
    preferences: Preferences,
    kind: PayloadKind,
    coding: Coding,
}

/// A rendered page.
struct Rendered {
    /// Its model, without the request id.
    model: SpacePage,
    head: OpenText,
    /// What follows the request id: it stands between any two parts, once for each form.
    tail: Vec<String>,
}

impl Default for PageCache {
    fn default() -> Self {
        Self::bounded(PAGES_MAX, PAGES_MAX_BYTES)
    }
}

impl PageCache {
    fn bounded(max_pages: NonZeroUsize, max_bytes: usize) -> Self {
        let pages = Pages { by_place: LruCache::new(max_pages), size_bytes: 0, max_bytes };
        Self { pages: Mutex::new(pages) }
    }

    /// The page as a response, in the coding that the client prefers. A page for one person or one moment is not
    /// kept.
    pub(crate) fn response(
        &self,
        page: SpacePage,
        preferences: Preferences,
        headers: &HeaderMap,
        draw: impl FnOnce(Page) -> String,
    ) -> Response {
        let coding = Coding::preferred(headers.get(header::ACCEPT_ENCODING), |_| true);
        let Some(place) = place(&page, preferences, coding) else {
            return html(StatusCode::OK, draw(Page::Space(page)));
        };
        let mut model = page.clone();
        let request = std::mem::take(&mut model.draft.request);
        if let Some(rendered) = self.find(&place, &model) {
            return rendered.response(coding, &request);
        }
        let document = draw(Page::Space(page));
        match document.split_once(&*request) {
            Some((head, tail)) if tail.len() <= TAIL_MAX_BYTES => {
                let head = OpenText::new(coding, head);
                let tail = tail.split(&*request).map(str::to_owned).collect();
                let rendered = Arc::new(Rendered { model, head, tail });
                self.keep(place, Arc::clone(&rendered));
                rendered.response(coding, &request)
            }
            _ => html(StatusCode::OK, document),
        }
    }

    fn find(&self, place: &Place, model: &SpacePage) -> Option<Arc<Rendered>> {
        let rendered = self.pages.lock().by_place.get(place).cloned();
        rendered.filter(|rendered| rendered.model == *model)
    }

    fn keep(&self, place: Place, rendered: Arc<Rendered>) {
        let mut pages = self.pages.lock();
        pages.size_bytes += rendered.head.size_bytes();
        // The page that it replaces, or the oldest.
        if let Some((_, out)) = pages.by_place.push(place, rendered) {
            pages.size_bytes -= out.head.size_bytes();
        }
        while pages.size_bytes > pages.max_bytes
            && let Some((_, out)) = pages.by_place.pop_lru()
        {
            pages.size_bytes -= out.head.size_bytes();
        }
    }
}

/// The key of a page; `None` if nobody else is likely to request the same.
fn place(page: &SpacePage, preferences: Preferences, coding: Coding) -> Option<Place> {
    let SpacePage {
        space,
        listing,
        query,
        unnamed_files: _,
        sending: _,
        fault: _,
        draft,
        drawn,
        known,
        look_kept,
        photos,
        open_jobs: _,
        failure,
        notice,
    } = page;
    let listing = listing.as_ref().filter(|listing| listing.behind_seconds.is_none())?;
    let is_blank = draft.text.is_empty() && draft.name.is_empty() && draft.answers == Default::default();
    let is_blank = is_blank && *photos == Default::default();
    let is_everyones = is_blank
        && *query == Default::default()
        && drawn.is_none()
        && known.is_none()
        && !look_kept
        && failure.is_none()
        && notice.is_none();
    let (space, page, kind) = (space.clone(), listing.page, draft.kind);
    is_everyones.then_some(Place { space, page, preferences, kind, coding })
}

impl Rendered {
    fn response(&self, coding: Coding, request: &str) -> Response {
        let mut response =
            html(StatusCode::OK, self.head.ended(&format!("{request}{}", self.tail.join(request))));
        let mut set = |name, value| response.headers_mut().insert(name, HeaderValue::from_static(value));
        set(header::VARY, "accept-encoding");
        if coding != Coding::Identity {
            set(header::CONTENT_ENCODING, coding.as_str());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use app::model::{DraftFields, ListingQuery, PhotoFields};
    use domain::wire::OpenJobs;
    use domain::{Failure, ListingPage};

    use super::*;
    use app::preferences::Theme;

    const REQUEST: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    /// Renders a page for these tests.
    fn draw(page: Page) -> String {
        let Page::Space(page) = page else { panic!("only pages of spaces are kept") };
        format!("{page:?}")
    }

    /// For requests that must be served from the cache.
    fn not_again(_: Page) -> String {
        panic!("drawn again")
    }

    fn page(space: &str, seq: u64) -> SpacePage {
        let listing = ListingPage {
            seq,
            total: 0,
            page: 1,
            pages: 1,
            per_page: 24,
            behind_seconds: None,
            entries: Vec::new(),
        };
        SpacePage {
            space: space.parse().unwrap(),
            listing: Some(listing),
            query: ListingQuery::default(),
            unnamed_files: 0,
            fault: None,
            known: None,
            draft: DraftFields { request: REQUEST.to_owned(), ..DraftFields::default() },
            drawn: None,
            look_kept: false,
            sending: app::messages::Sending::default(),
            photos: PhotoFields::default(),
            open_jobs: OpenJobs::default(),
            failure: None,
            notice: None,
        }
    }

    fn kept(cache: &PageCache) -> BTreeSet<(String, u64)> {
        let pages = cache.pages.lock();
        assert_eq!(
            pages.size_bytes,
            pages.by_place.iter().map(|(_, page)| page.head.size_bytes()).sum::<usize>()
        );
        assert!(pages.size_bytes <= pages.max_bytes);
        let seq = |page: &Rendered| page.model.listing.as_ref().unwrap().seq;
        pages.by_place.iter().map(|(place, page)| (place.space.to_string(), seq(page))).collect()
    }

    fn keys<const N: usize>(keys: [(&str, u64); N]) -> BTreeSet<(String, u64)> {
        keys.map(|(space, seq)| (space.to_owned(), seq)).into()
    }

    /// A request for the page.
    fn ask(cache: &PageCache, page: SpacePage) {
        cache.response(page, Preferences::default(), &HeaderMap::new(), draw);
    }

    #[test]
    fn page_is_rendered_once_until_its_space_changes() {
        let (cache, none) = (PageCache::default(), HeaderMap::new());
        ask(&cache, page("main", 1));
        cache.response(page("main", 1), Preferences::default(), &none, not_again);
        ask(&cache, page("team", 1));
        cache.response(page("main", 1), Preferences::default(), &none, not_again);
        ask(&cache, page("main", 2));
        cache.response(page("main", 2), Preferences::default(), &none, not_again);
        assert_eq!(kept(&cache), keys([("main", 2), ("team", 1)]));
        let mut br = HeaderMap::new();
        br.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("br"));
        cache.response(page("main", 2), Preferences::default(), &br, draw);
        cache.response(page("main", 2), Preferences::default(), &br, not_again);
        cache.response(page("main", 2), Preferences::default(), &none, not_again);
        // Somebody prefers another one.
        let dark = Preferences { theme: Theme::Dark, ..Preferences::default() };
        cache.response(page("main", 2), dark, &none, |_| format!("<p>dark{REQUEST}</p>"));
        cache.response(page("main", 2), dark, &none, not_again);
        cache.response(page("main", 2), Preferences::default(), &none, not_again);
    }

    #[test]
    fn personal_and_momentary_pages_are_not_cached() {
        let cache = PageCache::default();
        let answers = [("network", "a")].into_iter().collect();
        let failure = Some(Failure::new("No."));
        let behind =
            page("main", 1).listing.map(|listing| ListingPage { behind_seconds: Some(3), ..listing });
        let draft = |draft: DraftFields| SpacePage { draft, ..page("main", 1) };
        for page in [
            draft(DraftFields { text: "a".to_owned(), ..page("main", 1).draft }),
            draft(DraftFields { name: "a".to_owned(), ..page("main", 1).draft }),
            draft(DraftFields { answers, ..page("main", 1).draft }),
            SpacePage { look_kept: true, ..page("main", 1) },
            SpacePage { failure, ..page("main", 1) },
            SpacePage { listing: behind, ..page("main", 1) },
            SpacePage { listing: None, ..page("main", 1) },
        ] {
            ask(&cache, page);
            assert_eq!(kept(&cache), keys([]));
        }
        // Neither is one that does not end with the request id.
        cache.response(page("main", 1), Preferences::default(), &HeaderMap::new(), |_| {
            format!("{REQUEST}{}", "x".repeat(1000))
        });
        cache.response(page("main", 1), Preferences::default(), &HeaderMap::new(), |_| String::new());
        assert_eq!(kept(&cache), keys([]));
    }

    #[test]
    fn page_cache_is_bounded_in_number_and_bytes() {
        let few = PageCache::bounded(NonZeroUsize::new(2).unwrap(), usize::MAX);
        for space in ["a", "b", "a", "c"] {
            ask(&few, page(space, 1));
        }
        assert_eq!(kept(&few), keys([("a", 1), ("c", 1)]));
        let page_bytes = few.pages.lock().size_bytes / 2;
        let small = PageCache::bounded(PAGES_MAX, page_bytes * 5 / 2);
        for space in ["a", "b", "c"] {
            ask(&small, page(space, 1));
        }
        assert_eq!(kept(&small), keys([("b", 1), ("c", 1)]));
        let none = PageCache::bounded(PAGES_MAX, page_bytes / 2);
        ask(&none, page("a", 1));
        assert_eq!(kept(&none), keys([]));
    }
}
