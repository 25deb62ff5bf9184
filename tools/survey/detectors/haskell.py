"""Detect Haskell programs: Stack and Cabal packages with an executable, compiler versions, Servant, Yesod, Scotty, Warp."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import Datastore, Fact
from ..codebase import homes, program_files
from ..detector import View, entry
from ..envfacts import Read, variables
from ..evaluated import UNKNOWN, Value
from ..plain import Plain, first_match, stated
from ..view import join

Place = tuple[str, int]
_EXECUTABLE = re2.compile(r"(?im)^executable\s+([\w.-]+)")
_NAME = re2.compile(r"(?im)^name:\s*([\w.-]+)")
_COMPILER = re2.compile(r"(?m)^\s*(?:with-compiler|compiler):\s*ghc-([\d.]+)")
_ENV = re2.compile(r'(?:lookupEnv|getEnv)\s+"(\w+)"')
_PORT = re2.compile(r"(?:\bscotty|\brun|\bwarp|setPort|\brunEnv|runSettings)\s+\(?(\d{2,5})\b")
_FRAMEWORKS = (
    ("yesod", ("import Yesod", "import           Yesod"), 3000), ("servant", ("import Servant", "import           Servant"), None),
    ("scotty", ("Web.Scotty",), None), ("spock", ("Web.Spock",), 8080), ("ihp", ("IHP.",), 8000), ("snap", ("Snap.Http.Server",), 8000),
    ("happstack", ("Happstack.Server",), 8000), ("warp", ("Network.Wai.Handler.Warp",), 3000),
)  # fmt: skip
_STORES = {
    "postgresql-simple": "postgresql", "persistent-postgresql": "postgresql", "hasql": "postgresql", "mysql-simple": "mysql",
    "persistent-mysql": "mysql", "sqlite-simple": "sqlite", "persistent-sqlite": "sqlite", "hedis": "redis", "mongoDB": "mongodb",
}  # fmt: skip


def detect(view: View) -> Iterator[Fact]:
    """Yield what every package with an executable declares, serves and reads."""
    known = homes(view, "haskell", "package.yaml", "*.cabal")
    for folder, paths in known.items():
        manifest = next((p for p in paths if p.endswith("package.yaml")), paths[0])
        name, program, line = _executable(view, manifest)
        sources = program_files(view, folder, known, "haskell", ".hs")
        loaded = next(((f, p, d) for f, marks, d in _FRAMEWORKS if (p := first_match(view, sources, *marks)) is not None), None)
        stack = join(folder, "stack.yaml") if view.repository.size(join(folder, "stack.yaml")) else "stack.yaml"
        uses_stack = bool(view.repository.size(stack))
        lock = next((p for p in (join(folder, n) for n in ("stack.yaml.lock", "cabal.project.freeze")) if view.repository.real(p)), None)
        yield from stated(
            view,
            Plain(
                folder=folder,
                language="haskell",
                manifest=manifest,
                at=(manifest, 1),
                manager="stack" if uses_stack else "cabal",
                name=name,
                lock=lock,
                version=_compiler(view, (stack, join(folder, "cabal.project"), "cabal.project")),
                framework=(loaded[0], loaded[1]) if loaded else None,
                port=_port(view, sources) if loaded else UNKNOWN,
                default_port=loaded[2] if loaded else None,
                command=f"{'stack exec' if uses_stack else 'cabal exec'} {program}" if program else None,
                start=(manifest, line) if program else None,
            ),
        )
        for package, kind in _STORES.items():
            number = view.find(manifest, package) if view.holds(manifest, package) else None
            if number:
                evidence = (view.evidence(manifest, number),)
                yield entry("datastore", folder, Datastore(kind=kind, drivers=(package,), evidence=evidence), "high")
        yield from variables(view, folder, _reads(view, sources))


def _executable(view: View, manifest: str) -> tuple[str | None, str | None, int]:
    """Return (package, first executable, its line) of a package.yaml or cabal file."""
    if manifest.endswith("package.yaml"):
        document = view.document(manifest)
        if document is None:
            return None, None, 1
        names = list(document.table("executables"))
        single = document.get("executable") is not None
        program = names[0] if names else document.text("name") if single else None
        return document.text("name"), program, document.line("executables", *names[:1]) if names else document.line("executable")
    text = view.text(manifest) or ""
    name, program = _NAME.search(text), _EXECUTABLE.search(text)
    line = text[: program.start()].count("\n") + 1 if program else 1
    return (name.group(1) if name else None), (program.group(1) if program else None), line


def _compiler(view: View, paths: tuple[str, ...]) -> tuple[str, Place, str] | None:
    for path in paths:
        match = _COMPILER.search(view.text(path) or "") if view.repository.size(path) else None
        if match is not None:
            return match.group(1), (path, view.find(path, f"ghc-{match.group(1)}") or 1), "compiler"
    return None


def _port(view: View, sources: tuple[str, ...]) -> Value:
    for path in sources:
        for number, line in enumerate(view.lines(path), 1) if view.holds(path, "scotty", "run", "setPort", "warp") else ():
            match = _PORT.search(line) if not line.lstrip().startswith("--") else None
            if match is not None:
                return Value(match.group(1), (path, number))
    return UNKNOWN


def _reads(view: View, sources: tuple[str, ...]) -> Iterator[Read]:
    for path in sources:
        for number, line in enumerate(view.lines(path), 1) if view.holds(path, "lookupEnv", "getEnv") else ():
            for match in _ENV.finditer(line):
                yield Read(match.group(1), (path, number), needed="getEnv" in match.group(0))
