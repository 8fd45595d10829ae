//! Canonical Huffman codes (RFC 1951, 3.2.2): only their lengths are stored; the codes follow from them.
//!
//! Not here: what the symbols mean (`block`).

/// The longest code of the format.
const LONGEST_CODE: usize = 15;

/// Optimal code lengths for these counts, at most `limit`. (Where the limit takes effect, nearly optimal.)
pub(super) fn code_lengths(counts: &[u32], limit: u8, lengths: &mut [u8]) {
    // The count of each tree and, once joined, its parent. The symbols come first.
    let used: Vec<usize> = (0..counts.len()).filter(|symbol| counts[*symbol] > 0).collect();
    let mut leaves: Vec<u32> = used.iter().map(|symbol| counts[*symbol]).collect();
    loop {
        let depths = depths(&leaves);
        if depths.iter().all(|depth| *depth <= limit) {
            lengths.fill(0);
            used.iter().zip(depths).for_each(|(symbol, depth)| lengths[*symbol] = depth);
            return;
        }
        // Flatter counts make a flatter tree.
        leaves.iter_mut().for_each(|count| *count = *count / 2 + 1);
    }
}

/// The depth of each leaf in the tree that repeatedly joins the two rarest nodes.
fn depths(leaves: &[u32]) -> Vec<u8> {
    if leaves.len() == 1 {
        return vec![1];
    }
    let mut trees = leaves.to_vec();
    let mut parents: Vec<usize> = Vec::with_capacity(2 * leaves.len());
    parents.resize(leaves.len(), 0);
    let mut roots: Vec<usize> = (0..leaves.len()).collect();
    while roots.len() > 1 {
        for _ in 0..2 {
            let rarest = (0..roots.len()).min_by_key(|i| (trees[roots[*i]], roots[*i])).unwrap_or(0);
            parents[roots.swap_remove(rarest)] = trees.len();
        }
        let joined = |parent: &usize| *parent == trees.len();
        let count =
            trees.iter().zip(&parents).filter(|(_, parent)| joined(parent)).map(|(count, _)| count).sum();
        roots.push(trees.len());
        trees.push(count);
        parents.push(0);
    }
    // Parents come after their children.
    let mut depths = vec![0_u8; trees.len()];
    for tree in (0..trees.len().saturating_sub(1)).rev() {
        depths[tree] = depths[parents[tree]] + 1;
    }
    depths.truncate(leaves.len());
    depths
}

/// The code of each symbol, bit-reversed: its first bit is the lowest.
pub(super) fn codes(lengths: &[u8]) -> Vec<u16> {
    let mut counts = [0_u16; LONGEST_CODE + 1];
    lengths.iter().filter(|length| **length > 0).for_each(|length| counts[usize::from(*length)] += 1);
    let mut next = [0_u16; LONGEST_CODE + 1];
    for length in 1..=LONGEST_CODE {
        next[length] = (next[length - 1] + counts[length - 1]) << 1;
    }
    let code = |length: &u8| {
        if *length == 0 {
            return 0;
        }
        let code = &mut next[usize::from(*length)];
        *code += 1;
        (*code - 1).reverse_bits() >> (16 - length)
    };
    lengths.iter().map(code).collect()
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_match_the_example_of_the_rfc() {
        // RFC 1951, 3.2.2: lengths of A to H and their codes, most significant bit first.
        let lengths = [3, 3, 3, 3, 3, 2, 4, 4];
        let expected = [0b010, 0b011, 0b100, 0b101, 0b110, 0b00, 0b1110, 0b1111_u16];
        for ((code, expected), length) in codes(&lengths).into_iter().zip(expected).zip(lengths) {
            assert_eq!(code, expected.reverse_bits() >> (16 - length));
        }
    }

    #[test]
    fn lengths_form_a_complete_code_within_the_limit() {
        // Fibonacci counts make the deepest tree.
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
