"""Bind the names under which clients reach the application."""

from __future__ import annotations

import json

import re2

from ....core.blueprint import EnvBinding
from .credentials import is_own_name
from .reading import Reading

HOST_LISTS = {"ALLOWED_HOSTS", "DJANGO_ALLOWED_HOSTS", "TRUSTED_HOSTS", "SERVER_NAMES"}
ORIGIN_LISTS = ("CORS", "CSRF_TRUSTED_ORIGINS", "TRUSTED_ORIGINS", "ALLOWED_ORIGINS")
NOT_ORIGINS = frozenset("HEADER HEADERS METHOD METHODS CREDENTIALS AGE REGEX PATTERN ENABLED ENABLE DISABLED EXPOSE EXPOSED".split())
"""Words of CORS settings that list something else than origins."""
_LOCAL = re2.compile(r"^https?://(?:localhost|127\.0\.0\.1):(\d+)$")
PUBLIC_NAMES = ("DEFAULT_DOMAIN", "PUBLIC_DOMAIN", "SITE_DOMAIN", "APP_DOMAIN", "DOMAIN_NAME", "PUBLIC_HOST", "PUBLIC_HOSTNAME")
"""Names of a host without a scheme."""
PUBLIC_URLS = (
    "PUBLIC_URL",
    "BASE_URL",
    "SITE_URL",
    "APP_URL",
    "API_URL",
    "SERVER_URL",
    "ROOT_URL",
    "EXTERNAL_URL",
    "BACKEND_URL",
    "SITE_ROOT",
    "FRONTEND_HOST",
    "FRONTEND_URL",
    "CLIENT_URL",
)


def allowed_hosts(r: Reading) -> EnvBinding | None:
    """Bind the list of host names that the application answers to."""
    if r.name not in HOST_LISTS and not r.name.endswith("_ALLOWED_HOSTS"):
        return None
    value = _list(r, ["${DOMAIN}", "localhost", "127.0.0.1"])
    return r.bound(
        "derived", value, "the public name, and loopback for the container's own health check", False, "every request is answered 400"
    )


def _list(r: Reading, items: list[str]) -> str:
    """Return a list in the form that the code reads: as its default or example is written, else as its type and its reader say.

    pydantic-settings reads a list as JSON; django-environ, decouple and plain code split at commas.
    """
    v = r.variable
    shown = (v.default or v.example or "").strip()
    readers = r.draft.survey.dependency_names()
    as_json = shown.startswith("[") or (not shown and (v.type == "json" or (v.type == "list" and "pydantic-settings" in readers)))
    return json.dumps(items, separators=(",", ":")) if as_json else ",".join(items)


def browser_origins(r: Reading) -> EnvBinding | None:
    """Bind the origins from which browsers may call: the public address, in the form that the code reads."""
    v = r.variable
    if not any(mark in v.name for mark in ORIGIN_LISTS) or v.secret or v.type in ("bool", "int"):
        return None
    if NOT_ORIGINS & set(v.name.split("_")):
        return None
    return r.bound(
        "derived",
        _list(r, ["https://${DOMAIN}"]),
        "browsers may call the API from this origin only; add the front end's origin where it differs",
        False,
        "browsers refuse the API's answers",
    )


def public_address(r: Reading) -> EnvBinding | None:
    """Bind the public name and URL."""
    if r.variable.secret:
        return None
    if r.name == "DOMAIN":
        return r.bound("input", "DOMAIN", "the public name of the API", False, "links and cookies point elsewhere")
    if r.name in PUBLIC_NAMES:
        return r.bound("derived", "${DOMAIN}", "the public name of the application", False, "links and cookies point elsewhere")
    if r.name == "URL" or _shown_at_own_port(r):
        return r.bound(
            "derived", "https://${DOMAIN}", "the public address behind the proxy", False, "links in mails and redirects point elsewhere"
        )
    ending = next((n for n in PUBLIC_URLS if r.name == n or r.name.endswith("_" + n)), None)
    if ending is not None and is_own_name(r.name.removesuffix(ending), r.draft.app):
        return r.bound(
            "derived", "https://${DOMAIN}", "the public address behind the proxy", False, "links in mails and redirects point elsewhere"
        )
    return None


def _shown_at_own_port(r: Reading) -> bool:
    """Say whether the repository shows the address of the process that reads it: on a workstation, at the port that it listens on."""
    v = r.variable
    shown = _LOCAL.match((v.example or v.default or "").strip().strip("\"'").rstrip("/"))
    ports = {str(c.port) for c in r.draft.components if c.name in r.components and c.port}
    return shown is not None and shown.group(1) in ports and v.name.endswith(("URL", "ORIGIN", "HOST", "ADDRESS", "BASE"))
