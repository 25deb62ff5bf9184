"""Hold the import contracts: arrows point down, siblings do not know one another, each floor keeps to its own trade."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

LEVEL = {"root": 5, "faces": 5, "graph": 4, "agents": 3, "tools": 2, "prompts": 2, "checkpoints": 2, "core": 1}
SIBLINGS = (
    "agents/planners",
    "tools/checks",
    "tools/survey/detectors",
    "tools/targets",
    "tools/validators",
)  # folders whose public members are discovered
MODEL_LIBRARIES = {"langchain", "langchain_core", "langchain_openai", "langchain_community", "openai"}
WIRES = {
    "aiohttp",
    "ftplib",
    "git",
    "http",
    "httpx",
    "httpx2",
    "requests",
    "smtplib",
    "socket",
    "subprocess",
    "telnetlib",
    "urllib",
    "urllib3",
}
FILE_CALLS = {
    "open",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "iterdir",
    "glob",
    "rglob",
    "mkdir",
    "unlink",
    "symlink_to",
    "walk",
}
HEAVY = MODEL_LIBRARIES | {"git", "jinja2", "langgraph", "lxml", "pydantic", "rich", "sqlglot", "sqlite_utils", "tree_sitter", "yaml"}


def _floor(name: str) -> str:
    second = name.split(".")[1] if "." in name else ""
    return second if second in LEVEL else "root"


def test_arrows_point_down(house: list[Any]) -> None:
    """A module imports its own floor's folder or a lower floor; two folders of one floor never import one another."""
    wrong = [
        f"{module.path}:{line} imports {name}"
        for module in house
        for line, name, _ in module.imports()
        if name.startswith("deploybook") and _floor(name) != module.floor and LEVEL[_floor(name)] >= LEVEL[module.floor]
        if not (module.floor == "faces" and _floor(name) == "root") and not (module.floor == "root" and _floor(name) == "faces")
    ]
    assert wrong == []


def test_the_house_imports_itself_relatively(house: list[Any]) -> None:
    """An absolute import of the package would find another copy of it when two are installed."""
    wrong = [
        f"{m.path}:{line} imports {name}"
        for m in house
        for line, name, relative in m.imports()
        if name.startswith("deploybook") and not relative
    ]
    assert wrong == []


def test_siblings_do_not_know_one_another(house: list[Any]) -> None:
    """A detector, check, target, validator or planner imports none of its siblings; a name with an underscore is the folder's own."""
    wrong = []
    for folder in SIBLINGS:
        package = "deploybook." + folder.replace("/", ".")
        public = {m.name.removeprefix(package + ".").split(".")[0] for m in house if m.name.startswith(package + ".")}
        public = {name for name in public if not name.startswith("_")}
        for module in house:
            if not module.name.startswith(package + "."):
                continue
            own = module.name.removeprefix(package + ".").split(".")[0]
            for line, name, _ in module.imports():
                other = name.removeprefix(package + ".").split(".")[0] if name.startswith(package + ".") else own
                if other != own and other in public:
                    wrong.append(f"{module.path}:{line} imports {name}")
    assert wrong == []


def test_core_needs_the_standard_library_and_pydantic_only(house: list[Any]) -> None:
    """The nouns stand on nothing that can change under them."""
    allowed = sys.stdlib_module_names | {"pydantic", "deploybook"}
    wrong = [
        f"{m.path}:{line} imports {name}"
        for m in house
        if m.floor == "core"
        for line, name, _ in m.imports()
        if name.split(".")[0] not in allowed
    ]
    assert wrong == []


def test_only_agents_reach_a_model_and_only_graph_and_checkpoints_know_langgraph(house: list[Any]) -> None:
    """Hands do not think, and only one floor knows the state."""
    homes = {name: {"agents", "graph"} for name in MODEL_LIBRARIES} | {"langchain_core": {"agents", "graph", "checkpoints"}}
    homes["langgraph"] = {"graph", "checkpoints"}
    wrong = [
        f"{module.path}:{line} imports {name}"
        for module in house
        for line, name, _ in module.imports()
        if module.floor not in homes.get(name.split(".")[0], {module.floor})
    ]
    assert wrong == []


def test_agents_open_no_file_and_no_socket(house: list[Any]) -> None:
    """What an agent reads or writes passes through `tools`, where it is redacted and bounded."""
    wrong = []
    for module in (m for m in house if m.floor == "agents"):
        wrong += [f"{module.path}:{line} imports {name}" for line, name, _ in module.imports() if name.split(".")[0] in WIRES]
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
                if called in FILE_CALLS:
                    wrong.append(f"{module.path}:{node.lineno} calls {called}")
    assert wrong == []


def test_faces_and_the_root_import_heavy_libraries_inside_functions(house: list[Any]) -> None:
    """`deploybook --help` pays for what it shows only; a type-checking block costs nothing."""
    wrong = []
    for module in (m for m in house if m.floor in ("faces", "root")):
        top_level = [n for n in module.tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
        shadow = type(module)(module.path)
        shadow.__dict__["tree"] = ast.Module(body=list(top_level), type_ignores=[])
        for line, name, _ in shadow.imports():
            below = (
                name.startswith("deploybook.") and _floor(name) not in ("faces", "root") and not name.startswith("deploybook.core.errors")
            )
            if name.split(".")[0] in HEAVY or below:
                wrong.append(f"{module.path}:{line} imports {name} at the top")
    assert wrong == []


def test_no_backtracking_expression_meets_repository_text(house: list[Any]) -> None:
    """Untrusted text is matched with RE2 only: `re` backtracks, and a hostile line could hang the survey."""
    reading = ("tools/survey/", "tools/repository/", "tools/redaction/", "tools/dockerfile/", "agents/")
    wrong = [
        f"{m.path}:{line}"
        for m in house
        if m.path.as_posix().startswith(reading)
        for line, name, _ in m.imports()
        if name.split(".")[0] == "re"
    ]
    assert wrong == []


def test_the_contracts_cover_the_whole_tree(root: Path) -> None:
    """A new folder at the top would stand outside of every contract."""
    known = set(LEVEL) | {"docs", "examples", "requirements", "tests", "build", "dist"}
    folders = {p.parent.relative_to(root).parts[0] for p in root.glob("*/__init__.py")}
    assert folders <= known
