"""The peer of `make bench`: the same job in Flask, Python's qrcode, a directory of PNG and SQLite.

Written as its documentation teaches, with the durability that Qrate promises: a file is fsynced before it gets its
name, its directory after, and SQLite commits with synchronous=FULL. Not here: anything live, undo, or a check that
the picture reads back.
"""

import io
import os
import sqlite3
import uuid
from pathlib import Path

import qrcode
from flask import Flask, jsonify, render_template_string, request

DATA = Path(os.environ["PEER_DATA_DIR"])
PICTURES = DATA / "pictures"
PICTURES.mkdir(parents=True, exist_ok=True)

app = Flask(__name__)


def connect() -> sqlite3.Connection:
    database = sqlite3.connect(DATA / "peer.db", timeout=60)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    return database


connect().execute(
    "CREATE TABLE IF NOT EXISTS codes (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, value TEXT NOT NULL,"
    " file TEXT NOT NULL, size_bytes INTEGER NOT NULL, created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)"
)

database: sqlite3.Connection | None = None


def db() -> sqlite3.Connection:
    """One connection per worker process, opened after gunicorn's fork."""
    global database
    if database is None:
        database = connect()
    return database


def put(file: str, content: bytes) -> None:
    """Writes a file durably and atomically."""
    temporary = PICTURES / f".{file}"
    with open(temporary, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.rename(temporary, PICTURES / file)
    directory = os.open(PICTURES, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


@app.post("/codes")
def save():
    draft = request.get_json()
    picture = io.BytesIO()
    qrcode.make(draft["text"]).save(picture)
    content = picture.getvalue()
    file = f"{uuid.uuid4()}.png"
    put(file, content)
    with db() as transaction:
        cursor = transaction.execute(
            "INSERT INTO codes (name, value, file, size_bytes) VALUES (?, ?, ?, ?)",
            (draft["name"], draft["text"], file, len(content)),
        )
    return jsonify(id=cursor.lastrowid), 201


PAGE = """<!DOCTYPE html>
<html lang="en"><title>Codes</title>
<form method="post"><textarea name="text"></textarea><input name="name"><button>Save</button></form>
<p>{{ total }} codes</p>
<ol>{% for id, name, value, file, size, at in rows %}
<li><img src="/pictures/{{ file }}" alt="Code {{ id }}"> #{{ id }} {{ name }} <a href="{{ value }}">{{ value }}</a>
{{ size }} bytes <time>{{ at }}</time> <a href="/pictures/{{ file }}" download>Download PNG</a>
<form method="post" action="/remove/{{ id }}"><button>Remove #{{ id }}</button></form></li>
{% endfor %}</ol></html>
"""


@app.get("/")
def page():
    rows = db().execute(
        "SELECT id, name, value, file, size_bytes, created_at FROM codes ORDER BY id DESC LIMIT 24"
    ).fetchall()
    (total,) = db().execute("SELECT count(*) FROM codes").fetchone()
    return render_template_string(PAGE, rows=rows, total=total)
