"""Show what the HTTP surface promises, on a database in memory and a queue that only remembers."""

import pytest
from fastapi.testclient import TestClient
from notes import queue
from notes.database import Base, session
from notes.main import app
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import StaticPool

AUTH = {"Authorization": "Bearer token-of-the-tests"}


@pytest.fixture
def put(monkeypatch):
    queued = []
    monkeypatch.setattr(queue, "put", queued.append)
    return queued


@pytest.fixture
def client(put):
    memory = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(memory)

    def override():
        with sessionmaker(memory)() as opened:
            yield opened

    app.dependency_overrides[session] = override
    yield TestClient(app)
    app.dependency_overrides.clear()


def test_a_written_note_can_be_read_and_is_queued(client, put):
    made = client.post("/notes", json={"title": "milk", "body": "two bottles"}, headers=AUTH)
    assert made.status_code == 201
    assert put == [made.json()["id"]]
    assert client.get(f"/notes/{made.json()['id']}").json()["body"] == "two bottles"


def test_writing_needs_the_token(client, put):
    assert client.post("/notes", json={"title": "a", "body": "b"}, headers={"Authorization": "Bearer other"}).status_code == 401
    assert put == []


def test_a_deleted_note_is_gone(client):
    made = client.post("/notes", json={"title": "a", "body": "b"}, headers=AUTH).json()["id"]
    assert client.delete(f"/notes/{made}", headers=AUTH).status_code == 204
    assert client.get(f"/notes/{made}").status_code == 404


def test_live_needs_nothing(client):
    assert client.get("/health/live").json() == {"status": "ok"}
