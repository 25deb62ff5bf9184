"""A guest book that keeps its names in a file beside the code."""

import os
import sqlite3

from flask import Flask, jsonify, request

app = Flask(__name__)
BOOK = os.path.join(os.path.dirname(os.path.dirname(__file__)), "guests.db")


def opened():
    base = sqlite3.connect(BOOK)
    base.execute("create table if not exists guests (id integer primary key, name text not null)")
    return base


@app.get("/health")
def health():
    with opened() as base:
        base.execute("select count(*) from guests")
    return jsonify(status="ok")


@app.post("/guests")
def sign():
    with opened() as base:
        base.execute("insert into guests (name) values (?)", (request.json["name"],))
    return jsonify(status="signed"), 201
