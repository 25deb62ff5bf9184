"""Hold what an expression is worth when the program starts: its text where nothing is set outside, and the variables that change it."""

from __future__ import annotations

from dataclasses import dataclass

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Value:
    """Be what is known: `text` where nothing is set outside, with the place where it is written; the variables that change it."""

    text: str | None = None
    at: Place | None = None
    env: tuple[str, ...] = ()

    @property
    def port_env(self) -> str | None:
        """Return the variable that moves a port: the one whose name says so, else the last of an address."""
        return next((n for n in self.env if "PORT" in n.upper()), self.env[-1] if self.env else None)

    def or_else(self, other: Value) -> Value:
        """Return this value with what the other one adds."""
        text, at = (self.text, self.at) if self.text is not None else (other.text, other.at)
        return Value(text, at, tuple(dict.fromkeys((*self.env, *other.env))))


UNKNOWN = Value()


def joined(left: Value, right: Value) -> Value:
    """Return the two texts as one, unknown where one of them is."""
    env = tuple(dict.fromkeys((*left.env, *right.env)))
    if left.text is None or right.text is None:
        return Value(None, None, env)
    return Value(left.text + right.text, right.at or left.at, env)


def port_in(text: str | None) -> int | None:
    """Return the port of an address (`:8080`, `http://0.0.0.0:8080/`, `8080`, `:http`), None without one."""
    if not text:
        return None
    last = text.strip().rstrip("/").rpartition(":")[2].strip()
    if last in ("http", "https") and ":" in text:
        return 80 if last == "http" else 443
    return int(last) if last.isdigit() and 0 < int(last) < 65536 else None


def address_port(text: str | None) -> int | None:
    """Return the port of the first plain address in a list such as `http://*:80;https://*:443`, None without one."""
    parts = [p for p in (text or "").split(";") if p]
    plain = [p for p in parts if not p.startswith("https")] or parts
    return port_in(plain[0]) if plain else None
