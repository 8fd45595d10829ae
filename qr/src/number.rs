//! Decimal numbers for text formats. Not here: floating point; and `write!` takes ten times as long.

/// Writes thousandths as a decimal number without redundant digits: `-1500` is `-1.5`, `250` is `.25`.
pub(crate) fn push_thousandths(text: &mut String, thousandths: i64) {
    push_decimal(text, thousandths, 1000);
}

/// Writes a number given in fractions of one; `parts`, the fractions in one, is a power of ten.
pub(crate) fn push_decimal(text: &mut String, number: i64, parts: u64) {
    if number < 0 {
        text.push('-');
    }
    let value = number.unsigned_abs();
    let (whole, mut decimals) = (value / parts, value % parts);
    if whole > 0 || decimals == 0 {
        push_digits(text, whole);
    }
    if decimals > 0 {
        text.push('.');
        let mut place = parts / 10;
        while decimals > 0 {
            push_digits(text, decimals / place);
            decimals %= place;
            place /= 10;
        }
    }
}

fn push_digits(text: &mut String, value: u64) {
    if value >= 10 {
        push_digits(text, value / 10);
    }
    text.push(char::from(b'0' + (value % 10).to_le_bytes()[0]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_the_shortest_form() {
        let numbers = [0, 5, 50, 500, 1000, 1001, -250, -12_340, 1_000_000];
        let texts = numbers.map(|number| {
            let mut text = String::new();
            push_thousandths(&mut text, number);
            text
        });
        assert_eq!(texts, ["0", ".005", ".05", ".5", "1", "1.001", "-.25", "-12.34", "1000"]);
    }
}
