"""Map notes to PostgreSQL."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from sqlalchemy import DateTime, Engine, Integer, String, Text, create_engine, func
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from .settings import settings


class Base(DeclarativeBase):
    """Be the metadata that Alembic compares with."""


class Note(Base):
    """Be one note; `words` stays null until the worker has counted them."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    words: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), index=True)


@lru_cache
def engine() -> Engine:
    """Return this process's connection pool."""
    return create_engine(settings().database_url.get_secret_value(), pool_size=5, max_overflow=5, pool_pre_ping=True)


def session() -> Iterator[Session]:
    """Yield one session per request and close it."""
    with sessionmaker(engine())() as opened:
        yield opened
