"""Read the Ruby expressions of ERB templates (`database.yml`, `sidekiq.yml`), each with its line."""

from __future__ import annotations

from collections.abc import Iterator

from ..parsers.ruby import RubyFile, read_ruby
from ..view import View


def expressions(view: View, path: str) -> Iterator[tuple[int, RubyFile]]:
    """Yield (line of the tag, parsed code) of every `<% … %>` and `<%= … %>`; comments and unclosed tags are left out."""
    text = view.text(path) or ""
    at = text.find("<%")
    line, counted = 1, 0
    while at >= 0:
        end = text.find("%>", at + 2)
        if end < 0:
            return
        line, counted = line + text.count("\n", counted, at), at
        code = text[at + 2 : end]
        if not code.startswith(("#", "%")):
            parsed = read_ruby(code.lstrip("=-").rstrip("-"))
            if parsed is not None:
                yield line, parsed
        at = text.find("<%", end + 2)
