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
