"""Serve notes over HTTP."""

import logging
import secrets
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Response, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from . import queue
from .database import Note, engine, session
from .settings import settings

logging.basicConfig(level=settings().log_level)
log = logging.getLogger("notes")
app = FastAPI(title="notes-api", version="1.0.0")
bearer = HTTPBearer()


class NewNote(BaseModel):
    """Be what a client sends."""

    title: str = Field(min_length=1, max_length=200)
    body: str = Field(max_length=20_000)


class NoteOut(NewNote):
    """Be what a client gets."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    words: int | None


Db = Annotated[Session, Depends(session)]


def writer(given: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> None:
    """Refuse whoever does not hold the token."""
    if not secrets.compare_digest(given.credentials, settings().notes_api_token.get_secret_value()):
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "wrong token")


@app.get("/health/live")
def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@app.get("/health/ready")
def ready(response: Response) -> dict[str, str]:
    """Say whether PostgreSQL and Redis answer; 503 when one does not."""
    parts: dict[str, str] = {}
    try:
        with engine().connect() as connection:
            connection.execute(text("SELECT 1"))
        parts["database"] = "ok"
    except Exception:
        log.exception("the database does not answer")
        parts["database"] = "down"
    try:
        queue.redis().ping()
        parts["redis"] = "ok"
    except Exception:
        log.exception("redis does not answer")
        parts["redis"] = "down"
    if set(parts.values()) != {"ok"}:
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    return parts


@app.get("/notes", response_model=list[NoteOut])
def list_notes(db: Db, limit: Annotated[int, Field(ge=1, le=100)] = 20) -> list[Note]:
    """Return the newest notes."""
    return list(db.scalars(select(Note).order_by(Note.created_at.desc(), Note.id.desc()).limit(limit)))


@app.get("/notes/{note_id}", response_model=NoteOut)
def read_note(note_id: int, db: Db) -> Note:
    """Return one note."""
    note = db.get(Note, note_id)
    if note is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no such note")
    return note


@app.post("/notes", response_model=NoteOut, status_code=status.HTTP_201_CREATED, dependencies=[Depends(writer)])
def create_note(new: NewNote, db: Db) -> Note:
    """Keep a note and ask the worker to count it."""
    note = Note(title=new.title, body=new.body)
    db.add(note)
    db.commit()
    queue.put(note.id)
    return note


@app.delete("/notes/{note_id}", status_code=status.HTTP_204_NO_CONTENT, dependencies=[Depends(writer)])
def delete_note(note_id: int, db: Db) -> None:
    """Drop one note."""
    note = db.get(Note, note_id)
    if note is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no such note")
    db.delete(note)
    db.commit()
