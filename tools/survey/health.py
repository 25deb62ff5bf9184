"""Recognise health paths: in the commands of health checks and among routes."""

from __future__ import annotations

import re2

_URL = re2.compile(r"(?:https?://[^\s/\"'\\]+|(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::\d+|:\$\{?\w+\}?))(/[^\s\"'\\|;&>)\]}]*)")
_NAMES = {
    "health", "healthz", "healthcheck", "health-check", "health_check", "_health", "_healthz", "__health__", "livez", "readyz", "ready",
    "readiness",
    "live", "liveness", "ping", "status", "up", "alive", "heartbeat", "__heartbeat__", "__lbheartbeat__", "healthy", "check",
    "health-checks",
}  # fmt: skip
_ABOVE = {
    "api", "apis", "rest", "internal", "management", "manage", "actuator", "monitoring", "monitor", "system", "sys", "admin", "-", "q",
}  # fmt: skip
_BEST = ("health", "ready", "live", "up", "heartbeat", "alive", "ping", "status", "check")


def health_path(command: str) -> str | None:
    """Return the path of the URL that a health check asks for; None for the bare host, a file or another protocol."""
    match = _URL.search(command)
    path = match.group(1) if match else None
    return None if path in (None, "/") else path


def is_health(path: str) -> bool:
    """Say whether a route is a health check by its last part."""
    parts = [p for p in path.lower().split("/") if p]
    if parts and parts[-1].endswith(("-health", "_health", "healthcheck", "health-check", "health_check", "healthz")):
        return True
    return bool(parts) and (
        parts[-1] in _NAMES - {"check", "status"} or (parts[-1] in _NAMES and (len(parts) == 1 or "health" in parts[-2]))
    )


def rank(path: str) -> tuple[bool, int, int, str]:
    """Order health paths: those of the whole service before those of one part of it, the most telling word first, then the shortest."""
    *above, last = path.lower().strip("/").split("/")
    part = not all(p in _ABOVE or is_health(p) or (p[:1] == "v" and p[1:].isdigit()) for p in above)
    return part, next((i for i, word in enumerate(_BEST) if word in last), len(_BEST)), len(path), path
