"""Detect what start scripts and start commands read from the environment: scripts that images run, `$PORT` in a command."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import EnvVar, Fact
from ..aside import is_aside
from ..containers import is_dockerfile
from ..detector import View, entry, folder_of
from ..parsers.substitution import Reference, references
from ..places import image_folder
from ..variables import HOST_SET, is_name, is_secret

_ASSIGNED = re2.compile(
    r"(?:^|[;&|\s(])(?:export\s+|local\s+|readonly\s+|declare\s+(?:-\w+\s+)?)?([A-Za-z_]\w*)=|\bfor\s+(\w+)\s+in\b|\bread\s+(?:-\w+\s+)*(\w+)"
)
_OWN = "{0}=${{{0}:-"  # keeps what is given: `export TIMEOUT="${TIMEOUT:-60}"`
_SHELLS = HOST_SET | frozenset(  # and what shells set themselves
    "IFS RANDOM UID EUID PPID SECONDS LINENO OPTARG OPTIND BASH_SOURCE FUNCNAME PIPESTATUS SHLVL".split()
)
_STARTED = ("Procfile", "fly.toml", "render.yaml", "railway.json", "app.json")


def detect(view: View) -> Iterator[Fact]:
    """Yield the variables of scripts that a Dockerfile, compose or process file names, and of the commands themselves."""
    for path in _scripts(view):
        assigned = _assigned(view, path)
        for number, line in enumerate(view.lines(path), 1):
            if not line.lstrip().startswith("#"):
                found = [r for r in references(line) if r.name not in assigned or _OWN.format(r.name) in line.replace('"', "")]
                yield from _variables(view, _home(view, path), path, number, found)
    for path in view.paths:
        if is_dockerfile(path):
            yield from _image(view, path)
    for path in view.named("Procfile"):
        for number, line in enumerate(view.lines(path), 1):
            yield from _variables(view, folder_of(path), path, number, references(line.partition(":")[2]))


def _scripts(view: View) -> list[str]:
    """Return the shell scripts outside tests whose name some image or process file mentions."""
    starters = [p for p in view.paths if is_dockerfile(p)] + view.named("*compose*.y*ml", *_STARTED)
    found = []
    for path in view.suffixed(".sh"):
        name = path.rpartition("/")[2]
        if not is_aside(path) and any(view.holds(s, name) for s in starters):
            found.append(path)
    return found


def _home(view: View, path: str) -> str:
    return image_folder(view, path)


def _assigned(view: View, path: str) -> set[str]:
    names: set[str] = set()
    for line in view.lines(path):
        names.update(n for m in _ASSIGNED.finditer(line) for n in m.groups() if n)
    return names


def _image(view: View, path: str) -> Iterator[Fact]:
    parsed = view.dockerfile(path)
    if parsed is None:
        return
    for name in ("ENTRYPOINT", "CMD"):
        instruction = parsed.last(parsed.final, name)
        if instruction is not None and (
            not instruction.exec_form or instruction.words[:1] in (("sh",), ("/bin/sh",), ("bash",), ("/bin/bash",))
        ):
            known = parsed.variables(parsed.final)
            for number in range(instruction.line, instruction.last_line + 1):
                for one in references(view.lines(path)[number - 1]):
                    default = one.default if one.default is not None else known.get(one.name)
                    yield from _variables(view, image_folder(view, path), path, number, [Reference(one.name, default, one.required)])


def _variables(view: View, folder: str, path: str, number: int, found: Iterator[Reference] | list[Reference]) -> Iterator[Fact]:
    line = view.lines(path)[number - 1]
    for one in found:
        if not is_name(one.name) or not one.name.isupper() or one.name in _SHELLS:
            continue
        secret = is_secret(one.name)
        legible = one.default not in (None, "") and not secret and "$" not in str(one.default) and str(one.default) in line
        value = EnvVar(
            name=one.name,
            required=one.required,
            default=one.default if legible else None,
            secret=secret,
            evidence=(view.evidence(path, number),),
        )
        yield entry("env", folder, value, "high")
