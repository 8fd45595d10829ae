"""The Python peer of `GET /qr`: segno behind gunicorn, `GET /qr?text=…&format=svg` or `png`.

Draws what ours draws: level M, a quiet zone of four modules, and in a PNG eight pixels for each module. Plain WSGI: a
framework would only add to its time.
"""

import io
from urllib.parse import parse_qs

import segno

TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def app(environ, start_response):
    query = parse_qs(environ["QUERY_STRING"])
    kind = query.get("format", ["svg"])[0]
    if environ["PATH_INFO"] != "/qr" or "text" not in query or kind not in TYPES:
        start_response("404 Not Found", [("Content-Length", "0")])
        return []
    picture = io.BytesIO()
    segno.make_qr(query["text"][0], error="m", boost_error=False).save(picture, kind=kind, scale=8, border=4)
    body = picture.getvalue()
    start_response("200 OK", [("Content-Type", TYPES[kind]), ("Content-Length", str(len(body)))])
    return [body]
