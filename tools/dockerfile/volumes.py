"""Read which folders a Dockerfile declares as volumes."""

from __future__ import annotations

from posixpath import normpath

from ..survey.parsers.dockerfile import read_dockerfile
from ..survey.parsers.substitution import substitute


def declared_volumes(text: str) -> tuple[str, ...]:
    """Return the absolute paths of the `VOLUME` instructions in force in the image that ships, sorted; none for what cannot be read."""
    parsed = read_dockerfile(text)
    if parsed is None:
        return ()
    known = parsed.variables(parsed.final)
    words = [substitute(w, known) for i in parsed.inherited(parsed.final, "VOLUME") for w in i.words]
    return tuple(sorted({normpath(w) for w in words if w.startswith("/") and "$" not in w}))
