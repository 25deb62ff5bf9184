"""Detect habits of Node code that hurt in production: schema sync at start, known secrets, development servers, open CORS, local state."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from ....core.facts import Fact
from ..detector import View, trap
from ..node.hazards import Hazard
from ..node.owning import owners
from ..node.programs import LOADERS, MIGRATORS
from ..node.running import Program, programs
from ..node.sweep import sweep
from ..node.variables import is_foreign_name, merge
from ..parsers.shell import split


def detect(view: View) -> Iterator[Fact]:
    """Yield the traps of start commands, of variables with a known secret as default, and of code."""
    for program in programs(view):
        yield from _starting(view, program)
    secrets: set[tuple[str, str]] = set()
    for swept in sweep(view):
        folders = owners(view, swept.path) if swept.hazards or swept.reads else []
        for hazard in swept.hazards:
            for folder in folders:
                yield _fact(view, folder, hazard)
        for read in swept.reads:
            default = read.default
            if default is None or is_foreign_name(read.name) or str(default.value).strip() in ("", "undefined", "None"):
                continue
            variable = merge(view, read.name, [read])
            for folder in folders if variable.secret and variable.required else ():
                if (folder, read.name) not in secrets:
                    secrets.add((folder, read.name))
                    yield trap(
                        folder,
                        f"default-secret:{read.name}",
                        f"{read.name} has a default in the code: a deployment that forgets it runs with a known secret.",
                        view.evidence(default.at.path, default.at.line),
                    )


def _fact(view: View, folder: str, hazard: Hazard) -> Fact:
    return trap(folder, hazard.name, hazard.text, view.evidence(hazard.at.path, hazard.at.line))


def _starting(view: View, program: Program) -> Iterator[Fact]:
    run = program.run
    if run.package is None or run.script is None:
        return
    at = view.evidence(run.at.path, run.at.line)
    command = run.package.scripts.get(run.script, "")
    words = [[w.rpartition("/")[2] for w in part.words] for part in split(command)]
    flat = [w for part in words for w in part]
    if run.development and run.script in ("start", "start:prod", "serve"):
        yield trap(
            run.folder,
            "development-server",
            f"`{run.script}` starts a development server or watcher; production needs the built program.",
            at,
        )
    elif not run.development and any(w in LOADERS for w in flat):
        yield trap(
            run.folder,
            "typescript-at-runtime",
            "TypeScript is compiled at every start: slower, and development libraries must be installed.",
            at,
        )
    if any(w.startswith("--inspect") for w in flat):
        yield trap(
            run.folder, "debugger-open", "The start command opens the debugger: whoever reaches its port runs code in the process.", at
        )
    if any(part[:1] and (part[0] in MIGRATORS or (part[0] in ("npx", "bunx") and part[1:2] and part[1] in MIGRATORS)) for part in words):
        yield trap(
            run.folder, "migrations-at-start", "Migrations run inside the start command: every replica and every restart runs them.", at
        )


__all__ = ["Node", "detect"]
