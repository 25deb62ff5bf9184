"""Change the repository's own Dockerfile where it must be: exact base images and an unprivileged user; show every change as a patch."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import re2

from .home import lives_with_root
from .tidy import tidied

_MARKER = re2.compile(r"\[REDACTED:[a-z0-9-]+\]")
"""What stands in the survey's text in place of a value that looks secret; a build that needs such a value gets none either way."""


@dataclass(frozen=True)
class Patched:
    """Hold the changed text and the unified diff against the repository's own."""

    text: str
    diff: str


def patched(
    text: str,
    path: str,
    images: Sequence[str | None],
    user: str | None,
    workdir: str | None = None,
    target: str | None = None,
    copied: Mapping[str, str] | None = None,
) -> Patched:
    """Return the Dockerfile with its `FROM` references replaced by exact ones and a `USER` added before the last command.

    `images` has one entry per `FROM` line in order: the exact reference, or null where the line stays; `user` is null when the file sets
    one; its home becomes /tmp, and `workdir` is handed to it, since the image was made for root. What `tidied` takes out goes too, and so
    do the stages behind `target`, which its image does not hold. `copied` maps images that files are copied from to exact ones.
    """
    text = _MARKER.sub("REDACTED", text)
    tidy, _ = tidied(text)
    replacements = iter(images)
    lines = [_from(line, next(replacements, None)) if _instruction(line) == "FROM" else line for line in tidy.splitlines()]
    lines = [_copied(line, copied or {}) for line in _until(lines, target)]
    if user:
        lines = _with_user(lines, user, workdir, lives_with_root(text, target))
    changed = "\n".join(lines) + "\n"
    before = text if text.endswith("\n") else text + "\n"
    diff = "".join(difflib.unified_diff(before.splitlines(keepends=True), changed.splitlines(keepends=True), f"a/{path}", f"b/{path}"))
    return Patched(text=changed, diff=diff)


def _instruction(line: str) -> str:
    words = line.split(maxsplit=1)
    return words[0].upper() if words else ""


def _from(line: str, image: str | None) -> str:
    """Replace the image of one FROM line, whatever flags stand before it."""
    if image is None:
        return line
    words = line.split()
    for at, word in enumerate(words[1:], start=1):
        if not word.startswith("--"):
            return " ".join([*words[:at], image, *words[at + 1 :]])
    return line


def foreign_sources(text: str, target: str | None = None) -> tuple[str, ...]:
    """Return the images outside of the file that its stages up to `target` copy files from, in order; names of stages are none."""
    lines = _until(text.splitlines(), target)
    stages = {line.split()[-1].lower() for line in lines if _instruction(line) == "FROM" and " as " in line.lower()}
    found = (w.removeprefix("--from=") for line in lines if _instruction(line) == "COPY" for w in line.split() if w.startswith("--from="))
    return tuple(dict.fromkeys(s for s in found if s.lower() not in stages and not s.isdigit() and "$" not in s))


def _copied(line: str, exact: Mapping[str, str]) -> str:
    """Replace the image that a COPY takes files from."""
    if _instruction(line) != "COPY":
        return line
    source = next((w.removeprefix("--from=") for w in line.split() if w.startswith("--from=")), "")
    return line.replace(f"--from={source}", f"--from={exact[source]}", 1) if source in exact else line


def _until(lines: list[str], target: str | None) -> list[str]:
    """Return the lines up to the end of the stage `target`, all of them where no stage bears that name."""
    starts = [i for i, line in enumerate(lines) if _instruction(line) == "FROM"]
    named = next((n for n, i in enumerate(starts) if target and lines[i].lower().split()[-2:] == ["as", target.lower()]), None)
    if named is None or named + 1 == len(starts):
        return lines
    end = starts[named + 1]
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return lines[:end]


def _with_user(lines: list[str], user: str, workdir: str | None, through_root: bool) -> list[str]:
    """Put `USER` before the first CMD or ENTRYPOINT of the last stage, or at the end; `through_root` opens the way into root's home."""
    last_from = max((i for i, line in enumerate(lines) if _instruction(line) == "FROM"), default=0)
    own = (i for i in range(last_from, len(lines)) if _instruction(lines[i]) in ("CMD", "ENTRYPOINT"))
    at = next((i for i in own if not lines[i - 1].rstrip().endswith("\\")), len(lines))  # a HEALTHCHECK's CMD continues its line
    owned = [f"RUN chown -R {user} {workdir}"] if workdir and workdir != "/" else []
    owned += ["RUN chmod 0711 /root"] if through_root else []
    return [*lines[:at], *owned, "ENV HOME=/tmp", f"USER {user}", *lines[at:]]
