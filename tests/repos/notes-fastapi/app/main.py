from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from sqlalchemy import text

from app.cache import cache
from app.db import engine
from app.routers import notes
from app.settings import settings

app = FastAPI(title=settings.project_name, docs_url="/docs" if settings.docs_enabled else None)
app.add_middleware(CORSMiddleware, allow_origins=settings.backend_cors_origins, allow_methods=["*"], allow_headers=["*"])
app.include_router(notes.router, prefix="/api/v1")


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    async with engine.connect() as connection:
        await connection.execute(text("select 1"))
    await cache.ping()
    return {"status": "ok"}
