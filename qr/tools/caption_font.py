"""Writes src/font/font.bin, the outlines of the letters of captions, from Inter SemiBold.

    pip install fonttools brotli skia-pathops
    npm pack @fontsource/inter@5.3.0 && tar xf fontsource-inter-5.3.0.tgz
    python3 qr/tools/caption_font.py package/files

Inter is Copyright 2016 The Inter Project Authors (https://github.com/rsms/inter), under the SIL Open Font License 1.1,
which src/font.LICENSE repeats. The script is kept to show where the file comes from. Its form, made to be small and to be
read in a few lines:

- for each character, in the order of code points: its distance to the one before, the length of the rest in bytes, the
  advance, and its contours, each with the number of its points;
- a point is its distance to the one before (the first of a contour to that of the contour before), x and y, down
  being positive; x is followed by a bit that is set for points on the outline. The others pull a quadratic curve, and
  between two of them is a point on the outline, half-way, that is left out. The first of a contour is on the outline;
- numbers are written in groups of seven bits, lowest first, the highest bit set in all but the last; the sign of a
  distance is its lowest bit.

Contours around dark areas go clockwise, and none overlap.
"""

import sys
from pathlib import Path

from fontTools.pens.areaPen import AreaPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.removeOverlaps import removeOverlaps

EM = 1024
CHARACTERS = {
    "latin": [*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100), 0x131, 0x152, 0x153]
    + [0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2022, 0x2026, 0x2039, 0x203A]
    + [0x20AC, 0x2122, 0x2191, 0x2193, 0x2212],
    "latin-ext": [*range(0x100, 0x131), *range(0x132, 0x149), *range(0x14A, 0x152), *range(0x154, 0x17F)]
    + [0x218, 0x219, 0x21A, 0x21B, 0x1E9E, 0x20B9, 0x20BA, 0x20BD, 0x20BF],
    "greek": [0x386, 0x388, 0x389, 0x38A, 0x38C, *range(0x38E, 0x3A2), *range(0x3A3, 0x3CF)],
    "cyrillic": [*range(0x400, 0x460), 0x490, 0x491, 0x2116],
}


def number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def signed(value: int) -> int:
    return 2 * value if value >= 0 else -2 * value - 1


def contours(glyph, glyf) -> list[list[tuple[int, int, bool]]]:
    """Closed contours, each from a point on the outline; y down."""
    coordinates, ends, flags = glyph.getCoordinates(glyf)
    found, start = [], 0
    for end in ends:
        points = [
            (round(x / 2), round(-y / 2), bool(flag & 1))
            for (x, y), flag in zip(coordinates[start : end + 1], flags[start : end + 1])
        ]
        start = end + 1
        first = next(i for i, (_, _, on) in enumerate(points) if on)
        found.append(points[first:] + points[:first])
    return found


def outline(shapes) -> bytes:
    out = bytearray(number(len(shapes)))
    corner_x = corner_y = 0
    for points in shapes:
        out += number(len(points))
        x, y = corner_x, corner_y
        for px, py, on in points:
            out += number(signed(px - x) << 1 | on) + number(signed(py - y))
            x, y = px, py
        corner_x, corner_y = points[0][:2]
    return bytes(out)


def main() -> None:
    glyphs = {}
    for subset, codes in CHARACTERS.items():
        font = TTFont(Path(sys.argv[1]) / f"inter-{subset}-600-normal.woff2")
        assert font["head"].unitsPerEm == 2 * EM
        names = font.getBestCmap()
        removeOverlaps(font, [names[code] for code in codes])
        glyf = font["glyf"]
        for code in codes:
            glyph = glyf[names[code]]
            area = AreaPen(font.getGlyphSet())
            font.getGlyphSet()[names[code]].draw(area)
            assert area.value <= 0, "clockwise, where up is positive"
            shapes = contours(glyph, glyf) if glyph.numberOfContours else []
            advance = round(font["hmtx"][names[code]][0] / 2)
            glyphs[code] = number(advance) + outline(shapes)
    out, before = bytearray(), 0
    for code in sorted(glyphs):
        out += number(code - before) + number(len(glyphs[code])) + glyphs[code]
        before = code
    (Path(__file__).parent.parent / "src" / "font" / "font.bin").write_bytes(out)
    print(len(glyphs), "characters,", len(out), "bytes")


main()
