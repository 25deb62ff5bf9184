from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy import select

from app.cache import cache
from app.db import session
from app.models import Note
from app.security import current_person

router = APIRouter(prefix="/notes", tags=["notes"])


class NoteIn(BaseModel):
    title: str
    body: str = ""


@router.get("")
async def mine(person: int = Depends(current_person)) -> list[dict[str, object]]:
    async with session() as db:
        found = (await db.scalars(select(Note).where(Note.owner_id == person).order_by(Note.id))).all()
    return [{"id": n.id, "title": n.title} for n in found]


@router.post("", status_code=201)
async def add(wanted: NoteIn, person: int = Depends(current_person)) -> dict[str, int]:
    async with session() as db:
        note = Note(owner_id=person, title=wanted.title, body=wanted.body)
        db.add(note)
        await db.commit()
    await cache.delete("count")
    return {"id": note.id}


@router.get("/count")
async def count() -> dict[str, int]:
    kept = await cache.get("count")
    return {"count": int(kept or 0)}
