"""Tell git addresses from paths, and show them without their credentials."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

SCHEMES = ("https", "ssh", "git", "file")
_FOREIGN = ("http", "ftp", "ftps", "git+ssh", "ssh+git", "git+https", "rsync", "ext", "svn", "hg")


def is_url(location: str) -> bool:
    """Say whether the location is an address (`scheme://…` or `user@host:path`) rather than a path of this machine."""
    if "://" in location or location.startswith(("ext::", "fd::")):
        return True
    head, colon, _ = location.partition(":")
    return bool(colon) and "@" in head and "/" not in head


def scheme_of(location: str) -> str:
    """Return the scheme of an address in lower case; `ssh` for the short form `user@host:path`."""
    if "::" in location.split("/", 1)[0]:
        return location.split("::", 1)[0].lower()
    return location.split("://", 1)[0].lower() if "://" in location else "ssh"


def shown(location: str) -> str:
    """Return the address without user name, password, query and fragment, fit for a message."""
    if "://" not in location:
        return location
    try:
        parts = urlsplit(location)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return location.split("://", 1)[0] + "://…"
    return urlunsplit((parts.scheme, host + port, parts.path, "", ""))


def password_of(location: str) -> str | None:
    """Return the password or token written into an address, None without one."""
    if "://" not in location:
        return None
    try:
        parts = urlsplit(location)
    except ValueError:
        return None
    return parts.password or (parts.username if parts.scheme == "https" else None)


def name_of(location: str) -> str:
    """Return the repository's name as its address spells it, without `.git`; empty where there is none."""
    path = location.split("://", 1)[-1].rstrip("/").replace(":", "/")
    name = path.rsplit("/", 1)[-1].split("?", 1)[0].split("#", 1)[0]
    return "".join(c for c in name.removesuffix(".git") if c.isalnum() or c in "._-").strip(".")
