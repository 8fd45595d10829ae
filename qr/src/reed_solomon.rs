//! Reed-Solomon error correction over GF(2^8), as QR symbols use it (ISO/IEC 18004, 7.5.2 and annex B): field
//! polynomial 0x11D, generator roots α^0, α^1, …
//!
//! Not here: how codewords are split into blocks (`layout`).

use std::sync::LazyLock;

/// Powers and logarithms of α = 2. Powers are there twice, so that the sum of two logarithms needs no modulo.
struct Field {
    power: [u8; 510],
    logarithm: [u8; 256],
}

// Computed on first use: as constants they would only make the browser's download larger.
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

    /// Of a value that is not zero.
    fn logarithm(&self, value: u8) -> usize {
        usize::from(self.logarithm[usize::from(value)])
    }

    fn multiply(&self, a: u8, b: u8) -> u8 {
        if a == 0 || b == 0 { 0 } else { self.power[self.logarithm(a) + self.logarithm(b)] }
    }

    /// `a` by `b`, which is not zero.
    fn divide(&self, a: u8, b: u8) -> u8 {
        if a == 0 { 0 } else { self.power[self.logarithm(a) + 255 - self.logarithm(b)] }
    }

    /// The value at `x` of a polynomial given from its lowest coefficient up.
    fn evaluate(&self, polynomial: &[u8], x: u8) -> u8 {
        polynomial.iter().rev().fold(0, |sum, c| self.multiply(sum, x) ^ c)
    }
}

/// Makes error correction codewords, a given number for each block.
pub(crate) struct Encoder {
    /// Logarithms of the generator polynomial's coefficients, highest first, without the leading one. None is zero
    /// for the degrees that QR uses.
    generator: Vec<u8>,
}

impl Encoder {
    pub(crate) fn new(correction: usize) -> Self {
        let field = &*FIELD;
        let mut generator = vec![0_u8; correction];
        generator[correction - 1] = 1;
        for exponent in 0..correction {
            for i in 0..correction {
                let next = generator.get(i + 1).copied().unwrap_or(0);
                generator[i] = field.multiply(generator[i], field.power(exponent)) ^ next;
            }
        }
        Self { generator: generator.into_iter().map(|c| field.logarithm[usize::from(c)]).collect() }
    }

    /// The error correction codewords of a block of data.
    pub(crate) fn correction(&self, data: &[u8]) -> Vec<u8> {
        let field = &*FIELD;
        let degree = self.generator.len();
        let mut rest = vec![0_u8; data.len() + degree];
        rest[..data.len()].copy_from_slice(data);
        for i in 0..data.len() {
            let factor = rest[i];
            if factor != 0 {
                let factor = field.logarithm(factor);
                for (value, coefficient) in rest[i + 1..].iter_mut().zip(&self.generator) {
                    *value ^= field.power[factor + usize::from(*coefficient)];
                }
            }
        }
        rest.split_off(data.len())
    }
}

/// Corrects a block (data, then `correction` codewords) in place. `None` when it holds more than `max_errors` wrong
/// codewords; then the block is as it was.
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

/// The shortest error locator polynomial, lowest coefficient first (Berlekamp and Massey).
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
    fn the_standards_example() {
        // ISO/IEC 18004, annex I: "01234567", 1-M.
        let data =
            [0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11];
        let correction = [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55];
        assert_eq!(Encoder::new(10).correction(&data), correction);
    }

    proptest! {
        #[test]
        fn corrects_up_to_half_of_its_codewords_and_never_lies_about_it(
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
                // Too much damage may look like another valid block, but then it is one.
                Some(()) => prop_assert!(syndromes(&FIELD, &damaged, correction).iter().all(|s| *s == 0)),
                None => {
                    prop_assert!(errors > correction / 2);
                    prop_assert_eq!(damaged, before);
                }
            }
        }
    }
}
