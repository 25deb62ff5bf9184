"""Detect instruction files for agents and contributors (CLAUDE.md, AGENTS.md, …): conventions of the house, quoted as data."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Convention, Fact
from ..detector import View, entry, folder_of

_FILES = (
    "CLAUDE.md", "AGENTS.md", "AGENT.md", "GEMINI.md", "CONVENTIONS.md", ".cursorrules", ".windsurfrules", ".clinerules",
    "copilot-instructions.md", "CONTRIBUTING.md",
)  # fmt: skip
_TOPICS = {
    "deploy": ("deploy", "release", "rollout", "production", "staging", "kubernetes", "docker", "helm", "terraform", "rollback"),
    "migrations": ("migration", "migrate", "alembic", "schema change", "prisma"),
    "secrets": ("secret", "credential", "token", "password", ".env", "api key"),
    "testing": ("test", "pytest", "jest", "coverage", "ci"),
    "build": ("build", "install", "package manager", "pnpm", "npm", "yarn", "uv ", "poetry", "make ", "run "),
    "database": ("database", "postgres", "mysql", "redis", "backup"),
    "branches": ("branch", "commit", "pull request", "merge", "tag"),
    "observability": ("log", "metric", "trace", "alert", "monitor", "sentry"),
}  # fmt: skip
_MOST = 60
_LONGEST = 300
_SHORTEST = 12


def detect(view: View) -> Iterator[Fact]:
    """Yield the lines of instruction files that speak of building, testing, deploying or running, with their topic."""
    for path in view.named(*_FILES):
        count, fenced = 0, False
        for number, raw in enumerate(view.lines(path), 1):
            line = raw.strip()
            if line.startswith(("```", "~~~")):
                fenced = not fenced
                continue
            text = line.lstrip("-*+>0123456789.) ").strip()
            if line.startswith("#") or not _SHORTEST <= len(text) <= _LONGEST:
                continue
            topic = _topic(text, fenced)
            if topic:
                yield entry("convention", folder_of(path), Convention(topic=topic, text=text, evidence=(view.evidence(path, number),)))
                count += 1
            if count == _MOST:
                break


def _topic(text: str, fenced: bool) -> str | None:
    lower = f" {text.lower()} "
    found = next((topic for topic, words in _TOPICS.items() if any(w in lower for w in words)), None)
    return "build" if found is None and fenced else found
