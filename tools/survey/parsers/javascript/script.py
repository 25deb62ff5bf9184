"""Parse one JavaScript or TypeScript file once and answer what it imports, exports, calls and reads from the environment."""

from __future__ import annotations

from functools import cache, cached_property
from typing import Final

import re2
import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Query, QueryCursor

from .linking import Exported, Import, read_assignment, read_export, read_import, read_reexport, read_require
from .nodes import callee

GRAMMARS: Final = {
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".jsx": "javascript",
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "tsx",
}
_DYNAMIC: Final = re2.compile(r"import\s*[(/]")
MAX_CHARS: Final = 500_000  # larger source files are generated or bundled
MAX_DEPTH: Final = 400
DEPTH_SAMPLES: Final = 64
MINIFIED_LINE: Final = 2_000  # mean length of a line above which a file is machine-made

_QUERY: Final = """
(import_statement) @import
(export_statement) @export
(call_expression) @call
(new_expression) @new
(assignment_expression) @assign
((member_expression object: (identifier) @_o property: (property_identifier) @_p) @env
  (#match? @_o "^(process|Bun|Deno)$") (#eq? @_p "env"))
((member_expression object: (member_expression) @_m property: (property_identifier) @_e) @env
  (#eq? @_m "import.meta") (#eq? @_e "env"))
"""


@cache
def _language(grammar: str) -> Language:
    if grammar == "javascript":
        return Language(tree_sitter_javascript.language())
    if grammar == "tsx":
        return Language(tree_sitter_typescript.language_tsx())
    return Language(tree_sitter_typescript.language_typescript())


@cache
def _query(grammar: str, source: str) -> Query:
    return Query(_language(grammar), source)


def suffix(path: str) -> str:
    """Return the file's last suffix with its dot, lower case; empty without one."""
    name = path.rsplit("/", 1)[-1]
    return "." + name.rsplit(".", 1)[1].lower() if "." in name else ""


def readable(path: str, source: str) -> bool:
    """Tell whether a file is source that a person wrote: a known suffix, no declaration file, not bundled, not minified."""
    if suffix(path) not in GRAMMARS and not _is_node_script(path, source):
        return False
    if path.endswith((".d.ts", ".min.js", ".d.mts", ".d.cts")):
        return False
    return len(source) <= MAX_CHARS and len(source) <= MINIFIED_LINE * (source.count("\n") + 1)


def _is_node_script(path: str, source: str) -> bool:
    """Tell whether a file without suffix is run by Node: its first line says so (`#!/usr/bin/env node`)."""
    first = source[:80].split("\n", 1)[0]
    return "." not in path.rsplit("/", 1)[-1] and first.startswith("#!") and any(w in first for w in ("node", "bun", "deno", "tsx"))


