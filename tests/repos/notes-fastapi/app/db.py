from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from app.settings import settings

engine = create_async_engine(settings.database_url, pool_size=5, max_overflow=5)
session = async_sessionmaker(engine, expire_on_commit=False)
