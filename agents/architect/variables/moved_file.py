"""Bind what says where a file lies that this plan keeps on a volume."""

from __future__ import annotations

from ....core.blueprint import EnvBinding
from .reading import Reading


def moved_file(r: Reading) -> EnvBinding | None:
    """Bind a variable that names the file of an embedded database, in the form of its default (a path or a URL)."""
    kept = r.draft.moved.get(r.name)
    if kept is None:
        return None
    shown = r.variable.default or r.variable.example or ""
    scheme, colon, _ = shown.partition(":")
    if not shown and r.name.endswith(("URL", "URI")):
        scheme, colon = ("file" if "@prisma/client" in r.draft.survey.dependency_names() else "sqlite"), ":"
    head = f"{scheme}:" if colon and "/" not in scheme else ""
    slashes = "///" if "sqlite" in head else ""
    why, effect = "the file lies on a volume that outlives a release", "data is lost at the next release"
    return r.bound("literal", f"{head}{slashes}{kept}", why, effect=effect)
