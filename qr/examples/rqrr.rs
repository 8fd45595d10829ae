//! Prints what `rqrr` reads, for `tools/readers.sh`: for each binary PGM given, one line with the bytes in
//! hexadecimal, or an empty line. It does not interpret the bytes.

use std::error::Error;

use rqrr::PreparedImage;

fn main() -> Result<(), Box<dyn Error>> {
    for path in std::env::args().skip(1) {
        let pgm = std::fs::read(&path)?;
        // "P5", width, height and the maximum grey, each followed by one character; then the greys.
        let mut fields = pgm.splitn(4, u8::is_ascii_whitespace).skip(1).take(2).map(std::str::from_utf8);
        let mut side = || -> Result<usize, Box<dyn Error>> { Ok(fields.next().ok_or("no PGM")??.parse()?) };
        let (width, height) = (side()?, side()?);
        let greys = &pgm[pgm.len() - width * height..];
        let mut picture = PreparedImage::prepare_from_greyscale(width, height, |x, y| greys[y * width + x]);
        let mut bytes = Vec::new();
        let found = picture.detect_grids().first().map(|grid| grid.decode_to(&mut bytes));
        let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        println!("{}", if matches!(found, Some(Ok(_))) { &hexadecimal } else { "" });
    }
    Ok(())
}
