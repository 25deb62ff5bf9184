"""Parse JavaScript and TypeScript (JSX, decorators, CommonJS and ES modules) with tree-sitter; no execution, no type checking."""

from __future__ import annotations

from .linking import Exported, Import
from .nodes import MISSING, Literal, Pair
from .scopes import Binding, Scopes
from .script import GRAMMARS, Script, parse, readable

__all__ = ["GRAMMARS", "MISSING", "Binding", "Exported", "Import", "Literal", "Pair", "Scopes", "Script", "parse", "readable"]
