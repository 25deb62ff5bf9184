"""Detect Go code bases: modules, workspaces, vendored or not, their Go versions and direct requirements."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import Fact, Located
from ..detector import View, entry, library, module, runtime_version
from ..go.modules import Module, modules, workspaces
from ..go.packages import code_bases, mains
from ..view import join

_MAJOR = re2.compile(r"v[0-9]+")
"""The last part of a module's path from its second major version on, which names no program."""


def detect(view: View) -> Iterator[Fact]:
    """Yield what every go.mod and go.work declares, and the folders of Go code without either."""
    known = modules(view)
    bases = code_bases(view) if known or view.suffixed(".go") else {}
    for folder, one in known.items():
        yield from _module(view, one, bool(bases.get(folder)))
    for workspace in workspaces(view):
        yield entry("manifest", workspace.folder, Located(kind="go", path=workspace.file))
        if workspace.go:
            yield runtime_version(
                workspace.folder, "go", "manifest", workspace.go[0], view.evidence(workspace.file, workspace.go[1]), key="go"
            )
        for folder, line in workspace.uses:
            if folder in known and folder != workspace.folder:
                yield module(folder, "member_of", workspace.folder, view.evidence(workspace.file, line), language="go")
    for folder in sorted({p.base for p in mains(view)} - set(known)):
        first = next(f for p in bases[folder] for f in p.files)
        yield module(folder, "language", "go", view.evidence(first))


def _module(view: View, one: Module, has_code: bool) -> Iterator[Fact]:
    evidence = view.proof(one.file, "module")
    yield module(one.folder, "language", "go", evidence, confidence="certain" if has_code else "medium")
    yield module(one.folder, "manifest", one.file, evidence, language="go")
    yield module(one.folder, "package_manager", "go modules", evidence, language="go")
    yield entry("manifest", one.folder, Located(kind="go", path=one.file))
    if one.name:
        yield module(one.folder, "name", _last(one.name), evidence, language="go")
    lock = join(one.folder, "go.sum")
    if view.repository.real(lock):
        yield module(one.folder, "lock_file", lock, view.evidence(lock), language="go")
    if one.go:
        yield runtime_version(one.folder, "go", "manifest", one.go[0], view.evidence(one.file, one.go[1]), key="go")
    if one.toolchain and one.toolchain[0].startswith("go1"):
        yield runtime_version(
            one.folder, "go", "manifest", one.toolchain[0].removeprefix("go"), view.evidence(one.file, one.toolchain[1]), key="toolchain"
        )
    for require in one.requires:
        if not require.indirect:
            yield library(one.folder, require.path, require.version, view.evidence(one.file, require.line))


def _last(path: str) -> str:
    """Return the name of a module: the last part of its path, a major version left out, a host without its domain."""
    parts = path.split("/")
    if len(parts) > 1 and _MAJOR.fullmatch(parts[-1]):
        parts.pop()
    return parts[-1].partition(".")[0] if len(parts) == 1 else parts[-1]
