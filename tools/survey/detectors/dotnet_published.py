"""Detect published .NET output that is committed instead of source: a `*.runtimeconfig.json` beside its assembly."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View, folder_of, module, process, runtime_version
from ..dotnet.projects import by_folder
from ..parsers.document import Document
from ..shapes import Process
from ..view import join

_WEB = "Microsoft.AspNetCore.App"


def detect(view: View) -> Iterator[Fact]:
    """Yield the program of every published folder that no project of the tree builds."""
    known = by_folder(view)
    for path in view.named("*.runtimeconfig.json"):
        folder = folder_of(path)
        name = path.rpartition("/")[2].removesuffix(".runtimeconfig.json")
        document = view.document(path)
        if document is None or view.owner(folder, known) is not None or not view.repository.real(join(folder, f"{name}.dll")):
            continue
        yield from _program(view, folder, name, path, document)


def _program(view: View, folder: str, name: str, path: str, document: Document) -> Iterator[Fact]:
    listed = [*document.items("runtimeOptions", "frameworks"), *document.items("runtimeOptions", "includedFrameworks")]
    single = document.table("runtimeOptions", "framework")
    web = any(f.get("name") == _WEB for f in (*listed, single) if isinstance(f, dict))
    evidence = view.proof(path, _WEB) if web else view.evidence(path)
    alone = bool(document.items("runtimeOptions", "includedFrameworks")) and view.repository.real(join(folder, name)) is not None
    yield module(folder, "language", "csharp", evidence)
    if web:
        yield module(folder, "framework", "aspnetcore", evidence, language="csharp")
        yield module(folder, "default_port", 5000, evidence, language="csharp")
    target = document.text("runtimeOptions", "tfm")
    if target:
        line = document.line("runtimeOptions", "tfm")
        yield runtime_version(folder, "dotnet", "manifest", target, view.evidence(path, line), key="runtimeOptions.tfm")
    yield process(
        Process(
            origin="framework",
            path=folder,
            role="web" if web else "job",
            command=f"./{name}" if alone else f"dotnet {name}.dll",
            language="csharp",
            runtime="dotnet",
            framework="aspnetcore" if web else None,
            entrypoint=f"{name}.dll",
            listens=web,
            evidence=(evidence,),
        )
    )
