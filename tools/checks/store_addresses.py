"""Demand that somebody tells an application where its data store is, and with which password.

What:
    Of the processes that start after a data store of the plan, at least one is given the store's name: in a variable, in its command, or
    in a file that is mounted into it. Where the code finds the store by itself, the plan says so among what it could not verify.

Why it matters in production:
    The database is up and healthy, the application starts and connects to `localhost`, which is its own container: it dies at once, or at
    the first request. Nothing in either definition is wrong; what is missing is the line between them.

Example:
    db:  image: postgres:18.6-trixie
    web: depends_on: [db]                  # and no variable that names db

Instead:
    web: environment: {DATABASE_URL: 'postgresql://app:${APP_DB_PASSWORD}@db:5432/app'}

When to ignore:
    When the code holds the address itself: say in which file, and that the password there is the store's.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.blueprint import Blueprint, Store
from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView, SectionView

UNTOLD = Rule("LNK095", "store-address-untold", "error", "No process that needs a data store is told where it is.")
RULES = (UNTOLD,)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield data stores of the blueprint that no process is told of."""
    if view.blueprint is None:
        return
    for store in view.blueprint.stores:
        users = {c.name for c in view.blueprint.components if c.kind in ("app", "job") and store.component in c.depends_on}
        if users and not _told(view, view.blueprint, store, users) and not _said(view, store):
            names = ", ".join(sorted(users))
            yield UNTOLD.at(
                SectionView(4),
                f"Nothing tells {names} where {store.component} ({store.kind}) is.",
                quote=store.component,
                hint=f"Give it a variable that names {store.component}:{store.port}, or say which file of the code does.",
            )


def _told(view: PlanView, blueprint: Blueprint, store: Store, users: set[str]) -> bool:
    if any(_names(b.value or "", store) for b in blueprint.env if users & set(b.components) and b.source != "unset"):
        return True
    for _, file in view.compose:
        for service in (s for s in file.services.values() if s.name in users):
            given = [service.command_text, *(value or "" for value, _ in service.environment.values())]
            sources = {file.resolve(m.source) for m in service.mounts if m.kind == "bind"}
            given += [a.text for path, a in view.installed.items() if any(path == s or path.startswith(s + "/") for s in sources)]
            if any(_names(text, store) for text in given):
                return True
    return False


def _said(view: PlanView, store: Store) -> bool:
    return any(_names(u.claim, store) and "address" in u.claim for u in view.plan.unverified)


def _names(text: str, store: Store) -> bool:
    return bool(re2.search(rf"\b{re2.escape(store.component)}\b", text))
