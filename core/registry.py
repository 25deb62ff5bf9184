"""Discover the modules of a folder: one new thing is one new file, and what lacks a docstring is refused."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from functools import cache
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
    for name in _names(tuple(parent.__path__)):
        if not (wanted is None or wanted(name)):
            continue
        module = importlib.import_module(f"{package}.{name}")
        if not (module.__doc__ or "").strip():
            raise Incomplete(f"{package}.{name} has no docstring: what it is for is its documentation")
        missing = [one for one in required if not hasattr(module, one)]
        if missing:
            raise Incomplete(f"{package}.{name} defines no {', '.join(missing)}")
        found[name] = module
    return found


@cache
def _names(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Return the public modules of a package's folders, sorted; looked up once, since a folder of the program does not change."""
    return tuple(sorted(info.name for info in pkgutil.iter_modules(folders) if not info.name.startswith("_")))
