"""Parse a shell script once into statements and commands (grammar: tree-sitter-bash)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import tree_sitter_bash
from tree_sitter import Language, Parser
from tree_sitter import Node as Tree

from .script import Assignment, Command, Node, Redirect, Script
from .words import Word, line_of, text_of, word_of

MAX_BYTES = 400_000
MAX_DEPTH = 120


class _TooDeep(Exception):
    pass


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bash.language()))


@lru_cache(maxsize=4096)
def parse(text: str) -> Script:
    """Return the parsed script; one that is too large or too deeply nested comes back empty with `unread` set, never an exception."""
    empty = Node("script", 1, "")
    data = text.encode("utf-8", "replace")
    if len(data) > MAX_BYTES:
        return Script(text, empty, unread=f"longer than {MAX_BYTES} bytes")
    root = _parser().parse(data).root_node
    try:
        reader = _Reader()
        node = Node("script", 1, text, reader.statements(root, 0))
    except (_TooDeep, RecursionError):
        return Script(text, empty, unread="nested too deeply to read")
    return Script(text, node, tuple(sorted(set(_error_lines(root)))), comments=tuple(reader.comments))


def _error_lines(root: Tree) -> Iterator[int]:
    if not root.has_error:
        return
    stack, count = [root], 0
    while stack and count < 5000:
        node = stack.pop()
        count += 1
        if node.is_error or node.is_missing:
            yield line_of(node)
        elif node.has_error:
            stack.extend(node.children)


class _Reader:
    """Turn tree-sitter nodes into statements."""

    def __init__(self) -> None:
        self.comments: list[tuple[int, str]] = []

    def statements(self, tree: Tree, depth: int) -> tuple[Node, ...]:
        return tuple(n for child in tree.children for n in self.statement(child, depth + 1))

    def statement(self, tree: Tree, depth: int) -> Iterator[Node]:
        if depth > MAX_DEPTH:
            raise _TooDeep
        if tree.type == "comment":
            self.comments.append((line_of(tree), text_of(tree)))
            return
        method = getattr(self, "_" + tree.type, None) if tree.is_named else None
        if method is not None:
            yield from method(tree, depth)
        elif tree.is_error:
            yield from self.statements(tree, depth)

    def _substituted(self, words: Iterator[Word] | tuple[Word, ...], depth: int) -> tuple[Node, ...]:
        trees = [tree for word in words for tree in word.substitutions]
        return tuple(Node("subshell", line_of(t), text_of(t), self.statements(t, depth + 1)) for t in trees)

    def _simple(self, tree: Tree, command: Command, depth: int, kind: str = "command") -> Node:
        return Node(kind, command.line, text_of(tree), command=command, substitutions=self._substituted(command.everything(), depth))

    def _command(self, tree: Tree, depth: int) -> Iterator[Node]:
        words: list[Word] = []
        assignments: list[Assignment] = []
        redirects: list[Redirect] = []
        name_row = next((c.start_point.row for c in tree.children if c.type == "command_name"), tree.start_point.row)
        early: list[Assignment] = []
        for child in tree.children:
            if child.type == "variable_assignment":
                ended = child.end_point.row < name_row and not text_of(tree)[: child.end_byte - tree.start_byte + 2].rstrip(" ").endswith(
                    "\\"
                )
                (early if ended else assignments).append(self._assigned(child))
            elif child.type in ("file_redirect", "herestring_redirect"):
                redirects.append(self._redirect(child))
            elif child.is_named and child.type != "comment":
                words.append(word_of(child))
        if early:  # the grammar joins `a=$(x) b=1` with the command on the next line
            yield self._simple(tree, Command((), line_of(tree), tuple(early)), depth, "assignment")
        yield self._simple(tree, Command(tuple(words), name_row + 1, tuple(assignments), tuple(redirects)), depth)

    def _assigned(self, tree: Tree) -> Assignment:
        name = tree.child_by_field_name("name")
        value = tree.child_by_field_name("value")
        text = text_of(name).partition("[")[0] if name is not None else ""
        word = word_of(value) if value is not None else Word("", line_of(tree), "")
        return Assignment(text, word, line_of(tree), any(c.type == "+=" for c in tree.children))

    def _variable_assignment(self, tree: Tree, depth: int) -> Iterator[Node]:
        yield self._simple(tree, Command((), line_of(tree), (self._assigned(tree),)), depth, "assignment")

    def _variable_assignments(self, tree: Tree, depth: int) -> Iterator[Node]:
        assigned = tuple(self._assigned(c) for c in tree.children if c.type == "variable_assignment")
        yield self._simple(tree, Command((), line_of(tree), assigned), depth, "assignment")

    def _declaration_command(self, tree: Tree, depth: int) -> Iterator[Node]:
        words, assignments = [], []
        for child in tree.children:
            if child.type == "variable_assignment":
                assignments.append(self._assigned(child))
            elif child.is_named or child.start_byte == tree.start_byte:
                words.append(word_of(child))
        yield self._simple(tree, Command(tuple(words), line_of(tree), tuple(assignments)), depth)

    _unset_command = _declaration_command

    def _test_command(self, tree: Tree, depth: int) -> Iterator[Node]:
        words = [Word(text_of(tree.children[0]), line_of(tree), text_of(tree.children[0]))]
        stack = list(reversed(tree.children[1:]))
        while stack:
            child = stack.pop()
            if child.type.endswith("_expression"):
                stack.extend(reversed(child.children))
            elif child.type not in ("[", "[[", "]", "]]"):
                words.append(word_of(child))
        yield self._simple(tree, Command(tuple(words), line_of(tree)), depth)

    def _redirect(self, tree: Tree) -> Redirect:
        operator = next((c.type for c in tree.children if not c.is_named), "")
        descriptor = next((text_of(c) for c in tree.children if c.type == "file_descriptor"), "")
        target = next((word_of(c) for c in reversed(tree.children) if c.is_named and c.type != "file_descriptor"), None)
        if operator in (">&", "<&"):
            target = None
        return Redirect(operator, line_of(tree), target, descriptor)

    def _redirected_statement(self, tree: Tree, depth: int) -> Iterator[Node]:
        body = tree.child_by_field_name("body")
        redirects: list[Redirect] = []
        followers: list[tuple[str, Tree]] = []
        for child in tree.children:
            if child.type in ("file_redirect", "herestring_redirect"):
                redirects.append(self._redirect(child))
            elif child.type == "heredoc_redirect":
                self._heredoc(child, redirects, followers)
        inner = list(self.statement(body, depth)) if body is not None else []
        if not inner:
            inner = [Node("command", line_of(tree), text_of(tree), command=Command((), line_of(tree)))]
        head = self._attach(inner[-1], tuple(redirects), depth)
        for operator, follower in followers:
            rest = self._inside_pipeline(follower, depth) if operator == "|" else tuple(self.statement(follower, depth))
            head = Node(
                "pipeline" if operator == "|" else "list", head.line, text_of(tree), (head, *rest), operators=(operator,) * len(rest)
            )
        yield from inner[:-1]
        yield head

    def _heredoc(self, tree: Tree, redirects: list[Redirect], followers: list[tuple[str, Tree]]) -> None:
        start = next((text_of(c) for c in tree.children if c.type == "heredoc_start"), "")
        body = next((c for c in tree.children if c.type == "heredoc_body"), None)
        expands = not any(q in start for q in "'\"\\")
        variables = word_of(body).variables if body is not None and expands else ()
        content = text_of(body) if body is not None else ""
        operator = "<<-" if any(c.type == "<<-" for c in tree.children) else "<<"
        line = line_of(body) if body is not None else line_of(tree)
        redirects.append(Redirect(operator, line, None, heredoc=content, expands=expands, variables=variables))
        joined = ""
        for child in tree.children:
            if child.type == "file_redirect":
                redirects.append(self._redirect(child))
            elif child.type == "pipeline":
                followers.append(("|", child))
            elif child.type in ("&&", "||"):
                joined = child.type
            elif joined and child.is_named and child.type not in ("heredoc_body", "heredoc_end"):
                followers.append((joined, child))
                joined = ""

    def _attach(self, node: Node, redirects: tuple[Redirect, ...], depth: int) -> Node:
        extra = self._substituted(tuple(r.target for r in redirects if r.target is not None), depth)
        if node.command is not None:
            command = Command(node.command.words, node.command.line, node.command.assignments, (*node.command.redirects, *redirects))
            return Node(node.kind, node.line, node.text, command=command, substitutions=(*node.substitutions, *extra))
        if node.kind in ("pipeline", "list") and node.parts:  # the redirection belongs to the last command
            parts = (*node.parts[:-1], self._attach(node.parts[-1], redirects, depth))
            return Node(node.kind, node.line, node.text, parts, operators=node.operators, substitutions=node.substitutions)
        return Node(
            node.kind,
            node.line,
            node.text,
            node.parts,
            node.condition,
            node.operators,
            None,
            (*node.redirects, *redirects),
            node.name,
            node.words,
            (*node.substitutions, *extra),
        )

    def _inside_pipeline(self, tree: Tree, depth: int) -> tuple[Node, ...]:
        return tuple(n for c in tree.children if c.is_named for n in self.statement(c, depth + 1))

    def _pipeline(self, tree: Tree, depth: int) -> Iterator[Node]:
        parts = self._inside_pipeline(tree, depth)
        yield Node("pipeline", line_of(tree), text_of(tree), parts, operators=("|",) * (len(parts) - 1))

    def _list(self, tree: Tree, depth: int) -> Iterator[Node]:
        parts: list[Node] = []
        operators: list[str] = []
        stack = list(reversed(tree.children))
        while stack:  # left-nested lists are flattened
            child = stack.pop()
            if child.type == "list":
                stack.extend(reversed(child.children))
            elif child.type in ("&&", "||"):
                operators.append(child.type)
            else:
                parts.extend(self.statement(child, depth + 1))
        yield Node("list", line_of(tree), text_of(tree), tuple(parts), operators=tuple(operators))

    def _block(self, kind: str, tree: Tree, depth: int) -> Node:
        return Node(kind, line_of(tree), text_of(tree), self.statements(tree, depth))

    def _negated_command(self, tree: Tree, depth: int) -> Iterator[Node]:
        yield self._block("negated", tree, depth)

    def _subshell(self, tree: Tree, depth: int) -> Iterator[Node]:
        yield self._block("subshell", tree, depth)

    def _compound_statement(self, tree: Tree, depth: int) -> Iterator[Node]:
        yield self._block("group", tree, depth)

    _do_group = _compound_statement

    def _function_definition(self, tree: Tree, depth: int) -> Iterator[Node]:
        name = tree.child_by_field_name("name")
        body = tree.child_by_field_name("body")
        inner = tuple(self.statement(body, depth)) if body is not None else ()
        yield Node("function", line_of(tree), text_of(tree), inner, name=text_of(name) if name is not None else "")

    def _conditional(self, kind: str, tree: Tree, depth: int) -> Node:
        condition: list[Node] = []
        parts: list[Node] = []
        deciding = kind in ("if", "branch", "while")
        for child in tree.children:
            if child.type in ("then", "do_group", "else_clause", "elif_clause", "else"):
                deciding = False
            if child.type == "do_group":
                parts.extend(self.statements(child, depth + 1))
            else:
                (condition if deciding else parts).extend(self.statement(child, depth + 1))
        return Node(kind, line_of(tree), text_of(tree), tuple(parts), tuple(condition))

    def _if_statement(self, tree: Tree, depth: int) -> Iterator[Node]:
        yield self._conditional("if", tree, depth)

    def _elif_clause(self, tree: Tree, depth: int) -> Iterator[Node]:
        yield self._conditional("branch", tree, depth)

    def _else_clause(self, tree: Tree, depth: int) -> Iterator[Node]:
        yield Node("branch", line_of(tree), text_of(tree), self.statements(tree, depth), name="else")

    def _while_statement(self, tree: Tree, depth: int) -> Iterator[Node]:
        node = self._conditional("while", tree, depth)
        yield Node("while", node.line, node.text, node.parts, node.condition, name=tree.children[0].type)

    def _for_statement(self, tree: Tree, depth: int) -> Iterator[Node]:
        variable = tree.child_by_field_name("variable")
        words = tuple(word_of(c) for c in tree.children_by_field_name("value"))
        body = tree.child_by_field_name("body")
        parts = self.statements(body, depth + 1) if body is not None else ()
        name = text_of(variable) if variable is not None else ""
        yield Node("for", line_of(tree), text_of(tree), parts, name=name, words=words, substitutions=self._substituted(words, depth))

    def _c_style_for_statement(self, tree: Tree, depth: int) -> Iterator[Node]:
        initial = tree.child_by_field_name("initializer")
        name = text_of(initial.children[0]) if initial is not None and initial.children else ""
        body = tree.child_by_field_name("body")
        yield Node("for", line_of(tree), text_of(tree), self.statements(body, depth + 1) if body is not None else (), name=name)

    def _case_statement(self, tree: Tree, depth: int) -> Iterator[Node]:
        value = tree.child_by_field_name("value")
        words = (word_of(value),) if value is not None else ()
        parts = tuple(Node("branch", line_of(c), text_of(c), self.statements(c, depth + 1)) for c in tree.children if c.type == "case_item")
        yield Node("case", line_of(tree), text_of(tree), parts, words=words, substitutions=self._substituted(words, depth))
