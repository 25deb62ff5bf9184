"""Hand work from the web process to the worker through a Redis list."""

from functools import lru_cache

from redis import Redis

from .settings import settings

KEY = "notes:count"


@lru_cache
def redis() -> Redis:
    """Return this process's Redis client."""
    return Redis.from_url(settings().redis_url.get_secret_value(), socket_timeout=settings().worker_poll_seconds + 5, decode_responses=True)


def put(note_id: int) -> None:
    """Ask the worker to count the words of one note."""
    redis().lpush(KEY, note_id)


def take(timeout: int) -> int | None:
    """Return the oldest waiting note id, or null after `timeout` seconds without one."""
    popped = redis().brpop([KEY], timeout=timeout)
    return int(popped[1]) if popped else None
