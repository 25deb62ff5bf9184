"""Judge environment variables by their names and defaults: secret or not, which type."""

from __future__ import annotations

from ..redaction.keys import is_secret_name

HOST_SET = frozenset(
    "HOME PATH PWD OLDPWD USER LOGNAME HOSTNAME SHELL TERM COLUMNS LANG LC_ALL TMPDIR TMP TEMP EDITOR VISUAL PAGER CI NO_COLOR FORCE_COLOR"
    " XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_RUNTIME_DIR NOTIFY_SOCKET LISTEN_PID LISTEN_FDS WATCHDOG_USEC"
    " APPDATA LOCALAPPDATA PROGRAMDATA USERPROFILE COMPUTERNAME".split()
)
"""Names that POSIX, the XDG folders, systemd, Windows, terminals or a pipeline set; a family adds those of its own tools."""

_URLS = ("_URL", "_URI", "_DSN", "_ENDPOINT", "_HOST_URL", "_ORIGIN", "_WEBHOOK")
_CREDENTIAL_URLS = (
    "DATABASE_URL", "DATABASE_URI", "DB_URL", "DB_URI", "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_DATABASE_URL", "MONGODB_URI", "MONGO_URI",
    "MONGO_URL", "MONGODB_URL", "POSTGRES_URL", "POSTGRES_DSN", "MYSQL_URL", "AMQP_URL", "RABBITMQ_URL", "CLOUDAMQP_URL", "DATABASE_DSN",
    "JDBC_DATABASE_URL",
)  # fmt: skip

_SECRETS = {
    "RELEASE_COOKIE", "ERLANG_COOKIE", "MAILER_DSN", "CLOAK_KEY", "APP_PREVIOUS_KEYS", "RESEND_KEY", "POSTMARK_KEY",
    "MESSENGER_TRANSPORT_DSN",
}  # fmt: skip
_SECRET_ENDS = (
    "SECRET_KEY_BASE", "_WEBHOOK_URL", "_ENCRYPTION_PRIMARY_KEY", "_ENCRYPTION_DETERMINISTIC_KEY", "_ENCRYPTION_KEY_DERIVATION_SALT",
)  # fmt: skip


def is_secret(name: str) -> bool:
    """Say whether a variable's value is a credential, or a connection URL that holds one."""
    upper = name.upper().replace("__", "_")
    url = upper.startswith("CONNECTIONSTRINGS_") or upper.endswith(_CREDENTIAL_URLS)
    return url or upper in _SECRETS or upper.endswith(_SECRET_ENDS) or is_secret_name(upper)


def is_name(text: str | None) -> bool:
    """Say whether a text can be the name of an environment variable that a program reads."""
    return (
        bool(text)
        and text is not None
        and text.replace("_", "a").isalnum()
        and text.isascii()
        and not text[0].isdigit()
        and len(text) < 100
    )


def type_of(name: str, default: str | None) -> str | None:
    """Return int, bool, url or None for what neither name nor default tells."""
    if default is not None and default.lower() in ("true", "false"):
        return "bool"
    if default is not None and default.lstrip("-").isdigit():
        return "int"
    if name.upper().endswith(_URLS) or (default is not None and "://" in default):
        return "url"
    return None
