//! Reed-Solomon error correction over GF(2^8) as in QR symbols (ISO/IEC 18004, 7.5.2 and annex B): field polynomial
//! 0x11D, generator roots α^0, α^1, …
//!
//! Not here: how codewords are split into blocks (`blocks`).

use std::sync::LazyLock;

/// Powers and logarithms of α = 2. The powers are stored twice, so that the sum of two logarithms needs no modulo.
struct Field {
    power: [u8; 510],
    logarithm: [u8; 256],
}

// Computed on first use: as constants they would only enlarge the browser's download.
static FIELD: LazyLock<Field> = LazyLock::new(|| {
    let mut field = Field { power: [0; 510], logarithm: [0; 256] };
    let mut value = 1_u8;
    for exponent in 0..255_u8 {
        field.power[usize::from(exponent)] = value;
        field.power[usize::from(exponent) + 255] = value;
        field.logarithm[usize::from(value)] = exponent;
        value = (value << 1) ^ ((value >> 7) * 0x1D);
    }
    field
});

impl Field {
    /// α^exponent, for any exponent.
    fn power(&self, exponent: usize) -> u8 {
        self.power[exponent % 255]
    }

    /// The logarithm of a non-zero value.
    fn logarithm(&self, value: u8) -> usize {
        usize::from(self.logarithm[usize::from(value)])
    }

    fn multiply(&self, a: u8, b: u8) -> u8 {
        if a == 0 || b == 0 { 0 } else { self.power[self.logarithm(a) + self.logarithm(b)] }
    }

    /// Divides `a` by a non-zero `b`.
    fn divide(&self, a: u8, b: u8) -> u8 {
        if a == 0 { 0 } else { self.power[self.logarithm(a) + 255 - self.logarithm(b)] }
    }

    /// Evaluates at `x` a polynomial given from its lowest coefficient up.
    fn evaluate(&self, polynomial: &[u8], x: u8) -> u8 {
        polynomial.iter().rev().fold(0, |sum, c| self.multiply(sum, x) ^ c)
    }
}

/// The maximum number of error correction codewords per block, rounded up to whole words.
const MAX_CORRECTION: usize = 32;

/// One codeword per byte, the highest coefficient in the lowest byte of the first word.
type Coefficients = [u64; MAX_CORRECTION / 8];

/// Computes a fixed number of error correction codewords for each block.
pub(crate) struct Encoder {
    correction: usize,
    /// The generator polynomial without its leading one, multiplied by each value of the lower and of the upper half
    /// of a byte.
    products: [[Coefficients; 16]; 2],
}

impl Encoder {
    pub(crate) fn new(correction: usize) -> Self {
        let mut power = generator(correction);
        let mut products = [[[0; MAX_CORRECTION / 8]; 16]; 2];
        for half in &mut products {
            for bit in 0..4 {
                // Each product is a sum of those by single bits.
                let (lower, upper) = half.split_at_mut(1 << bit);
                upper.iter_mut().zip(lower).for_each(|(product, rest)| *product = sum(*rest, power));
                power = power.map(doubled);
            }
        }
        Self { correction, products }
    }

    /// The error correction codewords of a block of data: the remainder of its division by the generator.
    pub(crate) fn correction(&self, data: &[u8]) -> impl Iterator<Item = u8> {
        let mut rest = Coefficients::default();
        for codeword in data {
            let factor = usize::from(codeword ^ rest[0].to_le_bytes()[0]);
            let [a, b, c, d] = rest;
            let shifted = [a >> 8 | b << 56, b >> 8 | c << 56, c >> 8 | d << 56, d >> 8];
            let product = sum(self.products[0][factor & 15], self.products[1][factor >> 4]);
            rest = sum(shifted, product);
        }
        rest.into_iter().flat_map(u64::to_le_bytes).take(self.correction)
    }
}

/// The generator polynomial of this degree without its leading one: the product of all x + α^i, i below the degree.
fn generator(degree: usize) -> Coefficients {
    let field = &*FIELD;
    let mut coefficients = Coefficients::default();
    let mut logarithm = 0;
    for i in 0..degree {
        // The q-binomial theorem: the ratio of successive coefficients.
        let plus_one = |exponent| field.logarithm(field.power(exponent) ^ 1);
        logarithm += i + plus_one(degree - i) + 255 - plus_one(i + 1);
        coefficients[i / 8] |= u64::from(field.power(logarithm)) << (8 * (i % 8));
    }
    coefficients
}

fn sum(a: Coefficients, b: Coefficients) -> Coefficients {
    core::array::from_fn(|i| a[i] ^ b[i])
}

/// Multiplies each byte by α.
fn doubled(bytes: u64) -> u64 {
    let carries = bytes >> 7 & 0x0101_0101_0101_0101;
    ((bytes & 0x7F7F_7F7F_7F7F_7F7F) << 1) ^ (carries * 0x1D)
}

