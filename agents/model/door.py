"""Guard both ways between a model and a plan: the one function through which every text goes out, and what looks at what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.target import Target
from ...tools.redaction import Redactor, TaintStore

_COMMANDS = frozenset({"diagnose", "rollback", "run", "verify"})


class Door:
    """Be the door of one run; it knows the run's secrets and remembers nothing of what passes. `hidden` are names that go by another."""

    def __init__(self, taint: TaintStore, hidden: Mapping[str, str] | None = None) -> None:
        self._taint, self._hidden = taint, dict(hidden or {})
        self._redactor = Redactor(taint)

    def out(self, text: str, place: str = "prompt.md") -> str:
        """Return a text as it may be sent: known secrets in any encoding and whatever looks like one replaced by `[REDACTED:…]`."""
        sent = self._redactor.redact(place, self._taint.scrub(text), learn=False).text
        for name, alias in self._hidden.items():
            sent = sent.replace(name, alias)
        return sent

    def clean(self, value: Any, key: str = "") -> Any:
        """Return plain JSON with every text in it as it may be sent: each is read on its own, where quoting does not hide its form."""
        if isinstance(value, str):
            return self.out(value, "command.sh" if key in _COMMANDS else "prompt.md")
        if isinstance(value, dict):
            return {self.out(str(name)): self.clean(item, str(name)) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.clean(item, key) for item in value]
        return value

    def leaks(self, text: str) -> bool:
        """Say whether a text that came back holds a secret or what looks like one, a marker in the place of one included."""
        return (
            "[REDACTED:" in text
            or bool(self._taint.find(text.encode("utf-8", "surrogatepass")))
            or bool(self._redactor.find("answer.md", text))
        )


def hosts_of(target: Target) -> dict[str, str]:
    """Return the hosts that an operator named, each with what a model reads in its place."""
    named = {"[DOMAIN]": target.domain, "[REGISTRY]": target.registry}
    return {host: alias for alias, host in named.items() if host and "." in host}
