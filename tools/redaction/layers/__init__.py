"""The layers of the redaction, one module each, found by their place in this folder and run in the order of their ORDER."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from functools import lru_cache

from ..document import Document, Hit
from ..taint import TaintStore

Layer = Callable[[Document, TaintStore], Iterable[Hit]]


@lru_cache(maxsize=1)
def modules() -> dict[str, Layer]:
    """Return the layers by module name; a module without docstring, ORDER or find is refused."""
    found: list[tuple[int, str, Layer]] = []
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        if not (module.__doc__ and isinstance(getattr(module, "ORDER", None), int) and callable(getattr(module, "find", None))):
            raise TypeError(f"layer {info.name} lacks a docstring, ORDER or find()")
        found.append((module.ORDER, info.name, module.find))
    return {name: layer for _, name, layer in sorted(found, key=lambda entry: entry[:2])}


def discover() -> tuple[Layer, ...]:
    """Return all layers in order."""
    return tuple(modules().values())
