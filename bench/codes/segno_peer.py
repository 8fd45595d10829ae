"""segno: `python segno_peer.py ROUNDS < TEXTS`, the texts as a JSON array. Prints as JSON, for each text, the fastest
microseconds to a symbol and to a PNG of 8 pixels a module, and that file's bytes, as JSON."""

import io
import json
import sys
import time

import segno

ROUND_S = 0.003
rounds = int(sys.argv[1])


def fastest(work):
    figures = []
    for _ in range(rounds):
        count, start = 0, time.perf_counter()
        while count == 0 or time.perf_counter() - start < ROUND_S:
            work()
            count += 1
        figures.append((time.perf_counter() - start) / count * 1e6)
    return min(figures)


def symbol(text):
    return segno.make_qr(text, error="m", boost_error=False)


def png(text):
    file = io.BytesIO()
    symbol(text).save(file, kind="png", scale=8)
    return file.getvalue()


rows = [
    {
        "symbol_us": fastest(lambda: symbol(text)),
        "png_us": fastest(lambda: png(text)),
        "png_bytes": len(png(text)),
    }
    for text in json.load(sys.stdin)
]
print(json.dumps(rows))
