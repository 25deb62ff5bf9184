import os
from decimal import Decimal

from litestar import Litestar, get, post
from sqlalchemy import create_engine, text

engine = create_engine(
    f"postgresql+psycopg://{os.environ['PGUSER']}:{os.environ['PGPASSWORD']}@{os.environ['PGHOST']}:{os.environ.get('PGPORT', '5432')}"
    f"/{os.environ['PGDATABASE']}"
)
BASE_CURRENCY = os.environ.get("BASE_CURRENCY", "EUR")


@get("/health", sync_to_thread=True)
def health() -> dict[str, str]:
    with engine.connect() as connection:
        connection.execute(text("select 1"))
    return {"status": "ok"}


@get("/entries", sync_to_thread=True)
def entries() -> list[dict[str, str]]:
    with engine.connect() as connection:
        return [{"id": str(r.id), "amount": str(r.amount)} for r in connection.execute(text("select id, amount from entries order by id"))]


@post("/entries", sync_to_thread=True)
def book(data: dict[str, str]) -> dict[str, str]:
    with engine.begin() as connection:
        made = connection.execute(text("insert into entries (amount) values (:amount) returning id"), {"amount": Decimal(data["amount"])})
        return {"id": str(made.scalar_one())}


app = Litestar([health, entries, book])
