"""Hold the size and naming laws: small modules, short functions, everything public documented and annotated."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MODULE_LINES = 300
FUNCTION_LINES = 45
VAGUE = {"common", "helper", "helpers", "misc", "stuff", "util", "utils"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _public(tree: ast.Module) -> Iterator[Function | ast.ClassDef]:
    """Yield public functions and classes of a module and the public methods of its public classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef) and not _is_protocol(node):
                yield from (n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and not n.name.startswith("_"))


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)


def test_modules_are_small(house: list[Any]) -> None:
    """Whoever opens a module can hold it in the head."""
    assert [f"{m.path}: {n} lines" for m in house if (n := len(m.text.splitlines())) > MODULE_LINES] == []


def test_functions_are_short(house: list[Any]) -> None:
    """A function is a sentence, not a chapter."""
    wrong = [
        f"{m.path}:{f.lineno} {f.name}: {n} lines"
        for m in house
        for f in _functions(m.tree)
        if (n := (f.end_lineno or f.lineno) - f.lineno + 1) > FUNCTION_LINES
    ]
    assert wrong == []


def test_names_say_what_is_inside(house: list[Any]) -> None:
    """A drawer called `utils` fills with everything."""
    assert [str(m.path) for m in house if VAGUE & {part.removesuffix(".py") for part in m.path.parts}] == []


def test_everything_public_has_a_docstring(house: list[Any]) -> None:
    """The first line of a docstring is one sentence that ends as a sentence (or leads into a list or an example)."""
    wrong = []
    for module in house:
        for node in (module.tree, *_public(module.tree)):
            where = f"{module.path}:{getattr(node, 'lineno', 1)}"
            first = (ast.get_docstring(node) or "").split("\n\n")[0].strip()
            if not first:
                wrong.append(f"{where} has no docstring")
            elif not first.endswith((".", ":", "?", "!", ")")):
                wrong.append(f"{where} does not end its first sentence: {first[-40:]!r}")
    assert wrong == []


def test_every_function_says_what_it_returns(house: list[Any]) -> None:
    """Annotations are complete, private functions included; a lambda cannot have any."""
    assert [f"{m.path}:{f.lineno} {f.name}" for m in house for f in _functions(m.tree) if f.returns is None] == []


def test_nothing_is_left_for_later(house: list[Any]) -> None:
    """What is named is finished."""
    marks = tuple(a + b for a, b in (("TO", "DO"), ("FIX", "ME"), ("XX", "X"), ("HA", "CK:")))
    assert [f"{m.path}:{n}" for m in house for n, line in enumerate(m.text.splitlines(), 1) if any(mark in line for mark in marks)] == []


def test_test_files_have_names_of_their_own(committed: list[Path]) -> None:
    """Two test files of one name cannot be told apart in a report; a package among the tests would change how they are imported."""
    ours = [p for p in committed if p.parts[0] == "tests" and p.parts[1] != "repos"]  # those are material: repositories to plan
    names = [p.name for p in ours if p.name.startswith("test_") and p.suffix == ".py"]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
    assert [str(p) for p in ours if p.name == "__init__.py"] == []
