//! The kinds of generated pictures: each has one difficulty, which grows from picture to picture. Not here: the
//! simulated camera (`camera`).

use std::path::Path;

use anyhow::Context as _;
use image::{GrayImage, ImageFormat};
use qr::{Level, Symbol};

use crate::camera::{Placed, Print, Random, Shot, photograph};
use crate::corpus::{Expected, Picture};

const PICTURES_OF_A_KIND: u32 = 24;

/// A kind, and its picture with this difficulty (0 to 1) and the texts in it.
type Draw = fn(f32, &mut Random) -> anyhow::Result<(GrayImage, Vec<String>)>;

const KINDS: [(&str, Draw); 8] = [
    ("light", light),
    ("blur", blur),
    ("angle", angle),
    ("contrast", contrast),
    ("size", size),
    ("dots", dots),
    ("logo", logo),
    ("several codes", several),
];

/// Draws all pictures into a folder.
pub(crate) fn draw_all(folder: &Path) -> anyhow::Result<Vec<Picture>> {
    std::fs::create_dir_all(folder)?;
    let mut pictures = Vec::new();
    for (seed, (kind, draw)) in (1..).zip(KINDS) {
        for number in 0..PICTURES_OF_A_KIND {
            let mut random = Random::new(1000 * seed + number);
            let (picture, texts) = draw(number as f32 / (PICTURES_OF_A_KIND - 1) as f32, &mut random)?;
            let format = if number % 2 == 0 { ImageFormat::Png } else { ImageFormat::Jpeg };
            let extension = format.extensions_str().first().context("each format has one")?;
            let path = folder.join(format!("{}-{number:02}.{extension}", kind.replace(' ', "-")));
            picture.save_with_format(&path, format)?;
            pictures.push(Picture { kind: kind.to_owned(), path, expected: Expected::AllOf(texts) });
        }
    }
    Ok(pictures)
}

/// As long as the texts that people put into codes.
fn text(random: &mut Random) -> String {
    let mut text = format!("https://example.org/{}", random.below(1_000_000));
    for _ in 0..random.below(12) {
        text += &format!("/{}", random.below(100_000));
    }
    text
}

fn symbol(text: &str, level: Level) -> anyhow::Result<Symbol> {
    Symbol::encode(text, level).map_err(|_| anyhow::anyhow!("too long: {text}"))
}

/// The corners of a square, rotated.
fn square(centre: (f32, f32), side: f32, degrees: f32) -> [(f32, f32); 4] {
    let (sin, cos) = degrees.to_radians().sin_cos();
    [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].map(|(x, y): (f32, f32)| {
        let (x, y) = (x * side, y * side);
        (centre.0 + x * cos - y * sin, centre.1 + x * sin + y * cos)
    })
}

/// One code in the middle of a picture, slightly rotated.
fn one(
    random: &mut Random,
    level: Level,
    print: Print,
    shot: Shot,
    share: f32,
) -> anyhow::Result<(GrayImage, Vec<String>)> {
    let text = text(random);
    let symbol = symbol(&text, level)?;
    let (width, height) = (640, 480);
    let corners = square((320.0, 240.0), share * 480.0, random.between(-20.0, 20.0));
    let picture = photograph(width, height, &[Placed { symbol: &symbol, print, corners }], shot, random);
    Ok((picture, vec![text]))
}

fn light(hardness: f32, random: &mut Random) -> anyhow::Result<(GrayImage, Vec<String>)> {
    let has_shadow = random.below(2) == 0;
    let shot = Shot { least_light: 0.7 - 0.62 * hardness, has_shadow, ..Shot::default() };
    one(random, Level::M, Print::default(), shot, 0.7)
}

fn blur(hardness: f32, random: &mut Random) -> anyhow::Result<(GrayImage, Vec<String>)> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 6")]
    let blur = (1.0 + 5.0 * hardness).round() as u32;
    one(random, Level::M, Print::default(), Shot { blur, ..Shot::default() }, 0.8)
}

