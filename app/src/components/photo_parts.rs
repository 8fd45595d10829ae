//! What rows, the page of a photo and the page of jobs show of a photo: its picture or what stands in its place, and
//! its progress.

use domain::wire::PhotoRow;
use domain::{EntryId, EntryRow, Step};
use leptos::prelude::*;

use crate::page_state::PageState;

/// A plane of the photo's average colour, which stands where its picture will be.
pub(super) fn ghost(photo: &PhotoRow) -> impl IntoView + use<> {
    let colour = photo.placeholder.as_ref().and_then(|placeholder| average_colour(placeholder.as_bytes()));
    colour.map(|colour| {
        view! {
            <svg class="ghost" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
                <rect width="1" height="1" fill=colour></rect>
            </svg>
        }
    })
}

/// The average colour in a ThumbHash, whose first three bytes hold lightness and two differences of colour in six
/// bits each.
fn average_colour(thumbhash: &[u8]) -> Option<String> {
    let header = u32::from(*thumbhash.first()?)
        | u32::from(*thumbhash.get(1)?) << 8
        | u32::from(*thumbhash.get(2)?) << 16;
    let six_bits = |at: u32| f64::from(header >> at & 63);
    let lightness = six_bits(0) / 63.0;
    let yellow_blue = six_bits(6) / 31.5 - 1.0;
    let red_green = six_bits(12) / 31.5 - 1.0;
    let blue = lightness - 2.0 / 3.0 * yellow_blue;
    let red = (3.0 * lightness - blue + red_green) / 2.0;
    let green = red - red_green;
    Some([red, green, blue].iter().fold("#".to_owned(), |text, part| text + &two_digits(*part)))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
fn two_digits(part: f64) -> String {
    format!("{:02x}", (part.clamp(0.0, 1.0) * 255.0).round() as u8)
}

/// The address of the thumbnail, once there is one.
pub(super) fn thumbnail(page: PageState, entry: &EntryRow) -> Option<String> {
    let photo = entry.photo.as_ref()?;
    photo.has(Step::Thumbnail).then(|| page.addresses().derived(entry, Step::Thumbnail))
}

/// What still happens to a photo, or why that failed, with the way to try again.
pub(super) fn progress(page: PageState, entry: &EntryRow) -> Option<impl IntoView + use<>> {
    let photo = entry.photo.as_ref()?;
    let words = photo.progress.clone()?;
    let (id, has_failed, can_be_tried_again) = (entry.id, photo.has_failed(), photo.can_be_tried_again());
    Some(view! {
        <span class="photo-progress" data-progress=if has_failed { "failed" } else { "unfinished" } tabindex="-1">
            {words}
        </span>
        {can_be_tried_again.then(|| retry_form(page, id))}
    })
}

/// A form that tries again what failed.
pub(super) fn retry_form(page: PageState, id: EntryId) -> impl IntoView {
    view! {
        <form class="retry" method="post" action=page.addresses().retry(id) data-verb="act" data-said=format!("Trying #{id} again")>
            <button class="action" type="submit" aria-label=format!("Try again: #{id}")>
                "Try again"
            </button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::average_colour;

    #[test]
    fn average_colour_is_that_of_the_thumbhash() {
        // Lightness 63 of 63; both differences in the middle are about nothing.
        let header = |l: u32, p: u32, q: u32| {
            let [a, b, c, _] = (l | p << 6 | q << 12).to_le_bytes();
            [a, b, c]
        };
        let colour = |l, p, q| average_colour(&header(l, p, q)).unwrap();
        assert_eq!(colour(0, 32, 32).len(), 7);
        assert!(colour(63, 32, 32).starts_with("#ff"), "white: {}", colour(63, 32, 32));
        assert!(colour(21, 32, 63).starts_with("#d600"), "mostly red: {}", colour(21, 32, 63));
        assert_eq!(average_colour(&[1, 2]), None);
    }
}
