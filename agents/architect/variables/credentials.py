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
    "ADMIN_TOKEN",
    "INTERNAL",
    "FERNET",
    "HMAC",
    "SYMMETRIC",
)
"""Names of secrets that only this deployment itself has to know: any strong random value will do."""


FERNET_COMMAND = "openssl rand -base64 32 | tr '+/' '-_'"
"""32 bytes in URL-safe base64, the only form that `cryptography.fernet` takes."""
LARAVEL_COMMAND = "printf 'base64:%s' \"$(openssl rand -base64 32)\""
"""What `php artisan key:generate` writes."""
GENERIC = frozenset(
    "APP APPLICATION DJANGO FLASK FASTAPI EXPRESS NEST NODE NEXTAUTH RAILS LARAVEL AUTH JWT ACCESS REFRESH TOKEN SECRET KEY API WEB SERVER "
    "SERVICE SESSION COOKIE FIRST SUPERUSER ADMIN PASSWORD USER DEFAULT EMAIL CONFIRM FORGOT RESET VERIFY HASH SALT SIGNING SIGN HMAC "
    "ENCRYPTION ENCRYPT SYMMETRIC MASTER BASE CSRF PEPPER INITIAL ROOT INTERNAL FERNET FIELD DATA PUBLIC "
    "BACKEND FRONTEND SITE EXTERNAL CLIENT MY".split()
)
"""Words that name no outside service: a secret made of these and of the application's own name belongs to this deployment."""


def _is_own(name: str, app: str) -> bool:
    """Tell whether a secret is this deployment's own: of a known kind or under the application's name.

    One with an outsider's name in it (`S3_SECRET_KEY`) is not.
    """
    own, words = {word.upper() for word in app.split("-")}, name.split("_")
    signs = words[-1] == "SECRET" and "CLIENT" not in words  # FLASK_SECRET; a client's secret is its identity provider's
    return is_own_name(name, app) and (signs or words[0] in own or any(mark in name for mark in INTERNAL_SECRETS))


def is_own_name(name: str, app: str) -> bool:
    """Tell whether every word of a name is generic or the application's own, so that no outside service is meant."""
    own = {word.upper() for word in app.split("-")}
    return all(word in GENERIC or word in own for word in name.split("_") if word)


def _command(r: Reading) -> str:
    """Return what makes a value of the form that the reader demands."""
    if "FERNET" in r.name:
        return FERNET_COMMAND
    if r.name == "APP_KEY" and any("laravel" in name for name in r.draft.survey.dependency_names()):
        return LARAVEL_COMMAND
    short = "PASSWORD" in r.name or "SYMMETRIC" in r.name  # a 256-bit cipher takes 32 characters as its key's bytes, no more
    return PASSWORD_COMMAND if short else SECRET_COMMAND


def generated_secret(r: Reading) -> EnvBinding | None:
    """Bind a secret of the application's own to a value made on the host."""
    v = r.variable
    if not v.secret or not _is_own(v.name, r.draft.app):
        return None
    made = _command(r)
    weak = v.default is not None or not v.required
    if "PASSWORD" in r.name:
        r.need("secret", f"Password that {r.readers()} gives to its first user", generate=made)
        effect = "anyone who reads the source can log in" if weak else "the process does not start"
        why = "known to this deployment only; it is read when the user is made, so change it later in the application"
        return r.bound("secret", r.input_name, why, True, effect)
    r.need("secret", f"Secret that {r.readers()} signs or encrypts with", generate=made)
    effect = "sessions and tokens can be forged by anyone who reads the source" if weak else "the process does not start"
    why = "known to this deployment only; a new value ends every session"
    if weak:
        why += "; the code falls back to a value of its own, which is public"
    return r.bound("secret", r.input_name, why, True, effect)
