"""Tell whether a client of a data store is made unconditionally, or only where a setting asks for it."""

from __future__ import annotations

from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.nodes import FUNCTIONS, callee, line, text
from .evaluate import Evaluator
from .values import EnvRead, Place, Value

MAKERS = frozenset(
    {
        "createClient",
        "createPool",
        "createConnection",
        "connect",
        "createCluster",
        "Pool",
        "Client",
        "Redis",
        "Cluster",
        "MongoClient",
        "S3Client",
        "S3",
        "Queue",
        "Worker",
        "drizzle",
        "forRoot",
        "forRootAsync",
        "register",
        "registerAsync",
        "Database",
        "postgres",
        "pgp",
        "DynamoDBClient",
        "Memcached",
        "MeiliSearch",
        "DatabaseSync",
        "createPoolCluster",
        "Sequelize",
        "DataSource",
    }
)


def made_at(script: Script, module: str) -> list[Node]:
    """Return where a file makes a client of a library: `new Redis(…)`, `createClient(…)`, `mongoose.connect(…)`."""
    names = script.locals_of(module)
    found = []
    for node in [*script.news, *script.calls]:
        called = callee(node)
        if called and called[0] in names and (len(called) == 1 or called[-1] in MAKERS):
            found.append(node)
    return sorted(found, key=lambda n: n.start_byte)


def is_optional(ev: Evaluator, script: Script, node: Node, depth: int = 3) -> bool:
    """Tell whether a node only runs where the environment asks for it: inside `if (env.REDIS_ENABLED)`, `url ? new X(url) : null`."""
    if depth <= 0:
        return False
    current: Node | None = node
    while current is not None and current.parent is not None:
        parent = current.parent
        if parent.type in FUNCTIONS and _only_called_optionally(ev, script, parent, depth):
            return True
        if parent.type in ("if_statement", "ternary_expression"):
            condition = parent.child_by_field_name("condition")
            if condition is not None and condition.id != current.id and _asks(ev, script, condition):
                return True
        if parent.type == "binary_expression" and text(parent.child_by_field_name("operator")) == "&&":
            left = parent.child_by_field_name("left")
            if left is not None and left.id != current.id and _asks(ev, script, left):
                return True
        current = parent
    return False


def _only_called_optionally(ev: Evaluator, script: Script, function: Node, depth: int) -> bool:
    """Tell whether a named function is called in its own file, and each time only where the environment asks for it."""
    name = text(function.child_by_field_name("name"))
    if not name and function.parent is not None and function.parent.type == "variable_declarator":
        name = text(function.parent.child_by_field_name("name"))
    calls = [c for c in script.calls if name and callee(c) in ((name,), ("this", name))]
    return bool(calls) and all(is_optional(ev, script, c, depth - 1) for c in calls)


def _asks(ev: Evaluator, script: Script, condition: Node) -> bool:
    """Tell whether a condition reads a setting that is off or missing unless somebody sets it."""
    if "NODE_ENV" in text(condition):
        return False
    stack = [condition]
    while stack:
        node = stack.pop()
        if node.type in ("member_expression", "subscript_expression", "identifier", "call_expression"):
            value: Value | None = ev.value(script, node)
            if isinstance(value, EnvRead):
                known = value.settled()
                if known is None or known.value in (False, "", "false", 0, "0", None):
                    return True
        if node.type not in FUNCTIONS:
            stack.extend(node.named_children)
    return False


def places(script: Script, nodes: list[Node]) -> list[Place]:
    """Return the lines of nodes."""
    return [Place(script.path, line(n)) for n in nodes]