fn angle(hardness: f32, random: &mut Random) -> anyhow::Result<(GrayImage, Vec<String>)> {
    let text = text(random);
    let symbol = symbol(&text, Level::M)?;
    let far = 1.0 - 0.5 * hardness;
    let turn = random.between(0.0, 360.0);
    // The far edge is shorter, and nearer to the other one.
    let mut corners = square((320.0, 240.0), 300.0, turn);
    let [first, second, third, fourth] = corners;
    let towards = |(x, y): (f32, f32), (to_x, to_y): (f32, f32), share: f32| {
        (x + (to_x - x) * share, y + (to_y - y) * share)
    };
    let (sunk_first, sunk_second) =
        (towards(first, fourth, 0.5 * hardness), towards(second, third, 0.5 * hardness));
    corners[0] = towards(sunk_first, sunk_second, (1.0 - far) / 2.0);
    corners[1] = towards(sunk_second, sunk_first, (1.0 - far) / 2.0);
    let code = Placed { symbol: &symbol, print: Print::default(), corners };
    Ok((photograph(640, 480, &[code], Shot::default(), random), vec![text]))
}

fn contrast(hardness: f32, random: &mut Random) -> anyhow::Result<(GrayImage, Vec<String>)> {
    let range = 120.0 - 106.0 * hardness;
    let dark = random.between(20.0, 220.0 - range);
    let shot = Shot { dark, light: dark + range, noise: 0.03 * range, ..Shot::default() };
    one(random, Level::M, Print::default(), shot, 0.7)
}

fn size(hardness: f32, random: &mut Random) -> anyhow::Result<(GrayImage, Vec<String>)> {
    let text = text(random);
    let symbol = symbol(&text, Level::M)?;
    let module_pixels = 4.0 - 2.7 * hardness;
    let side = (symbol.width() as f32 + 8.0) * module_pixels;
    let (width, height) = if random.below(2) == 0 { (1600, 1200) } else { (320, 240) };
    let room = |of: u32, random: &mut Random| {
        let half = side * 0.75;
        random.between(half, (of as f32 - half).max(half + 1.0))
    };
    let centre = (room(width, random), room(height, random));
    let corners = square(centre, side, random.between(-30.0, 30.0));
    let code = Placed { symbol: &symbol, print: Print::default(), corners };
    Ok((photograph(width, height, &[code], Shot::default(), random), vec![text]))
}

fn dots(hardness: f32, random: &mut Random) -> anyhow::Result<(GrayImage, Vec<String>)> {
    let print = Print { dots: Some(0.5 - 0.28 * hardness), logo: 0.0 };
    one(random, Level::M, print, Shot::default(), 0.85)
}

fn logo(hardness: f32, random: &mut Random) -> anyhow::Result<(GrayImage, Vec<String>)> {
    let print = Print { dots: None, logo: 0.1 + 0.25 * hardness };
    one(random, Level::H, print, Shot::default(), 0.85)
}

fn several(hardness: f32, random: &mut Random) -> anyhow::Result<(GrayImage, Vec<String>)> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 2 to 8")]
    let across = (2.0 + 6.0 * hardness).round() as u32;
    let cell = 150.0;
    let texts: Vec<_> =
        (0..across * across).map(|number| format!("{number}: {}", random.below(1_000_000))).collect();
    let symbols: Vec<_> = texts.iter().map(|text| symbol(text, Level::M)).collect::<Result<_, _>>()?;
    let codes: Vec<_> = (0..)
        .zip(&symbols)
        .map(|(number, symbol)| {
            let centre = ((number % across) as f32 * cell + 90.0, (number / across) as f32 * cell + 90.0);
            let corners = square(centre, cell * 0.8, random.between(-8.0, 8.0));
            Placed { symbol, print: Print::default(), corners }
        })
        .collect();
    let side = 30 + across * 150;
    Ok((photograph(side, side, &codes, Shot::default(), random), texts))
}
