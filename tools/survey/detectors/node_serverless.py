"""Detect packages that a cloud provider runs as functions: Serverless Framework, Cloudflare Workers, SST, Firebase, Netlify."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, OutOfScope
from ..detector import View, entry
from ..node.functions import function_files
from ..node.project import project
from ..node.running import programs
from ..node.runs import is_side


def detect(view: View) -> Iterator[Fact]:
    """Yield one entry for every package of functions that nothing starts as a process."""
    made = project(view)
    served = {p.run.folder for p in programs(view) if not p.run.development}
    for package in made.packages:
        found = function_files(made, package)
        if found is None or package.folder in served or is_side(made, package):
            continue
        framework, place = found
        typed = any(f.endswith((".ts", ".mts")) for f in made.files_of(package))
        name = view.repository.name if package.folder == "." else package.folder.rsplit("/", 1)[-1]
        yield entry(
            "out_of_scope",
            package.folder,
            OutOfScope(
                name=name,
                path=package.folder,
                language="typescript" if typed else "javascript",
                framework=framework,
                why="functions that a cloud provider runs on demand: there is no process to start",
                evidence=(view.evidence(place.path, place.line),),
            ),
        )
