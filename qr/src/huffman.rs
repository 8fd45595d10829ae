//! Huffman codes in the form of RFC 1951, 3.2.2: only their lengths are told, the codes follow from them.
//!
//! Writing side of `deflate`. Not here: what the symbols mean.

/// Sets the code length of each symbol that occurs, at most `limit`, so that the whole takes the fewest bits. (Where
/// the limit cuts in, nearly the fewest.)
pub(crate) fn code_lengths(counts: &[u32], limit: u8, lengths: &mut [u8]) {
    let mut counts: Vec<(u32, usize)> =
        counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(s, count)| (*count, s)).collect();
    loop {
        lengths.fill(0);
        if let [(_, only)] = counts[..] {
            lengths[only] = 1;
        }
        // A tree is the list of its symbols; joining two trees makes each of their codes one bit longer.
        let mut trees: Vec<(u32, Vec<usize>)> = counts.iter().map(|(count, s)| (*count, vec![*s])).collect();
        while trees.len() > 1 {
            trees.sort_by_key(|(count, symbols)| core::cmp::Reverse((*count, symbols.len())));
            let pair = trees.split_off(trees.len() - 2);
            let count = pair.iter().map(|(count, _)| count).sum();
            let symbols: Vec<usize> = pair.into_iter().flat_map(|(_, symbols)| symbols).collect();
            symbols.iter().for_each(|s| lengths[*s] += 1);
            trees.push((count, symbols));
        }
        if lengths.iter().all(|length| *length <= limit) {
            return;
        }
        // Flatter counts make a flatter tree.
        counts.iter_mut().for_each(|(count, _)| *count = *count / 2 + 1);
    }
}

/// The code of each symbol, its first bit lowest.
pub(crate) fn codes(lengths: &[u8]) -> Vec<u16> {
    let mut codes = vec![0; lengths.len()];
    let mut next = 0_u16;
    for length in 1..16_u8 {
        next <<= 1;
        for (symbol, _) in lengths.iter().enumerate().filter(|(_, l)| **l == length) {
            codes[symbol] = next.reverse_bits() >> (16 - length);
            next = next.wrapping_add(1);
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc() {
        // RFC 1951, 3.2.2: lengths of A to H, and their codes from the highest bit.
        let lengths = [3, 3, 3, 3, 3, 2, 4, 4];
        let expected = [0b010, 0b011, 0b100, 0b101, 0b110, 0b00, 0b1110, 0b1111_u16];
        for ((code, expected), length) in codes(&lengths).into_iter().zip(expected).zip(lengths) {
            assert_eq!(code, expected.reverse_bits() >> (16 - length));
        }
    }

    #[test]
    fn lengths_fill_the_code_and_keep_the_limit() {
        // Fibonacci numbers make the deepest tree.
        let mut counts = vec![1_u32, 1];
        while counts.len() < 25 {
            counts.push(counts[counts.len() - 2] + counts[counts.len() - 1]);
        }
        for limit in [7, 15] {
            let mut lengths = vec![0; 25];
            code_lengths(&counts, limit, &mut lengths);
            assert!(lengths.iter().all(|length| (1..=limit).contains(length)));
            assert_eq!(lengths.iter().map(|length| 1 << (limit - length)).sum::<u32>(), 1 << limit);
        }
        let mut one = [9; 3];
        code_lengths(&[0, 5, 0], 15, &mut one);
        assert_eq!(one, [0, 1, 0]);
    }
}
