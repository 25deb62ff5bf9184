"""Compare the address an application is given with the data store behind it: same database, same user, same password.

What:
    In `scheme://user:${PASSWORD}@store:port/name`, the store is a service of the plan. The password's variable is one that the store is
    given (its environment, its command, a script it runs at the first start); the user and the database are ones that the store makes: its
    own by environment, or named in a script that it mounts or a step that speaks SQL.

Why it matters in production:
    `postgresql://shop:${DB_PASSWORD}@db:5432/shop` against a database that was made with POSTGRES_DB=app answers `database "shop" does not
    exist`, on the first start of the release. Each file is valid, and no linter of one file reads the other.

Example:
    db:  environment: {POSTGRES_USER: app, POSTGRES_PASSWORD: '${DB_PASSWORD}', POSTGRES_DB: app}
    web: environment: {DATABASE_URL: 'postgresql://app:${APP_PASSWORD}@db:5432/app'}

Instead:
    web: environment: {DATABASE_URL: 'postgresql://app:${DB_PASSWORD}@db:5432/app'}

When to ignore:
    When the account is made outside of the plan (an imported dump): say by what.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ._link.paths import folder
from ._rule import Rule
from ._view import ComposeFile, PlanView, Service
from ._view.items import ArtifactView

DIFFERS = Rule(
    "LNK043",
    "store-credential-differs",
    "error",
    "An application is given a database, user or password that its data store does not have.",
    confidence="medium",
    foreign="warning",
)
RULES = (DIFFERS,)

_URL = re2.compile(r"([a-z][a-z0-9+]*)://([^:/@\s]*):([^@/\s]*)@([A-Za-z0-9_.-]+)(?::\d+)?(?:/([A-Za-z0-9_-]+))?")
_NAME = re2.compile(r"^\$\{([A-Za-z_][A-Za-z0-9_]*)(?::?[-?+][^}]*)?\}$|^\$([A-Za-z_][A-Za-z0-9_]*)$")
_BRACED = re2.compile(r"\$\{[^}]*\}")
# image -> what it makes by itself when the environment says nothing
_OWN = {
    "postgres": ("postgres",),
    "postgis": ("postgres",),
    "timescaledb": ("postgres",),
    "mysql": ("root", "mysql"),
    "mariadb": ("root", "mysql"),
    "mongo": ("admin",),
    "rabbitmq": ("guest",),
}
_NUMBERED = frozenset({"redis", "valkey"})  # databases are numbers, the user is `default`


def check(view: PlanView) -> Iterator[Finding]:
    """Yield addresses that name what the store does not have."""
    stores = {alias: (file, service) for _, file in view.compose for service in file.services.values() for alias in service.aliases}
    for artifact, file in view.compose:
        for service in file.services.values():
            for name, (value, line) in service.environment.items():
                yield from _address(view, artifact, service, name, value or "", line, stores)


def _address(
    view: PlanView,
    artifact: ArtifactView,
    service: Service,
    name: str,
    value: str,
    line: int,
    stores: dict[str, tuple[ComposeFile, Service]],
) -> Iterator[Finding]:
    kept: list[str] = []
    match = _URL.search(_BRACED.sub(lambda m: _held(kept, str(m.group(0))), value))
    found = stores.get(str(match.group(4))) if match is not None else None
    if match is None or found is None:
        return
    file, store = found
    image = (store.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]
    if image not in _OWN and image not in _NUMBERED:
        return
    made = _made(view, file, store)
    if made is None:
        return
    user, password, base = (_put_back(kept, str(match.group(n) or "")) for n in (2, 3, 5))
    for what, part in (("password", password), ("user", user), ("database", base)):
        if (
            part
            and not (image in _NUMBERED and what != "password")
            and not _has(part, what, _known(made, store, what), _OWN.get(image, ()))
        ):
            yield DIFFERS.at(
                artifact,
                f"{service.name} is given the {what} {_shown(what, part)} in {name}, and {store.name} has no such {what}.",
                line=line,
                quote=name,
                hint=f"Use what {store.name} is made with, or make it there.",
            )


def _held(kept: list[str], text: str) -> str:
    kept.append(text)
    return f"\x01{len(kept) - 1}\x02"


def _put_back(kept: list[str], part: str) -> str:
    for number, text in enumerate(kept):
        part = part.replace(f"\x01{number}\x02", text)
    return part


def _shown(what: str, part: str) -> str:
    match = _NAME.match(part)
    if what != "password" or match is not None:
        return f"${match.group(1) or match.group(2)}" if match is not None else part
    return "that stands there in clear"


def _known(made: str, store: Service, what: str) -> str:
    """Return the texts that can name a user, a password or a database of a store; a variable that names a database names no user."""
    named = [f"{k}={v}" for k, (v, _) in store.environment.items() if what != "user" or "USER" in k or not ("DB" in k or "DATABASE" in k)]
    return "\n".join([*named, made])


def _made(view: PlanView, file: ComposeFile, store: Service) -> str | None:
    """Return every text beside its environment that makes accounts in a store; null when some of it cannot be seen."""
    texts = [store.command_text]
    if "env_file" in store.raw or "secrets" in store.raw or (not store.environment and not store.command_text):
        return None
    for mount in store.mounts:
        source = file.resolve(mount.source) if mount.kind == "bind" else ""
        inside = [a for path, a in view.installed.items() if path == source or path.startswith(source + "/")] if source else []
        if mount.kind == "bind" and not inside:
            return None
        texts += [a.text for a in inside]
    texts += [s.model.run for s in view.steps if "create" in s.model.run.lower() or "alter" in s.model.run.lower()]
    texts += [a.text for a in view.of_kind("sql")]
    texts += [a.text for a in view.of_kind("shell") if folder(a.installed) and "create role" in a.text.lower()]
    return "\n".join(texts)


def _has(part: str, what: str, known: str, own: tuple[str, ...]) -> bool:
    match = _NAME.match(part)
    if match is not None:
        name = str(match.group(1) or match.group(2))
        return f"${{{name}" in known or f"${name}" in known
    if "$" in part or "%" in part:
        return True
    if what == "password":
        return part in known
    return part in own or bool(re2.search(r"(?:^|[^A-Za-z0-9_-])" + re2.escape(part) + r"(?:[^A-Za-z0-9_-]|$)", known))
