"""Discover the modules of a folder: one new thing is one new file, and what lacks a docstring is refused."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from types import ModuleType


class Incomplete(ImportError):
    """Refuse a registered module that lacks its docstring or a name that its kind must define."""


def discover(package: str, required: Sequence[str] = (), wanted: Callable[[str], bool] | None = None) -> dict[str, ModuleType]:
    """Return the public modules and packages directly inside `package`, by name, sorted; import each.

    `wanted` says by its name whether a module is imported at all. A name that starts with an underscore is the folder's own and is
    skipped. Raise Incomplete for a module without a docstring or without one of the `required` names.
    """
    parent = importlib.import_module(package)
    found: dict[str, ModuleType] = {}
    for info in sorted(pkgutil.iter_modules(parent.__path__), key=lambda i: i.name):
        if info.name.startswith("_") or not (wanted is None or wanted(info.name)):
            continue
        module = importlib.import_module(f"{package}.{info.name}")
        if not (module.__doc__ or "").strip():
            raise Incomplete(f"{package}.{info.name} has no docstring: what it is for is its documentation")
        missing = [name for name in required if not hasattr(module, name)]
        if missing:
            raise Incomplete(f"{package}.{info.name} defines no {', '.join(missing)}")
        found[info.name] = module
    return found
