"""Merge the reads of one variable into what a process needs: required or not, default, type, choices, secret or not."""

from __future__ import annotations

from collections.abc import Iterable

from ....core.facts import EnvVar, Evidence
from ...redaction.keys import is_secret_name
from ..variables import HOST_SET
from ..view import View
from .reads import Read
from .values import Known, Place

NOT_GIVEN = HOST_SET | {"USERNAME", "NODE_APP_INSTANCE", "INIT_CWD"}
FREE = frozenset(
    {"NODE_ENV", "LOG_LEVEL", "DEBUG", "TZ", "NODE_OPTIONS", "NODE_DEBUG", "VERBOSE", "PORT", "HOST", "BASE_PATH", "BASE_URL_PATH"}
)
NEEDED = (
    "URL", "URI", "DSN", "HOST", "HOSTNAME", "KEY", "SECRET", "TOKEN", "PASSWORD", "PASS", "PWD", "USER", "USERNAME", "ID", "DATABASE",
    "DB", "BUCKET", "REGION", "ENDPOINT", "DOMAIN", "NAME", "PORT", "ISSUER", "AUDIENCE", "CONNECTION", "CREDENTIALS", "ORIGIN",
)  # fmt: skip
STORES = (
    "DATABASE", "POSTGRES", "PG", "MYSQL", "MARIADB", "MONGO", "MONGODB", "REDIS", "DB", "AMQP", "RABBITMQ", "RABBIT", "SQL",
    "ELASTICSEARCH", "CLICKHOUSE", "DIRECT", "SHADOW", "NATS", "KAFKA",
)  # fmt: skip
WATCHERS = frozenset(  # what services for errors, traces, logs and visits document as the first word of their settings: SENTRY_DSN
    { "SENTRY", "BUGSNAG", "ROLLBAR", "NEWRELIC", "RELIC", "DATADOG", "DD", "POSTHOG", "SEGMENT", "MIXPANEL", "AMPLITUDE", "LOGTAIL",
    "HONEYCOMB", "HONEYBADGER", "OTEL", "LOGROCKET", "GLITCHTIP", "PLAUSIBLE", "UMAMI", "ANALYTICS", "RAYGUN", "AIRBRAKE", "LOGGLY",
    "PAPERTRAIL", "LOKI", "APPSIGNAL", "LOGFLARE", "AXIOM", }
)  # fmt: skip
OPEN_STORES = frozenset(
    {"REDIS", "VALKEY", "KEYDB", "SMTP", "MAIL", "EMAIL", "MAILER", "MEMCACHED", "ELASTICSEARCH", "ELASTIC", "OPENSEARCH"}
)
LOGIN = ("USER", "USERNAME", "PASS", "PASSWORD", "PWD", "PORT")
URL_TAILS = ("_URL", "_URI", "_DSN", "_CONNECTION_STRING", "_CONNECTION")


def is_foreign_name(name: str) -> bool:
    """Tell whether a variable is the package manager's or the shell's own, never set by an operator."""
    return name.startswith(("npm_", "VSCODE_", "INVOCATION_")) or "REDACTED" in name or not name.replace("_", "").isalnum()


def is_store_url(name: str) -> bool:
    """Tell whether a name promises a connection URL, which mostly carries a password."""
    return name.endswith(URL_TAILS) and any(name.startswith(word) or f"_{word}_" in name for word in STORES)


def is_spare(name: str) -> bool:
    """Tell whether a library gets by without the setting: what watches the program, the login at a store or relay that asks for none."""
    words = name.split("_")
    return bool(WATCHERS & set(words)) or (bool(OPEN_STORES & set(words[:-1])) and words[-1] in LOGIN)


def merge(view: View, name: str, reads: Iterable[Read]) -> EnvVar:
    """Return the variable that all reads of a name in one code base amount to."""
    found = sorted(reads, key=lambda r: (r.at.path, r.at.line))
    declared = [r for r in found if r.choices or r.required is True]
    secret = name not in NOT_GIVEN and (any(r.secret for r in found) or is_secret_name(name))
    default = _default(found)
    redacted = default is not None and "[REDACTED" in str(default.value)
    secret = secret or redacted or (is_store_url(name) and (default is None or "@" in str(default.value)))
    insecure = secret and default is not None and str(default.value).strip() not in ("", "null", "undefined")
    shown = None if secret or default is None else _shown(view, default)
    return EnvVar(
        name=name,
        required=_required(name, found, default, insecure),
        default=shown,
        secret=secret,
        evidence=_evidence(view, found, default if shown is not None else None),
        type="url" if is_store_url(name) else next((r.type for r in [*declared, *found] if r.type), None),
        choices=next((r.choices for r in found if r.choices), ()),
    )


def _default(found: list[Read]) -> Known | None:
    for read in found:
        if read.default is not None and read.default.value is not None:
            return read.default
    return None


def _shown(view: View, default: Known) -> str | None:
    """Return the default as text, where it stands on its line as it is said; None for one that was computed."""
    text = {True: "true", False: "false"}.get(default.value, str(default.value)) if isinstance(default.value, bool) else str(default.value)
    lines = view.lines(default.at.path)
    line = lines[default.at.line - 1] if 0 < default.at.line <= len(lines) else ""
    return text if text and text.lower() in line.lower() else None


def _required(name: str, found: list[Read], default: Known | None, insecure: bool) -> bool:
    if insecure:
        return True
    if default is not None or name in NOT_GIVEN:
        return False
    if any(r.required is True for r in found):
        return True
    if any(r.required is False for r in found) or name in FREE or is_spare(name):
        return False
    return any(name.endswith("_" + word) or name == word for word in NEEDED)


def _evidence(view: View, found: list[Read], default: Known | None) -> tuple[Evidence, ...]:
    places = [Place(default.at.path, default.at.line)] if default is not None else []
    places += [r.at for r in sorted(found, key=lambda r: (r.required is not True, r.default is None, r.at.path, r.at.line))]
    return tuple(view.evidence(p.path, p.line) for p in dict.fromkeys(places))[:8]
