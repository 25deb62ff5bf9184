"""Bind what switches the process itself: port, interface, environment, debugging, logging."""

from __future__ import annotations

import re2

from ....core.blueprint import EnvBinding
from ..connections import written
from .reading import Reading

PORTS = ("PORT", "APP_PORT", "SERVER_PORT", "HTTP_PORT", "API_PORT", "LISTEN_PORT", "WEB_PORT")
INTERFACES = ("HOST", "BIND_HOST", "LISTEN_HOST", "APP_HOST", "SERVER_HOST", "BIND_ADDRESS")
ENVIRONMENT_NAMES = {
    "NODE_ENV",
    "ENVIRONMENT",
    "APP_ENV",
    "ENV",
    "FLASK_ENV",
    "RAILS_ENV",
    "RACK_ENV",
    "DJANGO_ENV",
    "APPLICATION_ENV",
    "DEPLOY_ENV",
    "STAGE",
}
_INTERFACE = re2.compile(r"([\w.*-]*|\[[0-9a-f:]*\]):\d{2,5}")
OFF = ("false", "0", "no", "off", "")


def listening(r: Reading) -> EnvBinding | None:
    """Bind port and interface of a process that listens."""
    ports = {c.port for c in r.draft.components if c.name in r.components and c.port}
    named = {s.port_env for s in r.draft.survey.services if s.port_env}
    if (r.name in PORTS or r.name in named) and len(ports) == 1:
        value = _listened(r, ports.pop())
        return r.bound("literal", value, "the port that the proxy sends requests to", False, "the proxy answers 502")
    if r.name in INTERFACES and ports:
        why = "the process must listen on its container's network, not on loopback"
        return r.bound("literal", "0.0.0.0", why, False, "the proxy answers 502")
    return None


def _listened(r: Reading, port: int) -> str:
    """Return the port in the form in which the repository writes it: alone, as `:8080`, or behind the interface to listen on."""
    for text in written(r.variable):
        match = _INTERFACE.fullmatch(text)
        if match is not None:
            return f":{port}" if match.group(1) == "" else f"0.0.0.0:{port}"
    return str(port)


def environment_name(r: Reading) -> EnvBinding | None:
    """Bind the name of the environment: the choice that comes closest to the target's."""
    v = r.variable
    if v.name not in ENVIRONMENT_NAMES and not (v.name.endswith(("_ENV", "_ENVIRONMENT")) and not v.secret):
        return None
    wanted: str = r.draft.target.environment
    if v.name == "APP_ENV" and any("symfony" in (s.framework or "") for s in r.draft.survey.services):
        wanted = "prod"  # Symfony's own name; another one has no configuration
    if v.choices:
        close = [c for c in v.choices if c.lower() == wanted] or [c for c in v.choices if c.lower().startswith(wanted[:4])]
        wanted = close[0] if close else v.choices[-1]
    elif v.name in ("NODE_ENV", "RAILS_ENV", "RACK_ENV"):
        wanted = "production"  # staging runs the production build: Node and Rails know no other optimised mode
    return r.bound(
        "literal",
        wanted,
        f"switches the code to its {wanted} behaviour",
        False,
        "development behaviour in production: stack traces, no caching, weak cookies",
    )


MEASURES = frozenset("SECONDS MS THRESHOLD TIMEOUT INTERVAL SIZE LIMIT RATE COUNT PORT HOST ADDR ADDRESS URL PATH FILE DIR NAME".split())
"""Last words of names that take a number, an address or a file: no switch, whatever else the name says."""


def debug_switch(r: Reading) -> EnvBinding | None:
    """Bind a debug switch to off, in the spelling that its type or default shows."""
    v = r.variable
    words = v.name.split("_")
    if "DEBUG" not in words or v.secret or words[-1] in MEASURES:
        return None
    if v.default is not None and v.default.lower() in OFF:
        return r.bound("unset", None, "off by default, and must stay so")
    by_default = {"True": "False", "TRUE": "FALSE", "1": "0", "yes": "no", "on": "off"}.get(v.default or "")
    value = by_default or ("0" if v.type == "int" else "false")
    why = "debug output shows settings and source to whoever triggers an error"
    return r.bound("literal", value, why, False, "stack traces with settings reach clients")


def behind_tls(r: Reading) -> EnvBinding | None:
    """Bind switches of cookies and proxies to on where they are plain booleans that are off: clients come through TLS and one proxy."""
    v = r.variable
    if v.type != "bool" or (v.default is not None and v.default.lower() not in OFF) or (v.default is None and not v.required):
        return None
    value = {"False": "True", "0": "1"}.get(v.default or "", "true")
    if v.name.endswith(("COOKIE_SECURE", "COOKIES_SECURE", "COOKIE_SECURED", "SECURE_COOKIES")):
        return r.bound("literal", value, "clients come through TLS only", False, "cookies travel over plain HTTP")
    if v.name in ("TRUST_PROXY", "TRUST_PROXIES", "BEHIND_PROXY", "USE_X_FORWARDED_PROTO"):
        why = "the proxy sets the client's address and scheme itself, so they can be trusted"
        return r.bound("literal", value, why, False, "every client seems to come from the proxy, over plain HTTP")
    return None


def log_output(r: Reading) -> EnvBinding | None:
    """Bind where logs go and how much of them."""
    v = r.variable
    if v.name.endswith(("LOG_TO_STDOUT", "LOG_STDOUT", "LOG_TO_CONSOLE")):
        return r.bound(
            "literal",
            "1" if v.type != "bool" else "true",
            "Docker keeps what is written to stdout, and nothing else",
            False,
            "logs go into a file that is lost with the container",
        )
    if v.name not in ("LOG_LEVEL", "LOGLEVEL", "LOGGING_LEVEL"):
        return None
    value = next((c for c in v.choices if c.lower() == "info"), "INFO" if (v.default or "").isupper() else "info")
    return r.bound("literal", value, "enough to follow a request, without bodies", False, "too few or too many logs")
