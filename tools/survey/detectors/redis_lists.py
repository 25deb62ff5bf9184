"""Detect hand-made queues on Redis lists: one process pushes, another one pops."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Evidence, Fact, Queue
from ..aside import is_aside
from ..detector import View, entry, folder_of
from ..sieve import Sought, sought

_CODE = (".py", ".js", ".ts", ".mjs", ".cjs", ".cs", ".go", ".java", ".kt", ".rb", ".php", ".rs", ".ex")
_PUSH = (".rpush(", ".lpush(", ".rPush(", ".lPush(", ".RPush(", ".LPush(", "ListRightPush", "ListLeftPush", ".rightPush(", ".leftPush(")
_POP = (
    ".blpop(", ".brpop(", ".lpop(", ".rpop(", ".bLPop(", ".bRPop(", ".BLPop(", ".BRPop(", ".LPop(", ".RPop(", ".lPop(", ".rPop(",
    "ListLeftPop", "ListRightPop", ".leftPop(", ".rightPop(", ".brpoplpush(", ".blPop(", ".brPop(",
)  # fmt: skip
_REDIS, _PUSHED, _POPPED = sought("lists", "redis", "Redis", "REDIS"), sought("lists", *_PUSH), sought("lists", *_POP)
_MANIFESTS = (
    "requirements*.txt", "pyproject.toml", "package.json", "Pipfile", "*.csproj", "go.mod", "Gemfile", "composer.json", "pom.xml",
    "Cargo.toml",
)  # fmt: skip


def detect(view: View) -> Iterator[Fact]:
    """Yield a queue where the tree holds both ends; only trees whose manifests name a Redis client are looked at."""
    if not any(view.holds(p, "redis", "Redis") for p in view.named(*_MANIFESTS)):
        return
    push, pop = None, None
    for path in view.suffixed(*_CODE):
        if is_aside(path):
            continue
        if view.meets(path, _REDIS):
            push = push or _first(view, path, _PUSH, _PUSHED)
            pop = pop or _first(view, path, _POP, _POPPED)
    if push and pop:
        value = Queue(kind="redis-list", backend="redis", evidence=(push, pop))
        yield entry("queue", folder_of(push.path), value, "high")


def _first(view: View, path: str, words: tuple[str, ...], question: Sought) -> Evidence | None:
    if not view.meets(path, question):
        return None
    text = view.text(path) or ""
    word = next((w for w in words if w in text), None)
    return view.proof(path, word) if word else None