class Script:
    """Be one parsed file; every answer is worked out once, on demand."""

    def __init__(self, path: str, source: str, grammar: str | None = None) -> None:
        self.path = path
        self.source = source
        self.grammar = grammar or GRAMMARS.get(suffix(path), "javascript")
        self.tree = Parser(_language(self.grammar)).parse(source.encode("utf-8", "surrogatepass"))
        self.root = self.tree.root_node
        self.memo: dict[int, object] = {}  # what others worked out about its nodes, by node id: it lives as long as the tree
        self._kinds: dict[tuple[str, ...], list[Node]] = {}

    @cached_property
    def _found(self) -> dict[str, list[Node]]:
        found = QueryCursor(_query(self.grammar, _QUERY)).captures(self.root)
        return {name: sorted(nodes, key=lambda n: (n.start_byte, -n.end_byte)) for name, nodes in found.items()}

    @property
    def calls(self) -> list[Node]:
        """Return every call, in source order, outer before inner."""
        return self._found.get("call", [])

    @cached_property
    def calls_on(self) -> dict[str, list[Node]]:
        """Return the calls by the first name of what they call (`a` of `a.b()`), each list in source order."""
        found: dict[str, list[Node]] = {}
        for call in self.calls:
            if names := callee(call):
                found.setdefault(names[0], []).append(call)
        return found

    @property
    def news(self) -> list[Node]:
        """Return every `new X(…)`, in source order."""
        return self._found.get("new", [])

    @property
    def assignments(self) -> list[Node]:
        """Return every `a = b`, in source order."""
        return self._found.get("assign", [])

    @property
    def environments(self) -> list[Node]:
        """Return every `process.env`, `Bun.env`, `Deno.env` and `import.meta.env`."""
        return self._found.get("env", [])

    def of_type(self, *kinds: str) -> list[Node]:
        """Return every node of the kinds, in source order, outer before inner; kinds that the file's grammar lacks are left out."""
        if kinds not in self._kinds:
            language = _language(self.grammar)
            known = [k for k in kinds if language.id_for_node_kind(k, True) is not None]
            source = "[" + " ".join(f"({k})" for k in known) + "] @node"
            found = QueryCursor(_query(self.grammar, source)).captures(self.root) if known else {}
            self._kinds[kinds] = sorted(found.get("node", []), key=lambda n: (n.start_byte, -n.end_byte))
        return self._kinds[kinds]

    @cached_property
    def classes(self) -> list[Node]:
        """Return every class, in source order."""
        return self.of_type("class_declaration", "class", "abstract_class_declaration")

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Return every import, `require`, dynamic import and re-export with a literal module name, in source order."""
        links = self.of_type("import_statement", "export_statement")
        found = [i for node in links if node.type == "import_statement" and (i := read_import(node))]
        found += [i for node in links if node.type == "export_statement" and (i := read_reexport(node))]
        if "require" in self.source or _DYNAMIC.search(self.source):  # most modules do neither, and their calls need no look
            found += [i for call in self.calls if (i := read_require(call))]
        return tuple(sorted(found, key=lambda i: i.line))

    def imported(self, local: str) -> tuple[str, str] | None:
        """Return (module, imported name) of a local name that an import binds; None when none does."""
        return self._bound.get(local)

    @cached_property
    def _bound(self) -> dict[str, tuple[str, str]]:
        return {local: (i.module, name) for i in self.imports if i.form != "export" for local, name in i.names.items()}

    def locals_of(self, *modules: str) -> dict[str, str]:
        """Return local name -> imported name for all that is imported from one of the modules."""
        return {local: name for local, (module, name) in self._bound.items() if module in modules}

    @cached_property
    def exports(self) -> dict[str, Exported]:
        """Return exported name -> what it stands for; `default` for a default export and for `module.exports`."""
        found: dict[str, Exported] = {}
        for node in self._found.get("export", []):
            found.update(read_export(node))
        for node in self.assignments:
            found.update(read_assignment(node))
        return found

    @cached_property
    def star_exports(self) -> tuple[str, ...]:
        """Return the modules of which everything is exported again."""
        return tuple(i.module for i in self.imports if i.form == "export" and i.names == {"*": "*"})

    def line_text(self, number: int) -> str:
        """Return the text of a line, trimmed; empty beyond the end."""
        return self.lines[number - 1].strip() if 0 < number <= len(self.lines) else ""

    @cached_property
    def lines(self) -> list[str]:
        """Return the file's lines."""
        return self.source.split("\n")


def _is_deep(script: Script) -> bool:
    """Tell whether a file is nested so deeply that no person wrote it, judged by samples spread over its nodes."""
    cursor, count = script.root.walk(), script.root.descendant_count
    for index in range(0, count, max(1, count // DEPTH_SAMPLES)):
        cursor.goto_descendant(index)
        if cursor.depth > MAX_DEPTH:
            return True
    return False


def parse(path: str, source: str) -> Script | None:
    """Parse a file; None for what is no JavaScript, a declaration file, a bundle, minified or nested beyond what a person writes."""
    if not readable(path, source):
        return None
    script = Script(path, source)
    return None if _is_deep(script) else script
