//! Lengths as people write them, in millimetres, and as a style has them, in micrometres.

/// Micrometres as millimetres, with as many decimals as it takes: 63.5.
pub fn millimetres(um: u32) -> String {
    let text = format!("{}.{:03}", um / 1000, um % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What a text with three decimals at most says, in micrometres.
pub fn micrometres(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let are_digits = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = !whole.is_empty() && decimals.len() <= 3 && are_digits(whole) && are_digits(decimals);
    is_number.then(|| format!("{whole}{decimals:0<3}").parse().ok()).flatten()
}
