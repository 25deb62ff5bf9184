"""Detect unpacked Java archives that are committed instead of source: a manifest with a main class above compiled classes."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View, folder_of, module, process
from ..shapes import Process

_MANIFEST = "META-INF/MANIFEST.MF"


def detect(view: View) -> Iterator[Fact]:
    """Yield the program of every unpacked archive."""
    for path in view.named("MANIFEST.MF"):
        if not path.endswith(_MANIFEST) or not view.holds(path, "Main-Class"):
            continue
        folder = folder_of(folder_of(path))
        if "src" in folder.split("/") or not view.under(folder, view.suffixed(".class")):
            continue
        keys = dict(line.split(": ", 1) for line in view.lines(path) if ": " in line)
        main = keys.get("Main-Class", "").strip()
        spring = "Spring-Boot-Version" in keys
        evidence = view.proof(path, "Main-Class")
        yield module(folder, "language", "java", evidence)
        if spring:
            framework = view.proof(path, "Spring-Boot-Version")
            yield module(folder, "framework", "spring-boot", framework)
            yield module(folder, "default_port", 8080, framework)
        yield process(
            Process(
                origin="framework",
                path=folder,
                role="web" if spring else None,
                command=f"java {main}" if spring else f"java -cp . {main}",
                language="java",
                runtime="java",
                framework="spring-boot" if spring else None,
                entrypoint=keys.get("Start-Class", main).strip(),
                listens=spring or None,
                evidence=(evidence,),
            )
        )
