//! SVG files that cost far more to draw than to send. The server's tests send them too.

use std::fmt::Write as _;

fn svg(content: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">{content}</svg>"#
    )
}

/// A description of each, and the file.
pub(super) fn all() -> Vec<(&'static str, String)> {
    let square = r#"<path d="M0 0h9v9z"/>"#;
    vec![
        ("entities of elements", entities(&format!(r#"<!ENTITY a "{}">"#, "<g/>".repeat(1000)), "&b;", 400)),
        ("entities of attributes", attribute_entities()),
        ("elements", svg(&"<g/>".repeat(250_000))),
        ("elements within each other", svg(&"<g>".repeat(300_000))),
        ("attributes of one element", svg(&format!("<g {}/>", many(|n| format!("a{n}='' "), 90_000)))),
        ("namespaces", {
            let parents = many(|n| format!("xmlns:n{n}='a' "), 20_000);
            svg(&format!("<g {parents}>{}</g>", r#"<g xmlns:x="a"/>"#.repeat(20_000)))
        }),
        ("uses of uses", {
            let mut uses = format!(r#"<g id="u0">{square}</g>"#);
            for n in 1..12 {
                let inside = format!(r##"<use href="#u{}"/>"##, n - 1).repeat(10);
                write!(uses, r#"<g id="u{n}">{inside}</g>"#).expect("a string can be written");
            }
            svg(&uses)
        }),
        ("uses of many attributes", {
            let attributes = many(|n| format!("a{n}='' "), 200) + &format!("d='{}'", "M0 0h9".repeat(1000));
            svg(&format!("<path id='p' {attributes}/>{}", r##"<use href="#p"/>"##.repeat(40_000)))
        }),
        ("markers on each corner", {
            let marker = format!("<marker id='m'>{}</marker>", square.repeat(100));
            svg(&format!("{marker}<path marker-mid='url(#m)' d='M0 0{}'/>", "h1v1".repeat(40_000)))
        }),
        ("masks of masks", {
            let mut masks = format!("<mask id='m0' maskContentUnits='objectBoundingBox'>{square}</mask>");
            for n in 1..30 {
                let inside = format!("<path d='M0 0h9v9z' mask='url(#m{})'/>", n - 1).repeat(10);
                write!(masks, "<mask id='m{n}' maskUnits='objectBoundingBox'>{inside}</mask>")
                    .expect("a string can be written");
            }
            svg(&format!("{masks}<g mask='url(#m29)'>{square}</g>"))
        }),
        ("masks by style sheet", {
            let mut masks = String::from("<style>");
            for n in 1..9 {
                write!(masks, ".m{n} {{mask:url(#m{})}}", n - 1).expect("a string can be written");
            }
            write!(masks, "</style><mask id='m0'>{square}</mask>").expect("a string can be written");
            for n in 1..9 {
                let inside = format!("<path d='M0 0h9v9z' class='m{n}'/>").repeat(10);
                write!(masks, "<mask id='m{n}' maskContentUnits='objectBoundingBox'>{inside}</mask>")
                    .expect("a string can be written");
            }
            svg(&format!("{masks}<g class='m8'>{square}</g>"))
        }),
        ("clip paths of clip paths", {
            let mut clips = format!("<clipPath id='c0'>{square}</clipPath>");
            for n in 1..90 {
                let inside = format!("<path d='M0 0h9v9z' clip-path='url(#c{})'/>", n - 1).repeat(4);
                write!(clips, "<clipPath id='c{n}'>{inside}</clipPath>").expect("a string can be written");
            }
            svg(&format!("{clips}<g clip-path='url(#c89)'>{square}</g>"))
        }),
        ("patterns of patterns", {
            let pattern = |n: usize| {
                format!(
                    "<pattern id='p{n}' width='1' height='1'><path fill='url(#p{})' d='M0 0h9v9z'/></pattern>",
                    n + 1
                )
            };
            svg(&(many(pattern, 8_000) + "<path fill='url(#p0)' d='M0 0h9v9z'/>"))
        }),
        (
            "filters",
            svg(&format!(
                "<filter id='f'>{}</filter>{}",
                "<feTurbulence numOctaves='999999999'/>".repeat(10_000),
                "<g filter='url(#f)'><path d='M0 0h9v9z'/></g>".repeat(10_000)
            )),
        ),
        (
            "stops of a gradient",
            svg(&format!(
                "<linearGradient id='g'>{}</linearGradient>{}",
                "<stop offset='.5' stop-color='red'/>".repeat(20_000),
                "<rect width='100' height='100' fill='url(#g)'/>".repeat(1000)
            )),
        ),
        ("gradients of gradients", {
            let gradient = |n: usize| format!("<linearGradient id='g{n}' href='#g{}'/>", n + 1);
            svg(&(many(gradient, 18_000) + "<rect width='9' height='9' fill='url(#g0)'/>"))
        }),
        ("rules for each element", {
            let rules = many(|n| format!("g.a{n} {{fill:red}}"), 20_000);
            svg(&format!("<style>{rules}</style>{}", "<g class='b'/>".repeat(20_000)))
        }),
        ("selectors of many parts", {
            let selector = "g ".repeat(30);
            let deep = "<g>".repeat(90) + &"<g/>".repeat(1000) + &"</g>".repeat(90);
            svg(&format!("<style>h {selector} {{fill:red}}</style>{deep}"))
        }),
        ("an attribute that all inherit", {
            let dashes = "1 2 ".repeat(100_000);
            svg(&format!(
                "<g stroke-dasharray='{dashes}'>{}</g>",
                "<path d='M0 0h1' stroke='red'/>".repeat(9_000)
            ))
        }),
        (
            "curves that cross",
            svg(&format!("<path d='M0 0{}'/>", crossing(|x, y| format!("T{x} {y}"), 60_000))),
        ),
        (
            "lines that cross",
            svg(&format!("<path d='M0 0{}'/>", crossing(|x, y| format!("L{x} {y}"), 45_000))),
        ),
        (
            "lines that cross, stroked",
            svg(&format!(
                "<path fill='none' stroke='red' stroke-width='9' stroke-linejoin='round' d='M0 0{}'/>",
                crossing(|x, y| format!("L{x} {y}"), 45_000)
            )),
        ),
        (
            "thin lines",
            svg(&format!(
                "<path fill='none' stroke='red' stroke-width='.01' d='M0 0{}'/>",
                crossing(|x, y| format!("L{x} {y}"), 45_000)
            )),
        ),
        (
            "short dashes",
            svg("<path fill='none' stroke='red' stroke-dasharray='.0001' d='M0 0H100V100H0z'/>"),
        ),
        (
            "short dashes, many times",
            svg(&"<path fill='none' stroke='red' stroke-width='50' stroke-dasharray='.01' d='M0 50H100'/>"
                .repeat(9_000)),
        ),
        ("all of the canvas, many times", svg(&"<rect width='100' height='100'/>".repeat(25_000))),
        ("layers side by side", svg(&format!("<g opacity='.9'>{square}</g>").repeat(20_000))),
        (
            "a comb, many times",
            svg(&format!(
                "<path id='p' d='M0 0{}'/>{}",
                "l.05 100l.05 -100".repeat(1000),
                "<use href='#p'/>".repeat(20_000)
            )),
        ),
        (
            "wide curves, stroked",
            svg(&format!(
                "<path fill='none' stroke='red' stroke-width='1e6' stroke-linejoin='round' d='M0 0{}'/>",
                crossing(|x, y| format!("C{x}e5 {y}e5-{y}e6 {x}e6 {y} {x}"), 15_000)
            )),
        ),
        (
            "numbers without end",
            svg(
                "<path stroke='red' stroke-width='1e38' transform='scale(1e38)' d='M-1e38-1e38H1e38V1e38z'/>",
            ),
        ),
        ("text in UTF-16", String::from_utf8_lossy(b"\xFF\xFE<\0!\0D\0O\0C\0T\0Y\0P\0E\0").into_owned()),
    ]
}

fn many(piece: impl Fn(usize) -> String, count: usize) -> String {
    (0..count).map(piece).collect()
}

/// This many lines from edge to edge, each across all others.
fn crossing(line: impl Fn(usize, usize) -> String, count: usize) -> String {
    many(|n| line(n * 7919 % 100, if n % 2 == 0 { 99 } else { 0 }), count)
}

fn entities(first: &str, used: &str, count: usize) -> String {
    let second = format!(r#"<!ENTITY b "{}">"#, "&a;".repeat(250));
    format!("<!DOCTYPE svg [{first}{second}]>{}", svg(&used.repeat(count)))
}

fn attribute_entities() -> String {
    let entity = format!("<!ENTITY a '{}'>", "a".repeat(4000));
    format!("<!DOCTYPE svg [{entity}]>{}", svg(&"<g id='&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'/>".repeat(10_000)))
}
