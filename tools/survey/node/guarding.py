"""Judge middlewares: does one demand a login, or is it public, or can it not be told?"""

from __future__ import annotations

from tree_sitter import Node

from ...redaction.keys import split_words
from ..parsers.javascript import Script
from ..parsers.javascript.nodes import FUNCTIONS, arguments, callee, chain, entry, literal, string, strip, text, walk
from .evaluate import Evaluator
from .values import Code, Foreign, Module, Value

AUTH = frozenset(
    """auth authenticate authenticated authentication authorize authorized authorization authorise authorised protect protected jwt
 guard secured bearer acl permission permissions admin loggedin restrict""".split()
)
DEMANDS = frozenset("require requires required ensure verify check is has need must only validate".split())
SUBJECTS = frozenset(
    "login token user session admin role roles logged access jwt permission permissions signin account owner apikey".split()
)
NEUTRAL = frozenset(
    """limiter limit rate validation validator schema log logger controller handler router routes service optional maybe initialize
 session deserialize author authors anonymous guest public csrf body query params register
""".split()
)
SOFT = frozenset({"optional", "optionally", "maybe", "loose", "soft", "try", "passive", "anonymous", "lenient"})
TOKEN_STRATEGIES = (
    "jwt", "bearer", "basic", "headerapikey", "localapikey", "http-bearer", "token", "cookie", "apikey", "oauth-bearer", "azure",
)  # fmt: skip
DEMANDING_LIBRARIES = {
    "express-jwt": "expressjwt", "express-oauth2-jwt-bearer": "auth", "koa-jwt": "default", "@clerk/express": "requireAuth",
    "express-basic-auth": "default", "hono/jwt": "jwt", "hono/bearer-auth": "bearerAuth", "hono/basic-auth": "basicAuth",
    "connect-ensure-login": "ensureLoggedIn", "express-openid-connect": "requiresAuth", "jwks-rsa": "",
}  # fmt: skip
WRAPPERS = frozenset({"express-async-handler", "express-async-wrap", "async-middleware", "@awaitjs/express"})


def demands_login(ev: Evaluator, script: Script, node: Node) -> bool | None:
    """Return True for a middleware that turns away who is not logged in, False for one that does not, None when it cannot be told."""
    node = strip(node)
    if node.type == "array":
        found = [demands_login(ev, script, item) for item in node.named_children]
        return True if True in found else None if None in found else False
    if node.type in FUNCTIONS:
        return _function(node)
    names = callee(node) if node.type == "call_expression" else chain(node)
    if node.type == "ternary_expression":
        both = {
            demands_login(ev, script, n) for n in (node.child_by_field_name("consequence"), node.child_by_field_name("alternative")) if n
        }
        return both.pop() if len(both) == 1 else None
    if names and set(split_words(names[-1])) & SOFT:
        return False
    if node.type == "call_expression":
        return _called(ev, script, node, names)
    value = ev.whole(ev.value(script, node))
    if isinstance(value, Code):
        judged = _code(ev, value, names)
        return judged if judged is not None else _by_name(names)
    return _by_name(names) or (False if library_of_value(value) is not None else None)


def library_of_value(value: Value | None) -> Foreign | None:
    """Return the library's name that a value is, a whole library as its default."""
    if isinstance(value, Module) and value.path is None:
        return Foreign(value.module, "default")
    return value if isinstance(value, Foreign) else None


def _called(ev: Evaluator, script: Script, node: Node, names: tuple[str, ...]) -> bool | None:
    given = arguments(node)
    if names[-1:] == ("authenticate",) and given:
        strategy = string(given[0])
        if strategy is None:
            return True
        return any(word in strategy.lower() for word in TOKEN_STRATEGIES)
    value = ev.called(script, node)
    foreign = library_of_value(value)
    if foreign is not None and foreign.module in WRAPPERS and given:
        return demands_login(ev, script, given[0])
    if foreign is not None:
        return _library(foreign, given)
    if isinstance(value, Code) and value.node.type in FUNCTIONS:
        if len(given) == 1 and strip(given[0]).type in ("identifier", "member_expression") and _wraps(value.node):
            return demands_login(ev, script, given[0])
        if refuses(value.node):
            return _function(value.node)
        inner = ev.returned(value.script, value.node)
        if isinstance(inner, Code):
            judged = _code(ev, inner, names)
            return judged if judged is not None else _by_name(names)
        return _by_name(names) or False
    return _by_name(names)


def _library(value: Foreign, given: list[Node]) -> bool | None:
    if value.module in DEMANDING_LIBRARIES:
        options = given[0] if given else None
        return literal(entry(options, "credentialsRequired")) is not False and literal(entry(options, "passthrough")) is not True
    return _by_name(tuple(value.name.split("."))) or False


def _code(ev: Evaluator, value: Code, names: tuple[str, ...]) -> bool | None:
    node = value.node
    if node.type in FUNCTIONS:
        return _function(node) if refuses(node) else _by_name(names) or False
    if node.type == "call_expression":
        inner = callee(node)
        if inner and set(split_words(inner[-1])) & SOFT:
            return False
        return _called(ev, value.script, node, inner)
    if node.type == "array":
        return demands_login(ev, value.script, node)
    return None


def _function(function: Node) -> bool | None:
    """Return what a middleware written here demands; None where it looks at the address to decide whom to turn away."""
    if not refuses(function):
        return False
    for node in walk(function):
        if node.type == "property_identifier" and text(node) in ("url", "originalUrl", "path", "routerPath", "baseUrl", "pathname"):
            return None
    return True


def _wraps(function: Node) -> bool:
    """Tell whether a function merely calls the function that it is given: `asyncHandler(fn)`."""
    listed = function.child_by_field_name("parameters")
    first = listed.named_children[0] if listed is not None and listed.named_children else function.child_by_field_name("parameter")
    name = text(first.child_by_field_name("pattern") or first) if first is not None else ""
    return bool(name) and any(n.type == "call_expression" and text(n.child_by_field_name("function")) == name for n in walk(function))


def refuses(function: Node) -> bool:
    """Tell whether a function answers 401 or 403, or throws that the caller is not allowed."""
    for node in walk(function):
        if node.type == "number" and text(node) in ("401", "403"):
            return True
        if node.type in ("identifier", "property_identifier") and text(node).lower() in (
            "unauthorized",
            "unauthorizederror",
            "unauthorizedexception",
            "forbidden",
            "forbiddenerror",
            "forbiddenexception",
            "unauthenticated",
            "authenticationerror",
            "authorizationerror",
        ):
            return True
        if node.type == "call_expression" and callee(node)[-1:] == ("authenticate",) and arguments(node):
            strategy = string(arguments(node)[0])
            if strategy is not None and any(word in strategy.lower() for word in TOKEN_STRATEGIES):
                return True
    return False


def _by_name(names: tuple[str, ...]) -> bool | None:
    """Judge by the words of a name: `requireAuth`, `isAuthenticated`, `verifyToken` demand; None when the words say nothing."""
    words = {w for name in names for w in split_words(name)}
    if "author" in words or "authors" in words or (words & NEUTRAL and not words & DEMANDS):
        return None
    if words & AUTH:
        return True
    return True if words & DEMANDS and words & SUBJECTS else None


__all__ = ["Value", "demands_login"]
