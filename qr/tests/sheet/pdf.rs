//! Reads a sheet as any program would: by its table of objects. A page becomes SVG, for a renderer. Only what sheets contain.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use miniz_oxide::inflate::decompress_to_vec_zlib;

/// The objects of a file by their numbers: the text of each, and its stream.
pub(crate) struct Pdf {
    objects: BTreeMap<usize, (String, String)>,
    pages: Vec<usize>,
}

impl Pdf {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let end = String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(200)..]).into_owned();
        let table: usize = between(&end, "startxref\n", "\n").parse().unwrap();
        let table = std::str::from_utf8(&bytes[table..]).unwrap();
        let count: usize = between(table, "xref\n0 ", "\n").parse().unwrap();
        let mut objects = BTreeMap::new();
        for (number, line) in table.lines().skip(3).take(count - 1).enumerate() {
            let (offset, kind) = line.split_once(' ').unwrap();
            assert_eq!((offset.len(), kind), (10, "00000 n "), "every object is there");
            let object = &bytes[offset.parse::<usize>().unwrap()..];
            let start = format!("{} 0 obj\n", number + 1);
            assert!(object.starts_with(start.as_bytes()), "object {}", number + 1);
            objects.insert(number + 1, parts(&object[start.len()..]));
        }
        let (catalogue, _) = &objects[&1];
        let list = &objects[&reference(catalogue, "/Pages ")].0;
        let pages = between(list, "/Kids[", "]").split(" 0 R").filter_map(|page| page.trim().parse().ok());
        let pages: Vec<usize> = pages.collect();
        assert!(list.contains(&format!("/Count {}/", pages.len())));
        Self { objects, pages }
    }

    pub(crate) fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Width and height of the pages, in points.
    pub(crate) fn page_size(&self) -> (f64, f64) {
        let size = between(&self.objects[&self.pages[0]].0, "/MediaBox[", "]");
        let sides: Vec<f64> = size.split(' ').map(|side| side.parse().unwrap()).collect();
        (sides[2], sides[3])
    }

    /// What a page draws.
    pub(crate) fn page_content(&self, page: usize) -> &str {
        &self.objects[&reference(&self.objects[&self.pages[page]].0, "/Contents ")].1
    }

    /// How many objects contain a text.
    pub(crate) fn count(&self, text: &str) -> usize {
        self.objects.values().filter(|(dictionary, _)| dictionary.contains(text)).count()
    }

    /// A page as an SVG document, in points.
    pub(crate) fn page_as_svg(&self, page: usize) -> String {
        let (width, height) = self.page_size();
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\">\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/><g transform=\"matrix(1 0 0 -1 0 {height})\">"
        );
        self.draw(self.pages[page], self.page_content(page), &mut svg);
        svg + "</g></svg>"
    }

    /// Draws a content stream with the resources of an object.
    fn draw(&self, object: usize, content: &str, svg: &mut String) {
        let resources = &self.objects[&object].0;
        let (mut operands, mut path, mut fill) = (Vec::new(), String::new(), "#000".to_owned());
        // How many groups are open since each `q`.
        let mut open = vec![0];
        for token in content.split_ascii_whitespace() {
            if token.starts_with('/') || token.parse::<f64>().is_ok() {
                operands.push(token);
                continue;
            }
            let numbers = operands.join(" ");
            match token {
                "q" => open.push(0),
                "Q" => svg.push_str(&"</g>".repeat(open.pop().unwrap())),
                "cm" => {
                    *open.last_mut().unwrap() += 1;
                    write!(svg, "<g transform=\"matrix({numbers})\">").unwrap();
                }
                "m" => write!(path, "M{numbers}").unwrap(),
                "l" => write!(path, "L{numbers}").unwrap(),
                "c" => write!(path, "C{numbers}").unwrap(),
                "h" => path.push('z'),
                "re" => {
                    let [x, y, width, height] = operands[..] else { panic!("{numbers}") };
                    write!(path, "M{x} {y}h{width}v{height}h-{width}z").unwrap();
                }
                "rg" | "g" => {
                    let part = |part: &&str| (part.parse::<f64>().unwrap() * 255.0).round();
                    let parts: Vec<f64> = operands.iter().map(part).collect();
                    let (red, green, blue) = (parts[0], parts[parts.len() / 2], parts[parts.len() - 1]);
                    fill = format!("rgb({red},{green},{blue})");
                }
                "cs" | "w" | "G" => {}
                // Any colour of a gradient is dark.
                "scn" => fill = "#333".to_owned(),
                "f" => write!(svg, "<path fill=\"{fill}\" d=\"{}\"/>", std::mem::take(&mut path)).unwrap(),
                "S" => path.clear(),
                "Do" if operands == ["/L"] => svg.push_str("<rect width=\"1\" height=\"1\" fill=\"#888\"/>"),
                "Do" => {
                    let form = reference(resources, &format!("{} ", operands[0]));
                    self.draw(form, &self.objects[&form].1, svg);
                }
                other => panic!("unknown operator {other}"),
            }
            operands.clear();
        }
        svg.push_str(&"</g>".repeat(open.iter().sum()));
    }
}

/// The dictionary of an object, and its stream.
fn parts(object: &[u8]) -> (String, String) {
    let find = |what: &[u8]| object.windows(what.len()).position(|window| window == what);
    let end = find(b"endobj").unwrap();
    match find(b">>stream\n").filter(|stream| *stream < end) {
        None => (String::from_utf8(object[..end].to_vec()).unwrap(), String::new()),
        Some(stream) => {
            let dictionary = String::from_utf8(object[..stream + 2].to_vec()).unwrap();
            let length: usize = between(&dictionary, "/Length ", ">").parse().unwrap();
            let data = &object[stream + 9..][..length];
            assert!(object[stream + 9 + length..].starts_with(b"\nendstream\nendobj\n"));
            let data = decompress_to_vec_zlib(data).unwrap();
            (dictionary, String::from_utf8(data).unwrap_or_default())
        }
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).expect(text).0
}

fn reference(text: &str, name: &str) -> usize {
    between(text, name, " 0 R").parse().unwrap()
}
