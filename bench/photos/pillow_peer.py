"""Pillow on the photos: `python pillow_peer.py ROUNDS FILE …`. Prints as JSON, for each file, the fastest milliseconds to
decode it, turn it upright, and write a thumbnail, a view and the mirrored photo as JPEG."""

import io
import json
import sys
import time
from pathlib import Path

from PIL import Image, ImageOps

THUMBNAIL, VIEW, RESULT = (320, 80), (2048, 85), 90


def encoded(picture, quality, profile):
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality, subsampling="4:2:0", icc_profile=profile)
    return file.getvalue()


def derived(data):
    picture = Image.open(io.BytesIO(data))
    picture = ImageOps.exif_transpose(picture)
    profile = picture.info.get("icc_profile")
    files = []
    smaller = picture
    for side, quality in (VIEW, THUMBNAIL):
        smaller = smaller.copy()
        smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
        files.append(encoded(smaller, quality, profile))
    files.append(encoded(ImageOps.mirror(picture), RESULT, profile))
    return files


def fastest(data, rounds):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        derived(data)
        times.append(1000 * (time.perf_counter() - start))
    return min(times)


photos = [Path(path).read_bytes() for path in sys.argv[2:]]
print(json.dumps([fastest(photo, int(sys.argv[1])) for photo in photos]))
