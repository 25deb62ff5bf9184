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


def generated_secret(r: Reading) -> EnvBinding | None:
    """Bind a secret of the application's own to a value made on the host."""
    v = r.variable
    if not v.secret or not any(mark in v.name for mark in INTERNAL_SECRETS):
        return None
    made = PASSWORD_COMMAND if "PASSWORD" in v.name else SECRET_COMMAND
    r.need("secret", f"Secret that {r.readers()} signs or encrypts with", generate=made)
    weak = v.default is not None or not v.required
    effect = "sessions and tokens can be forged by anyone who reads the source" if weak else "the process does not start"
    why = "known to this deployment only; a new value ends every session"
    if weak:
        why += "; the code falls back to a value of its own, which is public"
    return r.bound("secret", v.name, why, True, effect)
