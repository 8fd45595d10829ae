//! Uploads that would take all memory, or minutes, are refused beforehand.

#[path = "hostile/drawings.rs"]
mod drawings;

use qr::{Logo, LogoError};

#[test]
fn costly_drawings_are_refused() {
    for (name, svg) in drawings::all() {
        let expected = match name {
            "entities of elements" | "entities of attributes" => LogoError::HasDocumentType,
            "text in UTF-16" => LogoError::NotAPicture,
            _ => LogoError::TooElaborate,
        };
        assert_eq!(Logo::read(svg.as_bytes()), Err(expected), "{name}");
    }
}

#[test]
fn the_error_for_a_document_type_says_what_to_do() {
    let usual = r#"<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>"#;
    let refused = Logo::read(usual.as_bytes()).unwrap_err();
    assert!(refused.to_string().contains("delete “<!DOCTYPE …>” from the file"), "{refused}");
    let (before, rest) = usual.split_once("<!DOCTYPE").unwrap();
    let without = format!("{before}{}", rest.split_once('>').unwrap().1);
    assert!(Logo::read(without.as_bytes()).is_ok());
}

/// Drawing programs write files like this one.
#[test]
fn complex_but_harmless_drawings_are_accepted() {
    let petal = |n: usize| {
        let (x, y) = (n * 37 % 900, n * 53 % 900);
        format!("<path class='cls-{}' d='M{x} {y}c10 5 20-5 30 8s-9 22-30 4l-3-6z'/>", n % 9)
    };
    let petals: String = (0..4000).map(petal).collect();
    let styles: String =
        (0..9).map(|n| format!(".cls-{n}{{fill:url(#g{n});stroke:#123;stroke-width:{n}px}}")).collect();
    let gradient = |n: usize| format!("<linearGradient id='g{n}' xlink:href='#s'/>");
    let gradients: String = (0..9).map(gradient).collect();
    let stops =
        "<linearGradient id='s'><stop offset='0' stop-color='red'/><stop offset='1'/></linearGradient>";
    let traced = format!("<path d='M0 0{}'/>", "l9 4l-7 9c1 1 2 2 3-9l4-3".repeat(3000));
    let clip = "<clipPath id='c'><circle cx='500' cy='500' r='400'/></clipPath><mask id='m'><rect width='900' height='900' fill='#fff'/></mask>";
    for content in [
        format!(
            "<style>{styles}</style><defs>{stops}{gradients}{clip}</defs><g clip-path='url(#c)' mask='url(#m)'>{petals}</g>"
        ),
        traced,
        format!("{}<path d='M0 0h9v9z'/>{}", "<g transform='scale(1.001)'>".repeat(95), "</g>".repeat(95)),
        format!(
            "<g fill='none' stroke='#000' stroke-width='3' stroke-dasharray='8 4'>{}</g>",
            "<circle cx='500' cy='500' r='300'/>".repeat(20)
        ),
    ] {
        let svg = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 1000 1000">{content}</svg>"#
        );
        let start = &content[..content.len().min(80)];
        assert!(Logo::read(svg.as_bytes()).is_ok(), "{start}: {:?}", Logo::read(svg.as_bytes()));
    }
}
