"""zxing-cpp, OpenCV and zbar on the same files: `python peers.py LIST`, a JSON array of paths. Prints a line of JSON for
each reader and picture: its name, the picture's place in the list, the texts, and the milliseconds from the file's bytes
to them. zbar is Debian's library (libzbar0); without it, it is left out."""

import ctypes
import ctypes.util
import json
import sys
import time
from pathlib import Path

import cv2
import numpy
import zxingcpp

cv2.setNumThreads(1)
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def greys(data):
    """Transparent pixels are white."""
    pixels = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        return None
    if pixels.dtype != numpy.uint8:
        pixels = (pixels >> 8).astype(numpy.uint8)
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        opaque = pixels[:, :, 3:] / 255
        pixels = (pixels[:, :, :3] * opaque + 255 * (1 - opaque)).round().astype(numpy.uint8)
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY) if pixels.ndim == 3 else pixels


def zxing(picture):
    found = zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormat.QRCode, text_mode=zxingcpp.TextMode.Plain)
    return [code.text for code in found]


def opencv(picture, detector=cv2.QRCodeDetector()):
    try:
        return [text for text in detector.detectAndDecodeMulti(picture)[1] if text]
    except (cv2.error, UnicodeDecodeError):
        return []


class Zbar:
    """https://zbar.sourceforge.net/api/: the image scanner, for QR codes alone."""

    QR_CODE, ENABLE = 64, 0

    def __init__(self, library):
        self.zbar = ctypes.CDLL(library)
        for name in ("scanner_create", "create", "first_symbol"):
            function = f"zbar_image_{name}"
            getattr(self.zbar, function).restype = ctypes.c_void_p
        self.zbar.zbar_symbol_next.restype = ctypes.c_void_p
        self.zbar.zbar_symbol_get_data.restype = ctypes.c_void_p
        self.scanner = ctypes.c_void_p(self.zbar.zbar_image_scanner_create())
        for kind, enabled in ((0, 0), (self.QR_CODE, 1)):
            self.zbar.zbar_image_scanner_set_config(self.scanner, kind, self.ENABLE, enabled)

    def __call__(self, picture):
        data = picture.tobytes()
        height, width = picture.shape
        image = ctypes.c_void_p(self.zbar.zbar_image_create())
        self.zbar.zbar_image_set_format(image, ctypes.c_ulong(int.from_bytes(b"Y800", "little")))
        self.zbar.zbar_image_set_size(image, width, height)
        self.zbar.zbar_image_set_data(image, data, ctypes.c_ulong(len(data)), None)
        self.zbar.zbar_scan_image(self.scanner, image)
        texts = []
        symbol = ctypes.c_void_p(self.zbar.zbar_image_first_symbol(image))
        while symbol:
            length = self.zbar.zbar_symbol_get_data_length(symbol)
            text = ctypes.string_at(self.zbar.zbar_symbol_get_data(symbol), length)
            texts.append(text.decode("utf-8", "replace"))
            symbol = ctypes.c_void_p(self.zbar.zbar_symbol_next(symbol))
        self.zbar.zbar_image_destroy(image)
        return texts


def main(paths):
    readers = {"zxing-cpp": zxing, "opencv": opencv}
    library = ctypes.util.find_library("zbar")
    if library:
        readers["zbar"] = Zbar(library)
    else:
        print("readers: skipping zbar (apt-get install libzbar0)", file=sys.stderr)
    for index, path in enumerate(paths):
        data = Path(path).read_bytes()
        for name, read in readers.items():
            started = time.perf_counter()
            picture = greys(data)
            texts = [] if picture is None else read(picture)
            ms = (time.perf_counter() - started) * 1000
            print(json.dumps({"reader": name, "picture": index, "texts": texts, "ms": ms}))


main(json.loads(Path(sys.argv[1]).read_text()))
