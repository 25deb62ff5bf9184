"""Bind the names under which clients reach the application."""

from __future__ import annotations

from ....core.blueprint import EnvBinding
from .reading import Reading

HOST_LISTS = {"ALLOWED_HOSTS", "DJANGO_ALLOWED_HOSTS", "TRUSTED_HOSTS", "SERVER_NAMES"}
ORIGIN_LISTS = ("CORS", "CSRF_TRUSTED_ORIGINS", "TRUSTED_ORIGINS", "ALLOWED_ORIGINS")
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
    names = ["${DOMAIN}", "localhost", "127.0.0.1"]
    value = '["' + '","'.join(names) + '"]' if r.variable.type == "json" else ",".join(names)
    return r.bound(
        "derived", value, "the public name, and loopback for the container's own health check", False, "every request is answered 400"
    )


def browser_origins(r: Reading) -> EnvBinding | None:
    """Bind the origins from which browsers may call: the public address, in the form that the code reads."""
    v = r.variable
    if not any(mark in v.name for mark in ORIGIN_LISTS) or v.secret or v.type in ("bool", "int"):
        return None
    value = '["https://${DOMAIN}"]' if v.type in ("json", "list") and "[" in (v.default or "[") else "https://${DOMAIN}"
    return r.bound(
        "derived",
        value,
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
    if r.name in PUBLIC_URLS or r.name.endswith(tuple("_" + n for n in PUBLIC_URLS)):
        return r.bound(
            "derived", "https://${DOMAIN}", "the public address behind the proxy", False, "links in mails and redirects point elsewhere"
        )
    return None
