"""Bind what addresses a data store of the plan."""

from __future__ import annotations

from ....core.blueprint import EnvBinding
from ..connections import connection_value
from .reading import Reading


def store_address(r: Reading) -> EnvBinding | None:
    """Bind a variable that names a store's URL or a part of it."""
    found = connection_value(r.draft, r.variable)
    if found is None or (r.name.endswith("_CONNECTION") and any("laravel" in n for n in r.draft.survey.dependency_names())):
        return None  # Laravel's word for one of the connections that its configuration names
    value, store, secret = found
    return r.bound(
        "derived" if "${" in value else "literal",
        value,
        f"reaches `{store.component}` on the internal network",
        secret,
        f"no connection to {store.kind}",
    )
