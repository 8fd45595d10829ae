"""Four independent readers read pictures of codes; each must return exactly the text stored next to the picture.

Run by tools/readers.sh with the folders to search: NAME.png, or any other picture that OpenCV opens, with its text in
NAME.txt. zxing and OpenCV run here; zbar and rqrr in separate programs, which get the same greys. CANNOT lists what a
reader cannot do, and why; if it can after all, that is an error too.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import zxingcpp

HERE = Path(__file__).parent
PICTURES = {".png", ".jpg", ".webp", ".gif"}

# For each reader, the pictures that it cannot read, and why.
CANNOT = {
    "opencv": (
        ["contact", "disputed", "kanji-and-emoji", "kanji-then-utf-8", "wi-fi", "wi-fi-kanji"],
        "after an ECI it reads past the terminator and takes the padding for a segment, unless zeros follow, as they"
        " do after a single byte segment; and a second ECI makes it forget what came before (decodeECI in its"
        " qrcode_encoder.cpp)",
    ),
    "rqrr": (
        ["disputed", "kanji-and-emoji", "kanji-then-utf-8"],
        "returns the bytes of all segments as one, without their ECIs, so that Shift JIS and UTF-8 in one symbol cannot"
        " be told apart (cargo's tests compare those bytes)",
    ),
}


def greys(picture):
    """The visible greys; transparent pixels are white."""
    pixels = cv2.imread(str(picture), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        sys.exit(f"{picture}: not a picture")
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        opaque = pixels[:, :, 3:] / 255
        pixels = (pixels[:, :, :3] * opaque + 255 * (1 - opaque)).round().astype("uint8")
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY) if pixels.ndim == 3 else pixels


def text_of(data):
    """For readers that return bytes: kanji mode is Shift JIS, everything else that we write is UTF-8."""
    for charset in ("utf-8", "shift_jis"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            pass
    return None


def zxing(pictures):
    for picture in pictures:
        found = zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormat.QRCode, text_mode=zxingcpp.TextMode.Plain)
        yield found[0].text if len(found) == 1 else None


def opencv(pictures):
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    # The newer detector misses some dots and circles; the older one misses most codes from version 25 on.
    detectors = [cv2.QRCodeDetectorAruco(), cv2.QRCodeDetector()]
    for picture in pictures:
        data = b""
        for detector in detectors:
            try:
                data = data or detector.detectAndDecodeBytes(picture)[0]
            except cv2.error:
                pass
        yield text_of(data) if data else None


def other_program(*command):
    """A program that takes binary PGMs and prints the bytes that it reads in each, in hexadecimal."""

    def read(pictures):
        with tempfile.TemporaryDirectory() as folder:
            paths = [f"{folder}/{number}.pgm" for number in range(len(pictures))]
            for path, picture in zip(paths, pictures):
                cv2.imwrite(path, picture)
            said = subprocess.run([*command, *paths], check=True, stdout=subprocess.PIPE, text=True).stdout
        for line in said.splitlines():
            yield text_of(bytes.fromhex(line)) if line else None

    return read


def complaint(reader, name, text, reading):
    """What is wrong with a reading, if anything is."""
    cannot, _ = CANNOT.get(reader, ([], ""))
    if name in cannot:
        return f"{reader}: {name}: can be read after all; remove it from CANNOT" if reading == text else None
    if reading != text:
        got = "nothing" if reading is None else repr(reading[:60])
        return f"{reader}: {name}: {got} instead of {text[:60]!r}"
    return None


def main(rqrr, *folders):
    pictures = sorted(path for folder in folders for path in Path(folder).rglob("*") if path.suffix in PICTURES)
    if not pictures:
        sys.exit("no pictures")
    names = [picture.stem for picture in pictures]
    texts = [picture.with_suffix(".txt").read_bytes().decode() for picture in pictures]
    seen = [greys(picture) for picture in pictures]
    readers = {
        "zxing": zxing,
        "zbar": other_program("node", HERE / "zbar.mjs"),
        "rqrr": other_program(rqrr),
        "opencv": opencv,
    }
    complaints = []
    for reader, read in readers.items():
        readings = list(read(seen))
        right = sum(reading == text for reading, text in zip(readings, texts, strict=True))
        print(f"{reader}: {right} of {len(texts)} pictures", flush=True)
        if reader in CANNOT:
            cannot, reason = CANNOT[reader]
            print(f"    not {', '.join(cannot)}: {reason}")
        complaints += filter(None, map(complaint, [reader] * len(names), names, texts, readings))
    for line in complaints:
        print(line)
    sys.exit(bool(complaints))


main(*sys.argv[1:])
