"""Parse Terraform and HCL files with python-hcl2: syntax only, providers and references are not known here."""

from __future__ import annotations

from collections.abc import Sequence

import hcl2
import tree_sitter_hcl
from lark.exceptions import LarkError
from tree_sitter import Language, Parser

from ._model import Item, Problem, Verdict, Workspace, verdict

TOOL = "python-hcl2"
KINDS = ("hcl",)
OUTSIDE = False
INSTALL = "comes with deploybook"


def available() -> bool:
    """Say that the library is always there."""
    return True


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each file."""
    return [_one(item.text) for item in items]


def _one(text: str) -> Verdict:
    if len(text) > 400_000:
        return Verdict("absent", note="too large to read")
    try:
        hcl2.loads(text if text.endswith("\n") else text + "\n")
    except LarkError as error:
        if _reads(text):
            return Verdict("absent", note="one of two grammars cannot read it")
        line = getattr(error, "line", 1)
        return verdict([Problem(line if isinstance(line, int) and line > 0 else 1, str(error).strip().partition("\n")[0])])
    except (RecursionError, ValueError, KeyError) as error:
        return Verdict("absent", note=f"cannot be read here: {type(error).__name__}")
    return verdict((), good="syntax-only")


def _reads(text: str) -> bool:
    """Say whether the language's tree-sitter grammar, which knows interpolations over several lines, reads a text whole."""
    return not Parser(Language(tree_sitter_hcl.language())).parse(text.encode("utf-8", "replace")).root_node.has_error
