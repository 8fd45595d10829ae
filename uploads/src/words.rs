//! What is said of uploads. Pure: no browser.

use domain::grouped;

use crate::queue::{State, Summary};

/// An upload's state in words, without the links that may follow.
pub(crate) fn of_state(state: &State) -> String {
    match state {
        State::Waiting => "Waiting".to_owned(),
        State::Checking => "Preparing".to_owned(),
        State::Known { .. } => "You have this one: ".to_owned(),
        State::Sending { sent, total } => {
            format!("{} % of {}", percent(*sent, *total), size(*total))
        }
        State::Saving => "Saving".to_owned(),
        State::Retrying => "The server cannot be reached. Trying again".to_owned(),
        State::Done { .. } => "Uploaded as ".to_owned(),
        State::Failed { sentence, .. } => sentence.clone(),
    }
}

/// Whole percent; 100 only when all is sent.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
pub(crate) fn percent(sent: f64, total: f64) -> u32 {
    (sent / total.max(1.0) * 100.0).clamp(0.0, 100.0) as u32
}

/// All uploads in words; empty when there is nothing to say.
pub(crate) fn of_summary(summary: &Summary) -> String {
    let Summary { waiting, active, known, failed, done } = *summary;
    let open = (waiting + active) as u64;
    let mut parts = Vec::new();
    if open > 0 {
        parts.push(format!(
            "{} of {} uploaded",
            grouped(done),
            grouped(done + open + (known + failed) as u64)
        ));
    } else if done > 0 {
        parts.push(format!("{} uploaded", counted(done, "file", "files")));
    }
    if known > 0 {
        parts.push(format!("{} here already", grouped(known as u64)));
    }
    if failed > 0 {
        parts.push(format!("{} failed", grouped(failed as u64)));
    }
    parts.join(" · ")
}

/// Files in a folder that are no pictures.
pub(crate) fn of_left_out(count: u64) -> String {
    match count {
        0 => String::new(),
        count => format!("{} in the folder left out: no pictures.", counted(count, "file", "files")),
    }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// A size in decimal units.
fn size(bytes: f64) -> String {
    let megabytes = bytes / 1e6;
    if megabytes < 1.0 {
        format!("{:.0} kB", bytes / 1e3)
    } else if megabytes < 10.0 {
        format!("{megabytes:.1} MB")
    } else {
        format!("{megabytes:.0} MB")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_never_rounded_up_to_all() {
        let sending = |sent| of_state(&State::Sending { sent, total: 3_200_000.0 });
        assert_eq!(sending(0.0), "0 % of 3.2 MB");
        assert_eq!(sending(3_199_999.0), "99 % of 3.2 MB");
        assert_eq!(sending(3_200_000.0), "100 % of 3.2 MB");
        assert_eq!(of_state(&State::Sending { sent: 1.0, total: 34_567.0 }), "0 % of 35 kB");
        assert_eq!(percent(0.0, 0.0), 0);
    }

    #[test]
    fn summaries_name_only_what_there_is() {
        let summary = Summary { waiting: 2, active: 3, known: 1, failed: 1, done: 5 };
        assert_eq!(of_summary(&summary), "5 of 12 uploaded · 1 here already · 1 failed");
        assert_eq!(of_summary(&Summary { done: 1, ..Summary::default() }), "1 file uploaded");
        assert_eq!(of_summary(&Summary { failed: 2, ..Summary::default() }), "2 failed");
        assert_eq!(of_summary(&Summary::default()), "");
        assert_eq!(
            (of_left_out(0), of_left_out(1)),
            (String::new(), "1 file in the folder left out: no pictures.".to_owned())
        );
    }
}
