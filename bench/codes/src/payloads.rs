//! The texts to encode.

/// A text and its name in the table.
#[derive(Debug, Clone, Copy)]
pub struct Payload {
    /// One or two words.
    pub name: &'static str,
    text: &'static str,
    bytes: usize,
}

/// A URL that is not shorter in bits than in bytes.
const ADDRESS: &str = "https://example.org/a/fairly/long/path?with=a&query=string#and-more";
const DIGITS: &str = "31415926535897932384626433832795028841971693993751";

/// Everyday codes, long ones, and nearly the longest.
pub const PAYLOADS: [Payload; 5] = [
    Payload { name: "25-byte URL", text: ADDRESS, bytes: 25 },
    Payload { name: "60-byte URL", text: ADDRESS, bytes: 60 },
    Payload { name: "300 bytes", text: ADDRESS, bytes: 300 },
    Payload { name: "2,300 bytes", text: ADDRESS, bytes: 2300 },
    Payload { name: "50 digits", text: DIGITS, bytes: DIGITS.len() },
];

impl Payload {
    /// The text: the beginning, then random letters, digits and punctuation.
    pub fn text(&self) -> String {
        const MARKS: [char; 41] = [
            'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's',
            't', 'u', 'v', 'w', 'x', 'y', 'z', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ' ', ',',
            '.', '-', '/',
        ];
        let mut random = 12_345_u32;
        let more = core::iter::repeat_with(|| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            MARKS[(random >> 16) as usize % MARKS.len()]
        });
        self.text.chars().chain(more).take(self.bytes).collect()
    }
}
