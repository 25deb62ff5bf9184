"""Take out of a repository's Dockerfile what no build should depend on: a floating syntax image, `ADD` for plain files."""

from __future__ import annotations

ARCHIVES = (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".txz", ".tbz2")
"""What ADD unpacks; COPY does not."""


def tidied(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text and one sentence per kind of change; the same text and none where there is nothing to change."""
    changes: list[str] = []
    lines = text.splitlines()
    if lines and _floating_syntax(lines[0]):
        changes.append(
            f"`{lines[0]}` is taken out: it pulls another front end each time it moves, and the engine's own one reads this file"
        )
        lines = lines[1:]
    copied = [_copy(line) for line in lines]
    if copied != lines:
        changes.append(
            "`ADD` becomes `COPY` where it copies plain files: it would unpack archives and fetch addresses unasked (hadolint DL3020)"
        )
    end = "\n" if text.endswith("\n") else ""
    return ("\n".join(copied) + end if changes else text), tuple(changes)


def _floating_syntax(line: str) -> bool:
    """Tell whether a line is a parser directive for a front end without a digest."""
    bare = line.replace(" ", "").lower()
    return bare.startswith("#syntax=") and "@sha256:" not in bare


def _copy(line: str) -> str:
    """Return an ADD of plain local files as COPY; any other line as it is."""
    words = line.split()
    if not words or words[0].upper() != "ADD" or line.rstrip().endswith("\\") or "<<" in line:
        return line
    if any("://" in w or w.startswith(("git@", "--checksum", "--keep-git-dir")) or w.strip('",[]').endswith(ARCHIVES) for w in words[1:]):
        return line
    return line.replace(words[0], "COPY", 1)
