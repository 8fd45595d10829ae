//! How each encoder turns a text into a symbol, a path and a PNG.

use core::hint::black_box;

/// An encoder, as it is timed. The results are discarded.
#[derive(Debug)]
pub struct Maker {
    /// The crate's name.
    pub name: &'static str,
    /// Text to symbol.
    pub symbol: fn(&str),
    /// Text to symbol to one SVG path.
    pub path: fn(&str),
    /// Text to a PNG with 8 pixels per module and 1 bit per pixel.
    #[cfg(not(target_arch = "wasm32"))]
    pub png: fn(&str) -> Vec<u8>,
}

/// Ours first.
pub const MAKERS: [Maker; 4] =
    [of::<qr::Symbol>(), of::<fast_qr::QRCode>(), of::<qrcode::QrCode>(), of::<qrcodegen::QrCode>()];

const fn of<M: Code>() -> Maker {
    Maker {
        name: M::NAME,
        symbol: |text| drop(black_box(M::encode(text))),
        path: |text| drop(black_box(M::encode(text).path())),
        #[cfg(not(target_arch = "wasm32"))]
        png: |text| M::encode(text).png(),
    }
}

/// What all encoders can do.
trait Code: Sized {
    const NAME: &str;
    fn encode(text: &str) -> Self;
    fn width(&self) -> usize;
    fn is_dark(&self, x: usize, y: usize) -> bool;

    fn path(&self) -> String {
        use core::fmt::Write as _;
        let mut path = String::new();
        for y in 0..self.width() {
            let mut x = 0;
            while x < self.width() {
                let run = (x..self.width()).take_while(|x| self.is_dark(*x, y)).count();
                if run > 0 {
                    write!(path, "M{} {}h{run}v1h-{run}z", x + 4, y + 4).expect("a string takes everything");
                }
                x += run.max(1);
            }
        }
        path
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn png(&self) -> Vec<u8> {
        let modules = self.width() + 8;
        let row = |y: usize| {
            let dark = |x: usize| {
                (4..modules - 4).contains(&x) && (4..modules - 4).contains(&y) && self.is_dark(x - 4, y - 4)
            };
            (0..modules).map(move |x| if dark(x) { 0x00 } else { 0xFF }).collect::<Vec<u8>>().repeat(8)
        };
        let pixels: Vec<u8> = (0..modules).flat_map(row).collect();
        let size = u32::try_from(8 * modules).expect("at most 185 modules");
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, size, size);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut writer = encoder.write_header().expect("the size is not zero");
        writer.write_image_data(&pixels).expect("as many pixels as the header says");
        writer.finish().expect("a vector takes everything");
        file
    }
}

impl Code for qr::Symbol {
    const NAME: &str = "qr";

    fn encode(text: &str) -> Self {
        Self::encode(text, qr::Level::M).expect("the payloads fit")
    }

    fn width(&self) -> usize {
        self.width()
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        self.is_dark(x, y)
    }

    fn path(&self) -> String {
        qr::svg_path(self)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn png(&self) -> Vec<u8> {
        qr::png(self)
    }
}

impl Code for fast_qr::QRCode {
    const NAME: &str = "fast_qr";

    fn encode(text: &str) -> Self {
        fast_qr::QRBuilder::new(text).ecl(fast_qr::ECL::M).build().expect("the payloads fit")
    }

    fn width(&self) -> usize {
        self.size
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        self[y][x].value()
    }
}

impl Code for qrcode::QrCode {
    const NAME: &str = "qrcode";

    fn encode(text: &str) -> Self {
        Self::with_error_correction_level(text, qrcode::EcLevel::M).expect("the payloads fit")
    }

    fn width(&self) -> usize {
        self.width()
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        self[(x, y)] == qrcode::Color::Dark
    }
}

impl Code for qrcodegen::QrCode {
    const NAME: &str = "qrcodegen";

    fn encode(text: &str) -> Self {
        use qrcodegen::{QrCodeEcc, QrSegment, Version};
        // Like `encode_text`, but without raising the level where there is room.
        let segments = QrSegment::make_segments(text);
        Self::encode_segments_advanced(&segments, QrCodeEcc::Medium, Version::MIN, Version::MAX, None, false)
            .expect("the payloads fit")
    }

    fn width(&self) -> usize {
        self.size().unsigned_abs() as usize
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        let coordinate = |i: usize| i32::try_from(i).unwrap_or(i32::MAX);
        self.get_module(coordinate(x), coordinate(y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PAYLOADS;

    /// Checks the work: a symbol of the payload at level M, in a PNG with 1 bit per pixel.
    fn does_its_work<M: Code>() {
        for text in PAYLOADS.map(|payload| payload.text()) {
            let code = M::encode(&text);
            let reading = qr::read(code.width(), |x, y| code.is_dark(x, y)).unwrap();
            assert_eq!((reading.text, reading.level), (text, qr::Level::M), "{}", M::NAME);
            let png = code.png();
            let mut decoder = png::Decoder::new(std::io::Cursor::new(&png)).read_info().unwrap();
            let mut pixels = vec![0; decoder.output_buffer_size().unwrap()];
            let info = decoder.next_frame(&mut pixels).unwrap();
            assert_eq!(info.width as usize, 8 * (code.width() + 8), "{}", M::NAME);
            let module = |x: usize, y: usize| pixels[8 * (y + 4) * info.line_size + x + 4] == 0;
            let modules = (0..code.width()).flat_map(|y| (0..code.width()).map(move |x| (x, y)));
            assert!(modules.into_iter().all(|(x, y)| module(x, y) == code.is_dark(x, y)), "{}", M::NAME);
        }
    }

    #[test]
    fn each_does_its_work() {
        does_its_work::<qr::Symbol>();
        does_its_work::<fast_qr::QRCode>();
        does_its_work::<qrcode::QrCode>();
        does_its_work::<qrcodegen::QrCode>();
    }
}
