//! Letters that come in two parts, put together: a letter and the combining mark on it, as macOS names its files
//! (Unicode Standard Annex 15, form C), for the letters that captions have.
//!
//! Not all of Unicode: its tables would be more of the browser's download than all the letters' outlines.

/// Each mark with the letters that take it, and after each of them what they are together.
const PAIRS: [(char, &str); 14] = [
    ('\u{300}', "AÀEÈIÌOÒUÙaàeèiìoòuùЕЀИЍеѐиѝ"),
    ('\u{301}', "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzźΑΆΕΈΗΉΙΊΟΌΥΎΩΏϊΐαάεέηήιίϋΰοόυύωώГЃКЌгѓкќ"),
    ('\u{302}', "AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷ"),
    ('\u{303}', "AÃNÑOÕaãnñoõIĨiĩUŨuũ"),
    ('\u{304}', "AĀaāEĒeēIĪiīOŌoōUŪuū"),
    ('\u{306}', "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭУЎИЙийуў"),
    ('\u{307}', "CĊcċEĖeėGĠgġIİZŻzż"),
    ('\u{308}', "AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸΙΪΥΫιϊυϋЕЁІЇеёії"),
    ('\u{30a}', "AÅaåUŮuů"),
    ('\u{30b}', "OŐoőUŰuű"),
    ('\u{30c}', "CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzž"),
    ('\u{326}', "SȘsșTȚtț"),
    ('\u{327}', "CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţ"),
    ('\u{328}', "AĄaąEĘeęIĮiįUŲuų"),
];

/// The text with every letter in one part that has one.
pub(super) fn composed(text: &str) -> impl Iterator<Item = char> {
    let mut rest = text.chars().peekable();
    core::iter::from_fn(move || {
        let mut letter = rest.next()?;
        while let Some(both) = rest.peek().and_then(|mark| pair(letter, *mark)) {
            letter = both;
            rest.next();
        }
        Some(letter)
    })
}

fn pair(letter: char, mark: char) -> Option<char> {
    let (_, pairs) = PAIRS.iter().find(|(of, _)| *of == mark)?;
    let mut pairs = pairs.chars();
    while let Some(single) = pairs.next() {
        let both = pairs.next();
        if single == letter {
            return both;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_one_part_where_there_is_one() {
        let put_together = |text| composed(text).collect::<String>();
        assert_eq!(put_together("Cafe\u{301}, n\u{303}, Ї й Й\u{306}"), "Café, ñ, Ї й Й\u{306}");
        // Two marks on one letter.
        assert_eq!(put_together("\u{3B9}\u{308}\u{301}"), "\u{390}");
        assert_eq!(put_together("\u{301}q\u{301} plain"), "\u{301}q\u{301} plain");
    }

    #[cfg(feature = "caption")]
    #[test]
    fn each_pair_is_written_as_one_letter() {
        use crate::font::Line;
        for (mark, pairs) in PAIRS {
            let letters: Vec<char> = pairs.chars().collect();
            assert_eq!(letters.len() % 2, 0, "{mark:?}");
            for pair in letters.chunks(2) {
                let width = |text: String| Line::of(&text).map(|line| line.width);
                assert_eq!(width([pair[0], mark].iter().collect()), width(pair[1].into()), "{pair:?}");
                assert!(width(pair[1].into()).is_ok(), "{pair:?}");
            }
        }
    }
}
