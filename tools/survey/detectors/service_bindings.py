"""Detect service bindings (the Service Binding Specification for Kubernetes, Cloud Native Buildpacks): `<binding>/type` names a service."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, Fact, Queue
from ..detector import View, entry, folder_of
from ..knowledge.images import BROKERS, STORES
from ..knowledge.stores import SCHEMES

_NAMES = {**SCHEMES, **STORES}
_LONGEST = 200  # bytes: a type file holds one word


def detect(view: View) -> Iterator[Fact]:
    """Yield the data store or broker that the `type` file of a binding folder names."""
    for path in view.named("type"):
        if "binding" not in folder_of(path).lower() or view.repository.size(path) > _LONGEST:
            continue
        number, value = next(((n, v) for n, v in enumerate((line.strip().lower() for line in view.lines(path)), 1) if v), (1, ""))
        evidence = (view.evidence(path, number),)
        for word in (value, *value.split("-")):
            if word in _NAMES:
                yield entry("datastore", _user(path), Datastore(kind=_NAMES[word], evidence=evidence), "high")
                break
            if word in BROKERS:
                yield entry("queue", _user(path), Queue(kind=BROKERS[word], backend=BROKERS[word], evidence=evidence), "high")
                break


def _user(path: str) -> str:
    """Return the folder beside which the bindings stand."""
    folder = folder_of(path)
    while "binding" in folder.rpartition("/")[2].lower():
        folder = folder_of(folder)
    return folder if "binding" not in folder.lower() else folder_of(folder)
