"""Give the code and resources of each module: its own, and those of the modules of this tree that it is built from."""

from __future__ import annotations

from collections.abc import Iterator

from ..parsers.jvm import JvmFile, read_java, read_kotlin
from ..view import View
from .builds import units
from .model import Dependency, Unit

_TESTS = (
    "/src/test/", "/src/integrationTest/", "/src/testFixtures/", "/src/it/", "/src/androidTest/", "/src/commonTest/", "/src/jvmTest/",
    "/src/functionalTest/", "/src/native-test/", "/src/jmh/",
)  # fmt: skip
_FOREIGN = ("/src/jsMain/", "/src/wasmJsMain/", "/src/androidMain/", "/src/iosMain/", "/node_modules/", "/build/", "/target/")


def jvm_file(view: View, path: str) -> JvmFile | None:
    """Return the parsed file, made once."""
    return view.once("jvm", path, read_kotlin if path.endswith((".kt", ".kts")) else read_java)


def files(view: View, unit: Unit) -> tuple[str, ...]:
    """Return the module's own code files without its tests, sorted."""
    return view.kept("jvm_files", lambda: _files(view)).get(unit.folder, ())


def _files(view: View) -> dict[str, tuple[str, ...]]:
    known = units(view)
    found: dict[str, list[str]] = {}
    for path in view.suffixed(".java", ".kt"):
        slashed = f"/{path}"
        if any(t in slashed for t in (*_TESTS, *_FOREIGN)) or "/." in slashed:
            continue
        owner = view.owner(path, known)
        if owner is not None:
            found.setdefault(owner, []).append(path)
    return {folder: tuple(sorted(paths)) for folder, paths in found.items()}


def closure(view: View, unit: Unit) -> list[Unit]:
    """Return the module and the modules of this tree that it depends on, directly or not, itself first."""
    return view.kept(f"jvm_closure:{unit.folder}", lambda: _closure(view, unit))


def _closure(view: View, unit: Unit) -> list[Unit]:
    known = units(view)
    by_name = {u.name: u for u in known.values() if u.tool == "maven"}
    found = [unit]
    for one in found:
        near = [known[f] for f in one.projects if f in known]
        near += [by_name[d.name] for d in one.dependencies if d.scope != "test" and d.name in by_name]
        found.extend(u for u in near if u not in found)
    return found


def code(view: View, unit: Unit, *words: str) -> Iterator[tuple[str, JvmFile]]:
    """Yield the files of a module and of those it is built from that hold one of the words (all of them without words)."""
    for one in closure(view, unit):
        for path in files(view, one):
            if not words or view.holds(path, *words):
                parsed = jvm_file(view, path)
                if parsed is not None:
                    yield path, parsed


def dependencies(view: View, unit: Unit) -> list[Dependency]:
    """Return the dependencies that reach the program: its own and those of the modules it is built from."""
    return [d for one in closure(view, unit) for d in one.dependencies if d.scope != "test"]


def resources(view: View, unit: Unit, *names: str) -> list[str]:
    """Return the module's resource files with these names (patterns), those of tests left out; nearest to the root first."""
    known = units(view)
    found = []
    for path in view.named(*names):
        slashed = f"/{path}"
        if any(t in slashed for t in (*_TESTS, "/target/", "/build/")) or view.owner(path, known) != unit.folder:
            continue
        inner = path.removeprefix(unit.folder + "/") if unit.folder != "." else path
        if "/resources/" in f"/{inner}" or "/" not in inner or inner.startswith(("config/", "conf/", "etc/")):
            found.append(path)
    return sorted(found, key=lambda p: (p.count("/"), p))
