"""Say which names hold secrets: inputs of kind secret, and names that the redactor's lexicon knows as secret."""

from __future__ import annotations

import re2

from ....core.plan import Plan
from ...redaction.keys import is_secret_name

# words that everybody knows as passwords
WEAK = frozenset(
    "admin password postgres root secret changeme changeit guest test example dummy 123 1234 12345 123456 12345678 letmein qwerty"
    " minioadmin pass rabbitmq redis mysql app user default change-me".split()
)
_VALUE = re2.compile(r"[:=]\s*[\"']?(?:\$\{[A-Za-z_][A-Za-z0-9_]*:?-)?([A-Za-z0-9_-]+)[\"'}]*\s*\\?(?:\s#.*)?$")
_IN_URL = re2.compile(r"://[^:/@\s]*:(?:\$\{[A-Za-z_][A-Za-z0-9_]*:?-)?([A-Za-z0-9_-]+)\}?@")


_COUNT = re2.compile(r"(?i)(?:^|_)(?:max|min|num|total|batch|prefill|context|input|output)_(?:\w+_)?tokens$|_tokens_?(?:limit|count)?$")
# the path of a file that holds a secret, which is none itself
FILE_PATH = re2.compile(r"(?:[~.]?/)?(?:[a-z0-9._-]+/)*[a-z0-9._-]+\.(?:json|ya?ml|toml|env|conf|ini|txt|pem|key|crt)")
_PLAIN_WORD = re2.compile(
    r"^(?:some|your|my|the|db|user|test|dummy|fake|x+)?[-_ ]?(?:password|passwd|pass|pwd|secret|token|key|x{3,})[0-9]{0,3}$"
    r"|^my[-_][a-z]+[-_](?:password|secret|token|key)$|^(?:secret|api|auth|access|private)[-_]?(?:token|key|secret|password)$|^(?:azerty|qwert[yz]|asdfg?h?|abcd?e?f?)[0-9]{0,8}$"
    r"|^(?:fill|put|insert|enter|correct)[a-z-]*(?:password|secret|token|key)$"
)


def well_known(line: str) -> bool:
    """Say whether the value that a line sets is a word everybody knows, or tells the reader to put one in its place."""
    found = [m.group(1) for m in (_VALUE.search(line), _IN_URL.search(line)) if m is not None]
    values = [str(value).lower() for value in found]
    return any(_PLAIN_WORD.match(v) or v in WEAK or v.startswith(("your", "change", "replace", "example")) for v in values)


def secret_inputs(plan: Plan) -> frozenset[str]:
    """Return the names of the plan's secret inputs."""
    return frozenset(i.name for i in plan.inputs if i.kind == "secret")


def is_secret(name: str, known: frozenset[str]) -> bool:
    """Say whether a variable's value is a secret; a name that ends in _FILE or _PATH points at one and is none."""
    if name in known:
        return True
    if _COUNT.search(name):
        return False
    if name in ("PWD", "OLDPWD") or name.endswith(("_FILE", "_PATH", "_NAME", "_URL_FILE", "_DIR", "_ID", "_COMMAND", "_LENGTH")):
        return False
    return is_secret_name(name)
