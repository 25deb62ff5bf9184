"""Say what the build context of a Dockerfile holds, as far as the folder that it stands in tells."""

from __future__ import annotations

import fnmatch
import json
import posixpath
from collections.abc import Iterator
from functools import cached_property

from .._view import PlanView
from .._view.dockerfiles import Instruction
from .._view.items import ArtifactView

# folders that are not looked into, or that a build fills
_UNSEEN = frozenset(
    ".git node_modules vendor third_party bower_components .venv venv dist build target out bin obj release releases artifacts tmp"
    " site-packages test tests testdata fixtures __tests__ spec specs e2e mocks public .next .output".split()
)
_MADE = tuple(".jar .war .ear .tar .gz .tgz .xz .zip .deb .rpm .apk .whl .so .exe .bin .egg .pem .crt .key .p12 .jks .license .lic".split())
_OPERATORS = (".env", ".npmrc", ".netrc", ".git")


def sources(instruction: Instruction) -> list[str]:
    """Return what a COPY or ADD takes from the build context, none for what another stage, a URL or the instruction itself gives."""
    if instruction.flag("from") is not None or instruction.heredocs or "<<" in instruction.text:
        return []
    words = instruction.text.split()
    if instruction.text.startswith("["):
        try:
            words = [str(word) for word in json.loads(instruction.text)]
        except ValueError:
            return []
    return [word.strip("\"'") for word in words[:-1] if "://" not in word and not word.startswith("git@")]


def target(instruction: Instruction) -> str:
    """Return where a COPY or ADD puts it, as written."""
    text = instruction.text
    if text.startswith("["):
        try:
            return str(json.loads(text)[-1])
        except (ValueError, IndexError):
            return ""
    return text.split()[-1].strip("\"'") if text.split() else ""


class Context:
    """Answer for one Dockerfile: its context is the folder it stands in or one above, as nothing needs to say which."""

    def __init__(self, view: PlanView, artifact: ArtifactView) -> None:
        self._view = view
        self._artifact = artifact
        self._roots = tuple(dict.fromkeys((*_given(view, artifact), *_above(artifact.model.path))))

    def holds(self, source: str) -> bool:
        """Say whether a file or folder is there, or may be: an expression, something built, a folder that was not read."""
        path = posixpath.normpath(source.lstrip("/") or ".")
        if path == "." or "\\" in path or "$" in path or "{{" in path or path.startswith(".."):
            return True
        return any(self._in(posixpath.normpath(posixpath.join(root, path))) for root in self._roots)

    def missing(self, source: str) -> bool:
        """Say whether a source is surely not there, and nothing of the folder tells how it comes to be."""
        name = posixpath.basename(source.rstrip("/"))
        if self.may_hold(source) or name.endswith(_MADE) or name.startswith(_OPERATORS) or "." not in name.lstrip("."):
            return False  # a name without an ending is a program that a build makes
        folder = posixpath.dirname(source.strip("/"))
        return self.holds(folder) and not self._told(name, source)

    def may_hold(self, source: str) -> bool:
        """Say whether a file or folder is there, or lies where nothing was looked for."""
        return self.holds(source) or bool(_UNSEEN & set(posixpath.normpath(source).strip("/").split("/")))

    @cached_property
    def whole(self) -> bool:
        """Say whether its context is among the folders: a compose file names it, or half of what it copies by name is there."""
        if any(self._in(root) for root in _given(self._view, self._artifact)):
            return True
        stages = self._artifact.dockerfile.stages
        named = [s for stage in stages for i in stage.instructions if i.name in ("COPY", "ADD") for s in sources(i)]
        judged = {s for s in named if "$" not in s and posixpath.normpath(s) not in (".", "/")}
        return sum(1 for s in judged if self.holds(s)) * 2 >= len(judged)

    def _in(self, path: str) -> bool:
        files = self._view.files or frozenset()
        if any(c in path for c in "*?["):
            return any(fnmatch.fnmatchcase(f, path) or fnmatch.fnmatchcase(f, path + "/*") for f in files)
        return path in files or any(f.startswith(path + "/") for f in files)

    def _told(self, name: str, source: str) -> bool:
        """Say whether another file speaks of it: one that makes it, ignores it, or names the submodule that it lies in."""
        first = source.strip("/").split("/")[0]
        for other in (*self._view.artifacts, *self._view.aside):
            if other is self._artifact or other.kind == "dockerfile":
                continue
            if name.strip("*") in other.text or (other.model.path.endswith(".gitmodules") and first in other.text):
                return True
        return False


def _above(path: str) -> Iterator[str]:
    folder = posixpath.dirname(path)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _given(view: PlanView, artifact: ArtifactView) -> Iterator[str]:
    """Yield the contexts that compose files give for a Dockerfile."""
    compose = [*view.compose, *((a, a.compose) for a in view.aside if a.kind == "compose" and a.root)]
    for _, file in compose:
        for service in file.services.values():
            context = str(service.build.get("context", ".")) if service.build is not None else "$"
            if "$" not in context and "://" not in context and service.build is not None:
                root = posixpath.normpath(posixpath.join(file.base, context))
                name = str(service.build.get("dockerfile") or "Dockerfile")
                if posixpath.normpath(posixpath.join(root, name)) == artifact.model.path:
                    yield "" if root == "." else root
