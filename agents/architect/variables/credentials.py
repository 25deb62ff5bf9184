"""Bind secrets that only this deployment has to know: they are made on the host."""

from __future__ import annotations

from ....core.blueprint import EnvBinding
from ..stores import PASSWORD_COMMAND, SECRET_COMMAND
from .reading import Reading

INTERNAL_SECRETS = (
    "SECRET_KEY",
    "JWT",
    "SESSION",
    "COOKIE",
    "SIGNING",
    "ENCRYPTION_KEY",
    "APP_KEY",
    "APP_SECRET",
    "AUTH_SECRET",
    "TOKEN_SECRET",
    "SALT",
    "CSRF",
    "HASH",
    "SECRET_KEY_BASE",
    "PEPPER",
    "SUPERUSER_PASSWORD",
    "_TOKEN_KEY",
    "FORGOT",
    "REFRESH_SECRET",
    "CONFIRM",
    "ADMIN_PASSWORD",
)
"""Names of secrets that only this deployment itself has to know: any strong random value will do."""


GENERIC = frozenset(
    "APP APPLICATION DJANGO FLASK FASTAPI EXPRESS NEST NODE NEXTAUTH RAILS LARAVEL AUTH JWT ACCESS REFRESH TOKEN SECRET KEY API WEB SERVER "
    "SERVICE SESSION COOKIE FIRST SUPERUSER ADMIN PASSWORD USER DEFAULT EMAIL CONFIRM FORGOT RESET VERIFY HASH SALT SIGNING SIGN "
    "ENCRYPTION ENCRYPT MASTER BASE CSRF PEPPER INITIAL ROOT".split()
)
"""Words that name no outside service: a secret made of these and of the application's own name belongs to this deployment."""


def _is_own(name: str, app: str) -> bool:
    """Tell whether a secret is this deployment's own: of a known kind or under the application's name.

    One with an outsider's name in it (`S3_SECRET_KEY`) is not.
    """
    own = {word.upper() for word in app.split("-")}
    words = name.split("_")
    if any(word not in GENERIC and word not in own for word in words):
        return False
    return words[0] in own or any(mark in name for mark in INTERNAL_SECRETS)


def generated_secret(r: Reading) -> EnvBinding | None:
    """Bind a secret of the application's own to a value made on the host."""
    v = r.variable
    if not v.secret or not _is_own(v.name, r.draft.app):
        return None
    made = PASSWORD_COMMAND if "PASSWORD" in v.name else SECRET_COMMAND
    r.need("secret", f"Secret that {r.readers()} signs or encrypts with", generate=made)
    weak = v.default is not None or not v.required
    effect = "sessions and tokens can be forged by anyone who reads the source" if weak else "the process does not start"
    why = "known to this deployment only; a new value ends every session"
    if weak:
        why += "; the code falls back to a value of its own, which is public"
    return r.bound("secret", v.name, why, True, effect)
