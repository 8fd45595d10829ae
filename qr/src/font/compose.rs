//! Composes a letter and a following combining mark (Unicode Standard Annex 15, form C), for the letters that
//! captions support. macOS names its files in decomposed form.
//!
//! Not all of Unicode: its tables would outweigh all letter outlines in the browser's download.

/// Each mark with the letters that take it, each followed by the composed letter.
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

/// The text with all supported pairs composed.
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
    fn combining_marks_compose() {
        let put_together = |text| composed(text).collect::<String>();
        assert_eq!(put_together("Cafe\u{301}, n\u{303}, Ї й Й\u{306}"), "Café, ñ, Ї й Й\u{306}");
        // Two marks on one letter.
        assert_eq!(put_together("\u{3B9}\u{308}\u{301}"), "\u{390}");
        assert_eq!(put_together("\u{301}q\u{301} plain"), "\u{301}q\u{301} plain");
    }

    #[cfg(feature = "caption")]
    #[test]
    fn composed_letters_all_have_outlines() {
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