/// Corrects a block (data, then `correction` codewords) in place. `None` if it holds more than `max_errors` wrong
/// codewords; then the block is unchanged.
pub(crate) fn correct(block: &mut [u8], correction: usize, max_errors: usize) -> Option<()> {
    let field = &*FIELD;
    let syndromes = syndromes(field, block, correction);
    if syndromes.iter().all(|s| *s == 0) {
        return Some(());
    }
    let locator = error_locator(field, &syndromes);
    let errors = locator.len() - 1;
    if errors > max_errors {
        return None;
    }
    // Ω = S·Λ mod x^correction, for Forney's formula.
    let evaluator: Vec<u8> = (0..errors)
        .map(|i| (0..=i).fold(0, |sum, j| sum ^ field.multiply(syndromes[i - j], locator[j])))
        .collect();
    // Λ': in characteristic 2 only the odd powers remain.
    let derivative: Vec<u8> = (0..errors).map(|i| if i % 2 == 0 { locator[i + 1] } else { 0 }).collect();

    let mut fixed = block.to_vec();
    let mut found = 0;
    for exponent in 0..block.len() {
        let inverse = field.power(255 - exponent % 255);
        if field.evaluate(&locator, inverse) != 0 {
            continue;
        }
        let slope = field.evaluate(&derivative, inverse);
        if slope == 0 {
            return None;
        }
        let value = field.divide(field.evaluate(&evaluator, inverse), slope);
        fixed[block.len() - 1 - exponent] ^= field.multiply(value, field.power(exponent));
        found += 1;
    }
    if found != errors || self::syndromes(field, &fixed, correction).iter().any(|s| *s != 0) {
        return None;
    }
    block.copy_from_slice(&fixed);
    Some(())
}

/// The block as a polynomial (highest coefficient first) at α^0, α^1, …
fn syndromes(field: &Field, block: &[u8], correction: usize) -> Vec<u8> {
    (0..correction).map(|i| block.iter().fold(0, |sum, c| field.multiply(sum, field.power(i)) ^ c)).collect()
}

/// The shortest error locator polynomial, lowest coefficient first (Berlekamp-Massey).
fn error_locator(field: &Field, syndromes: &[u8]) -> Vec<u8> {
    let mut locator = vec![1_u8];
    let mut previous = vec![1_u8];
    let (mut errors, mut gap, mut previous_discrepancy) = (0, 1, 1_u8);
    for i in 0..syndromes.len() {
        let discrepancy = (0..=errors.min(i))
            .fold(0, |sum, j| sum ^ field.multiply(locator.get(j).copied().unwrap_or(0), syndromes[i - j]));
        if discrepancy == 0 {
            gap += 1;
            continue;
        }
        let factor = field.divide(discrepancy, previous_discrepancy);
        let before = locator.clone();
        locator.resize(locator.len().max(previous.len() + gap), 0);
        for (j, c) in previous.iter().enumerate() {
            locator[j + gap] ^= field.multiply(factor, *c);
        }
        if 2 * errors <= i {
            errors = i + 1 - errors;
            (previous, previous_discrepancy, gap) = (before, discrepancy, 1);
        } else {
            gap += 1;
        }
    }
    while locator.last() == Some(&0) {
        locator.pop();
    }
    locator
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codewords_match_the_standards_example() {
        // ISO/IEC 18004, annex I: "01234567", 1-M.
        let data =
            [0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11];
        let correction = [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55];
        assert!(Encoder::new(10).correction(&data).eq(correction));
    }

    proptest! {
        #[test]
        fn corrects_up_to_capacity_and_never_miscorrects_silently(
            data in prop::collection::vec(any::<u8>(), 1..120),
            correction in prop::sample::select(vec![7_usize, 10, 13, 15, 16, 17, 18, 20, 22, 24, 26, 28, 30]),
            hits in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 0..40),
        ) {
            let mut whole = data.clone();
            whole.extend(Encoder::new(correction).correction(&data));
            let mut damaged = whole.clone();
            for (place, change) in &hits {
                damaged[place.index(whole.len())] ^= change;
            }
            let errors = whole.iter().zip(&damaged).filter(|(a, b)| a != b).count();
            let before = damaged.clone();
            match correct(&mut damaged, correction, correction / 2) {
                Some(()) if errors <= correction / 2 => prop_assert_eq!(damaged, whole),
                // Too much damage may produce another valid block, but then it is a valid one.
                Some(()) => prop_assert!(syndromes(&FIELD, &damaged, correction).iter().all(|s| *s == 0)),
                None => {
                    prop_assert!(errors > correction / 2);
                    prop_assert_eq!(damaged, before);
                }
            }
        }
    }
}
