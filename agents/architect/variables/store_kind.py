"""Bind the variable by which code chooses its kind of database to the store that the plan runs."""

from __future__ import annotations

from ....core.blueprint import EnvBinding
from ..choosing import CHOOSERS, SPELLINGS
from .reading import Reading

USUAL = {"DB_CLIENT": {"postgresql": "pg", "mysql": "mysql2", "mariadb": "mysql2"}, "DB_CONNECTION": {"postgresql": "pgsql"}}
"""Names that belong to one tool (Knex, Laravel) and its own spelling."""


def _uses(r: Reading, library: str) -> bool:
    return library in r.draft.survey.dependency_names()


def store_kind(r: Reading) -> EnvBinding | None:
    """Bind a database chooser: to a choice of the code, to the example file's word, or to the usual spelling of the store's kind."""
    store = next((s for s in r.draft.stores if s.kind in SPELLINGS), None)
    v = r.variable
    if v.name not in CHOOSERS or store is None or v.secret:
        return None
    known = SPELLINGS[store.kind]
    fits = [word for word in (*v.choices, v.example or "", v.default or "") if word.lower() in known]
    value = fits[0] if fits else USUAL.get(v.name, {}).get(store.kind, known[0])
    if not fits and v.name.endswith("ENGINE") and ("django" in (v.default or v.example or "") or _uses(r, "django")):
        value = known[-1]
    return r.bound(
        "literal",
        value,
        f"the plan runs {store.kind} as `{store.component}`",
        False,
        "the code opens another database than the one of this plan",
    )
