from redis.asyncio import Redis

from app.settings import settings

cache: Redis = Redis.from_url(str(settings.redis_url), decode_responses=True)
